"""The disk fills or the process is killed in the middle of sending or receiving: all or nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import office as offices
from app.ids import new_id
from app.ledger import attachments, ledgers
from app.problem import Problem
from app.proof import replay
from app.storage.paths import ROOT
from sync import exchange
from tests.sync.looking import rows
from tests.sync.offices import DAY, Pair, pair

COUNT = 6
CHILD = """
import datetime, os, resource, signal, sys
from pathlib import Path
from app import office
from app.ledger import ledgers
from app.problem import Problem
from sync import exchange
act, folder, what, where, limit, last = sys.argv[1:]
calls = 0
def count(*_):
    global calls
    calls += 1
    if calls == int(last):
        os.kill(os.getpid(), signal.SIGKILL)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
one = office.open_folder(Path(folder), today=datetime.date(2022, 8, 22))
if int(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
try:
    sys.setprofile(count if int(last) else None)
    if act == "send":
        exchange.send(one, ledgers.find(one, "pending-approval").id, what, Path(where))
    else:
        exchange.receive(one, Path(what))
    sys.setprofile(None)
    print(calls, "done", flush=True)
except Problem as problem:
    print(problem.code, flush=True)
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Pair]:
    found = pair(tmp_path)
    for number in range(COUNT):
        entry = found.project(f"项目{number}", M01="在办")
        attachments.attach(found.bureau, entry, found.scan())
    yield found
    found.close()


def start(
    act: str, folder: Path, what: object, where: object = "-", limit: int = 0, last: int = 0
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, act, str(folder), str(what), str(where), str(limit), str(last)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def answer(child: subprocess.Popen[str]) -> str:
    out, _ = child.communicate(timeout=60)
    return (out.split() or ["killed"])[-1]


def reopened(two: Pair) -> None:
    two.bureau = offices.open_folder(two.bureau.folder, today=DAY)
    two.league = offices.open_folder(two.league.folder, today=DAY)


@pytest.mark.parametrize("limit", [500, 9_000, 20_000])
def test_a_file_that_cannot_grow_while_sending_leaves_no_half_bundle(two, limit):
    """The kernel refuses every write beyond `limit` bytes, in bundle and database alike."""
    stick = two.folder / "stick"
    stick.mkdir()
    two.close()
    code = answer(start("send", two.bureau.folder, two.league.name, stick, limit))
    reopened(two)
    assert code in ("E_CANNOT_WRITE", "E_DISK_FULL")
    assert list(stick.iterdir()) == []
    assert not [p for p in (two.bureau.folder / "outbox").iterdir() if p.suffix != ".qidi"]
    assert replay.verify(two.bureau) == []
    assert exchange.receive(two.league, two.send()).facts["rows"] == COUNT


@pytest.mark.parametrize("limit", [500, 20_000, 90_000])
def test_a_file_that_cannot_grow_while_receiving_changes_nothing(two, limit):
    path = two.send()
    two.close()
    code = answer(start("receive", two.league.folder, path, limit=limit))
    reopened(two)
    assert code in ("E_CANNOT_WRITE", "E_DISK_FULL")
    assert ledgers.all(two.league) == []
    assert not list((two.league.folder / "inbox").glob(".open-*"))
    assert exchange.receive(two.league, path).facts["rows"] == COUNT
    assert replay.verify(two.league) == []


def calls_of(act: str, folder: Path, what: object, where: object = "-") -> int:
    out, _ = start(act, folder, what, where, last=10**9).communicate(timeout=60)
    return int(out.split()[0])


@pytest.mark.parametrize("turn", (1, 2))
def test_killed_while_receiving_and_received_again(two, turn):
    """kill -9 at any call: the ledger is there whole or not at all, and receiving again heals it."""
    path = two.send()
    two.close()
    spare = two.folder / "spare"
    shutil.copytree(two.league.folder, spare)
    calls = calls_of("receive", spare, path)
    last = calls * (2 * turn + 1) // 8
    assert answer(start("receive", two.league.folder, path, last=last)) == "killed"
    reopened(two)
    assert replay.verify(two.league) == []
    there = ledgers.all(two.league)
    assert not there or there[0].rows == COUNT
    exchange.receive(two.league, path)
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert replay.verify(two.league) == []


@pytest.mark.parametrize("turn", (1, 2))
def test_killed_while_sending_and_sent_again(two, turn):
    """What stands under a bundle's name on the stick is a whole bundle."""
    stick = two.folder / "stick"
    two.close()
    spare = two.folder / "spare"
    shutil.copytree(two.bureau.folder, spare)
    calls = calls_of("send", spare, two.league.name, two.folder / "other")
    assert (
        answer(start("send", two.bureau.folder, two.league.name, stick, last=calls * (2 * turn + 1) // 6))
        == "killed"
    )
    reopened(two)
    assert replay.verify(two.bureau) == []
    for path in stick.glob("[!.]*.qidi"):
        assert exchange.look(two.league, path).added == COUNT
    assert exchange.receive(two.league, two.send()).facts["rows"] == COUNT


def test_what_a_killed_process_left_unpacked_is_cleared_when_stale(two):
    for box, prefix in (("inbox", ".open-"), ("outbox", ".qidi-")):
        old, young = (two.bureau.folder / box / f"{prefix}{age}" for age in ("old", "young"))
        for left in (old, young):
            left.mkdir()
            (left / "body.zip").write_bytes(b"plain")
        os.utime(old, (0, 0))
    with pytest.raises(Problem):
        exchange.receive(two.bureau, two.send())
    left = {p.name for box in ("inbox", "outbox") for p in (two.bureau.folder / box).iterdir() if p.is_dir()}
    assert left == {".open-young", ".qidi-young"}


def test_a_killed_senders_leftovers_do_not_disturb(two):
    leftovers = two.bureau.folder / "outbox" / f".{new_id()}.qidi"
    leftovers.write_bytes(b"half")
    assert exchange.receive(two.league, two.send()).facts["rows"] == COUNT

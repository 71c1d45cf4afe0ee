"""Some kills on every run (`python -m tests.sync.killing 300` for the figure), and a disk that fails at every call."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import office as offices
from app.ledger import attachments, ledgers
from app.office import Office
from app.problem import Problem
from app.proof import replay
from sync import exchange
from tests.sync import killing
from tests.sync.offices import DAY, pair

ASKING = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.listdir", "os.scandir", "os.chmod"}
)


def test_no_acknowledged_deed_is_lost_and_no_half_file_stays(tmp_path: Path) -> None:
    """kill -9 in receive, send, push, merge and seal, and in the deed after each: at random calls."""
    said = killing.count(tmp_path, range(10))
    assert sum(said.values()) == 10 and killing.DIED in " ".join(said)
    assert killing.acknowledged(said) * 3 >= 10


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """(the receiving office, closed; a bundle with a scan for it)."""
    folder = tmp_path_factory.mktemp("before")
    two = pair(folder)
    entry = two.project("甲", M01="在办")
    attachments.attach(two.bureau, entry, two.scan())
    path = two.send()
    two.close()
    yield folder / "league", path


def test_a_disk_that_fails_at_any_call_of_a_receive_changes_nothing(
    before: tuple[Path, Path], tmp_path: Path
) -> None:
    """Openings, makings, renamings and syncings of files fail in turn, full or broken, inside Python and its libraries."""
    turn, failed = 0, 0
    while True:
        folder = tmp_path / f"{turn}"
        shutil.copytree(before[0], folder)
        code, asked = _receive(folder, before[1], turn, errno.EIO if turn % 2 else errno.ENOSPC)
        with_ = offices.open_folder(folder, today=DAY)
        try:
            _holds(with_, before[1], code)
        finally:
            with_.close()
        shutil.rmtree(folder)
        if turn >= asked:
            break
        failed += code != "done"
        turn += 5
    assert failed > 5


def _holds(office: Office, path: Path, code: str) -> None:
    assert code == "done" or code.startswith("E_"), code
    assert replay.verify(office) == []
    there = ledgers.all(office)
    assert bool(there) or code != "done"
    exchange.receive(office, path)
    assert [line.rows for line in ledgers.all(office)] == [1]
    assert replay.verify(office) == []


def _receive(folder: Path, path: Path, turn: int, number: int) -> tuple[str, int]:
    """The code of a receive in a child whose call `turn` fails, and how many calls it made."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the child never comes back
        os.close(ours)
        code, asked = "done", [0]
        office = offices.open_folder(folder, today=DAY)
        _fail_at(turn, number, asked)
        try:
            exchange.receive(office, path)
        except Problem as problem:
            code = problem.code
        except BaseException as error:
            code = repr(error)
        os.write(theirs, f"{code}\n{asked[0]}".encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as said:
        code, _, asked_ = said.read().decode().rpartition("\n")
    os.waitpid(child, 0)
    return code, int(asked_)


def _fail_at(turn: int, number: int, asked: list[int]) -> None:
    """Let call `turn` of those that ask the disk for something end in this error; a hook, so for the child's life."""
    real = os.fsync

    def ask() -> None:
        asked[0] += 1
        if asked[0] == turn + 1:
            raise OSError(number, os.strerror(number))

    def synced(handle: int) -> None:
        ask()
        real(handle)

    def heard(event: str, args: tuple[object, ...]) -> None:
        inside = event in ASKING and not str(args[0] if args else "").endswith((".py", ".pyc", "__pycache__"))
        if inside:
            ask()

    os.fsync = synced
    sys.addaudithook(heard)

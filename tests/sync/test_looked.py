"""What was looked at is what is taken in: the same bytes, proved once; whoever touched them is judged from the start."""

from __future__ import annotations

import errno
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import office as offices
from app.keeping import backup
from app.ledger import attachments, ledgers
from app.proof import replay
from app.storage import files, inspecting
from sync import exchange
from sync.bundles import bundle, looked
from sync.peers import peers
from sync.receiving import keeping, receiving
from tests.sync.looking import refusal
from tests.sync.offices import DAY, Pair, pair


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Pair]:
    found = pair(tmp_path)
    entry = found.project("甲", M01="在办")
    attachments.attach(found.bureau, entry, found.scan())
    yield found
    found.close()


def kept(two: Pair) -> list[Path]:
    """The private folders of what was looked at."""
    return sorted((two.league.folder / "inbox").glob(f"{looked.PREFIX}*"))


def test_what_was_proved_is_taken_and_never_read_from_the_stick_again(two: Pair) -> None:
    path = two.send()
    before = path.read_bytes()
    exchange.look(two.league, path)
    exchange.look(two.league, path)
    (folder,) = kept(two)
    (scan,) = folder.glob("bag/data/att/*")
    proved = {(folder / "original").stat().st_ino, scan.stat().st_ino}
    exchange.receive(two.league, path)
    (original,) = (two.league.folder / "inbox").iterdir()
    stored = files.stored(two.league.folder, scan.stem)
    assert {original.stat().st_ino, stored.stat().st_ino} == proved and original.read_bytes() == before
    assert kept(two) == [] and replay.verify(two.league) == []


@pytest.mark.parametrize("what", ["original", "body.zip", "bag/data/journal.jsonl", "scan", "more"])
def test_what_was_touched_after_it_was_proved_is_opened_anew(two: Pair, what: str) -> None:
    path = two.send()
    exchange.look(two.league, path)
    (folder,) = kept(two)
    place = next(folder.glob("bag/data/att/*")) if what == "scan" else folder / what
    data = place.read_bytes() if place.exists() else b"x"
    old = place.stat() if place.exists() else folder.stat()
    place.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(place, ns=(old.st_atime_ns, old.st_mtime_ns))  # as one would who hides it
    exchange.receive(two.league, path)
    assert [line.rows for line in ledgers.all(two.league)] == [1] and replay.verify(two.league) == []
    (original,) = (two.league.folder / "inbox").iterdir()
    assert original.read_bytes() == path.read_bytes() and kept(two) == []


def test_the_file_itself_changed_is_judged_from_the_start(two: Pair) -> None:
    path = two.send()
    exchange.look(two.league, path)
    good, old = path.read_bytes(), path.stat()
    path.write_bytes(good[:-40] + bytes([good[-40] ^ 1]) + good[-39:])
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert refusal(exchange.receive, two.league, path).code == "E_DAMAGED"
    assert kept(two) == [] and ledgers.all(two.league) == []


def test_who_is_trusted_no_more_when_it_is_taken_in_is_refused(two: Pair) -> None:
    """Decision 29: the key is judged by what is known now, not by what was known when it was looked at."""
    path = two.send()
    exchange.look(two.league, path)
    peers.revoke(two.league, two.bureau.id, "密钥丢了")
    assert refusal(exchange.receive, two.league, path).code == "E_REVOKED"
    assert kept(two) == [] and ledgers.all(two.league) == []


def test_nothing_opened_stays_when_the_office_is_closed_or_room_is_wanted(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two.send(), two.send()
    exchange.look(two.league, first)
    exchange.look(two.league, second)
    assert len(kept(two)) == 2
    monkeypatch.setattr(looked, "MOST_BYTES", 1)
    exchange.look(two.league, first)
    assert len(kept(two)) == 1
    two.league.close()
    assert kept(two) == []
    again = offices.open_folder(two.league.folder, today=DAY)
    with receiving.opened(again, first, exchange.own_keys(again, "")) as found:
        assert len(kept(two)) == 1 and found.original.read_bytes() == first.read_bytes()
    assert kept(two) == []
    again.close()


def test_what_is_opened_is_in_no_backup(two: Pair, tmp_path: Path) -> None:
    """It is what was encrypted, in clear; volumes that wait for others come again from their sticks."""
    exchange.look(two.league, two.send())
    room = two.league.folder / "inbox" / f"{keeping.WAITING}x"
    room.mkdir()
    (room / "a").write_bytes(b"x")
    assert kept(two)
    backup.backup(two.league, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.namelist() == [offices.DATABASE]


def test_what_is_kept_makes_room_and_does_not_outlast_its_time(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two.send(), two.send()
    size = second.stat().st_size
    real = shutil.disk_usage

    def usage(folder: Path) -> object:
        there = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        return real(folder)._replace(free=4 * size - there)

    exchange.look(two.league, first)
    monkeypatch.setattr(shutil, "disk_usage", usage)
    exchange.look(two.league, second)
    assert len(kept(two)) == 1, "the first one went, and the disk was not said to be full"
    monkeypatch.setattr(shutil, "disk_usage", real)
    monkeypatch.setattr(looked, "MOST_BYTES", size + first.stat().st_size)
    exchange.look(two.league, first)
    assert len(kept(two)) == 1, "all that stands there is counted, not the file alone"
    (one,) = two.league.cache[looked._KEPT].values()
    assert one._ending.interval == looked.LASTS and one._ending.daemon
    monkeypatch.setattr(looked, "LASTS", 0)
    exchange.look(two.league, first)
    one = two.league.cache[looked._KEPT][first.absolute()]
    one._ending.join(5)
    assert kept(two) == []
    exchange.receive(two.league, first)
    assert [line.rows for line in ledgers.all(two.league)] == [1]


def test_what_did_not_get_to_the_disk_is_not_kept(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decision 17: the second asking of a disk that failed once says nothing of what failed."""
    path = two.send()

    def failing(file: Path) -> None:
        raise OSError(errno.EIO, "x", str(file))

    with monkeypatch.context() as patched:
        patched.setattr(files, "_synced", failing)
        assert refusal(exchange.look, two.league, path).code == "E_CANNOT_WRITE"
        assert kept(two) == []
    exchange.look(two.league, path)
    assert len(kept(two)) == 1


def test_what_a_look_was_told_of_attachments_is_not_asked_again(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look judges attachments as receiving does, once for both."""
    asked: list[str] = []
    real = inspecting.inspect

    def noted(file: Path, *, pixels: bool = True, written: bool = False) -> inspecting.FileKind:
        asked.append(file.name)
        return real(file, pixels=pixels, written=written)

    path = two.send()
    monkeypatch.setattr(inspecting, "inspect", noted)
    assert exchange.look(two.league, path).attachments == 1 and len(asked) == 1
    exchange.receive(two.league, path)
    assert len(asked) == 1 and replay.verify(two.league) == []


def test_a_body_that_became_another_is_not_taken_for_what_was_looked_at(two: Pair) -> None:
    """Whoever swaps the whole body for another good one of the same sender is found by what names the bundle."""
    own = exchange.own_keys(two.league, "")
    with (
        receiving.opened(two.league, two.send(), own) as one,
        receiving.opened(two.league, two.send(), own) as two_,
    ):
        lookup = peers.lookup(two.league)
        again = bundle.judged_again(one, Path("a.qidi"), own, lookup, lambda _: False)
        assert again.digest == one.digest
        swapped = replace(one, _body=two_._body, _told=two_._told)
        problem = refusal(bundle.judged_again, swapped, Path("a.qidi"), own, lookup, lambda _: False)
        assert (problem.code, problem.facts["detail"]) == ("E_DAMAGED", "打开后变了")

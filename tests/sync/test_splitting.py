"""A delivery too big for one bundle goes in numbered volumes, and is taken in when all of them are there (decision 31)."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.ledger import attachments, ledgers
from app.problem import Problem
from app.proof import replay
from sync import exchange
from sync.bundles import bundle, lines, packing, splitting
from sync.letters import boxes
from sync.merges import arrivals
from sync.receiving import keeping, receiving
from tests.sync.looking import rows
from tests.sync.offices import Pair, pair
from tests.sync.test_progress import GivenUpError, all_of
from tests.sync.world import PDF


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """A ledger with five scans, and two files to a bundle."""
    monkeypatch.setattr(splitting, "MOST_FILES", 2)
    found = pair(tmp_path)
    entry = found.project("甲", M01="在办")
    for _ in range(5):
        attachments.attach(found.bureau, entry, found.scan())
    yield found
    found.close()


def written(two: Pair, stick: str) -> list[Path]:
    change = exchange.send(two.bureau, two.ledger, two.league.name, two.folder / stick, whole=True)
    return [Path(file) for file in change.facts["files"]]


def refusal(two: Pair, file: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        exchange.receive(two.league, file)
    return caught.value


def stored(two: Pair) -> set[str]:
    """The files in the receiver's store."""
    return {path.name for path in (two.league.folder / "files").rglob("*") if path.is_file()}


def waiting(two: Pair) -> list[Path]:
    """What volumes brought that were not taken in yet."""
    return list((two.league.folder / "inbox").glob(f"{keeping.WAITING}*/*"))


def test_what_waits_is_proved_again_and_goes_when_the_others_never_come(two: Pair) -> None:
    """The store holds what a ledger names and nothing else: not what waited too long, nor what was refused."""
    first, second, third = written(two, "盘")
    refusal(two, first)
    spoilt = waiting(two)[0]
    spoilt.write_bytes(b"%PDF-1.4 other")
    assert refusal(two, second).facts["missing"] == [1, 3]
    assert refusal(two, first).facts["missing"] == [3] and len(waiting(two)) == 4

    def full(_: object) -> None:
        if stored(two):
            raise Problem("E_DISK_FULL", "提交时磁盘满了")

    event.listen(two.league.engine, "commit", full)
    assert refusal(two, third).code == "E_DISK_FULL" and stored(two) == set() and len(waiting(two)) == 4
    event.remove(two.league.engine, "commit", full)
    (room,) = {path.parent for path in waiting(two)}
    old = room.stat().st_mtime - keeping.WAITS - 1
    os.utime(room, (old, old))
    two.project("乙", M01="在办")
    with two.league.engine.connect() as raw, raw.begin():
        raw.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "MOST_FILES", 50)
        alone = written(two, "盘六")[0]
    with pytest.raises(Problem):
        exchange.receive(two.league, alone)
    assert stored(two) == set() and room.is_dir()
    with two.league.engine.connect() as raw, raw.begin():
        raw.exec_driver_sql("DROP TRIGGER full")
    exchange.receive(two.league, alone)
    assert len(stored(two)) == 5 and not room.exists() and replay.verify(two.league) == []


def test_volumes_are_taken_in_any_order_and_only_together(two: Pair) -> None:
    """Three volumes: none before the last changes the ledger or gives a receipt; one receipt answers for all three."""
    files = written(two, "盘")
    assert [file.stem[-4:] for file in files] == ["1of3", "2of3", "3of3"]
    assert [sent.state for sent in boxes.sent(two.bureau)] == ["copied"] * 3
    assert "还缺第 1、2 卷" in exchange.look(two.league, files[2]).said
    last, first, middle = files[2], files[0], files[1]
    for file, missing in ((last, [1, 2]), (first, [2]), (last, [2])):
        problem = refusal(two, file)
        assert (problem.code, problem.facts["missing"]) == ("E_VOLUMES", missing)
        assert f"还缺第 {'、'.join(map(str, missing))} 卷" in problem.text
        assert ledgers.all(two.league) == [] and boxes.received(two.league) == []
        assert not list((two.league.folder / "outbox").iterdir())
        assert not [p for p in (two.league.folder / "inbox").iterdir() if p.suffix == ".qidi"]
        assert stored(two) == set() and len(waiting(two)) == 5 - 2 * len(missing)
    assert "还缺" not in exchange.look(two.league, middle).said
    taken = exchange.receive(two.league, middle)
    assert len(stored(two)) == 5 and waiting(two) == []
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert exchange.receive(two.league, first).facts["added"] == 0  # known by now: only a receipt of its own
    exchange.receive(two.bureau, Path(str(taken.facts["receipt"])))
    assert [sent.state for sent in boxes.sent(two.bureau)] == ["receipted"] * 3
    assert replay.verify(two.league) == [] and replay.verify(two.bureau) == []


def test_a_send_in_volumes_that_is_given_up_leaves_none_of_them(two: Pair) -> None:
    """Also when two volumes stand on the stick already; and three volumes count as one time sent."""
    before = all_of(two.bureau)
    seen: list[str] = []

    def tell(done: int, total: int, phase: str) -> None:
        seen.append(phase)
        stick = two.folder / "盘二"
        if stick.is_dir() and len(list(stick.glob("*.qidi"))) == 2 and phase == "读回比对":
            raise GivenUpError

    with pytest.raises(GivenUpError):
        exchange.send(two.bureau, two.ledger, two.league.name, two.folder / "盘二", whole=True, tell=tell)
    assert all_of(two.bureau) == before and list((two.folder / "盘二").iterdir()) == []
    assert {"第1次" in file.name for file in written(two, "盘三")} == {True}
    files = written(two, "盘四")
    assert {"第2次" in file.name for file in files} == {True}
    assert [one.state for one in arrivals.take(two.league, files)] == [arrivals.RECEIVED] * 3
    assert {one.state for one in arrivals.take(two.league, files[1:])} == {arrivals.RECEIVED}


def test_a_list_of_volumes_that_lies_is_refused(world: Any) -> None:
    """Signed by an enrolled sender and still not believed: every list has its own files, and there are as many as said."""
    digests = sorted(name.partition(".")[0] for name in world.contents.attachments)
    info = replace(world.contents.info, group="ab" * 16, volume="1 of 2")
    good = replace(world.contents, info=info, volumes=[digests, ["cd" * 32]])
    assert world.open(world.written(contents=good)).volumes == (tuple(digests), ("cd" * 32,))
    lies = (
        [digests], [digests[:1], ["cd" * 32]], [["cd" * 32], digests], [digests, digests], [digests, ["x"]], [digests, [1]],
    )  # fmt: skip
    for lie in lies:
        with pytest.raises(Problem) as caught:
            bundle.write_bundle(
                world.new("x.qidi"), replace(good, volumes=lie), world.sender, world.receiver.card
            )
        assert caught.value.code == "E_CONTENT"
    for volume, group in (
        ("1 of 1", "ab" * 16),
        ("1 of 2", ""),
        ("3 of 2", "ab" * 16),
        ("1 of 100", "ab" * 16),
    ):
        wrong = replace(good, info=replace(info, volume=volume, group=group))
        with pytest.raises(Problem) as caught:
            bundle.write_bundle(world.new("x.qidi"), wrong, world.sender, world.receiver.card)
        assert caught.value.code == "E_BAG"
    with pytest.raises(Problem) as caught:
        bundle.write_bundle(world.new("x.qidi"), replace(good, volumes=()), world.sender, None)
    assert caught.value.code == "E_BAG"


def test_volumes_keep_to_the_bytes_and_the_number_of_files(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [file.stat().st_size for file in world.contents.attachments.values()]
    assert splitting.split(world.contents) == [world.contents]
    monkeypatch.setattr(packing, "MOST_BYTES", sum(sizes) - 1)
    one, other = splitting.split(world.contents)
    assert {**one.attachments, **other.attachments} == world.contents.attachments
    assert (one.info.volume, other.info.volume) == ("1 of 2", "2 of 2")
    assert one.info.group == other.info.group != one.info.id != other.info.id
    monkeypatch.setattr(splitting, "MOST_VOLUMES", 1)
    with pytest.raises(Problem) as caught:
        splitting.split(world.contents)
    assert caught.value.code == "E_LIMIT"


def test_volumes_leave_room_for_the_journal_that_each_of_them_has(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is cut to fit is never refused as too much afterwards, however long the journal is."""
    size = 4000
    big = world.new()
    scans = {}
    for letter in "甲乙丙":
        data = PDF + letter.encode() * (size // 3)
        file = big / letter
        file.write_bytes(data)
        scans[f"{sha256(data).hexdigest()}.pdf"] = file
    contents = replace(world.contents, attachments=scans)
    journal = sum(map(len, contents.journal))
    assert journal > 500
    each = max(file.stat().st_size for file in scans.values())
    monkeypatch.setattr(packing, "MOST_BYTES", journal + 2 * each, raising=False)
    found = splitting.split(contents)
    assert [len(one.attachments) for one in found] == [2, 1]
    for one in found:
        bundle.write_bundle(world.new("x.qidi"), one, world.sender, world.receiver.card)
    with pytest.raises(Problem) as caught:
        bundle.write_bundle(world.new("x.qidi"), contents, world.sender, world.receiver.card)
    assert caught.value.code == "E_LIMIT"
    monkeypatch.setattr(packing, "MOST_BYTES", journal + 2 * each - 1)
    assert [len(one.attachments) for one in splitting.split(contents)] == [1, 1, 1]


def test_bundles_that_cannot_be_entered_in_the_outbox_are_nowhere(two: Pair) -> None:
    """A file in the outbox without its row would be named to nobody, and never destroyed with what it holds."""
    before = all_of(two.bureau)
    with two.bureau.engine.connect() as raw, raw.begin():
        raw.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    blocked = two.folder / "file"
    blocked.write_text("x")
    for stick in ("盘五", "file/x"):
        with pytest.raises(Problem):
            written(two, stick)
        assert all_of(two.bureau) == before and boxes.sent(two.bureau) == []
    assert not any((two.folder / "盘五").iterdir())


def test_a_journal_over_a_chunk_travels_as_several_files(tmp_path: Path) -> None:
    """Decision 31: chunks of 32 MB at most, cut between lines."""
    wanted = [b"%07d\n" % number for number in range(10)]
    files = lines.write(wanted, tmp_path, chunk=32)
    assert [file.name for file in files] == ["journal.jsonl", "journal-2.jsonl", "journal-3.jsonl"]
    assert list(itertools.chain(*(file.read_bytes().splitlines(keepends=True) for file in files))) == wanted


def test_a_set_sent_again_is_receipted_when_what_got_lost_is_back(two: Pair) -> None:
    """The receipt of one volume is for all, so none is given while a file of another one is not there."""
    arrivals.take(two.league, written(two, "盘"))
    again = written(two, "盘2")
    own = exchange.own_keys(two.league, "")
    with receiving.opened(two.league, again[2], own) as found:
        lost = found.volumes[2][0]
    attachments.path_of(two.league.folder, lost).unlink()
    problem = refusal(two, again[0])
    assert (problem.code, problem.facts["missing"]) == ("E_VOLUMES", [3])
    taken = exchange.receive(two.league, again[2])
    assert replay.verify(two.league) == []
    exchange.receive(two.bureau, Path(str(taken.facts["receipt"])))
    assert [s.state for s in boxes.sent(two.bureau) if s.state == "receipted"] == ["receipted"] * 3

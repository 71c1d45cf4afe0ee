"""Sending and receiving say in which phase they are and how many bytes of it are done, and can be given up in each."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.ledger import attachments, ledgers
from app.office import Office
from app.proof import replay
from app.rounds import rounds
from sync import exchange
from sync.bundles import preamble, progress
from sync.letters import boxes
from sync.merges import pushes
from tests.sync.offices import Pair, pair
from tests.sync.rounds_world import FOREST, WATER, play
from tests.sync.world import wrap

SENDING = (
    progress.PACKING, progress.PROVING, progress.WRITING, progress.COMPARING,
)  # fmt: skip
RECEIVING = (progress.OPENING, progress.PROVING, progress.INSPECTING, progress.KEEPING)


class GivenUpError(progress.Cancelled):
    """What 取消 raises."""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    found = pair(tmp_path_factory.mktemp("two"))
    entry = found.project("甲", M01="在办")
    attachments.attach(found.bureau, entry, found.scan())
    yield found
    found.close()


def given_up_in(phase: str) -> Callable[[int, int, str], None]:
    def tell(done: int, total: int, name: str) -> None:
        if name == phase and done == total:
            raise GivenUpError

    return tell


def all_of(office: Office) -> dict[str, int]:
    """Every file of the office but its database, with its size; and how long its own journal is."""
    found = {
        str(path.relative_to(office.folder)): path.stat().st_size
        for path in office.folder.rglob("*")
        if path.is_file() and ".db" not in path.name
    }
    with office.read() as connection:
        found["seq"] = connection.exec_driver_sql("SELECT head_seq FROM office").scalar_one()
    return found


@pytest.mark.parametrize("phase", SENDING)
def test_a_send_given_up_in_any_phase_leaves_nothing(two: Pair, phase: str) -> None:
    before, sent = all_of(two.bureau), boxes.sent(two.bureau)
    stick = two.folder / f"盘-{phase}"
    with pytest.raises(GivenUpError):
        exchange.send(two.bureau, two.ledger, two.league.name, stick, tell=given_up_in(phase))
    assert all_of(two.bureau) == before
    assert boxes.sent(two.bureau) == sent
    assert not stick.exists() or list(stick.iterdir()) == []


def test_what_was_given_up_goes_through_the_next_time_and_says_how_far_it_is(two: Pair) -> None:
    """Every phase begins at none and ends at all of it; the receiver too can give up in each and lose nothing."""
    heard: list[tuple[int, int, str]] = []
    stick = two.folder / "盘"
    change = exchange.send(two.bureau, two.ledger, two.league.name, stick, tell=lambda *at: heard.append(at))
    assert list(dict.fromkeys(name for _, _, name in heard)) == list(SENDING)
    for phase in SENDING:
        done = [(d, t) for d, t, name in heard if name == phase]
        assert done[0][0] == 0 and done[-1][0] == done[-1][1] > 0
    file = Path(str(change.facts["file"]))
    before = all_of(two.league)
    for phase in RECEIVING:
        with pytest.raises(GivenUpError):
            exchange.receive(two.league, file, tell=given_up_in(phase))
        assert all_of(two.league) == before, phase
        assert ledgers.all(two.league) == []
    heard.clear()
    exchange.receive(two.league, file, tell=lambda *at: heard.append(at))
    assert list(dict.fromkeys(name for _, _, name in heard)) == list(RECEIVING)
    assert replay.verify(two.league) == []


@pytest.mark.parametrize("size", [9_900, 99_900, 999_900])
def test_the_first_line_fits_though_the_body_grows_a_digit_by_encryption(world, size: int) -> None:
    body, part = b"\x01" * size, world.new("x.qidi")
    info = replace(world.contents.info, cipher="age")
    wrap(part, body, info, world.sender, world.receiver.card)
    told, start = preamble.examine(part)
    assert len(str(told.length)) == len(str(size)) + 1 and part.stat().st_size == start + told.length


def test_a_disk_that_is_full_while_it_is_encrypted_is_said_as_such(world) -> None:
    """age wraps what goes wrong in the file it writes to; the system's own error has to come out."""
    body = bytes(300_000)
    with pytest.raises(OSError, match="space") as caught:
        wrap(Path("/dev/full"), body, world.contents.info, world.sender, world.receiver.card)
    assert caught.value.errno == errno.ENOSPC


def test_pushing_that_is_given_up_half_way_says_what_was_written(tmp_path: Path) -> None:
    """What stands on the stick and in the round cannot be unsaid; given up before the first, nothing happened."""
    world = play(tmp_path)
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")

    def after(count: int) -> Callable[[int, int], None]:
        def tell(done: int, _total: int) -> None:
            if done == count:
                raise GivenUpError

        return tell

    with pytest.raises(GivenUpError):
        pushes.push(world.sponsor, world.ledger, world.usb, tell=after(0))
    assert not list(world.usb.glob("*"))
    facts = pushes.push(world.sponsor, world.ledger, world.usb, tell=after(1)).facts
    (sent,) = facts["sent"]
    assert [p.name for p in world.usb.iterdir()] == [Path(str(sent["file"])).name]
    assert {one["code"] for one in facts["failed"]} == {"E_CANCELLED"}
    with world.sponsor.read() as connection:
        parts = rounds.running(connection, ledgers.line_of(connection, world.ledger)).parts
    assert {p.dept for p in parts if p.sent_on} == {sent["dept"]}
    assert {p.dept for p in parts if not p.sent_on and not p.own} == {one["dept"] for one in facts["failed"]} != set()

    def wrong(done: int, _total: int) -> None:
        if done:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):  # a fault of ours is not what the clerk gave up
        pushes.push(world.sponsor, world.ledger, world.usb, depts=(WATER, FOREST), tell=wrong)
    world.close()

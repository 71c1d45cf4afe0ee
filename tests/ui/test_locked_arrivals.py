"""Files that come in after a start with a passphrase on the keys: it is asked for before anything is done (decision 29)."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.change import Change
from app.ledger import entries
from app.problem import Problem
from app.rounds import rounds
from sync import exchange
from sync.merges import arrivals, merge_records
from sync.merges.arrivals import MERGED
from sync.offices import passphrases
from tests.sync.looking import refusal
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.sync.wrapping import quick
from tests.ui.pages import quiet
from ui.commands import rounds as commands
from ui.desk import NEEDED, Desk
from ui.screens.exchanging import arriving
from ui.screens.exchanging.arriving import Seen

__all__ = ["quick"]

WORD = "牧场水库二零二二"

world = played()


@pytest.fixture
def desk(qtbot: QtBot, world: Play) -> Iterator[Desk]:
    desk = Desk(world.sponsor)
    yield desk
    desk.close()


def locked(world: Play) -> None:
    """As after the next start."""
    passphrases.put(world.sponsor, WORD, WORD)
    world.sponsor.unlock("")


def answer(desk: Desk, world: Play) -> list[str]:
    """From now on the clerk knows the passphrase; how often it was asked for."""
    asked: list[str] = []

    def unlock() -> bool:
        asked.append(WORD)
        passphrases.unlock(world.sponsor, WORD)
        return True

    desk.unlock = unlock
    return asked


def refused_row(world: Play) -> None:
    """The water bureau answers for a matter that has gone to another department since."""
    world.taken()
    world.says("项目1", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})


def answered(world: Play, book: Path) -> Path:
    """The workbook with one answer typed in."""
    return world.typed(book, ("项目1", "林地征占", "核查情况", "已核"))


def mergings(world: Play) -> int:
    return len(merge_records.records(world.sponsor, world.ledger))


def test_a_merging_with_a_slip_asks_first_and_is_done_once(qtbot: QtBot, desk: Desk, world: Play) -> None:
    refused_row(world)
    mirror = world.back()
    locked(world)
    case = arriving.opened(world.sponsor, "", mirror)
    problems: list[Problem] = []
    desk.run(arriving.merge, case, {}, refused=problems.append)
    quiet(qtbot, desk)
    assert [p.code for p in problems] == [NEEDED] and mergings(world) == 0, (
        "nothing was changed, as it is said"
    )
    asked, done = answer(desk, world), list[Change]()
    desk.run(arriving.merge, case, {}, refused=problems.append, done=done.append)
    quiet(qtbot, desk)
    assert len(asked) == len(done) == len(problems) == mergings(world) == 1
    assert Path(done[0].facts["slip"]).is_file()


def test_the_command_line_merges_nothing_either_without_the_passphrase(world: Play) -> None:
    refused_row(world)
    mirror = world.back()
    locked(world)
    args = Namespace(ledger="", source=mirror, decide=None, take="ask", dry_run=False, passphrase_file=None)
    assert refusal(commands.merge, args, world.sponsor).code == NEEDED and mergings(world) == 0
    args.passphrase_file = world.folder / "口令.txt"
    args.passphrase_file.write_text(WORD, "utf-8")
    commands.merge(args, world.sponsor)
    assert mergings(world) == len(list(world.sponsor.folder.glob("outbox/*.qidi-slip"))) == 1


def test_a_slip_that_cannot_be_written_hides_no_merging(world: Play) -> None:
    refused_row(world)
    case = arriving.opened(world.sponsor, "", world.back())
    outbox = world.sponsor.folder / "outbox"
    outbox.rename(outbox.with_name("away"))
    outbox.write_bytes(b"")
    change = arriving.merge(world.sponsor, case, {})
    assert mergings(world) == 1 and change.facts["slip"] == ""
    assert "已合并" in change.said and "退回单没有写成" in change.said


def test_many_files_ask_once_and_before_the_first_is_taken(qtbot: QtBot, desk: Desk, world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    parts = world.push(WATER, FOREST)
    exchange.receive(world.water, parts[WATER])
    sent = exchange.send(world.water, world.check().id, world.sponsor.id, world.usb)
    book, bundle = answered(world, parts[FOREST]), Path(str(sent.facts["file"]))
    locked(world)
    problems: list[Problem] = []
    desk.run(arriving.look_all, [book, bundle], refused=problems.append)
    desk.run(arriving.take_all, [book, bundle], frozenset([book]), refused=problems.append)
    quiet(qtbot, desk)
    assert [p.code for p in problems] == [NEEDED, NEEDED] and mergings(world) == 0
    assert refusal(arrivals.take, world.sponsor, [book, bundle], confirmed=True).code == NEEDED
    assert mergings(world) == 0
    asked, seen, done = answer(desk, world), list[list[Seen]](), list[Change]()
    desk.run(arriving.look_all, [book, bundle], refused=problems.append, done=seen.append)
    quiet(qtbot, desk)
    desk.run(arriving.take_all, [book, bundle], frozenset([book]), refused=problems.append, done=done.append)
    quiet(qtbot, desk)
    assert len(problems) == 2 and len(asked) == 1
    assert [one.code for one in seen[0]] == ["", ""]
    assert [one.state for one in done[0].facts["results"]] == [MERGED, MERGED]


def test_what_needs_no_keys_asks_for_nothing(world: Play) -> None:
    """Workbooks, receipts, slips and registers are judged without the keys of this office."""
    world.taken()
    book = answered(world, world.push(FOREST)[FOREST])
    locked(world)
    (result,) = arrivals.take(world.sponsor, [book], confirmed=True)
    assert result.state == MERGED

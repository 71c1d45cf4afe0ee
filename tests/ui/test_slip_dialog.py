"""A file that is given back: every reason at once, readable, on paper, and as the file the sender takes (decision 30)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.ledger import entries
from sync import exchange
from sync.letters import slip_sheets
from tests.sync.offices import pair
from tests.sync.rounds_world import Play, played
from tests.sync.test_hostile_sender import forged
from tests.ui.pages import WAIT_MS, cut_buttons, nameless, open_page, quiet, unreachable
from tests.ui.test_today_print import text_of
from ui.desk import Desk
from ui.screens.exchanging.reasons_dialog import ReasonsDialog
from ui.screens.exchanging.slip_dialog import SlipDialog
from ui.screens.inbox_screen import InboxScreen
from ui.screens.rounds_screen import RoundsScreen

world = played()


@pytest.fixture
def page(qtbot: QtBot, world: Play) -> Iterator[InboxScreen]:
    """The return was merged, but of two matters nothing was adopted: they went to another department meanwhile."""
    world.taken()
    for name in ("项目1", "项目2"):
        world.says(name, "M05", verified="已核")
        entries.amend(world.sponsor, world.rows[name], {}, {"M05": {"dept": "农牧局"}})
    file = Path(str(exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"]))
    desk = Desk(world.sponsor)
    made = open_page(qtbot, desk, InboxScreen)
    made.look_at(file)
    quiet(qtbot, desk)
    made.take.click()
    quiet(qtbot, desk)
    yield made
    desk.close()


def test_the_reasons_are_read_printed_and_kept(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    page.batch.slip.click()
    asked = page.asked
    assert isinstance(asked, SlipDialog) and asked.model.rowCount() == 2
    assert {asked.model.row(at).texts[0] for at in range(2)} == {"项目1", "项目2"}  # type: ignore[union-attr]
    assert "现已不归" in asked.told.text(), "the one in hand stands below in whole"
    slip = Path(str(page.batch.results[0].facts["slip"]))
    assert str(slip) in asked.where.text() and slip.is_file()
    assert nameless(asked) == [] and cut_buttons(asked) == []
    asked.activateWindow()
    qtbot.waitUntil(asked.isActiveWindow, timeout=WAIT_MS)
    assert unreachable([asked.table, asked.save, asked.paper]) == []
    asked.save_to(world.folder / "退回单.qidi-slip")
    assert (world.folder / "退回单.qidi-slip").read_bytes() == slip.read_bytes()
    asked.paper.click()
    quiet(qtbot, page.desk)
    paper = asked.printing.shown
    assert paper is not None and paper.isVisible()
    paper.save(world.folder / "退回单.pdf")
    text = text_of(world.folder / "退回单.pdf")
    assert "致：正镶白旗水利局" in text and "项目1" in text and "项目2" in text and "共2处" in text
    paper.close()
    asked.save_to(world.folder / "没有" / "退回单.qidi-slip")
    assert asked.fault.isVisible() and asked.fault.text()


def test_it_is_found_again_in_the_list_later(qtbot: QtBot, page: InboxScreen) -> None:
    page.batch.leave.click()
    quiet(qtbot, page.desk)
    assert page.model.row(0).texts[3] == "已收，有没采用的" and page.listed.slip.isVisible()  # type: ignore[union-attr]
    page.listed.slip.click()
    assert isinstance(page.asked, SlipDialog) and page.asked.model.rowCount() == 2
    page.asked.reject()
    one = page.listed.one()
    assert one is not None
    file = slip_sheets.file_of(page.desk.office, one)
    assert file is not None
    file.unlink()
    page.listed.slip.click()
    assert page.strip.isVisible() and "再收一次" in page.strip.words.text()


def test_the_department_reads_what_was_not_adopted_of_its_return(
    qtbot: QtBot, page: InboxScreen, world: Play
) -> None:
    """A department that only checks has nothing on 上报导出: its return and the answer stand on 部门核对."""
    exchange.receive(world.water, Path(str(page.batch.results[0].facts["slip"])))
    desk = Desk(world.water)
    board = open_page(qtbot, desk, RoundsScreen)
    assert board.own.sent.isVisible() and "现已不归" in board.own.answered.text()
    board.own.reasons.click()
    asked = board.own.asked
    assert isinstance(asked, ReasonsDialog) and asked.model.rowCount() == 2
    desk.close()


def test_what_cannot_be_taken_in_is_given_back_with_a_slip(qtbot: QtBot, tmp_path: Path) -> None:
    """exchange.md: the judgement says no; one press writes the slip with all reasons, alone or among many files."""
    two = pair(tmp_path)
    two.project("甲", M01="在办")
    bad = forged(two, ledger={"rows": 7})
    desk = Desk(two.league)
    inbox = open_page(qtbot, desk, InboxScreen)
    inbox.look_at(bad)
    quiet(qtbot, desk)
    assert "没有动" in inbox.strip.words.text() and not list((two.league.folder / "outbox").glob("*.qidi-slip"))
    inbox.strip._deed.click()
    quiet(qtbot, desk)
    assert isinstance(inbox.asked, SlipDialog) and inbox.asked.isVisible() and inbox.asked.model.rowCount() >= 1
    inbox.asked.reject()
    assert inbox.model.row(0).texts[3] == "退回" and inbox.listed.slip.isVisible()  # type: ignore[union-attr]
    cut = tmp_path / "没拷完.qidi"
    cut.write_bytes(bad.read_bytes()[:-300])
    inbox.look_at_all([cut, bad])
    quiet(qtbot, desk)
    assert not inbox.batch.give_back.isVisible(), "a copy spoilt on the way is not the sender's to mend"
    inbox.batch.table.choose(1)
    assert inbox.batch.give_back.isVisible() and not inbox.batch.take.isEnabled()
    inbox.batch.give_back.click()
    quiet(qtbot, desk)
    assert inbox.asked.isVisible() and len(list((two.league.folder / "outbox").glob("*.qidi-slip"))) == 1
    desk.close()
    two.close()

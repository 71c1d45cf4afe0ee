"""部门核对: 催办单, what is answered to an objection, and 退回批注 (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.proof import replay
from app.rounds import rounds
from sync.merges import merges
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from tests.ui.test_today_print import text_of
from ui import choosing
from ui.desk import Desk
from ui.screens.rounds.answer_dialog import AnswerDialog
from ui.screens.rounds.remind_dialog import RemindDialog
from ui.screens.rounds.reply_dialog import ReplyDialog
from ui.screens.rounds_screen import RoundsScreen

world = played()


@pytest.fixture
def page(qtbot: QtBot, world: Play) -> Iterator[RoundsScreen]:
    world.taken()
    desk = Desk(world.sponsor)
    yield open_page(qtbot, desk, RoundsScreen)
    desk.close()


def test_a_reminder_is_looked_at_printed_and_kept(qtbot: QtBot, page: RoundsScreen, world: Play) -> None:
    world.push(FOREST)
    page.refresh()
    page.remind.click()
    asked = page.deeds.asked
    assert isinstance(asked, RemindDialog) and {WATER, FOREST} <= set(asked.depts())
    assert nameless(asked) == [] and cut_buttons(asked) == [] and not asked.whole()
    for tick in asked.ticks.values():
        tick.setChecked(False)
    assert not asked.primary.isEnabled()
    asked.ticks[WATER].setChecked(True)
    assert asked.primary.text() == "看催办单（1 个部门）"
    asked.primary.click()
    quiet(qtbot, page.desk)
    paper = page.deeds.printing.shown
    assert paper is not None and paper.isVisible() and paper.windowTitle() == "催办单"
    paper.save(world.folder / "催办单.pdf")
    text = text_of(world.folder / "催办单.pdf")
    assert f"致：{WATER}" in text and FOREST not in text and "项目1" in text
    paper.close()
    world.back()
    page.desk.today(fresh=True)
    page.remind.click()
    assert page.deeds.asked.depts() == (FOREST,), (
        "whose return is in is not reminded unless the clerk says so"
    )


def test_nothing_is_reminded_of_when_nobody_was_asked(page: RoundsScreen, world: Play) -> None:
    rounds.close(world.sponsor, world.ledger, reason="期限已到")
    rounds.begin(world.sponsor, world.ledger)
    page.refresh()
    assert not page.remind.isEnabled() and "没有要催的" in page.remind.text()
    said: list[str] = []
    page.desk.said.connect(said.append)
    assert page.print_shown() and "没有要打印的" in said[0]


def test_objections_are_answered_one_by_one(page: RoundsScreen, world: Play) -> None:
    """旗方案 四(一): a matter that is not theirs goes to whose it is; one that stays loses its objection."""
    world.says("项目1", "M04", contest="非本部门", contest_reason="归农牧局办理")
    world.says("项目2", "M04", contest="重复", contest_reason="与项目1重复")
    merges.merge(world.sponsor, world.back())
    page.refresh()
    at = page.model.find(WATER)
    assert page.model.row(at).texts[9] == "2"  # type: ignore[union-attr]
    page.table.choose(at)
    page.see.click()
    told = page.deeds.asked
    assert isinstance(told, AnswerDialog) and told.reply.isEnabled()
    told.reply.click()
    asked = page.deeds.asked
    assert isinstance(asked, ReplyDialog) and asked.elsewhere.isChecked()
    assert nameless(asked) == [] and cut_buttons(asked) == []
    asked.primary.click()
    assert asked.isVisible() and "改归哪个部门" in asked._fault.text()
    asked.dept.setCurrentText("农牧局")
    asked.primary.click()
    assert world.held("项目1").items["M04"]["dept"] == "农牧局"
    told = page.deeds.asked
    assert isinstance(told, AnswerDialog) and told.isVisible(), "the rest of what they said is shown again"
    assert [told.model.row(i).texts[1] for i in range(told.model.rowCount())] == ["项目2"]  # type: ignore[union-attr]
    assert page.model.row(page.model.find(WATER)).texts[9] == "1/2"  # type: ignore[union-attr]
    told.reply.click()
    assert page.deeds.asked.stays.isChecked()
    page.deeds.asked.primary.click()
    page.deeds.asked.reject()
    row = page.model.row(page.model.find(WATER))
    assert row is not None and row.texts[9] == "已答复" and row.tones[1] == "green"
    assert "contest" not in world.held("项目2").items["M04"] and replay.verify(world.sponsor) == []


def test_a_filled_in_workbook_goes_back_with_comments(
    qtbot: QtBot, page: RoundsScreen, world: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be read stands at its cell in a copy of theirs; theirs stays as it was."""
    file = world.push(FOREST)[FOREST]
    back = world.folder / world.filled(file, ("项目2", "林地征占", "受理日期", "八月底吧")).file
    before, out = back.read_bytes(), world.folder / "退回.xlsx"
    monkeypatch.setattr(choosing, "open_file", lambda *_args: back)
    monkeypatch.setattr(choosing, "save_file", lambda *_args: out)
    page.refresh()
    page.hand_back.click()
    quiet(qtbot, page.desk)
    book = openpyxl.load_workbook(out)
    comments = [c.comment.text for row in book["核查表"] for c in row if c.comment]
    assert any("八月底吧" in text or "日期" in text for text in comments) and back.read_bytes() == before
    assert page.strip.isVisible() and "批注在" in page.strip.words.text()
    monkeypatch.setattr(choosing, "save_file", lambda *_args: back)
    page.hand_back.click()
    quiet(qtbot, page.desk)
    assert "不能改" in page.strip.words.text() and back.read_bytes() == before


def test_the_board_opens_at_a_department_and_stays_there(
    qtbot: QtBot, page: RoundsScreen, world: Play
) -> None:
    page.go({"ledger": world.ledger, "dept": FOREST})
    row = page.table.currentIndex().row()
    assert page.part() is not None and page.part().dept == FOREST and page.table.hasFocus()  # type: ignore[union-attr]
    page.refresh()
    assert page.table.currentIndex().row() == row and page.table.hasFocus()
    assert unreachable([page.push, page.table, page.see, page.remind, page.hand_back]) == []
    late = replace(world.sponsor, fixed_today=world.sponsor.today().replace(month=9))
    page.desk.office = late
    page.refresh()
    page.remind.click()
    assert "应在 2022-08-25 前回传" in " ".join(w.text() for w in page.deeds.asked.findChildren(QLabel))

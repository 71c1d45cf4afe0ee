"""投诉 by clicks and keys: its page, deeds and papers."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers, serving
from app.listing import history, lists
from app.office import Office
from app.proof import replay
from tests.ui.conftest import cell, shown
from tests.ui.following import NO, choices, page, press, put, tool, top
from tests.ui.pages import cut_buttons, nameless, quiet
from ui.desk import Desk
from ui.dialogs import asking, deeds_menu
from ui.dialogs.following.answer_dialogs import AnswerDialog, AskedBackDialog
from ui.dialogs.following.assess_dialog import AssessDialog
from ui.dialogs.following.caller_dialog import CallerDialog
from ui.dialogs.following.complaint_dialog import ComplaintDialog
from ui.dialogs.following.void_dialog import BackDialog, VoidDialog
from ui.dialogs.new_entry_dialog import LOOK, STILL
from ui.dialogs.printed_dialog import PrintedDialog
from ui.screens.following.complaints_screen import ComplaintsScreen
from ui.tables import roles

Key = Qt.Key
CALL = {
    "name": "环评报件三次被退", "called_on": "2022-09-16", "kind": "要件反复", "content": "材料被退三次",
    "dept": "旗生态环境分局", "about": f"{NO.format(2)}/M03", "answer_by": "2022-09-21",
    "caller": "诉求人甲", "caller_tel": "13800000009",
}  # fmt: skip


@pytest.fixture
def calls(office: Office) -> str:
    register = serving.ledger(office, "complaints")
    entries.add(office, register, CALL, not_secret="声明人甲")
    return register


def test_a_complaint_that_may_be_there_is_asked_about_and_never_refused(
    qtbot: QtBot, desk: Desk, calls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SB 四(四): project and matter by the picker, the limit as it is typed, likely duplicates."""
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "complaints")
    assert isinstance(screen, ComplaintsScreen) and screen.bench is not None
    assert cut_buttons(screen) == [] and nameless(screen) == []
    office = desk.office
    told: list[str] = []
    answers = [LOOK, STILL]

    def answer(_over: Any, _title: str, _text: str, more: str, _answers: Any) -> str:
        told.append(more)
        return answers.pop(0)

    monkeypatch.setattr(asking, "ask", answer)
    new = ComplaintDialog(desk, screen.bench.line, window)
    new.show()
    assert "没写答复时限：按5个工作日提醒，到 2022-09-27" in new.told.text() and not new.twin.isVisible()
    new.form.inputs["about"].set_text(NO.format(2))
    new.look_up()
    assert new.matter.isEnabled() and new.matter.findData("M03") > 0
    new.matter.set_text("M03")
    new.form.inputs["name"].set_text("又被退件")
    new.form.inputs["answer_by"].set_text("2022.9.22")
    new.look_up()
    assert new.told.text() == "答复时限 2022-09-22（剩 2 天）。"
    assert "可能是同一件：“环评报件三次被退”（2022-09-16来电，旗生态环境分局，待响应）" in new.twin.text()
    new.primary.click()  # asked; the clerk goes to the one that is there
    (first,) = lists.ids(office, calls)
    assert new.added == first and not new.isVisible() and len(told) == 1
    again = ComplaintDialog(desk, screen.bench.line, window)
    again.show()
    again.form.inputs["about"].set_text(NO.format(2))
    again.look_up()
    again.matter.set_text("M03")
    again.form.inputs["name"].set_text("又被退件")
    again.primary.click()  # asked, never refused
    assert again.added and lists.line(office, again.added).cells["about"] == f"{NO.format(2)}/M03"


def test_a_caller_is_masked_and_shown_on_demand(qtbot: QtBot, desk: Desk, calls: str) -> None:
    """Domain B12: masked in the list, the form and the record; who looks says why, and that is kept."""
    screen = page(window := shown(qtbot, desk, 911, 485), "complaints")
    office, table = desk.office, screen.bench.table
    (first,) = lists.ids(office, calls)
    index = cell(table, 0, "caller_tel")
    assert index.data() == "138****0009" and index.data(Qt.ItemDataRole.EditRole) == "138****0009"
    assert "看投诉人" in index.data(roles.Locked)
    screen.bench.arrive({"entry": first, "form": True})
    form = screen.bench.panel.form
    assert form.inputs["caller"].text_now() == "诉**" and form.inputs["caller"].isReadOnly()  # type: ignore[union-attr]
    assert not screen.bench.panel.dirty()
    choices(screen, "更多", qtbot)["看投诉人…"].trigger()
    look = top(window, CallerDialog)
    assert look.text("caller") == "诉**"
    press(look)
    assert look.faults["why"].isVisible()  # it wants to know why
    put(look, why="回访")
    press(look)
    assert (look.text("caller"), look.text("caller_tel")) == ("诉求人甲", "13800000009")
    assert history.lines(office, first)[0].title == "看投诉人"
    put(look, caller_tel="13800000008")
    press(look)
    assert lists.line(office, first).cells["caller_tel"] == "13800000008"


def test_a_complaint_is_answered_asked_back_and_assessed(qtbot: QtBot, desk: Desk, calls: str) -> None:
    """SB 四(四)、六(一): answered is 已答复 and not 已停; one without a limit is counted openly."""
    screen = page(window := shown(qtbot, desk, 911, 485), "complaints")
    office, table = desk.office, screen.bench.table
    (first,) = lists.ids(office, calls)
    entries.add(office, calls, {**CALL, "answer_by": "", "order_no": "2"}, not_secret="声明人甲")
    qtbot.keyClick(tool(screen, "回访…"), Key.Key_Return)
    assert "先登记答复再回访" in screen.strip.words.text()
    qtbot.keyClick(tool(screen, "答复…"), Key.Key_Return)
    reply = top(window, AnswerDialog)
    put(reply, answered_on="2022-09-20", result_text="已约定补件")
    assert "灯号改为“已答复”" in reply.effect.text()
    press(reply)
    QApplication.processEvents()
    row = table.ledger_model.row_of(first)
    light = cell(table, row, "light")
    assert (light.data(roles.Light), light.data(roles.LightWord)) == ("stopped", "已答复")
    assert light.data(Qt.ItemDataRole.AccessibleTextRole) == "灯号 已答复"
    assert any(b.text().startswith("已答复") for b in screen.chips.findChildren(QPushButton))
    qtbot.keyClick(tool(screen, "回访…"), Key.Key_Return)
    put(top(window, AskedBackDialog), satisfied="基本满意")
    press(top(window, AskedBackDialog))
    assert lists.line(office, first).cells["satisfied"] == "基本满意"
    qtbot.keyClick(tool(screen, "考核…"), Key.Key_Return)
    month = top(window, AssessDialog)
    assert "未定时限件数 1" in month.effect.text()
    press(month)
    quiet(qtbot, desk)
    assert top(window, PrintedDialog).windowTitle() == "12345考核表 2022-09"
    assert replay.verify(office) == []


def test_a_record_entered_twice_is_struck_off_and_back_from_the_menu_of_its_row(
    qtbot: QtBot, desk: Desk, calls: str
) -> None:
    """旗方案 四(四): 退单 with a reason; under its own chip the row is still there, nothing else is done with it."""
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "complaints")
    (first,) = lists.ids(desk.office, calls)

    def pick(key: str) -> str:
        """Choose an entry of the row's menu; why it cannot be chosen, '' when it was."""
        menu, line = QMenu(screen), lists.line(desk.office, first)
        deeds_menu.fill(menu, desk, ledgers.get(desk.office, calls), [line], screen)
        action = next(a for a in menu.actions() if a.objectName() == key)
        action.trigger()
        return "" if action.isEnabled() else action.toolTip()

    assert "不用恢复" in pick("reopen") and "void" not in screen.chips._chips
    assert pick("void") == ""
    dialog = top(window, VoidDialog)
    assert dialog.windowTitle() == "退单" and "还看得到" in dialog.effect.text()
    press(dialog)
    assert dialog.isVisible() and dialog.faults["detail"].isVisible()  # it wants to know why
    put(dialog, reason="重复工单", detail="与第2号相同")
    press(dialog)
    QApplication.processEvents()
    assert history.lines(desk.office, first)[0].facts["reason"] == "重复工单"
    chip = screen.chips.chip("void")
    assert chip.text().split() == ["退单", "1"] and screen.chips.chip("open").text().split()[-1] == "0"
    chip.click()
    assert screen.bench.table.ledger_model.ids == [first]
    screen.answer()  # nor from the head
    assert "先恢复" in screen.strip.words.text() and not window.findChildren(AnswerDialog)
    assert "先恢复" in pick("answer") and "已经退单" in pick("void")
    assert pick("reopen") == ""
    dialog = top(window, BackDialog)
    put(dialog, basis="其他", detail="退错了")
    press(dialog)
    assert lists.line(desk.office, first).standing_text == "未办结" and replay.verify(desk.office) == []

"""The form and the grid keep the focus and their places: nothing moves under the mouse, nothing throws the clerk out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.listing import lists
from tests.ui.conftest import cell
from tests.ui.record_form import bench
from ui.forms.field_form import FieldForm
from ui.forms.record_panel import MATTERS, RecordPanel
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.workbench import Workbench

__all__ = ["bench"]
Key, Ctrl, Left = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def panel(bench: Workbench) -> RecordPanel:
    bench.open_panel()
    return bench.panel


def write(qtbot: QtBot, form: FieldForm, key: str, text: str) -> None:
    made = form.inputs[key]
    form.go(key)
    made.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(made, text)


def pressable(screen: LedgerScreen, words: str) -> QPushButton:
    return next(b for b in screen.findChildren(QPushButton) if words in b.text() and b.isVisible())


def test_taking_filters_away_stays_in_the_grid(qtbot: QtBot, screen: LedgerScreen, bench: Workbench) -> None:
    for words in ("清除筛选", "责任单位 = "):
        bench.table._filter("resp_unit", ("旗水利局",))
        button = pressable(screen, words)
        button.setFocus()
        qtbot.mouseClick(button, Left)
        assert QApplication.focusWidget() is bench.table, words
        assert bench.table.ledger_model.rowCount() == 40
    screen._apply(replace(bench.query, text="没有这样的项目"))
    qtbot.mouseClick(pressable(screen, "看全部"), Left)
    assert QApplication.focusWidget() is bench.table


def test_undo_and_save_in_the_form_stay_in_the_form(qtbot: QtBot, panel: RecordPanel) -> None:
    for button in (panel.undo, panel.keep):
        write(qtbot, panel.form, "owner_org", "new owner")
        button.setFocus()
        qtbot.mouseClick(button, Left)
        assert not button.isEnabled()
        assert QApplication.focusWidget() is panel.form.inputs["owner_org"], button.text()
    panel.tabs.setCurrentIndex(MATTERS)
    write(qtbot, panel.matters.form, "d_accept", "2022-09-19")
    panel.undo.setFocus()
    qtbot.mouseClick(panel.undo, Left)
    assert QApplication.focusWidget() is panel.matters.form.inputs["d_accept"]


def place(panel: RecordPanel, key: str) -> QPoint:
    QApplication.processEvents()
    return panel.form.inputs[key].mapTo(panel, QPoint(0, 0))


def test_fields_stay_where_they_are_when_an_error_goes_away(qtbot: QtBot, panel: RecordPanel) -> None:
    write(qtbot, panel.form, "invest", "abc")
    keys = list(panel.form.inputs)
    below = keys[keys.index("invest") + 1]
    qtbot.keyClick(panel.form.inputs["invest"], Key.Key_S, Ctrl)
    qtbot.waitUntil(lambda: panel.form._faults["invest"].isVisible())
    QApplication.processEvents()
    before = place(panel, below)
    qtbot.keyClicks(panel.form.inputs["invest"], "1")
    assert not panel.form._faults["invest"].isVisible()
    assert place(panel, below) == before
    write(qtbot, panel.form, "invest", "12")
    qtbot.keyClick(panel.form.inputs["invest"], Key.Key_S, Ctrl)
    assert lists.line(panel.desk.office, panel.line.id).cells["invest"] == 12_000_000  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: place(panel, below).y() - place(panel, "invest").y() < before.y())
    assert not panel.form._faults["invest"].text()


def test_every_error_is_marked_and_they_are_counted_on_top(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    write(qtbot, panel.form, "invest", "abc")
    write(qtbot, panel.form, "due_date", "soon")
    qtbot.keyClick(panel.form.inputs["due_date"], Key.Key_S, Ctrl)
    assert panel.form.fault_keys() == sorted(["invest", "due_date"], key=list(panel.form.inputs).index)
    assert all(panel.form.inputs[key].property("wrong") == "true" for key in ("invest", "due_date"))
    assert panel.wrong.isVisible() and panel.wrong.text() == "还有 2 处要改"
    panel.tabs.setCurrentIndex(MATTERS)
    qtbot.mouseClick(panel.wrong, Left)
    assert panel.tabs.currentIndex() == 0
    first = panel.form.inputs[panel.form.fault_keys()[0]]
    assert QApplication.focusWidget() is first
    qtbot.keyClick(first, Key.Key_F8)
    assert QApplication.focusWidget() is panel.form.inputs[panel.form.fault_keys()[1]]
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is first
    write(qtbot, panel.form, "invest", "12")
    assert panel.wrong.text() == "还有 1 处要改"
    bench.table.setCurrentIndex(cell(bench.table, 3, "name"))
    assert not panel.wrong.isVisible()


def test_saving_leaves_focus_and_caret_where_the_clerk_writes(qtbot: QtBot, panel: RecordPanel) -> None:
    line, long = panel.form.inputs["owner_org"], panel.form.inputs["note"]
    assert isinstance(line, QLineEdit) and isinstance(long, QPlainTextEdit)
    write(qtbot, panel.form, "owner_org", "new owner")
    line.setCursorPosition(3)
    qtbot.keyClick(line, Key.Key_S, Ctrl)
    assert (line.hasFocus(), line.cursorPosition(), panel.dirty()) == (True, 3, False)
    write(qtbot, panel.form, "note", "first second")
    qtbot.keyClick(long, Key.Key_S, Ctrl)
    assert (long.hasFocus(), long.textCursor().position(), panel.dirty()) == (True, 12, False)
    panel.tabs.setCurrentIndex(MATTERS)
    write(qtbot, panel.matters.form, "d_accept", "2022.9.19")
    day = panel.matters.form.inputs["d_accept"]
    qtbot.keyClick(day, Key.Key_S, Ctrl)
    assert (day.text_now(), day.hasFocus(), day.cursorPosition()) == ("2022-09-19", True, 10)  # type: ignore[union-attr]

"""Ctrl+F and Ctrl+H in the grid, by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.books import Book
from tests.ui.conftest import cell, shown
from tests.ui.pages import cut_buttons, nameless, quiet, unreachable
from tests.ui.test_ledger_hand import bench_of, place, told
from tests.ui.test_ledger_table import choose
from ui import look
from ui.desk import Desk
from ui.dialogs.find_dialog import FindDialog
from ui.main_window import MainWindow
from ui.tables import finder
from ui.tables.finder import CHOSEN
from ui.tables.ledger_table import LedgerTable

Key = Qt.Key
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def opened(qtbot: QtBot, table: LedgerTable, replacing: bool = False) -> FindDialog:
    table.window().activateWindow()
    qtbot.waitUntil(table.window().isActiveWindow)
    qtbot.keyClick(table.window(), Key.Key_H if replacing else Key.Key_F, Ctrl)
    found = [each for each in table.findChildren(FindDialog) if each.isVisible()]
    assert len(found) == 1 and not found[0].isModal()
    qtbot.waitUntil(found[0].isActiveWindow)
    return found[0]


def press(qtbot: QtBot, dialog: FindDialog, key: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(dialog.sought, key, held)


def test_find_goes_round_the_shown_cells(qtbot: QtBot, window: MainWindow, table: LedgerTable) -> None:
    table.edits.write({5: {table.ledger_model.column_of("due_date"): "坏日期乙镇"}}, "已填")
    table.setCurrentIndex(cell(table, 30, "place"))
    dialog = opened(qtbot, table)
    assert not nameless(dialog) and not cut_buttons(dialog)
    assert not unreachable([dialog.sought, dialog.by, dialog.scope, dialog.whole, dialog.one, dialog.all, dialog.primary])
    dialog.sought.setText("乙镇")
    press(qtbot, dialog, Key.Key_Return)
    assert place(table) == (31, "place") and dialog.said.text() == "第 12 处，共 14 处"
    for _ in range(3):
        press(qtbot, dialog, Key.Key_Return)
    assert place(table) == (1, "place")  # round to the top
    press(qtbot, dialog, Key.Key_Return)
    press(qtbot, dialog, Key.Key_Return)
    assert place(table) == (5, "due_date")  # a red cell by what it shows
    press(qtbot, dialog, Key.Key_Return, Shift)
    assert place(table) == (4, "place")
    dialog.whole.setChecked(True)
    press(qtbot, dialog, Key.Key_Return)
    assert "没有找到" in dialog.said.text()
    at, light = place(table)[0], look.LIGHTS["red"].word
    dialog.sought.setText(light)  # in a column that the program fills, as it is shown
    press(qtbot, dialog, Key.Key_Return)
    reds = [row for row in range(40) if table.ledger_model.line_at(row).light == "red"]  # type: ignore[union-attr]
    assert place(table) == (next((row for row in reds if row > at), reds[0]), "light")
    assert dialog.said.text().endswith(f"共 {len(reds)} 处") and len(reds) > 1
    dialog.sought.setText("在办")  # in a column of matters
    press(qtbot, dialog, Key.Key_Return)
    assert place(table)[1] == "M03" and cell(table, place(table)[0], "M03").data() == "在办"
    assert dialog.said.text().endswith("共 20 处")
    dialog.sought.setText("乙镇")
    press(qtbot, dialog, Key.Key_Escape)
    assert not dialog.isVisible()
    assert opened(qtbot, table).sought.text() == "乙镇"
    window.show_page("today")
    assert not [each for each in table.findChildren(FindDialog) if each.isVisible()]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Key.Key_F, Ctrl)  # a page without cells of its own
    assert window.top.search.hasFocus()


def test_replace_one_by_one_and_all_as_one_step(qtbot: QtBot, window: MainWindow, table: LedgerTable) -> None:
    table.edits.write({0: {table.ledger_model.column_of("place"): "00123路001"}}, "已填")
    table.setCurrentIndex(cell(table, 0, "place"))
    dialog = opened(qtbot, table, replacing=True)
    dialog.sought.setText("００1")
    dialog.by.setText("002")
    dialog.one.click()
    assert cell(table, 0, "place").data() == "00223路002"  # text stays text, zeros and all
    assert place(table)[0] > 0 or "没有了" in dialog.said.text() or "共" in dialog.said.text()
    dialog.sought.setText("示范")
    dialog.by.setText("样板")
    before = cell(table, 3, "name").data()
    dialog.all.click()
    assert cell(table, 3, "name").data() == before.replace("示范", "样板")
    assert cell(table, 3, "place").data() == "样板甲镇"
    assert "已替换 79 处" in dialog.said.text() and "共 79 格" in told(window)
    table.desk.steps.undo()
    assert cell(table, 3, "name").data() == before and cell(table, 3, "place").data() == "示范甲镇"
    dialog.close()

    choose(table, 0, 2, "resp_unit")
    dialog = opened(qtbot, table, replacing=True)
    assert dialog.scope.currentText() == CHOSEN
    dialog.sought.setText("旗")
    dialog.by.setText("")
    dialog.all.click()
    assert [cell(table, row, "resp_unit").data() for row in range(4)] == ["水利局", "住建局", "教育局", "旗水利局"]
    dialog.close()


def test_what_is_frozen_is_counted_and_left(qtbot: QtBot, book: Book) -> None:
    """SB 四(一), decision 7: a name does not change after the seal, by no key."""
    table = bench_of(shown(qtbot, book.desk))
    before = cell(table, 0, "name").data()
    dialog = opened(qtbot, table, replacing=True)
    dialog.sought.setText(before)
    dialog.by.setText("x")
    dialog.one.click()
    dialog.all.click()
    assert "1 格不能改" in dialog.said.text() and cell(table, 0, "name").data() == before


def test_a_long_ledger_is_looked_through_off_the_screen_thread(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "AT_ONCE", 5)
    table = bench_of(shown(qtbot, desk))
    dialog = opened(qtbot, table)
    dialog.sought.setText("牧场")
    dialog.find()
    quiet(qtbot, desk)
    assert place(table) == (1, "name") and "共 8 处" in dialog.said.text()
    dialog.close()

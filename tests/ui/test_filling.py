"""Filling cells: the handle at the corner of the selection, Ctrl+D, Ctrl+R, Ctrl+Enter, and where Enter and Tab lead."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tests.ui.conftest import cell
from tests.ui.test_ledger_hand import chosen, place, told
from tests.ui.test_ledger_table import choose, editor, enter
from ui.main_window import MainWindow
from ui.tables import copying
from ui.tables.ledger_table import LedgerTable

Key = Qt.Key
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Left = Qt.MouseButton.LeftButton


def texts(table: LedgerTable, key: str, *rows: int) -> list[str]:
    return [cell(table, row, key).data() for row in rows]


def drag(qtbot: QtBot, table: LedgerTable, row: int, key: str) -> None:
    """Draw the little square of the selection to the middle of a cell."""
    pane = next(p for p in (table, table.pane) if not table.fill.place(p).isEmpty())
    start = table.fill.place(pane).center()
    goal_pane = table.pane if table.ledger_model.column_of(key) < table.frozen() else table
    goal = goal_pane.viewport().mapTo(table, goal_pane.visualRect(cell(table, row, key)).center())
    qtbot.mousePress(pane.viewport(), Left, pos=start)
    for at in (start + QPoint(2, 2), pane.viewport().mapFrom(table, goal)):
        qtbot.mouseMove(pane.viewport(), at)
    table.fill._drag(goal)
    qtbot.mouseRelease(pane.viewport(), Left, pos=pane.viewport().mapFrom(table, goal))


def test_the_square_fills_down_up_and_to_the_right(qtbot: QtBot, window: MainWindow, table: LedgerTable) -> None:
    choose(table, 0, 1, "place")
    drag(qtbot, table, 5, "place")
    assert texts(table, "place", *range(6)) == ["示范甲镇", "示范乙镇"] * 3
    assert chosen(table) == {(row, "place") for row in range(6)}
    assert "已填 4 格" in told(window)
    table.desk.steps.undo()
    assert texts(table, "place", 2, 5) == ["示范丙苏木", "示范丙苏木"]
    choose(table, 5, 5, "place")
    drag(qtbot, table, 3, "place")
    assert texts(table, "place", 2, 3, 4) == ["示范丙苏木"] * 3
    choose(table, 0, 0, "resp_unit")
    drag(qtbot, table, 0, "place")
    assert texts(table, "place", 0, 1) == ["旗水利局", "示范乙镇"]
    choose(table, 0, 0, "name")  # in the frozen pane
    assert not table.fill.place(table.pane).isEmpty() and table.fill.place(table).isEmpty()
    drag(qtbot, table, 2, "name")
    assert len(set(texts(table, "name", 0, 1, 2))) == 1
    table.setCurrentIndex(cell(table, 0, "left"))
    assert table.fill.block() is None  # what is computed has no square


def test_a_double_click_fills_to_the_end_of_the_column_beside(
    qtbot: QtBot, window: MainWindow, table: LedgerTable
) -> None:
    choose(table, 3, 9, "place")
    table.edits.put_all("")
    choose(table, 2, 2, "place")
    qtbot.mouseDClick(table.viewport(), Left, pos=table.fill.place(table).center())
    assert texts(table, "place", *range(2, 11)) == ["示范丙苏木"] * 8 + ["示范乙镇"]
    assert not table.editing()
    choose(table, 20, 20, "place")
    qtbot.mouseDClick(table.viewport(), Left, pos=table.fill.place(table).center())
    assert "没有填" in told(window)  # what is there is not written over


def test_the_keys_fill_down_to_the_right_and_the_whole_selection(qtbot: QtBot, table: LedgerTable) -> None:
    choose(table, 0, 2, "place")
    qtbot.keyClick(table, Key.Key_D, Ctrl)
    assert texts(table, "place", 0, 1, 2) == ["示范甲镇"] * 3
    choose(table, 4, 4, "place")
    qtbot.keyClick(table, Key.Key_D, Ctrl)
    assert texts(table, "place", 4) == ["示范甲镇"]  # one cell takes the one above
    choose(table, 7, 8, "resp_unit", "place")
    qtbot.keyClick(table, Key.Key_R, Ctrl)
    assert texts(table, "place", 7, 8) == ["旗住建局", "旗教育局"]
    choose(table, 10, 11, "place")
    qtbot.keyClick(table, Key.Key_R, Ctrl)
    assert texts(table, "place", 10, 11) == ["旗住建局", "旗教育局"]
    for key, column in (("place", "place"), ("name", "name"), ("build_state", "build_state")):
        choose(table, 12, 14, key)
        table.setColumnHidden(table.ledger_model.column_of(key), False)
        qtbot.keyClick(table, Key.Key_F2)
        made = editor(table)
        box = made.parentWidget()
        if isinstance(box, QComboBox):
            box.setEditText("建成")
        else:
            made.setText("打的字")
        qtbot.keyClick(box if isinstance(box, QComboBox) else made, Key.Key_Return, Ctrl)
        assert len(set(texts(table, column, 12, 13, 14))) == 1 and not table.editing()
        assert place(table) == (12, key) and len(chosen(table)) == 3
    qtbot.keyClick(table, Key.Key_Semicolon, Ctrl)
    choose(table, 12, 12, "due_date")
    qtbot.keyClick(table, Key.Key_Semicolon, Ctrl)
    assert texts(table, "due_date", 12) == ["2022-09-20"]


def test_enter_and_tab_lead_as_in_excel(qtbot: QtBot, table: LedgerTable) -> None:
    table.setFocus()
    table.setCurrentIndex(cell(table, 2, "resp_unit"))
    qtbot.keyClicks(table, "a")
    qtbot.keyClick(editor(table), Key.Key_Tab)
    assert place(table) == (2, "place")
    qtbot.keyClicks(table, "b")
    enter(qtbot, table)
    assert place(table) == (3, "resp_unit")  # down and back to where Tab began
    qtbot.keyClick(table, Key.Key_Tab)
    qtbot.keyClick(table, Key.Key_Return)
    assert place(table) == (4, "resp_unit")
    qtbot.keyClick(table, Key.Key_Return)
    qtbot.keyClick(table, Key.Key_Return, Shift)
    assert place(table) == (4, "resp_unit")
    choose(table, 0, 1, "resp_unit", "place")
    met = []
    for key in (Key.Key_Return,) * 4:
        qtbot.keyClick(table, key)
        met.append(place(table))
    assert met == [(1, "resp_unit"), (0, "place"), (1, "place"), (0, "resp_unit")]
    qtbot.keyClick(table, Key.Key_Tab)
    assert place(table) == (0, "place") and len(chosen(table)) == 4
    table.setCurrentIndex(cell(table, 6, "resp_unit"))
    qtbot.keyClicks(table, "c")
    qtbot.keyClick(editor(table), Key.Key_Right)  # typed straight onto the cell
    assert place(table) == (6, "place") and texts(table, "resp_unit", 6) == ["c"]
    qtbot.keyClick(table, Key.Key_F2)
    qtbot.keyClick(editor(table), Key.Key_Left)
    assert table.editing() and place(table) == (6, "place")  # after F2 the caret moves
    qtbot.keyClick(editor(table), Key.Key_Escape)


@pytest.mark.parametrize("held", [Ctrl, Shift])
def test_keys_of_the_input_method_do_nothing_here(
    qtbot: QtBot, table: LedgerTable, held: Qt.KeyboardModifier
) -> None:
    choose(table, 2, 3, "place")
    qtbot.keyClick(table, Key.Key_Space, held)
    assert not table.editing() and len(chosen(table)) == 2


def test_the_moving_keys_lead_as_in_excel(qtbot: QtBot, table: LedgerTable) -> None:
    """One cell is chosen wherever they lead, with Shift all from where it began; nothing on the way is written."""
    keys, last = table.shown_keys(), table.ledger_model.rowCount() - 1
    table.setFocus()
    first = table.ledger_model.columns[table.frozen()].key  # that scrolls
    for key, held, start, end in (
        (Key.Key_Home, None, (7, "place"), (7, first)),
        (Key.Key_End, None, (7, "place"), (7, keys[-1])),
        (Key.Key_Home, Ctrl, (7, "place"), (0, first)),
        (Key.Key_End, Ctrl, (7, "place"), (last, keys[-1])),
    ):
        table.setCurrentIndex(cell(table, *start))
        qtbot.keyClick(table, key, held or Qt.KeyboardModifier.NoModifier)
        assert place(table) == end and chosen(table) == {end}
    table.setCurrentIndex(cell(table, 3, "place"))
    qtbot.keyClick(table, Key.Key_PageDown)
    row = place(table)[0]
    assert row > 12 and place(table)[1] == "place"
    qtbot.keyClick(table, Key.Key_PageUp)
    assert place(table)[0] < row
    table.setCurrentIndex(cell(table, 3, "place"))
    qtbot.keyClick(table, Key.Key_End, Ctrl | Shift)
    assert (3, "place") in chosen(table) and (last, keys[-1]) in chosen(table) and (2, "place") not in chosen(table)
    table.setCurrentIndex(cell(table, 3, "resp_unit"))
    qtbot.keyClick(table, Key.Key_Right, Shift)
    qtbot.keyClick(table, Key.Key_Down, Shift)
    assert chosen(table) == {(row, key) for row in (3, 4) for key in ("resp_unit", "place")}
    qtbot.keyClick(table, Key.Key_A, Ctrl)
    assert len(copying.ranges_of(table)) == 1 and copying.ranges_of(table)[0].height() == last + 1
    table.setCurrentIndex(cell(table, 3, "place"))
    qtbot.keyClick(table, Key.Key_Backspace)
    assert table.editing() and editor(table).text() == ""
    qtbot.keyClick(editor(table), Key.Key_Escape)
    assert texts(table, "place", 3) == ["示范甲镇"]

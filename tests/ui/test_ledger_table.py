"""The grid under an Excel hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.listing import lists
from tests.ui.conftest import cell, shown
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen
from ui.tables import roles, sums
from ui.tables.clipboard import parse_block
from ui.tables.filter_popup import FilterPopup
from ui.tables.ledger_table import LedgerTable
from ui.widgets import patience

Key = Qt.Key
Ctrl = Qt.KeyboardModifier.ControlModifier


def choose(table: LedgerTable, top: int, bottom: int, *keys: str) -> None:
    columns = [table.ledger_model.column_of(key) for key in keys]
    table.setCurrentIndex(cell(table, top, keys[0]))
    model = table.ledger_model
    block = QItemSelection(model.index(top, min(columns)), model.index(bottom, max(columns)))
    table.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def editor(table: LedgerTable) -> QLineEdit:
    found = [e for p in (table, table.pane) for e in p.viewport().findChildren(QLineEdit) if e.isVisible()]
    assert found, "no editor is open"
    return found[0]


def enter(qtbot: QtBot, table: LedgerTable) -> None:
    qtbot.keyClick(editor(table), Key.Key_Return)
    qtbot.waitUntil(lambda: not table.editing())


@pytest.mark.parametrize("key", ["place", "name"])
def test_typing_edits_enter_stores_and_goes_down(qtbot: QtBot, table: LedgerTable, key: str) -> None:
    """In a scrolling and in a frozen column alike."""
    table.setCurrentIndex(cell(table, 2, key))
    qtbot.keyClicks(table, "a")
    qtbot.keyClicks(editor(table), "b")
    assert editor(table).text() == "ab"
    enter(qtbot, table)
    assert cell(table, 2, key).data() == "ab"
    assert (table.currentIndex().row(), table.currentIndex().column()) == (3, table.ledger_model.column_of(key))
    assert lists.line(table.desk.office, table.ledger_model.id_at(2)).cells[key] == "ab"
    assert not table.editing()


def test_f2_keeps_the_text_tab_goes_right_esc_gives_up(qtbot: QtBot, table: LedgerTable) -> None:
    table.setCurrentIndex(cell(table, 0, "resp_unit"))
    was = cell(table, 0, "resp_unit").data()
    qtbot.keyClick(table, Key.Key_F2)
    assert editor(table).text() == was
    qtbot.keyClicks(editor(table), "x")
    qtbot.keyClick(editor(table), Key.Key_Escape)
    assert cell(table, 0, "resp_unit").data() == was
    qtbot.keyClick(table, Key.Key_F2)
    qtbot.keyClick(editor(table), Key.Key_Tab)
    assert table.currentIndex().column() == table.ledger_model.column_of("place")


@pytest.mark.parametrize("key", ["place", "name"])
def test_chinese_typed_straight_onto_a_cell_is_not_lost(qtbot: QtBot, table: LedgerTable, key: str) -> None:
    table.setCurrentIndex(cell(table, 1, key))
    table.setFocus()
    composing = QInputMethodEvent("shi fan", [])
    QApplication.sendEvent(table, composing)
    committed = QInputMethodEvent()
    committed.setCommitString("示范")
    QApplication.sendEvent(editor(table), committed)
    assert editor(table).text() == "示范"
    enter(qtbot, table)
    assert cell(table, 1, key).data() == "示范"


def test_a_bad_amount_goes_red_says_why_and_stays_editable(
    qtbot: QtBot, screen: LedgerScreen, table: LedgerTable
) -> None:
    table.setCurrentIndex(cell(table, 0, "invest"))
    qtbot.keyClicks(table, "a")
    enter(qtbot, table)
    assert cell(table, 0, "invest").data(roles.Tone) == "error"
    table.setCurrentIndex(cell(table, 0, "invest"))
    assert screen.strip.isVisible() and "总投资" in screen.strip.words.text()
    table.setCurrentIndex(cell(table, 5, "place"))
    assert not screen.strip.isVisible()
    screen.next_problem(1)
    assert table.currentIndex() == cell(table, 0, "invest")


def test_copy_gives_the_block_as_excel_takes_it(table: LedgerTable) -> None:
    choose(table, 0, 1, "resp_unit", "invest")
    table.copy()
    text = QGuiApplication.clipboard().text()
    assert text.split("\n")[0].split("\t") == ["旗水利局", "示范甲镇", "12.34"]
    assert parse_block(text) == [line.split("\t") for line in text.split("\n")]


def test_paste_takes_the_good_cells_and_marks_the_bad(table: LedgerTable) -> None:
    QGuiApplication.clipboard().setText("甲地\t100\n乙地\t2026.13.5x\r\n")
    table.setCurrentIndex(cell(table, 3, "place"))
    table.edits.paste()
    assert cell(table, 3, "place").data() == "甲地"
    assert cell(table, 3, "invest").data() == "100.00"
    assert cell(table, 4, "place").data() == "乙地"
    assert cell(table, 4, "invest").data(roles.Tone) == "error"


def test_a_paste_is_one_step_of_undo(table: LedgerTable) -> None:
    was = [cell(table, row, "place").data() for row in (3, 4)]
    QGuiApplication.clipboard().setText("甲地\n乙地")
    table.setCurrentIndex(cell(table, 3, "place"))
    table.edits.paste()
    table.desk.steps.undo()
    assert [cell(table, row, "place").data() for row in (3, 4)] == was
    table.desk.steps.redo()
    assert [cell(table, row, "place").data() for row in (3, 4)] == ["甲地", "乙地"]


def test_fill_down_fill_all_and_clear(table: LedgerTable) -> None:
    choose(table, 0, 3, "place")
    table.edits.fill_down()
    assert {cell(table, row, "place").data() for row in range(4)} == {"示范甲镇"}
    choose(table, 0, 1, "place")
    table.edits.put_all("")
    assert cell(table, 1, "place").data() == ""
    table.desk.steps.undo()
    assert cell(table, 1, "place").data() == "示范甲镇"


def test_the_status_bar_sums_the_selected_amounts(
    qtbot: QtBot, table: LedgerTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.waitSignal(table.summed, check_params_cb=lambda text: "合计" in text) as told:
        choose(table, 0, 3, "invest")
    assert told.args == ["选中 4 格  合计 123.40 万元  平均 30.85  4 个数"]
    monkeypatch.setattr(sums, "AT_ONCE", 10)  # so many rows are summed off the screen thread
    with qtbot.waitSignal(table.summed, check_params_cb=lambda text: "合计 " in text) as told:
        table.selectAll()
    shown = len(table.shown_keys())
    assert told.args == [f"选中 {40 * shown:,} 格  合计 10,118.80 万元  平均 252.97  40 个数"]
    refused = cell(table, 1, "invest")
    table.ledger_model.setData(refused, "约三千")
    with qtbot.waitSignal(table.summed, check_params_cb=lambda text: "合计" in text) as told:
        choose(table, 0, 3, "invest")
    assert "选中 4 格（1 个红格不计）" in told.args[0] and told.args[0].endswith("3 个数"), "what is seen is what is summed"


def test_frozen_columns_stand_still_and_take_at_most_45_percent(table: LedgerTable) -> None:
    assert table.frozen() == 2
    assert table.pane.isVisible()
    table.setCurrentIndex(cell(table, 0, "due_date"))
    assert table.horizontalScrollBar().value() > 0
    assert table.visualRect(table.currentIndex()).left() >= table.frozen_width()
    assert table.pane.columnViewportPosition(0) == 0
    across = table.horizontalScrollBar().value()
    table.setCurrentIndex(cell(table, 9, "name"))
    assert table.horizontalScrollBar().value() == across
    table.setColumnWidth(1, table.viewport().width())
    assert table.frozen() == 1


def test_both_panes_show_the_same_rows(qtbot: QtBot, table: LedgerTable) -> None:
    table.verticalScrollBar().setValue(300)
    assert table.pane.verticalScrollBar().value() == 300
    assert table.rowViewportPosition(15) == table.pane.rowViewportPosition(15)


def test_widths_order_and_hidden_columns_are_kept(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    table = window.screen().bench.table  # type: ignore[attr-defined]
    table.setColumnWidth(table.ledger_model.column_of("place"), 171)
    keys = [c.key for c in table.ledger_model.columns]
    moved = ["light", "name", "place", *(k for k in keys if k not in ("light", "name", "place"))]
    table.arrange(moved, [k for k in table.shown_keys() if k != "stage"], 3)
    again = LedgerTable(desk, table.ledger)
    qtbot.addWidget(again)
    assert [c.key for c in again.ledger_model.columns][:3] == ["light", "name", "place"]
    assert again.columnWidth(2) == 171
    assert again.isColumnHidden(again.ledger_model.column_of("stage"))
    assert again.frozen_wish() == 3


def test_a_header_filter_lists_values_with_counts_and_narrows(qtbot: QtBot, table: LedgerTable) -> None:
    table.setCurrentIndex(cell(table, 0, "resp_unit"))
    table.show_filter()
    popup = table.findChildren(FilterPopup)[-1]
    texts = [popup.values.words(i) for i in range(popup.values.rowCount())]
    assert "旗水利局（14）" in texts
    popup.box.setText("水利")
    qtbot.keyClick(popup, Key.Key_Return)
    assert table.ledger_model.rowCount() == 14
    assert table.ledger_model.query.where == (("resp_unit", ("旗水利局",)),)


def test_sorting_from_the_header(table: LedgerTable) -> None:
    table._sort("invest", True)
    assert cell(table, 0, "invest").data() == "493.60"


def test_a_read_that_takes_a_while_has_a_busy_cursor(table: LedgerTable, monkeypatch: pytest.MonkeyPatch) -> None:
    """desk.md: over 0.3 s a busy cursor; how long a row takes is learnt, so that quick reads do not flicker."""
    met: list[bool] = []
    table.ledger_model.modelAboutToBeReset.connect(lambda: met.append(QApplication.overrideCursor() is not None))
    table.filters.sort("place", False)
    monkeypatch.setattr(patience, "LONG_S", 0.0)  # everything is felt
    table.filters.sort("name", False)
    assert met == [False, True] and QApplication.overrideCursor() is None
    monkeypatch.undo()
    one = patience.Patience()
    for rows, long in ((100_000, True), (100_000, False)):
        with one.over("list", rows):
            assert (QApplication.overrideCursor() is not None) is long
    assert QApplication.overrideCursor() is None


def test_50_000_selected_cells_are_counted_without_walking_them(qtbot: QtBot, table: LedgerTable) -> None:
    table.selectAll()
    assert sum(map(len, table.edits.chosen().values())) == 40 * len(table.shown_keys())

"""Columns arranged by the hand: dragged, fitted, fixed and hidden from their heads, kept for the ledger and the clerk."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.conftest import cell
from ui.desk import Desk
from ui.tables.kept_columns import KeptColumns
from ui.tables.ledger_table import LedgerTable

Left = Qt.MouseButton.LeftButton


def at_head(table: LedgerTable, key: str, from_right: int = 0) -> QPoint:
    head, column = table.head, table.ledger_model.column_of(key)
    left, wide = head.sectionViewportPosition(column), head.sectionSize(column)
    return QPoint(left + (wide - from_right if from_right else 12), 12)


def keys(table: LedgerTable) -> list[str]:
    return table.shown_keys()


def test_a_head_is_dragged_where_its_column_is_chosen(qtbot: QtBot, table: LedgerTable) -> None:
    """Else the drag chooses further columns, as in Excel."""
    view = table.head.viewport()
    place, unit = (table.ledger_model.column_of(key) for key in ("place", "resp_unit"))
    assert keys(table).index("place") == keys(table).index("resp_unit") + 1
    qtbot.mouseClick(view, Left, pos=at_head(table, "resp_unit"))
    assert not table.head.sectionsMovable() and table.head._chosen(unit) and not table.head._chosen(place)
    start, end = at_head(table, "resp_unit"), at_head(table, "place", 8)
    qtbot.mousePress(view, Left, pos=start)
    assert table.head.sectionsMovable()
    for step in range(1, 9):
        qtbot.mouseMove(view, start + (end - start) * step / 8)
    qtbot.mouseRelease(view, Left, pos=end)
    QApplication.processEvents()
    assert keys(table).index("resp_unit") == keys(table).index("place") + 1
    assert [table.head.logicalIndex(n) for n in range(table.head.count())] == list(range(table.head.count()))
    assert str(cell(table, 0, "resp_unit").data()) == "旗水利局"
    again = KeptColumns(table.desk, table.ledger)
    assert [c.key for c in again.ordered(table.ledger_model.columns)] == [c.key for c in table.ledger_model.columns]


def test_a_double_click_on_a_border_fits_the_width_and_it_is_kept(
    qtbot: QtBot, table: LedgerTable, desk: Desk
) -> None:
    name, place = (table.ledger_model.column_of(key) for key in ("name", "place"))
    table.setColumnWidth(place, 300)
    qtbot.mouseDClick(table.head.viewport(), Left, pos=at_head(table, "place", 1))
    fitted = table.columnWidth(place)
    assert fitted < 200 and fitted == table.arranging.wide(place)
    qtbot.mouseDClick(table.pane.head.viewport(), Left, pos=QPoint(table.frozen_width() - 1, 12))
    texts = [str(cell(table, row, "name").data()) for row in range(40)]
    assert table.columnWidth(name) >= max(map(table.fontMetrics().horizontalAdvance, texts))
    kept = KeptColumns(desk, table.ledger)
    assert (kept.width("place"), kept.width("name")) == (fitted, table.columnWidth(name))
    desk.office = replace(desk.office, clerk="经办人乙")
    assert kept.width("place") == 0, "another clerk has columns of his own"


def test_the_menu_of_a_head_fixes_and_hides(qtbot: QtBot, table: LedgerTable) -> None:
    def menu(key: str) -> dict[str, object]:
        at = at_head(table, key)
        QApplication.sendEvent(
            table.head.viewport(),
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, table.head.viewport().mapToGlobal(at)),
        )
        made = [m for m in table.findChildren(QMenu) if m.isVisible()][-1]
        found = {a.text(): a for a in made.actions()}
        made.hide()
        return found

    order = [k for k in keys(table) if k != "left"]
    table.setColumnWidth(table.ledger_model.column_of("name"), 90)  # three columns are less than 45 % then
    table.arrange([c.key for c in table.ledger_model.columns], order, 1)  # a hidden column is no fixed one
    wanted = menu(order[2])
    wanted["固定左边 3 列（到这一列）"].trigger()  # type: ignore[attr-defined]
    assert table.frozen_wish() == 3
    fixed = [c.key for c in table.ledger_model.columns[: table.frozen()]]
    assert [key for key in fixed if key in order] == order[:3]
    assert table.frozen_width() <= table.width() * 0.45
    menu("place")["隐藏这一列"].trigger()  # type: ignore[attr-defined]
    assert "place" not in keys(table)
    table.setColumnWidth(table.ledger_model.column_of("light"), table.width())
    assert table.frozen() == 0 and not table.pane.isVisible(), "never more than 45 %"

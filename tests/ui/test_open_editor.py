"""An editor left open while the view changes: what was typed is kept, and Qt has nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from app.listing import lists
from tests.ui.conftest import cell
from tests.ui.test_ledger_table import editor
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.tables.ledger_table import LedgerTable

Key = Qt.Key
Ctrl = Qt.KeyboardModifier.ControlModifier

CHANGES: dict[str, Callable[[MainWindow, LedgerTable], object]] = {
    "sort": lambda window, table: table._sort("invest", True),
    "filter": lambda window, table: table._filter("resp_unit", ("旗水利局",)),
    "chip": lambda window, table: window.screen()._chip("red"),  # type: ignore[attr-defined]
    "search": lambda window, table: window.screen().search("水库"),
    "page": lambda window, table: window.show_page("today"),
    "read again": lambda window, table: window.screen().refresh(),
    "columns": lambda window, table: table.arrange(
        [c.key for c in table.ledger_model.columns], [k for k in table.shown_keys() if k != "stage"], 1
    ),
}


@pytest.mark.parametrize("key", ["place", "name", "build_state"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_being_typed_is_stored_when_the_view_changes(
    qtbot: QtBot, window: MainWindow, screen: LedgerScreen, table: LedgerTable, key: str, change: str
) -> None:
    window.activateWindow()
    table.setFocus()
    table.setCurrentIndex(cell(table, 3, key))
    entry = table.current_id()
    qtbot.keyClick(table, Key.Key_F2)
    line = editor(table)
    box = line.parentWidget()
    if isinstance(box, QComboBox):
        box.setEditText("建成")
    else:
        line.selectAll()
        qtbot.keyClicks(line, "ab")
    CHANGES[change](window, table)
    QApplication.processEvents()
    assert not table.editing()
    assert lists.line(table.desk.office, entry).cells[key] == ("建成" if key == "build_state" else "ab")

"""Chinese straight onto a cell, as an input method sends it: to whatever has the focus, first sign by sign, then whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from app.listing import lists
from tests.ui.conftest import cell
from tests.ui.test_ledger_hand import place, told
from tests.ui.test_ledger_table import editor, enter
from ui.main_window import MainWindow
from ui.tables import roles
from ui.tables.ledger_table import LedgerTable

Key = Qt.Key
IM = Qt.WidgetAttribute.WA_InputMethodEnabled


def compose(preedit: str = "", commit: str = "") -> None:
    """One event of the input method, to the widget that has the focus."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    here = QApplication.focusWidget()
    assert here is not None
    QApplication.sendEvent(here, event)


@pytest.mark.parametrize("key", ["place", "name", "build_state"])
def test_the_first_sign_opens_the_editor_and_none_is_lost(
    qtbot: QtBot, window: MainWindow, table: LedgerTable, key: str
) -> None:
    """In a scrolling column, a frozen one, and one with a drop-down."""
    table.setColumnHidden(table.ledger_model.column_of(key), False)
    window.activateWindow()
    table.setFocus()
    table.setCurrentIndex(cell(table, 1, key))
    was = cell(table, 1, key).data()
    assert table.testAttribute(IM)
    for typed in ("j", "ji", "jian", "jian'cheng"):
        compose(typed)
        assert table.editing()
    for ending in (Key.Key_Return, Key.Key_Escape):  # they choose and give up in the input method
        here = QApplication.focusWidget()
        qtbot.keyClick(here, ending)
        assert table.editing() and cell(table, 1, key).data() == was
    compose(commit="建")
    compose("cheng")
    compose(commit="成")
    made = editor(table)
    assert made.text() == "建成"  # in place of what was there
    box = made.parentWidget()
    qtbot.keyClick(box if isinstance(box, QComboBox) else made, Key.Key_Return)
    qtbot.waitUntil(lambda: not table.editing())
    assert cell(table, 1, key).data() in ("建成", "已建成") and place(table) == (2, key)
    compose("x")
    compose()  # given up: nothing was typed
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    qtbot.waitUntil(lambda: not table.editing())
    assert cell(table, 2, key).data() != "x"


def test_a_locked_cell_takes_no_composing(qtbot: QtBot, window: MainWindow, table: LedgerTable) -> None:
    window.activateWindow()
    table.setFocus()
    table.setCurrentIndex(cell(table, 1, "left"))
    assert not table.testAttribute(IM)  # the keys come as they are, and the reason is said
    qtbot.keyClicks(table, "j")
    assert "审批事项" in told(window)


@pytest.mark.parametrize(
    ("key", "typed", "stored"),
    [
        ("invest", "１２３４。５６", 1_234_560_000),
        ("invest", "1，234．5", 1_234_500_000),
        ("due_date", "２０２２．１０．１２", "2022-10-12"),
        ("due_date", "2022。10。12", "2022-10-12"),
        ("project_code", "２２０４－１５２５２９－０４－０１－０００１２３", "2204-152529-04-01-000123"),
    ],
)
def test_full_width_digits_and_stops_are_read(
    qtbot: QtBot, table: LedgerTable, key: str, typed: str, stored: object
) -> None:
    table.setCurrentIndex(cell(table, 0, key))
    qtbot.keyClick(table, Key.Key_F2)
    editor(table).setText(typed)
    enter(qtbot, table)
    assert cell(table, 0, key).data(roles.Tone) != "error"
    assert lists.line(table.desk.office, table.ledger_model.id_at(0)).cells[key] == stored

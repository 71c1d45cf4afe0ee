"""The search box over the ledger: it filters while typing, Esc and 清除筛选 empty it; the ways to form and guide."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import ledgers
from tests.ui.conftest import cell, shown
from tests.ui.pages import cut_buttons
from ui.desk import Desk
from ui.dialogs.guide_dialog import GuideDialog
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.tables.ledger_table import LedgerTable

Key, Ctrl, Left = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


def named(screen: LedgerScreen, words: str) -> QPushButton:
    return next(b for b in screen.findChildren(QPushButton) if b.text() == words and b.isVisible())


def typed(qtbot: QtBot, window: MainWindow, text: str, rows: int) -> None:
    box = window.top.search
    qtbot.keyClick(window, Key.Key_K, Ctrl)
    assert QApplication.focusWidget() is box
    qtbot.keyClicks(box, text)
    table = window.screen().bench.table  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: table.ledger_model.rowCount() == rows)


def test_typing_filters_and_the_hand_stays_in_the_box(
    qtbot: QtBot, window: MainWindow, screen: LedgerScreen, table: LedgerTable
) -> None:
    window.activateWindow()
    table.setFocus()
    before = QApplication.focusWidget()
    typed(qtbot, window, "sfwly", 8)
    box = window.top.search
    assert QApplication.focusWidget() is box and box.text() == "sfwly"
    assert screen.tags.isVisible()
    qtbot.keyClick(box, Key.Key_Escape)
    assert box.text() == "" and table.ledger_model.rowCount() == 40 and not screen.tags.isVisible()
    assert before is not None and QApplication.focusWidget() is before, "Esc leads back to the cell, not to the pages"


def test_nothing_found_leaves_the_box_to_go_on_with(
    qtbot: QtBot, window: MainWindow, screen: LedgerScreen
) -> None:
    window.activateWindow()
    typed(qtbot, window, "zzzz", 0)
    assert screen.stack.currentWidget() is screen.missed
    assert QApplication.focusWidget() is window.top.search
    window.top.search.selectAll()
    typed(qtbot, window, "sfwly", 8)
    assert screen.stack.currentWidget() is screen.bench


def test_clearing_the_filters_empties_the_search_box(
    qtbot: QtBot, window: MainWindow, screen: LedgerScreen
) -> None:
    window.activateWindow()
    typed(qtbot, window, "sfwly", 8)
    qtbot.mouseClick(named(screen, "清除筛选"), Left)
    assert window.top.search.text() == "" and screen.bench is not None
    assert screen.bench.table.ledger_model.rowCount() == 40
    typed(qtbot, window, "sfwly", 8)
    qtbot.mouseClick(named(screen, "查找“sfwly”  ×"), Left)
    assert window.top.search.text() == ""


def test_on_another_page_typing_alone_turns_no_page(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.show_page("today")
    with qtbot.waitSignal(window.top.search.typed):
        qtbot.keyClicks(window.top.search, "sfwly")
    assert window.key() == "today"
    qtbot.keyClick(window.top.search, Key.Key_Return)
    assert window.key() == "ledger" and window.top.search.text() == "sfwly"


def test_the_form_closed_once_is_opened_again_by_its_button(
    qtbot: QtBot, window: MainWindow, screen: LedgerScreen, table: LedgerTable
) -> None:
    assert screen.bench is not None
    table.setCurrentIndex(cell(table, 3, "place"))
    qtbot.mouseClick(screen.bench.panel.away, Left)
    assert not screen.bench.panel.isVisible()
    made = named(screen, "表单")
    assert "F4" in made.toolTip()
    qtbot.mouseClick(made, Left)
    assert screen.bench.panel.isVisible() and screen.bench.panel.line is not None
    assert screen.bench.panel.line.id == table.current_id()
    qtbot.mouseClick(made, Left)
    assert not screen.bench.panel.isVisible()


def test_at_150_percent_too_the_button_opens_the_form(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, 911, 485)
    screen = window.screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    qtbot.mouseClick(named(screen, "表单"), Left)
    assert screen.bench.panel.isVisible()


def test_the_guide_has_a_button_of_its_own(qtbot: QtBot, window: MainWindow) -> None:
    assert "F1" in window.top.guide.toolTip() and window.top.guide.isVisible()
    qtbot.mouseClick(window.top.guide, Left)
    dialog = window.findChild(GuideDialog)
    assert dialog is not None and dialog.isVisible()
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_second_ledger_with_a_long_title_does_not_push_the_window_wider(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, 911, 485)
    screen = window.screen()
    assert isinstance(screen, LedgerScreen)
    own = ledgers.all(desk.office)[0]
    foreign = replace(own, id="other", own=False, origin="锡林郭勒盟正镶白旗教育和体育局")
    screen.top.show_ledgers([own, foreign], foreign.id)
    QApplication.processEvents()
    assert screen.top.which.isVisible() and screen.top.which.currentText() == screen.top.which.toolTip()
    assert window.minimumSizeHint().width() <= 911
    assert not cut_buttons(screen)


def test_esc_on_a_cell_stays_in_the_ledger_and_alt_left_leads_back(
    qtbot: QtBot, window: MainWindow, table: LedgerTable
) -> None:
    """In Excel Esc on a cell does nothing; whoever presses it out of habit must not lose the place."""
    window.activateWindow()
    window.way.lead("today", "ledger", None)
    table.setFocus()
    qtbot.keyClick(table, Key.Key_Escape)
    assert window.key() == "ledger"
    qtbot.keyClick(table, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.key() == "today"

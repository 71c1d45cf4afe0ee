"""Find, edit, export: presses counted as a clerk makes them, held against desk.md and README's table; import and merging
are counted where they are tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.storage.paths import ROOT
from tests.sync import offices
from tests.ui.conftest import TODAY, cell
from tests.ui.pages import WAIT_MS, quiet
from tests.ui.test_import_by_hand import KNOWN, NEW
from tests.ui.test_round_clicks import PRESSES
from ui import choosing
from ui.dialogs.closing_dialog import ClosingDialog
from ui.forms.record_panel import MATTERS, RecordPanel
from ui.main_window import MainWindow
from ui.screens.sending_screen import SendingScreen
from ui.tables.ledger_table import LedgerTable

Key = Qt.Key


class Hand:
    """Presses the mouse where a widget is and the keys of the keyboard, and counts both."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.clicks = self.keys = 0

    def click(self, made: QWidget) -> None:
        assert made.isVisible() and made.isEnabled()
        window = made.window()
        self._qtbot.waitUntil(  # what was just shown takes its place
            lambda: window.childAt(made.mapTo(window, made.rect().center())) is made, timeout=WAIT_MS
        )
        place = made.mapTo(window, made.rect().center())
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        self.clicks += 1

    def type(self, window: QWidget, *pressed: str | Key, ctrl: bool = False) -> None:
        held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        for each in pressed:
            QTest.keyClick(window.windowHandle(), each, held)
        self.keys += len(pressed)

    def told(self) -> tuple[int, int]:
        """(clicks, keys) since this was last asked."""
        done, self.clicks, self.keys = (self.clicks, self.keys), 0, 0
        return done


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return Hand(qtbot)


def stated(task: str) -> tuple[int, int]:
    """(clicks, keys) that README says this task takes here."""
    row = re.search(rf"^\| {re.escape(task)} \| (\d+) \+ (\d+) \|", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert row is not None, task
    return int(row[1]), int(row[2])


def test_finding_editing_and_closing_take_what_desk_md_says(
    qtbot: QtBot, window: MainWindow, table: LedgerTable, hand: Hand
) -> None:
    """desk.md, 台账: filter 2, edit 0, item done 2."""
    window.activateWindow()
    table.setFocus()
    hand.type(window, "k", ctrl=True)
    hand.type(window, "s", "k")
    qtbot.waitUntil(lambda: bool(table.ledger_model.query.text))
    assert hand.told() == stated("find a project by two letters of its pinyin") <= (2, 3)
    hand.type(window, Key.Key_Escape)
    chip = next(b for b in window.screen().findChildren(QPushButton) if b.text().startswith("逾期"))
    hand.told()
    hand.click(chip)
    assert hand.told() == stated("show only what is overdue") and table.ledger_model.query.lights == ("red",)
    at = cell(table, 0, "resp_person")
    table.setFocus()
    table.setCurrentIndex(at)
    hand.type(window, *"abc", Key.Key_Return)
    assert hand.told() == stated("change a cell (three letters)") and at.data() == "abc"
    table.opened.emit(at)
    bench = window.screen().bench  # type: ignore[attr-defined]
    bar = bench.panel.tabs
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(MATTERS).center())
    quiet(qtbot, window.desk)
    again = RecordPanel(window.desk, bench.line)  # the next ledger, the next day: the form is as it was left
    qtbot.addWidget(again)
    assert again.tabs.currentIndex() == MATTERS
    hand.told()
    hand.click(bench.panel.matters.close_it)
    dialog = window.findChild(ClosingDialog)
    assert dialog is not None and dialog.focusWidget() is dialog.doc
    with qtbot.waitExposed(dialog):
        pass
    dialog.doc.set_text("示水审〔2022〕1号")
    hand.click(next(b for b in dialog.findChildren(QPushButton) if b.text() == "办结"))
    quiet(qtbot, window.desk)
    assert hand.told() == stated("close a matter by its document, the form left at 审批事项") and hand.clicks == 0


def test_exporting_takes_four_presses(
    qtbot: QtBot, window: MainWindow, hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """desk.md, 上报导出: 4, the dialog of the system where the folder is picked is one of them."""
    league = offices.made(tmp_path / "league", "示范盟发改委", "superior", "152500", clerk="经办人乙", today=TODAY)
    offices.introduce(window.desk.office, league, tmp_path)
    league.close()
    (tmp_path / "stick").mkdir()
    monkeypatch.setattr(choosing, "folder", lambda *_: tmp_path / "stick")
    hand.told()
    hand.click(window.nav.item("send"))
    quiet(qtbot, window.desk)
    page = window.screen()
    assert isinstance(page, SendingScreen)
    hand.click(page.target.choose)
    hand.click(page.write.deed)
    quiet(qtbot, window.desk)
    clicks, pressed = hand.told()
    assert list((tmp_path / "stick").glob("*.qidi"))
    assert (clicks + 1, pressed) == stated("send a ledger up, to a folder")


def test_the_table_says_what_is_counted_elsewhere() -> None:
    assert stated("import a list of a known layout") == (KNOWN, 0)
    assert stated("import a list of a new layout") == (NEW, 0)
    assert stated("take in and merge a return without a clash") == (PRESSES["收下并合并，没有两边都改的"], 0)
    assert stated("take in and merge a return with two clashes") == (PRESSES["收下并合并，两边都改的 2 处"], 0)

"""The list of 今日要办 on paper: what is shown is printed, looked at, and kept as a file."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.office import Office
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless, open_page, quiet
from ui.desk import Desk
from ui.dialogs.printed_dialog import PrintedDialog
from ui.screens.today_screen import TodayScreen

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


def text_of(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as document:
        return "".join(re.sub(r"\s+", "", page.get_textpage().get_text_bounded()) for page in document)


def test_what_is_shown_is_printed_and_kept(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    window = shown(qtbot, desk, page="today")
    screen = window.screen()
    assert isinstance(screen, TodayScreen)
    screen.chips.chip("red").click()
    rows = [screen.model.row(at) for at in range(screen.model.rowCount())]
    assert rows
    qtbot.keyClick(window, Key.Key_P, Ctrl)
    quiet(qtbot, desk)
    assert window.key() == "today"
    dialog = screen.preview
    assert isinstance(dialog, PrintedDialog) and dialog.isVisible() and dialog.view.pages() >= 1
    dialog.save(tmp_path / "清单.pdf")
    text = text_of(tmp_path / "清单.pdf")
    assert "今日要办清单（逾期）" in text and "2022年9月20日星期二" in text and f"共{len(rows)}项" in text
    for row in rows:
        assert row is not None and row.texts[3] in text
    assert "▲" not in text
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_file_that_cannot_be_written_is_said_in_the_dialog(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    screen = open_page(qtbot, desk, TodayScreen)
    screen.print_button.click()
    quiet(qtbot, desk)
    screen.preview.save(tmp_path / "没有" / "清单.pdf")
    assert screen.preview.fault.isVisible() and screen.preview.fault.text()
    screen.preview.close()


def test_with_nothing_to_do_there_is_nothing_to_print(qtbot: QtBot, empty_office: Office) -> None:
    desk = Desk(empty_office)
    said: list[str] = []
    desk.said.connect(said.append)
    screen = open_page(qtbot, desk, TodayScreen)
    assert not screen.print_button.isEnabled()
    assert screen.empty.isVisible() and screen.empty.title.text() == "还没有自己的台账"
    assert screen.print_shown() and "没有要办的" in said[0] and not desk.busy
    desk.close()

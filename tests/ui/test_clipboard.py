"""What is left on the clipboard when the program ends."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.tables import clipboard


def test_what_was_copied_stays_as_plain_text_and_an_empty_clipboard_is_no_fault(qtbot: QtBot) -> None:
    board = QGuiApplication.clipboard()
    clipboard.put([[("示范水库", False), ("0012", True)]])
    clipboard.leave_plain()
    assert board.text() == "示范水库\t0012" and not board.mimeData().property(clipboard.OWN)
    board.setMimeData(None)
    assert board.mimeData() is None
    clipboard.leave_plain()

"""The office's window up to its first paint, against a bare window of the same kit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from ui import __main__ as front
from ui import application
from ui.main_window import MainWindow


class _Shown(MainWindow):
    """Ends the program once it has been painted whole."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, QApplication.quit)


def open_office(folder: str, today: str) -> dict[str, Any]:
    """What the program does when it is started on an office, until the window stands there."""
    application.MainWindow = _Shown  # type: ignore[misc]
    return {"code": front.main(["--data", folder, "--today", today])}

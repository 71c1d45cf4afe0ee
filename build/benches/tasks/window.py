"""The office's window up to what the clerk sees, against a bare window of the same kit."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from benches.tasks import screen


def open_office(folder: str, today: str) -> dict[str, Any]:
    """What the program does when it is started on an office, until the window stands there."""
    gc.disable()  # the first thing the front door does; here the window is imported before it, to be told of its paint
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication

    from ui import __main__ as front
    from ui import application
    from ui.main_window import MainWindow

    class Shown(MainWindow):
        """Ends the program once it has been painted whole, the numbers beside the pages included."""

        counted = False

        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            if self.counted:
                QTimer.singleShot(0, QApplication.quit)

        def _count(self) -> None:
            super()._count()
            self.counted = True
            self.update()

    screen.take(Path(folder))
    application.MainWindow = Shown  # type: ignore[misc]
    return {"code": front.main(["--data", folder, "--today", today])}

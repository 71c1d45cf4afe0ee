"""The office's window up to what the clerk sees, against a bare window of the same kit."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from benches.tasks import screen


def open_office(folder: str, today: str) -> dict[str, Any]:
    """What the program does when it is started on an office, until its first page stands filled and painted and has
    taken a key. The numbers beside the pages come after that, when the hand rests."""
    gc.disable()  # the first thing the front door does; here the window is imported before it, to be told of its paint
    from PySide6.QtCore import QEvent, Qt, QTimer
    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QAbstractItemView, QApplication

    from ui import __main__ as front
    from ui import application
    from ui.main_window import MainWindow

    taken: list[int] = []

    class Shown(MainWindow):
        """Ends the program once the page was painted and a key moved its current row."""

        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, self._press)

        def _press(self) -> None:
            here = QApplication.focusWidget()
            if taken or not isinstance(here, QAbstractItemView) or not here.model().rowCount():
                return
            before = here.currentIndex().row()
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(here, QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier))
            taken.append(here.currentIndex().row() - before)
            QTimer.singleShot(0, QApplication.quit)

    screen.take(Path(folder))
    application.MainWindow = Shown  # type: ignore[misc]
    code = front.main(["--data", folder, "--today", today])
    if taken != [1]:
        raise AssertionError(f"the window took no key: {taken}")
    return {"code": code}

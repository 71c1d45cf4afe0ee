"""The office's window up to what the clerk sees, against a bare window of the same kit."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from benches.tasks import screen


def open_office(folder: str, today: str) -> dict[str, Any]:
    """What the program does when it is started on an office, until its first page stands filled, its rows are painted
    and it has taken a key: `processor` seconds of the whole process up to then. The numbers beside the pages come after
    that, when the hand rests, and so does what closing the window costs."""
    gc.disable()  # the first thing the front door does; here the window is imported before it, to be told of its paint
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QAbstractItemView, QApplication

    from ui import __main__ as front
    from ui import application
    from ui.main_window import MainWindow

    taken: list[int] = []
    spent: list[float] = []

    class Rows(QObject):
        """Presses a key once rows of the table that has the focus were painted, and then ends the program."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not taken:
                QTimer.singleShot(0, self._press)
            return False

        def _press(self) -> None:
            here = self.parent()
            if taken or not here.model().rowCount():
                return
            before = here.currentIndex().row()
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(here, QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier))
            taken.append(here.currentIndex().row() - before)
            spent.append(screen.processor())
            QTimer.singleShot(0, QApplication.quit)

    class Shown(MainWindow):
        """Is told when it begins to be painted; its tables come after it."""

        watched: Rows | None = None

        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            here = QApplication.focusWidget()
            if self.watched is None and isinstance(here, QAbstractItemView):
                self.watched = Rows(here)
                here.viewport().installEventFilter(self.watched)

    screen.ends_anyhow()
    screen.take(Path(folder))
    application.MainWindow = Shown  # type: ignore[misc,attr-defined]
    code = front.main(["--data", folder, "--today", today])
    if taken != [1]:
        raise AssertionError(f"the window took no key: {taken}")
    return {"code": code, "processor": spent[0]}

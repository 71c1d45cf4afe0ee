"""A bare window, painted once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from benches.tasks import screen


class _Shown(QMainWindow):
    spent = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, self._stands)

    def _stands(self) -> None:
        self.spent = self.spent or screen.processor()
        QApplication.quit()


def window(nest: str) -> dict[str, Any]:
    """The peer: QApplication, QMainWindow, one paint; `processor` seconds of the process up to then."""
    screen.ends_anyhow()
    screen.take(Path(nest))
    application = QApplication(sys.argv[:1])
    shown = _Shown()
    shown.resize(1366, 728)
    shown.show()
    return {"code": application.exec(), "processor": shown.spent}

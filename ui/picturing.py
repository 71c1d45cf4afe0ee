"""`--picture FILE`: the window of an office as a picture, then the program ends. For a look where nobody sits in front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

SETTLED_MS = 900  # by then the numbers beside the pages are counted and painted


def taking(file: Path, stands: Callable[[], object]) -> Callable[[], object]:
    """What to call once the window stands: `stands`, then the picture. The program's exit code is 1 when it was not written."""

    def stood() -> None:
        stands()
        QTimer.singleShot(SETTLED_MS, lambda: QApplication.exit(0 if _take(file) else 1))

    return stood


def _take(file: Path) -> bool:
    window = next((each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow)), None)
    return window is not None and window.grab().save(str(file), "PNG")

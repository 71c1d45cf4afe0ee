"""One window for one office: a second start brings the window that is already open to the front."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEventLoop, QFileSystemWatcher, Qt, QTimer
from PySide6.QtWidgets import QWidget

CALL = ".lock.call"  # a bell beside the lock, not a record: written in place, empty once it was heard
ANSWER_MS = 3000


def listen(window: QWidget, folder: Path) -> None:
    """Come to the front whenever another start on this office's folder calls; where nothing can be written nobody calls."""
    bell = folder / CALL
    try:
        bell.write_text("", "ascii")
    except OSError:
        return
    watcher = QFileSystemWatcher([str(bell)], window)

    def heard() -> None:
        if bell.read_text("ascii"):
            bell.write_text("", "ascii")
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.show()
            window.raise_()
            window.activateWindow()

    watcher.fileChanged.connect(lambda _path: heard())


def call(folder: Path, wait_ms: int = ANSWER_MS) -> bool:
    """Ask the open window of the office to come. False when none answers: something else holds the folder."""
    bell = folder / CALL
    if not bell.exists():
        return False
    waiting = QEventLoop()
    watcher = QFileSystemWatcher([str(bell)])
    watcher.fileChanged.connect(lambda _path: None if bell.read_text("ascii") else waiting.quit())
    bell.write_text("come", "ascii")
    QTimer.singleShot(wait_ms, waiting.quit)
    waiting.exec()
    answered = not bell.read_text("ascii")
    bell.write_text("", "ascii")
    return answered

"""The sticks that are plugged in, looked for off the screen thread: a stick that hangs never holds the page."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from app.storage import volumes
from app.storage.volumes import MB, Volume

TICK_MS = 250
EVERY_TICKS = 6
GB = 1024**3


class StickWatch(QObject):
    """`changed(list of Volume)` whenever a stick came or went, or its room changed. Looks only between start and stop."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: list[Volume] = []
        self._answers: SimpleQueue[list[Volume]] = SimpleQueue()
        self._looking = False
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Look now, and then again and again."""
        self._ticks = 0
        self._look()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        try:
            found = self._answers.get_nowait()
        except Empty:
            pass
        else:
            self._looking = False
            if _shown(found) != _shown(self.found):
                self.found = found
                self.changed.emit(found)
        self._ticks += 1
        if self._ticks % EVERY_TICKS == 0:
            self._look()

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            threading.Thread(target=_ask, args=(self._answers,), name="sticks", daemon=True).start()


def _ask(answers: SimpleQueue[list[Volume]]) -> None:
    try:
        answers.put(volumes.sticks())
    except OSError:  # pulled out while it was asked: the next look tells
        answers.put([])


def _shown(found: list[Volume]) -> list[tuple[object, ...]]:
    return [(v.path, v.name, v.writable, size_words(v.free)) for v in found]


def size_words(size: int) -> str:
    """1.4 GB, 12 MB."""
    return f"{size / GB:.1f} GB" if size >= GB else f"{size / MB:.0f} MB"

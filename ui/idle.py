"""How long nobody has touched keyboard or mouse."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

LOOK_MS = 5_000
TOUCHES = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)


class Idle(QObject):
    """`over()` once `minutes` have passed without a touch; 0 minutes: never.

    It listens at the windows the system hands its keys to, not at the program, where every painting would pass by here.
    """

    over = Signal()

    def __init__(self, parent: QObject, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._now = now
        self._minutes, self._touched = 0, now()
        self._since = self._touched
        self._heard: QWindow | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def wait(self, minutes: int) -> None:
        """Begin to count, or stop with 0."""
        application = QGuiApplication.instance()
        if bool(minutes) != bool(self._minutes) and isinstance(application, QGuiApplication):
            if minutes:
                application.focusWindowChanged.connect(self._listen)
            else:
                application.focusWindowChanged.disconnect(self._listen)
            self._listen(application.focusWindow() if minutes else None)
        self._minutes, self._touched = minutes, self._now()
        if minutes:
            self._timer.start()
        else:
            self._timer.stop()

    def look(self) -> None:
        """Say so when it has been long enough."""
        if self._minutes and self._now() - self._touched >= self._minutes * 60:
            since, self._touched = self._touched, self._now()
            self._since = since
            self.over.emit()

    def again(self) -> None:
        """It could not be heeded just now: `over` at the next look too, unless somebody comes."""
        self._touched = self._since

    def touch(self) -> None:
        """Somebody is here."""
        self._touched = self._now()

    def _listen(self, window: QWindow | None) -> None:
        """To the window that has the keys now, and to no other."""
        if self._heard is not None:
            self._heard.removeEventFilter(self)
            self._heard.destroyed.disconnect(self._forget)
        self._heard = window
        if window is not None:
            window.installEventFilter(self)
            window.destroyed.connect(self._forget)
            self.touch()

    def _forget(self) -> None:
        self._heard = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self._touched = self._now()
        return False

"""A busy cursor over what is read on the screen thread and takes a while (desk.md: over 0.3 s)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

LONG_S = 0.3
FIRST_GUESS_S = LONG_S / 30_000
"""What a row is taken to cost until it was measured once on this machine."""


class Patience:
    """Knows from the last time how long a row takes, by what is done with it."""

    def __init__(self) -> None:
        self._pace: dict[str, float] = {}

    @contextmanager
    def over(self, what: str, rows: int) -> Iterator[None]:
        """The busy cursor while `what` is done with so many rows, where that will be felt."""
        long = rows * self._pace.get(what, FIRST_GUESS_S) >= LONG_S
        if long:
            QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        began = time.monotonic()
        try:
            yield
        finally:
            self._pace[what] = (time.monotonic() - began) / max(1, rows)
            if long:
                QApplication.restoreOverrideCursor()

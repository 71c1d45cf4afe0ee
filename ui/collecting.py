"""Circles of objects are collected on the screen thread alone: a Qt object freed on another thread ends the program."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1_000


class Collecting(QObject):
    """From its making on, garbage is collected when the event loop of its thread comes to it, and never elsewhere."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(step)
        self._timer.start(EVERY_MS)


def step() -> None:
    """What the collector would have done by itself since the last step: the oldest generation due, and all younger ones."""
    made, *waited = gc.get_count()
    each, *rounds = gc.get_threshold()
    due = -1
    if each and made > each:
        due = 0 if made <= each * rounds[0] else 1 if made <= each * rounds[0] * rounds[1] else 2
    due = max([due, *(at for at, (count, limit) in enumerate(zip(waited, rounds, strict=True), 1) if count > limit)])
    if due >= 0:
        gc.collect(due)

"""Extra roles by which a table model tells the delegate how a cell is painted."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt

from ui import look

Light = Qt.ItemDataRole.UserRole + 1  # red, yellow, …: painted as a pill
Tone = Qt.ItemDataRole.UserRole + 2  # error, warn, good, mine, muted, red, amber: ground and ink
Corner = Qt.ItemDataRole.UserRole + 3  # True: a triangle in the upper right corner
Choices = Qt.ItemDataRole.UserRole + 4  # list[str]: edited by a drop-down
Key = Qt.ItemDataRole.UserRole + 5  # id of the row
Locked = Qt.ItemDataRole.UserRole + 6  # why the cell cannot be edited now
Number = Qt.ItemDataRole.UserRole + 7  # int for the sums in the status bar
LightWord = Qt.ItemDataRole.UserRole + 8  # what the light says where its ledger calls it otherwise

# tone -> (ink, ground or none)
TONES: dict[str, tuple[str, str]] = {
    "error": (look.RED, look.RED_SOFT),
    "warn": (look.AMBER, look.AMBER_SOFT),
    "good": (look.GREEN, look.GREEN_SOFT),
    "mine": (look.ACCENT, look.ACCENT_SOFT),
    "muted": (look.INK2, ""),
    "red": (look.RED, ""),
    "amber": (look.AMBER, ""),
    "green": (look.GREEN, ""),
    "blue": (look.ACCENT, ""),
}


class Face(NamedTuple):
    """All that is painted of a cell, asked of a model in one go where it can say it (`face(index)`)."""

    text: str = ""
    tone: str = ""
    light: str = ""
    word: str = ""
    right: bool = False
    corner: bool = False
    ended: bool = False  # told apart by its end: cut in the middle

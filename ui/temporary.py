"""Where a paper is made that is only looked at: a folder of its own, until the program ends."""

from __future__ import annotations

from pathlib import Path

from app.storage import private_rooms
from app.storage.file_names import fitted


def place(name: str) -> Path:
    """A file of that name, as every disk takes it, that is not there yet."""
    stem, dot, end = name.rpartition(".")
    return private_rooms.until_the_end() / (fitted(stem, f".{end}") if dot else fitted(name))

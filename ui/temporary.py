"""Where a paper is made that is only looked at: a folder of its own, until the program ends."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.storage.file_names import fitted


def place(name: str) -> Path:
    """A file of that name, as every disk takes it, that is not there yet."""
    stem, dot, end = name.rpartition(".")
    return Path(tempfile.mkdtemp(prefix="qidi-")) / (fitted(stem, f".{end}") if dot else fitted(name))

"""Where a paper is made that is only looked at: a folder of its own, until the program ends."""

from __future__ import annotations

import tempfile
from pathlib import Path


def place(name: str) -> Path:
    """A file of that name that is not there yet."""
    return Path(tempfile.mkdtemp(prefix="qidi-")) / name

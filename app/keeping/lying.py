"""The files of an office that belong into a backup, as they lie in its folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

KEPT = ("files", "outbox", "inbox")


def lying(office: Path, folders: Sequence[str] = KEPT) -> list[Path]:
    """The files of an office folder that belong into a backup; what begins with a point is still being written, or comes
    again.
    """
    return sorted(file for folder in folders for file in _below(office / folder))


def stand_in(path: str) -> str:
    """Stands for the digest of a file at `path` in the office folder that cannot be read."""
    return hashlib.sha256(path.encode()).hexdigest()


def _below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):  # nothing lies there
            raise error

    for room, below, names in os.walk(folder, onerror=refuse):
        below[:] = [name for name in below if not name.startswith(".")]
        paths = (Path(room, name) for name in names if not name.startswith("."))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())

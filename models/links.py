"""One connection to the database file: with its write-ahead log, or a still one where there is no room for that."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "cache_size=-32000",
    "temp_store=MEMORY",
)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class Still(sqlite3.Connection):
    """Reads the file as it lies there, without lock or index. `refused`: why it could not be a real connection."""

    refused: sqlite3.OperationalError


def link(file: Path) -> sqlite3.Connection:
    """A connection; a `Still` one on a full disk or in a folder that cannot be written.

    Raises sqlite3.OperationalError when there is something in the log that cannot be read without its index.
    """
    made = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            made.execute(f"PRAGMA {pragma}")
        made.execute("SELECT 1 FROM sqlite_master").fetchone()  # now the index must be there
    except sqlite3.OperationalError as error:
        made.close()
        log = file.with_name(f"{file.name}-wal")
        if error.sqlite_errorcode & 0xFF not in _NO_ROOM or (log.exists() and log.stat().st_size):
            raise
        still = sqlite3.connect(address(file), uri=True, check_same_thread=False, factory=Still)
        still.isolation_level = None
        still.refused = error
        return still
    return made


def address(file: Path) -> str:
    """Where to open a file that is only read and that nobody else may write: no lock, no index, no room on disk."""
    return f"{file.resolve().as_uri()}?mode=ro&immutable=1"

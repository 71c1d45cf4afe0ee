"""Looking into a copy of a database without unpacking it to the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

HEADER = 100
_VERSIONS = slice(18, 20)  # 2 2 for a database with a write-ahead log, which memory cannot have


def tells(data: bytes, subjects: Iterable[str]) -> bool:
    """Whether the journal of this copy still has the body of a line about one of `subjects`.

    Raises sqlite3.Error, ValueError when it is no database that can be read.
    """
    if len(data) < HEADER:
        raise ValueError("too short for a database")
    plain = bytearray(data)
    plain[_VERSIONS] = b"\x01\x01"
    link = sqlite3.connect(":memory:")
    try:
        link.deserialize(bytes(plain))
        query = "SELECT 1 FROM journal WHERE subject = ? AND body IS NOT NULL AND verb <> 'purge'"
        return any(link.execute(query, (subject,)).fetchone() for subject in subjects)
    finally:
        link.close()

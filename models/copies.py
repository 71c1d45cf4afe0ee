"""Looking into a copy of a database without unpacking it to the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

HEADER = 100
_VERSIONS = slice(18, 20)  # 2 2 for a database with a write-ahead log, which memory cannot have


def tells(data: bytes, subjects: Iterable[str], purged: Iterable[int] = ()) -> bool:
    """Whether the journal of this copy still has the body of a line about one of `subjects`.

    `purged` are the lines among them that told what a destroyed line had left, and were destroyed in their turn.
    Raises sqlite3.Error, ValueError when it is no database that can be read.
    """
    if len(data) < HEADER:
        raise ValueError("too short for a database")
    plain = bytearray(data)
    plain[_VERSIONS] = b"\x01\x01"
    link = sqlite3.connect(":memory:")
    try:
        link.deserialize(bytes(plain))
        query = "SELECT seq, verb FROM journal WHERE subject = ? AND body IS NOT NULL"
        again = set(purged)
        lines = (line for subject in subjects for line in link.execute(query, (subject,)))
        return any(verb != "purge" or seq in again for seq, verb in lines)
    finally:
        link.close()

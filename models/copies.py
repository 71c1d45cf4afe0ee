"""Looking into a copy of a database without unpacking it to the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from models import links
from models.schema import metadata

HEADER = 100
_VERSIONS = slice(18, 20)  # 2 2 for a database with a write-ahead log, which memory cannot have


class Summary(msgspec.Struct, frozen=True):
    """An office as a copy has it: `ledgers` (title, rows), `heads` {stream: (seq, hash)}, `last` (at, on, clerk, verb)."""

    office: str
    name: str
    clerk: str
    schema: str
    ledgers: tuple[tuple[str, int], ...]
    heads: dict[str, tuple[int, str]]
    last: tuple[str, str, str, str]


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


def summary(file: Path) -> Summary:
    """What a database file that nobody has open tells of itself. Raises sqlite3.Error, LookupError when it tells nothing."""
    with closing(sqlite3.connect(links.address(file), uri=True)) as link:
        schema = link.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        row = link.execute("SELECT id, name, clerk, stream, head_seq, head_hash FROM office").fetchone()
        if row is None:
            raise LookupError("no office in it")
        ledgers = link.execute(
            "SELECT title, own, stream, head_seq, head_hash, (SELECT count(*) FROM entry "
            "WHERE entry.ledger_id = ledger.id AND deleted_seq IS NULL) FROM ledger ORDER BY own DESC, title"
        ).fetchall()
        heads = {row[3]: (row[4], bytes(row[5]).hex())}
        heads |= {stream: (seq, bytes(found).hex()) for _, _, stream, seq, found, _ in ledgers}
        query = 'SELECT at, "on", clerk, verb FROM journal WHERE stream = ? AND seq = ?'
        ends = [link.execute(query, (stream, seq)).fetchone() for stream, (seq, _) in heads.items() if seq]
    last = max((end for end in ends if end), default=("", "", "", ""))
    rows = tuple((title, count) for title, _, _, _, _, count in ledgers)
    return Summary(row[0], row[1], row[2], schema, rows, heads, last)


def since(file: Path, heads: Mapping[str, Sequence[object]]) -> list[tuple[str, str, str, int]]:
    """(day, clerk, verb, how many) of the lines after these heads, by day and person; `file` may be open elsewhere."""
    found: dict[tuple[str, str, str], int] = {}
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as link:
        for (stream,) in link.execute("SELECT stream FROM office UNION SELECT stream FROM ledger").fetchall():
            after = int(str(heads[stream][0])) if stream in heads else 0
            query = 'SELECT "on", clerk, verb, count(*) FROM journal WHERE stream = ? AND seq > ? GROUP BY 1, 2, 3'
            for day, clerk, verb, count in link.execute(query, (stream, after)):
                found[day, clerk, verb] = found.get((day, clerk, verb), 0) + count
    return sorted((*key, count) for key, count in found.items())


def office_of(file: Path) -> str:
    """The id of the office whose database this is, which may be open elsewhere. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as link:
        row = link.execute("SELECT id FROM office").fetchone()
    return str(row[0]) if row else ""


def census(file: Path) -> dict[str, Any]:
    """Numbers of a database that may be open elsewhere, and no text of it but codes of the program. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as link:
        tables = [str(row[0]) for row in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        known = [name for name in tables if name in metadata.tables]
        verbs = link.execute("SELECT verb, count(*) FROM journal GROUP BY verb").fetchall()
        lines = link.execute(
            "SELECT template_id, template_version, own, state, purpose, head_seq, (SELECT count(*) FROM entry WHERE "
            "entry.ledger_id = ledger.id AND deleted_seq IS NULL), (SELECT count(*) FROM item WHERE item.ledger_id = "
            "ledger.id) FROM ledger"
        ).fetchall()
        names = ("template", "version", "own", "state", "purpose", "lines", "rows", "items")
        settings = link.execute("SELECT key, value FROM setting").fetchall()
        return {
            "schema": str(link.execute("SELECT version_num FROM alembic_version").fetchone()[0]),
            "rows": {name: link.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in known},
            "unknown_tables": len(tables) - len(known),
            "verbs": {str(verb): count for verb, count in verbs if str(verb).isascii() and len(str(verb)) < 20},
            "ledgers": [dict(zip(names, line, strict=True)) for line in lines],
            "settings": {key: msgspec.json.decode(value) if isinstance(value, str) else value for key, value in settings},
        }

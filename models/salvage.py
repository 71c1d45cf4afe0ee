"""Reading what can be read of a spoilt or newer database into a sound one of this program's schema."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Integer, LargeBinary, Table
from sqlalchemy.types import Boolean

from models.schema import AnyJson, metadata

MAGIC = b"SQLite format 3\x00"
PAGE = 4096
MOST_PROBES = 200_000
_EMPTY = {"TEXT": "", "VARCHAR": "", "INTEGER": 0, "BIGINT": 0, "BOOLEAN": 0, "JSON": "{}", "BLOB": b""}
Row = tuple[Any, ...]


@dataclass
class Found:
    """Of one table: rows `read`, keys known to be `lost`, rows whose content is `spoilt`; `broke` says what SQLite said.

    `lacking` are columns of this program that it has not, `unknown` those of it that this program does not know.
    """

    table: str
    read: int = 0
    lost: list[Row] = field(default_factory=list)
    spoilt: int = 0
    broke: str = ""
    lacking: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    there: bool = True


def mend_header(file: Path, fresh: Path) -> str:
    """Make a copy openable: whole pages, a header; '' when it had one, else what was mended. Works in place.

    `fresh` is an empty database of the same schema, whose first page says where the tables of a database begin that was
    made by this program and never written anew.
    """
    size = file.stat().st_size
    with file.open("r+b") as stream:
        head = stream.read(PAGE).ljust(PAGE, b"\0")
        stream.truncate(-(-size // PAGE) * PAGE)
        pages = -(-size // PAGE)
        said = ""
        if not head.startswith(MAGIC):
            other = fresh.read_bytes()[:PAGE]
            empty = not any(head[100:])
            head = other if empty else other[:100] + head[100:]
            said = "文件头和目录" if empty else "文件头"
        fixed = bytearray(head)
        fixed[18:20] = b"\x02\x02" if file.with_name(f"{file.name}-wal").exists() else b"\x01\x01"
        fixed[28:32] = pages.to_bytes(4, "big")
        fixed[92:96] = fixed[24:28]
        stream.seek(0)
        stream.write(fixed)
    return said


def tables_of(file: Path) -> dict[str, list[str]]:
    """{table: its columns} of a database; {} when not even that can be read."""
    with closing(_opened(file)) as link, contextlib.suppress(sqlite3.DatabaseError):
        names = [str(row[0]) for row in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [str(row[1]) for row in link.execute(f'PRAGMA table_info("{name}")')] for name in names}
    return {}


def pour(source: Path, target: Path, tell: Callable[[int, int], object] | None = None) -> list[Found]:
    """Put every readable row of the known tables of `source` into the empty `target`; what was found of each table."""
    known, out = tables_of(source), []
    tables = metadata.sorted_tables
    with closing(_opened(source)) as link, closing(sqlite3.connect(target, isolation_level=None)) as sink:
        sink.execute("PRAGMA foreign_keys=OFF")
        sink.execute("PRAGMA ignore_check_constraints=ON")
        sink.execute("BEGIN")
        for done, table in enumerate(tables):
            if tell is not None:
                tell(done, len(tables))
            out.append(_pour_table(link, sink, table, known.get(table.name)))
        sink.execute("COMMIT")
    return out


def _opened(file: Path) -> sqlite3.Connection:
    link = sqlite3.connect(file)
    link.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with contextlib.suppress(sqlite3.DatabaseError):
        link.execute("PRAGMA writable_schema=ON")
    return link


def _pour_table(
    link: sqlite3.Connection, sink: sqlite3.Connection, table: Table, columns: Sequence[str] | None
) -> Found:
    found = Found(table.name)
    if columns is None:
        found.there = False
        return found
    names = [column.name for column in table.columns]
    found.lacking = [name for name in names if name not in columns]
    found.unknown = [name for name in columns if name not in names]
    shared = [name for name in names if name in columns]
    filled = {c.name: _filling(c) for c in table.columns if c.name not in columns and not c.nullable}
    keys = [column.name for column in table.primary_key]
    if any(key not in columns for key in keys):
        found.there = False
        return found
    into = ", ".join(f'"{name}"' for name in (*shared, *filled))
    marks = ", ".join("?" * (len(shared) + len(filled)))
    statement = f'INSERT OR IGNORE INTO "{table.name}" ({into}) VALUES ({marks})'
    sink.execute(f'DELETE FROM "{table.name}"')
    for row in _rows(link, sink, table, shared, keys, found):
        if not _plausible(table, shared, row):
            found.spoilt += 1
            continue
        with contextlib.suppress(sqlite3.Error):
            found.read += sink.execute(statement, (*row, *filled.values())).rowcount
    return found


def _filling(column: Any) -> Any:
    """What stands in a column that an older or newer database has not."""
    if column.server_default is not None:
        return str(column.server_default.arg)
    default = column.default.arg if column.default is not None else None
    return default if default is not None else _EMPTY.get(str(column.type).split("(")[0], "")


def _rows(
    link: sqlite3.Connection,
    sink: sqlite3.Connection,
    table: Table,
    names: Sequence[str],
    keys: list[str],
    found: Found,
) -> Iterator[Row]:
    """Rows from the front until a page is broken, from the back until one is, then one by one what lies between."""
    wanted = ", ".join(f'"{name}"' for name in names)
    rowid = ["rowid"] if table.dialect_options["sqlite"].get("with_rowid", True) else keys
    order, key = ", ".join(f'"{k}"' if k != "rowid" else k for k in rowid), len(rowid)
    ask = f'SELECT {order}, {wanted} FROM "{table.name}" ORDER BY {order}'
    first = last = None
    for row in _until_broken(link, ask, found):
        last = row[:key]
        yield row[key:]
    if not found.broke:
        return
    backwards = ", ".join(f"{each} DESC" for each in order.split(", "))
    for row in _until_broken(link, f'SELECT {order}, {wanted} FROM "{table.name}" ORDER BY {backwards}', found):
        if last is not None and row[:key] <= last:
            return
        first = row[:key]
        yield row[key:]
    where = " AND ".join(f"{each} = ?" for each in order.split(", "))
    one = f'SELECT {wanted} FROM "{table.name}" WHERE {where}'
    between = _items_between(sink, last, first) if table.name == "item" else _between(link, table, rowid, last, first)
    for probe in between:
        try:
            row = link.execute(one, probe).fetchone()
        except sqlite3.DatabaseError:
            found.lost.append(probe)
            continue
        if row is not None:
            yield row


def _until_broken(link: sqlite3.Connection, ask: str, found: Found) -> Iterator[Row]:
    try:
        yield from link.execute(ask)
    except sqlite3.DatabaseError as error:
        found.broke = str(error)


def _between(
    link: sqlite3.Connection, table: Table, keys: list[str], last: Row | None, first: Row | None
) -> Iterator[Row]:
    """Keys that rows between `last` and `first` may have: numbers in a row, else what the indexes of the table tell."""
    if keys == ["rowid"]:
        start, end = (last[0] + 1 if last else 1), (first[0] if first else (last[0] if last else 0) + 1000)
        yield from ((n,) for n in range(start, min(end, start + MOST_PROBES)))
        return
    if table.name == "journal":
        yield from _lines_between(link, last, first)
        return
    seen: set[Row] = set()
    order = ", ".join(f'"{key}"' for key in keys)
    for index in table.indexes:
        found = Found(table.name)
        for row in _until_broken(link, f'SELECT {order} FROM "{table.name}" INDEXED BY "{index.name}"', found):
            inside = (last is None or row > last) and (first is None or row < first)
            if inside and row not in seen and len(seen) < MOST_PROBES:
                seen.add(row)
                yield row


def _items_between(sink: sqlite3.Connection, last: Row | None, first: Row | None) -> Iterator[Row]:
    """What the rows that were read may have of the codes that were: more than there were, which is harmless."""
    entries = [row[0] for row in sink.execute("SELECT id FROM entry ORDER BY id").fetchall()]
    codes = [row[0] for row in sink.execute("SELECT DISTINCT code FROM item ORDER BY code").fetchall()]
    probes = ((entry, code) for entry in entries for code in codes)
    for count, probe in enumerate(probes):
        if count < MOST_PROBES and (last is None or probe > last) and (first is None or probe < first):
            yield probe


def _lines_between(link: sqlite3.Connection, last: Row | None, first: Row | None) -> Iterator[Row]:
    """Lines of the journal are numbered; the heads of the streams say how many there are."""
    heads: dict[str, int] = {}
    for name in ("office", "ledger"):
        with contextlib.suppress(sqlite3.DatabaseError):
            heads |= dict(link.execute(f"SELECT stream, head_seq FROM {name}").fetchall())
    probes = ((stream, seq) for stream in sorted(heads) for seq in range(1, heads[stream] + 1))
    for count, probe in enumerate(probes):
        if count < MOST_PROBES and (last is None or probe > last) and (first is None or probe < first):
            yield probe


def _plausible(table: Table, names: Sequence[str], row: Row) -> bool:
    """Whether every value is of the kind its column holds: a page overwritten may still look like one."""
    return all(_fits(table.columns[name], value) for name, value in zip(names, row, strict=True))


def _fits(column: Any, value: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, AnyJson):
        if isinstance(value, int | float):  # SQLite keeps a bare number as one
            return True
        try:
            msgspec.json.decode(value)
        except (msgspec.MsgspecError, TypeError):
            return False
        return True
    if isinstance(column.type, LargeBinary):
        return isinstance(value, bytes)
    if isinstance(column.type, Integer | Boolean):
        return isinstance(value, int)
    return isinstance(value, str) and "\ufffd" not in value


def names_of(file: Path) -> dict[str, tuple[int, str]]:
    """{id: (number, name as lists sort it)} of the rows of a database, as far as its index tells, not the rows."""
    found: dict[str, tuple[int, str]] = {}
    with closing(_opened(file)) as link:
        ask = "SELECT id, number, name_key FROM entry INDEXED BY ix_entry_list"
        for entry, number, name in _until_broken(link, ask, Found("entry")):
            found[str(entry)] = (number, str(name or ""))
    return found


def starts_of_ledgers(file: Path) -> dict[str, tuple[str, str]]:
    """{id: (template, version)} of ledgers whose rows may be cut off behind that."""
    found: dict[str, tuple[str, str]] = {}
    with closing(_opened(file)) as link:
        for rowid in range(1, 200):
            with contextlib.suppress(sqlite3.DatabaseError):
                ask = "SELECT id, template_id, template_version FROM ledger WHERE rowid = ?"
                row = link.execute(ask, (rowid,)).fetchone()
                if row is not None:
                    found[str(row[0])] = (str(row[1]), str(row[2]))
    return found


def ledger_rows(file: Path, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these ledgers in a sound database; none where it is not."""
    marks = ", ".join("?" * len(wanted))
    with closing(_opened(file)) as link, contextlib.suppress(sqlite3.DatabaseError):
        link.row_factory = sqlite3.Row
        return [dict(row) for row in link.execute(f"SELECT * FROM ledger WHERE id IN ({marks})", list(wanted))]
    return []


def orphans(made: Path) -> list[str]:
    """Ledgers that rows belong to and that are not there."""
    with closing(sqlite3.connect(made)) as link:
        ask = "SELECT DISTINCT ledger_id FROM entry WHERE ledger_id NOT IN (SELECT id FROM ledger)"
        return [str(row[0]) for row in link.execute(ask)]


def put_ledgers(made: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Put ledgers in whose rows could not be read."""
    known = [column.name for column in metadata.tables["ledger"].columns]
    counted = [column.name for column in metadata.tables["tally"].columns][2:]
    counts, zeros = ", ".join(counted), ", 0" * len(counted)
    with closing(sqlite3.connect(made)) as link, link:
        for row in rows:
            names = [name for name in known if name in row]
            into, marks = ", ".join(names), ", ".join("?" * len(names))
            link.execute(f"INSERT OR IGNORE INTO ledger ({into}) VALUES ({marks})", [row[name] for name in names])
            for unit in ("project", "item"):
                link.execute(f"INSERT OR IGNORE INTO tally (ledger_id, unit, {counts}) VALUES (?, ?{zeros})", (row["id"], unit))


def openings(made: Path, wanted: Sequence[str]) -> list[tuple[str, str, str]]:
    """(ledger, source of its template, stream) as the first lines of the journal tell it."""
    marks = ", ".join("?" * len(wanted))
    ask = f"SELECT subject, body, stream FROM journal WHERE verb = 'open' AND body IS NOT NULL AND subject IN ({marks})"
    with closing(sqlite3.connect(made)) as link:
        rows = link.execute(ask, list(wanted)).fetchall()
    told = ((str(subject), msgspec.json.decode(body), str(stream)) for subject, body, stream in rows)
    return [(subject, str(body["source"]), stream) for subject, body, stream in told if "source" in body]

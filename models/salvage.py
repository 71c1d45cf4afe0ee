"""Reading what can be read of a spoilt or newer database into a sound one of this program's schema."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Index, Integer, LargeBinary, Table
from sqlalchemy.types import Boolean

from models import loose_pages
from models.loose_pages import PAGE
from models.schema import AnyJson, metadata

MAGIC = b"SQLite format 3\x00"
MOST_PROBES = 200_000
LOOSE = frozenset("office ledger tally entry item original event attachment import_run journal".split())
"""Tables whose pages are found again where nothing leads to them: their rows are not to be taken for those of others."""
FOREMOST = frozenset(("entry", "item", "journal"))
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
    with closing(opened(file)) as link, contextlib.suppress(sqlite3.DatabaseError):
        names = [str(row[0]) for row in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [str(row[1]) for row in link.execute(f'PRAGMA table_info("{name}")')] for name in names}
    return {}


def pour(source: Path, target: Path, tell: Callable[[int, int], object] | None = None) -> list[Found]:
    """Put every readable row of the known tables of `source` into the empty `target`; what was found of each table."""
    known, out = tables_of(source), []
    tables = metadata.sorted_tables
    with closing(opened(source)) as link, closing(sqlite3.connect(target, isolation_level=None)) as sink:
        sink.execute("PRAGMA foreign_keys=OFF")
        sink.execute("PRAGMA ignore_check_constraints=ON")
        sink.execute("BEGIN")
        with contextlib.suppress(sqlite3.DatabaseError):  # so that the file itself has all that was in the log
            link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = _whole(link)
        for done, table in enumerate(tables):
            if tell is not None:
                tell(done, len(tables))
            columns = known.get(table.name)
            if not known and table.name in LOOSE:
                columns = [column.name for column in table.columns]
            loose = table.name in (LOOSE if not known else frozenset() if whole else FOREMOST)
            out.append(_pour_table(link, sink, table, columns, source, loose=loose))
        for one in (each for each in out if each.table == "journal"):
            one.lost = missing_lines(sink)
        sink.execute("COMMIT")
    return out


def _whole(link: sqlite3.Connection) -> bool:
    """Whether every page is where it belongs: one that was put in the place of another breaks no reading."""
    with contextlib.suppress(sqlite3.DatabaseError):
        return bool(link.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    return False


def missing_lines(link: sqlite3.Connection) -> list[Row]:
    """(stream, number) of the lines of the journal that are not there, up to the noted heads of the streams."""
    out: list[Row] = []
    for stream, head in link.execute("SELECT stream, head_seq FROM office UNION ALL SELECT stream, head_seq FROM ledger"):
        there = {row[0] for row in link.execute("SELECT seq FROM journal WHERE stream = ?", (stream,))}
        out += [(stream, seq) for seq in range(1, min(head, MOST_PROBES) + 1) if seq not in there]
    return out


def opened(file: Path) -> sqlite3.Connection:
    link = sqlite3.connect(file)
    link.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with contextlib.suppress(sqlite3.DatabaseError):
        link.execute("PRAGMA writable_schema=ON")
    return link


def _pour_table(
    link: sqlite3.Connection,
    sink: sqlite3.Connection,
    table: Table,
    columns: Sequence[str] | None,
    source: Path,
    *,
    loose: bool,
) -> Found:
    found = Found(table.name)
    keys = [column.name for column in table.primary_key]
    if columns is None or any(key not in columns for key in keys):
        found.there = False
        return found
    names = [column.name for column in table.columns]
    found.lacking = [name for name in names if name not in columns]
    found.unknown = [name for name in columns if name not in names]
    shared = [name for name in names if name in columns]
    filled = {c.name: _filling(c) for c in table.columns if c.name not in columns and not c.nullable}
    into = ", ".join(f'"{name}"' for name in (*shared, *filled))
    marks = ", ".join("?" * (len(shared) + len(filled)))
    statement = f'INSERT OR IGNORE INTO "{table.name}" ({into}) VALUES ({marks})'
    sink.execute(f'DELETE FROM "{table.name}"')

    def put(row: Row) -> None:
        with contextlib.suppress(sqlite3.Error):
            found.read += sink.execute(statement, (*row, *filled.values())).rowcount

    have, places = set[Row](), [shared.index(key) for key in keys]
    for row in _rows(link, sink, table, shared, keys, found):
        if _plausible(table, shared, row, whole=table.name in FOREMOST):
            put(row)
            have.add(tuple(row[at] for at in places))
        else:
            found.spoilt += 1
    if loose or ((found.broke or found.spoilt) and table.name in LOOSE):
        made_by = _made_by(link, table.name) or _made_by(sink, table.name)
        for row in _loose(source, made_by, table, shared, have if _order(table)[0] != "rowid" else set(), found):
            put(row)
        found.there = found.read > 0 or bool(_made_by(link, table.name))
    return found


def _made_by(link: sqlite3.Connection, table: str) -> str:
    """The statement that made a table, '' where that cannot be read."""
    with contextlib.suppress(sqlite3.DatabaseError):
        row = link.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
        return str(row[0]) if row else ""
    return ""


def _loose(
    source: Path, made_by: str, table: Table, names: Sequence[str], have: set[Row], found: Found
) -> Iterator[Row]:
    """Rows on pages nothing leads to, but those of the keys in `have`. Whatever no row of this table can be is left out:
    pages of others are tried too.
    """
    wanted, (order, width) = ", ".join(f'"{name}"' for name in names), _order(table)
    ask = f'SELECT {order} FROM "{table.name}" ORDER BY'
    backwards = ", ".join(f"{each} DESC" for each in order.split(", "))
    one = f'SELECT {order}, {wanted} FROM "{table.name}" WHERE ' + " AND ".join(f"{each} = ?" for each in order.split(", "))
    missing, probes = dict.fromkeys(found.lost), 0
    for link in loose_pages.views(source, table.name, made_by):
        seen = Found(table.name)
        keys = list(_until_broken(link, f"{ask} {order}", seen))
        if seen.broke:
            keys += _until_broken(link, f"{ask} {backwards}", seen)
            asked = list(missing)[: max(0, MOST_PROBES - probes)]
            probes += len(asked)
            keys += asked
        for key in dict.fromkeys(keys):
            if key in have or not _keyed(table, key):
                continue
            for row in _until_broken(link, one, seen, key):
                if _plausible(table, names, row[width:], whole=True):
                    missing.pop(key, None)
                    if order != "rowid":
                        have.add(key)
                    yield row[width:]
    found.lost = list(missing)


def _keyed(table: Table, key: Row) -> bool:
    """Whether these may be the keys of a row: what stands on a page that was overwritten may be anything."""
    return tuple(map(type, key)) == _kinds(table)


@cache
def _kinds(table: Table) -> tuple[type, ...]:
    columns = table.primary_key.columns if _order(table)[0] != "rowid" else ()
    return tuple(int if isinstance(column.type, Integer) else str for column in columns) or (int,)


@cache
def _order(table: Table) -> tuple[str, int]:
    """By what the rows of a table lie in order, and of how many columns that is."""
    if table.dialect_options["sqlite"].get("with_rowid", True):
        return "rowid", 1
    keys = [f'"{column.name}"' for column in table.primary_key]
    return ", ".join(keys), len(keys)


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
    order, key = _order(table)
    ask = f'SELECT {order}, {wanted} FROM "{table.name}" ORDER BY {order}'
    first = last = None
    for row in _until_broken(link, ask, found):
        last = row[:key] if _keyed(table, row[:key]) else last
        yield row[key:]
    if not found.broke:
        return
    backwards = ", ".join(f"{each} DESC" for each in order.split(", "))
    for row in _until_broken(link, f'SELECT {order}, {wanted} FROM "{table.name}" ORDER BY {backwards}', found):
        if _keyed(table, row[:key]):
            if last is not None and row[:key] <= last:
                break
            first = row[:key]
        yield row[key:]
    where = " AND ".join(f"{each} = ?" for each in order.split(", "))
    one = f'SELECT {wanted} FROM "{table.name}" WHERE {where}'
    named = ["rowid"] if order == "rowid" else keys
    between = _items_between(sink, last, first) if table.name == "item" else _between(link, table, named, last, first)
    for probe in between:
        try:
            row = link.execute(one, probe).fetchone()
        except sqlite3.DatabaseError:
            if order != "rowid" or (last and first):  # else nobody knows whether there was such a row
                found.lost.append(probe)
            continue
        if row is not None:
            yield row


def _until_broken(link: sqlite3.Connection, ask: str, found: Found, given: Row = ()) -> Iterator[Row]:
    try:
        yield from link.execute(ask, given)
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
        for row in _of_index(link, f'SELECT {order} FROM "{table.name}" INDEXED BY "{index.name}"', index):
            inside = _keyed(table, row) and (last is None or row > last) and (first is None or row < first)
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


def _plausible(table: Table, names: Sequence[str], row: Row, *, whole: bool = False) -> bool:
    """Whether every value is of the kind its column holds: a page overwritten may still look like one.

    `whole`: what is JSON is an object or a list, as nearly everywhere.
    """
    return all(_fits(table.columns[name], value, whole) for name, value in zip(names, row, strict=True))


def _fits(column: Any, value: Any, whole: bool) -> bool:
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, AnyJson):
        if isinstance(value, int | float):  # SQLite keeps a bare number as one
            return not whole
        try:
            told = msgspec.json.decode(value)
        except (msgspec.MsgspecError, TypeError):
            return False
        return not whole or isinstance(told, dict | list)
    if isinstance(column.type, LargeBinary):
        return isinstance(value, bytes)
    if isinstance(column.type, Integer | Boolean):
        return isinstance(value, int)
    return isinstance(value, str) and "\ufffd" not in value


def names_of(file: Path) -> dict[str, tuple[str, int, str]]:
    """{id: (ledger, number, name as lists sort it)} of the rows of a database, as its index tells, not the rows."""
    with closing(opened(file)) as link:
        index = next(each for each in metadata.tables["entry"].indexes if each.name == "ix_entry_list")
        ask = "SELECT id, ledger_id, number, name_key FROM entry INDEXED BY ix_entry_list"
        told = ((*row[:3], str(row[3] or "")) for row in _of_index(link, ask, index))
        return {row[0]: row[1:] for row in told if tuple(map(type, row[:3])) == (str, str, int)}


def subjects_of(file: Path) -> dict[Row, str]:
    """{(stream, number of the line): whom it is about} of the journal, as its index tells."""
    with closing(opened(file)) as link:
        index = next(each for each in metadata.tables["journal"].indexes if each.name == "ix_journal_subject")
        ask = "SELECT stream, seq, subject FROM journal INDEXED BY ix_journal_subject"
        return {row[:2]: row[2] for row in _of_index(link, ask, index) if tuple(map(type, row)) == (str, int, str)}


def _of_index(link: sqlite3.Connection, ask: str, index: Index) -> Iterator[Row]:
    """What an index tells from its front and, where that breaks off, from its back."""
    seen = Found("")
    yield from _until_broken(link, ask, seen)
    if seen.broke:
        yield from _until_broken(link, f"{ask} ORDER BY " + ", ".join(f'"{c.name}" DESC' for c in index.columns), seen)

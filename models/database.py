"""Opening the database of an office folder: durability, version check, backup before migrating."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    Select,
    Table,
    Update,
    bindparam,
    create_engine,
    event,
    insert,
    update,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeEngine

from models import links
from models.schema import AnyJson

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def engine_for(file: Path) -> Engine:
    """An engine whose transactions are whole: WAL, synchronous=FULL, writes begin IMMEDIATE.

    A connection with the execution option `write=True` takes the write lock at once. Where there is no room for the
    log's index or the folder cannot be written, reading goes on, and writing raises what SQLite said of it.
    """
    engine = create_engine(
        f"sqlite:///{file}",
        creator=lambda: links.link(file),
        json_serializer=json_text,
        json_deserializer=msgspec.json.decode,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        raw = connection.connection.driver_connection
        if write and isinstance(raw, links.Still):
            raise OperationalError("BEGIN IMMEDIATE", None, raw.refused)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    @event.listens_for(engine, "checkin")
    def give_back(raw: Any, record: ConnectionPoolEntry) -> None:
        if isinstance(raw, links.Still):  # the next one may find room again
            record.invalidate()

    return engine


def json_text(value: Any) -> str:
    """How a value of a JSON column is written."""
    return msgspec.json.encode(value).decode()


def version_of(engine: Engine) -> str | None:
    """The schema version found in the file, None when it has none yet."""
    with engine.connect() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE name IN ('alembic_version')"
        ).fetchall()
        if not names:
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def known_versions() -> list[str]:
    """Every schema version of this program, oldest first: the file names of `migrations/versions`."""
    return sorted(p.name.partition("_")[0] for p in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def migrate(engine: Engine, before: Callable[[], object] | None = None) -> None:
    """Bring the file to the newest version; `before` runs first when there is something to keep."""
    from alembic import command  # noqa: PLC0415 - a quarter second, only paid when a migration is due
    from alembic.config import Config  # noqa: PLC0415

    if before is not None:
        before()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        guard(connection)


def guard(connection: Connection) -> None:
    """(Re)create the append-only triggers: batch migrations drop them."""
    for name, statement in _guards().items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(statement)


def unguarded(connection: Connection) -> bool:
    """Whether a trigger that keeps the journal append-only is missing or another one."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    return {name: sql for name, sql in found} != _guards()


def _guards() -> dict[str, str]:
    """{name: statement}. A body may go, with its salt, when a later purge line of the same subject says what is left.

    That holds for a purge line too: of a destroyed line it keeps what another deed may have to destroy.
    """
    same = " AND ".join(
        f"NEW.{name} IS OLD.{name}"
        for name in 'stream seq at "on" clerk verb subject rev digest prev hash'.split()
    )
    told = (
        "EXISTS (SELECT 1 FROM journal AS purged WHERE purged.subject = OLD.subject AND purged.stream = OLD.stream "
        "AND purged.verb = 'purge' AND purged.seq > OLD.seq "
        "AND json_type(purged.body, '$.purge.lines.\"' || OLD.seq || '\"') IS NOT NULL)"
    )
    may = f"NEW.body IS NULL AND NEW.salt = x'' AND {same} AND {told}"
    refuse = "BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END"
    return {
        "journal_no_update": f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal WHEN NOT ({may}) {refuse}",
        "journal_no_delete": f"CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal {refuse}",
    }


def copy_to(engine: Engine, target: Path) -> None:
    """A consistent copy of a live database, by SQLite's own backup. Raises OSError when `target` cannot take it."""
    raw = engine.raw_connection()
    try:
        link: Any = raw.driver_connection
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA journal_mode=OFF")
            link.backup(copy)
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error), str(target)) from error
    finally:
        raw.close()


def sound(file: Path) -> str:
    """'ok', or what SQLite finds wrong with a file that nobody has open and that was closed cleanly."""
    try:
        with closing(sqlite3.connect(links.address(file), uri=True)) as connection:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def forget_deleted(connection: Connection) -> None:
    """From here on what this connection deletes or replaces is overwritten in the file."""
    connection.exec_driver_sql("PRAGMA secure_delete=ON")


def scrub(engine: Engine) -> str:
    """Leave nothing of deleted rows in the files: all pages written anew, the write-ahead log emptied.

    '' when it is done, 'busy' when another program was reading, else what SQLite says.
    """
    engine.dispose()
    raw = engine.raw_connection()
    try:
        link: Any = raw.driver_connection
        link.execute("PRAGMA busy_timeout=1000")
        link.execute("PRAGMA secure_delete=ON")
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        link.execute("VACUUM")
        busy = link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        return "busy" if "locked" in str(error) else str(error)
    finally:
        raw.close()
        engine.dispose()
    return "busy" if busy else ""


def settle(engine: Engine) -> None:
    """Fold the write-ahead log back so that one file is left."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def insert_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys; the statement is Core's, the values go straight to the driver."""
    if not rows:
        return
    text, order = _insertion(connection.dialect, table, tuple(rows[0]))
    if order:
        _many(connection, table, text, order, rows)
    else:
        connection.execute(insert(table), rows)


def update_many(
    connection: Connection, table: Table, key: str, rows: Sequence[dict[str, Any]], *, kept: Sequence[str] = ()
) -> None:
    """The same for rows that are there already, told by their column `key`: all else in them is set but what is `kept`."""
    if not rows:
        return
    names = tuple(name for name in rows[0] if name == key or name not in kept)
    text, order = _alteration(connection.dialect, table, key, names)
    if order:
        _many(connection, table, text, order, rows)
    else:
        named = [{f"{_GIVEN}{name}": row[name] for name in names} for row in rows]
        connection.execute(_altered(table, key, names), named)


def fetch_many(connection: Connection, statement: Select[Any], **given: Any) -> list[tuple[Any, ...]]:
    """All rows of a SELECT as plain tuples, their values as its columns have them; no Row is made for each of thousands."""
    found = connection.execute(statement, given)
    assert found.cursor is not None
    rows = found.cursor.fetchall()
    told = zip(statement.selected_columns, found.cursor.description, strict=True)
    reads = [_reader(connection.dialect, column.type, known[1]) for column, known in told]
    columns = zip(*rows, strict=True)
    return list(zip(*(read(each) for read, each in zip(reads, columns, strict=False)), strict=True))


def _reader(dialect: Dialect, kind: TypeEngine[Any], told: Any) -> Callable[[Sequence[Any]], Iterable[Any]]:
    """What turns a column of the driver's values into ours."""
    impl = kind.dialect_impl(dialect)
    if dialect.name == "sqlite" and isinstance(kind, AnyJson):
        return json_values
    process = impl.result_processor(dialect, told)
    return (lambda values: values) if process is None else partial(map, process)


_LINES = msgspec.json.Decoder()


def json_values(texts: Sequence[str | None]) -> list[Any]:
    """The values of a column of JSON texts, read in one go, each by itself: none can reach into the next one's row."""
    lines = "\n".join(["null" if text is None else text for text in texts])
    found = _LINES.decode_lines(lines)
    if len(found) != len(texts) or lines.count("\n") != max(0, len(texts) - 1):
        raise msgspec.DecodeError("a JSON column holds something else")
    return found


_GIVEN = "given_"


def _many(connection: Connection, table: Table, text: str, order: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    dialect = connection.dialect
    binds = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
    columns = [
        [row[name] for row in rows] if bind is None else [bind(row[name]) for row in rows]
        for name, bind in zip(order, binds, strict=True)
    ]
    connection.exec_driver_sql(text, list(zip(*columns, strict=True)))


@lru_cache(maxsize=64)
def _insertion(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The statement, and the columns in the order of its places, none where they have names."""
    compiled = insert(table).compile(dialect=dialect, column_keys=names)
    return str(compiled), tuple(str(name) for name in compiled.positiontup or ())


@lru_cache(maxsize=64)
def _alteration(dialect: Dialect, table: Table, key: str, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The same of an UPDATE."""
    compiled = _altered(table, key, names).compile(dialect=dialect)
    return str(compiled), tuple(str(name).removeprefix(_GIVEN) for name in compiled.positiontup or ())


def _altered(table: Table, key: str, names: tuple[str, ...]) -> Update:
    given = {name: bindparam(f"{_GIVEN}{name}", type_=table.c[name].type) for name in names}
    return update(table).where(table.c[key] == given.pop(key)).values(given)

"""Opening the database of an office folder: durability, version check, backup before migrating."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, create_engine, event, insert

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
APPEND_ONLY = ("journal",)


def engine_for(file: Path) -> Engine:
    """An engine whose transactions are whole: WAL, synchronous=FULL, writes begin IMMEDIATE.

    A connection with the execution option `write=True` takes the write lock at once.
    """
    engine = create_engine(
        f"sqlite:///{file}",
        connect_args={"timeout": 10},
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # Python 3.11: otherwise DDL is not part of the transaction
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-32000",
            "temp_store=MEMORY",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


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
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            name = f"{table}_no_{act.lower()}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def copy_to(source: Path, target: Path) -> None:
    """A consistent copy of a live database, by SQLite's own backup."""
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    live.close()
    copy.close()


def sound(file: Path) -> str:
    """'ok', or what SQLite finds wrong with the file."""
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        return str(error)


def settle(engine: Engine) -> None:
    """Fold the write-ahead log back so that one file is left."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def insert_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys; the statement is Core's, the values go straight to the driver."""
    if not rows:
        return
    dialect = connection.dialect
    compiled = insert(table).compile(dialect=dialect, column_keys=list(rows[0]))
    order = [str(name) for name in compiled.positiontup or ()]
    if not order:
        connection.execute(insert(table), rows)
        return
    binds = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
    columns = [
        [row[name] for row in rows] if bind is None else [bind(row[name]) for row in rows]
        for name, bind in zip(order, binds, strict=True)
    ]
    connection.exec_driver_sql(str(compiled), list(zip(*columns, strict=True)))

"""The database of an office: durable, append-only where it must be, migrated whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from models import database
from models.schema import metadata

LINE = "INSERT INTO journal VALUES ('s', 1, 'a', '2022-08-22', 'c', 'v', 'x', 1, '{}', x'00', x'00', x'00', x'00')"


def test_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    engine = database.engine_for(tmp_path / "a.db")
    database.migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert database.version_of(engine) == database.known_versions()[-1]
    database.settle(engine)


def test_the_journal_can_only_grow_after_every_migration(tmp_path: Path) -> None:
    """Decision 22: the triggers are there after migrating."""
    engine = database.engine_for(tmp_path / "a.db")
    database.migrate(engine)
    database.migrate(engine)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(LINE)
    for statement in ("UPDATE journal SET clerk = 'd'", "DELETE FROM journal"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            engine.connect() as connection,
            connection.begin(),
        ):
            connection.exec_driver_sql(statement)
    database.settle(engine)


def test_the_identity_stands_in_the_table_itself(tmp_path: Path) -> None:
    """Decision 2: a counter row that does not balance cannot be stored."""
    engine = database.engine_for(tmp_path / "a.db")
    database.migrate(engine)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    statement = (
        "INSERT INTO tally VALUES ('l', 'project', 3, 0, 0, 3, 0, 0, 2, 0, 0, 0, 0)"  # base 3, open 2
    )
    with (
        pytest.raises(IntegrityError, match="CHECK constraint failed"),
        engine.connect() as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql(statement)
    database.settle(engine)


def test_writes_are_full_sync_write_ahead_and_one_file_is_left(tmp_path: Path) -> None:
    """Decision 22: WAL + synchronous=FULL, one file left on a clean close."""
    engine = database.engine_for(tmp_path / "a.db")
    database.migrate(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    database.settle(engine)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.db"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    engine = database.engine_for(tmp_path / "a.db")

    def fail() -> None:
        raise RuntimeError("no room for the backup")

    with pytest.raises(RuntimeError):
        database.migrate(engine, fail)
    assert database.version_of(engine) is None
    database.settle(engine)

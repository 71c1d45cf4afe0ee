"""The database of an office: durable, append-only where it must be, migrated whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import database
from models.schema import entry, ledger, metadata

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


def test_many_rows_are_changed_and_read_as_core_does_it(tmp_path: Path) -> None:
    engine = database.engine_for(tmp_path / "a.db")
    database.migrate(engine)
    stands = {
        "id": "x", "template_id": "t", "template_version": "1", "template_digest": "d", "template_source": "s", "title": "甲",
        "unit": "乙", "owner_office": "o", "owner_name": "n", "own": True, "opened_on": "2022-08-22", "state": "open",
        "stream": "s", "head_seq": 0, "head_hash": b"", "next_no": 1, "next_print": 1, "sealed_on": None,
    }  # fmt: skip
    rows = [
        {column.name: None if column.nullable else 0 for column in entry.c}
        | {"id": f"e{n}", "ledger_id": "x", "number": n, "no": f"No{n}", "standing": "open", "added": False, "cells": {"n": n}}
        for n in range(3)
    ]
    with engine.connect() as connection, connection.begin():
        database.insert_many(connection, ledger, [stands])
        database.insert_many(connection, entry, rows)
        changed = [row | {"added": True, "name": f"名{row['number']}", "cells": {"多": [1, None], "n": None}} for row in rows[1:]]
        database.update_many(connection, entry, "id", changed)
        query = select(entry.c.id, entry.c.added, entry.c.name, entry.c.cells).order_by(entry.c.id)
        found = database.fetch_many(connection, query)
        assert found == [tuple(row) for row in connection.execute(query)]
        assert found[0] == ("e0", False, None, {"n": 0}) and found[2] == ("e2", True, "名2", {"多": [1, None], "n": None})
        assert [type(row[1]) for row in found] == [bool] * 3
        assert database.fetch_many(connection, query.where(entry.c.id == "nobody")) == []
    database.settle(engine)


@pytest.mark.parametrize("texts", [['{"a":1},{"b":2}', ""], ['{"a":1}\n{"b":2}', " "], ['{"a":[1', "2]}"], ["", "{}"]])
def test_a_spoilt_json_text_never_reaches_into_another_row(texts: list[str]) -> None:
    """Read in one go, each text must still be one value of its own row."""
    with pytest.raises(msgspec.DecodeError):
        database.json_values(texts)
    assert database.json_values(['{"a":[1,2]}', None, "[]"]) == [{"a": [1, 2]}, None, []]
    assert database.json_values([]) == []

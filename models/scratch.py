"""A private database for the length of one question: on disk where it grows, gone when it is closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Connection, StaticPool, Table, create_engine

from models.database import json_text
from models.schema import metadata


@contextmanager
def opened(*tables: Table) -> Iterator[Connection]:
    """A connection to empty tables of these shapes. SQLite keeps a nameless database in a file only while it must."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect("", check_same_thread=False),
        poolclass=StaticPool,
        json_serializer=json_text,
        json_deserializer=msgspec.json.decode,
    )
    try:
        with engine.connect() as connection:
            metadata.create_all(connection, tables=tables)
            yield connection
    finally:
        engine.dispose()

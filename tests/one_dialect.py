"""Every test opens offices of its own; what one of them had SQLAlchemy compile serves the others of the run too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

COMPILED: LRUCache[Any, Any] = LRUCache(2_000)


class OneDialect(SQLiteDialect_pysqlite):
    """SQLite as the program speaks to it. Two that write JSON in one way are one, so that they share compiled statements."""

    supports_statement_cache = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Called by SQLAlchemy for each new engine."""
        engine.update_execution_options(compiled_cache=COMPILED)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OneDialect) and self._json() == other._json()

    def __hash__(self) -> int:
        return hash(self._json())

    def _json(self) -> tuple[object, object]:
        return self._json_serializer, self._json_deserializer


def install() -> None:
    """Have every engine made from here on speak this dialect."""
    registry.register("sqlite", __name__, OneDialect.__name__)

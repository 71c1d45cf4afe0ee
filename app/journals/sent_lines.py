"""In which order things were sent: by the lines that say so, never by the clock (decision 18)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select

from models.schema import journal as journal_table
from models.schema import outbox as outbox_table

VERBS = ("send", "issue")


def seq(stream: str) -> ScalarSelect[int]:
    """The line of the office's stream that tells of a row of the outbox, in a query of that table."""
    j = journal_table.c
    told = select(func.max(j.seq)).where(j.subject == outbox_table.c.bundle_id, j.stream == stream)
    return told.where(j.verb.in_(VERBS)).correlate(outbox_table).scalar_subquery()


def newest_first(stream: str) -> tuple[ColumnElement[Any], ...]:
    """How rows of the outbox are ordered."""
    return seq(stream).desc(), outbox_table.c.bundle_id.desc()


def at(connection: Connection, stream: str, bundle_id: str) -> int:
    """The line that tells of that row; 0 when there is none."""
    return connection.scalar(select(seq(stream)).where(outbox_table.c.bundle_id == bundle_id)) or 0

"""Return slips that name a destroyed project: taken out of inbox and outbox, their digest stays (decision 11)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, select, update

from app import canon
from app.engine.traces import Traces
from models.schema import inbox as inbox_table
from models.schema import outbox as outbox_table

KEPT_IN = ("slip", "rows")
GONE = "destroyed"


def forget(connection: Connection, named: Traces) -> None:
    """Leave of every slip that names it only that it was there: digest, number, verdict."""
    for table, keys in ((inbox_table, ("bundle_id", "from_office")), (outbox_table, ("bundle_id",))):
        for row in connection.execute(select(table)).mappings().all():
            _forget(connection, table, keys, row, named)


def digest(value: Any) -> str:
    """The digest by which the journal knows a slip or receipt, also of one that is gone."""
    return str(value[GONE]) if isinstance(value, dict) and GONE in value else canon.fingerprint(value)


def _forget(connection: Connection, table: Table, keys: tuple[str, ...], row: Any, named: Traces) -> None:
    facts = dict(row["facts"] or {})
    for word in KEPT_IN:
        if word in facts:
            facts[word] = _left(facts[word], named)
    values: dict[str, Any] = {"facts": facts} if facts != (row["facts"] or {}) else {}
    if "receipt" in row and row["receipt"] is not None:
        left = _left(row["receipt"], named)
        values |= {"receipt": left} if left != row["receipt"] else {}
    if values:
        connection.execute(update(table).where(*(table.c[key] == row[key] for key in keys)).values(**values))


def _left(told: Any, named: Traces) -> Any:
    if not isinstance(told, dict) or "QIDI_SLIP" not in told or named.cleaned(told) == told:
        return told
    return {GONE: canon.fingerprint(told), "number": told["number"], "verdict": told["verdict"]}

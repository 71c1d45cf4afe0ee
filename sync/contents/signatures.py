"""Signatures as bundles tell them: filed once, and put right under the same id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from models.schema import signature as signature_table


def take(connection: Connection, told: dict[str, Any], seq: int, *, mended: bool) -> None:
    """File a signature; a mended one has other names and days than before and nothing else. Raises ValueError."""
    values = {"behalf": None, "pen": None, **told}
    t = signature_table.c
    row = connection.execute(select(signature_table).where(t.id == told["id"])).mappings().first()
    if not mended:
        connection.execute(insert(signature_table).values(**values, seq=seq))
        return
    fixed = ("version_id", "role", "scan", "pen")
    if row is None or any(row[key] != values[key] for key in fixed):
        raise ValueError("所更正的签字不存在")
    connection.execute(update(signature_table).where(t.id == told["id"]).values(**values))

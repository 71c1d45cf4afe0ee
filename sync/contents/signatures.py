"""Signatures as bundles tell them: filed once, and put right under the same id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.words import wording
from models.schema import signature as signature_table


def take(connection: Connection, told: dict[str, Any], seq: int, *, mended: dict[str, Any] | None) -> None:
    """File a signature; a mended one has other names and days than before and nothing else, and says what stood there, why
    it was put right and by whom besides. Raises ValueError.
    """
    values = {"behalf": None, "pen": None, **told}
    t = signature_table.c
    row = connection.execute(select(signature_table).where(t.id == told["id"])).mappings().first()
    if mended is None:
        connection.execute(insert(signature_table).values(**values, seq=seq))
        return
    fixed = ("version_id", "role", "scan", "pen")
    if row is None or any(row[key] != values[key] for key in fixed):
        raise ValueError("所更正的签字不存在")
    was = {key: row[key] for key in ("by", "on", "behalf") if row[key]}
    if mended["was"] != was or not wording.clean(mended["reason"]) or not wording.one_line(mended["second"]):
        raise ValueError("更正签字没有写明原来的登记、原因或第二人")
    connection.execute(update(signature_table).where(t.id == told["id"]).values(**values))

"""Whose the ids are that a bundle brings and another ledger has already: the rightful owner is told who holds them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.engine.remains import Remains
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from models.schema import entry as entry_table
from sync.bundles.bundle import Opened

SHOWN, AT_ONCE = 3, 500


def refusal(office: Office, found: Opened, error: IntegrityError) -> Problem:
    """E_CONTENT for ids that are taken, naming the ledger and its office where a row of it has one of them.

    The rows are named as the bundle calls them: what another office calls its own is not for this sender.
    """
    detail = str(error.orig)
    names: dict[str, str] = {}
    for row in found.rows():
        names.setdefault(row["subject"], _name(row))
    ids, t = list(names), entry_table.c
    with office.read() as connection:
        held = [
            row
            for at in range(0, len(ids), AT_ONCE)
            for row in connection.execute(
                select(t.id, t.ledger_id).where(
                    t.id.in_(ids[at : at + AT_ONCE]), t.ledger_id != found.info.ledger
                )
            )
        ]
        line = ledgers.line_of(connection, held[0].ledger_id) if held else None
    if line is None:
        return Problem("E_CONTENT", "包里的编号与本单位已有的相重，没有收，数据没有动", detail=detail)
    rows = [names[row.id] for row in held if row.ledger_id == line.id]
    shown = "、".join(rows[:SHOWN]) + (f"等 {len(rows):,} 行" if len(rows) > SHOWN else "")
    if line.own:
        said = (
            f"包里的 {shown} 与本单位《{line.title}》的行编号相重，没有收，数据没有动；请问对方这些行从哪里来"
        )
    else:
        said = (
            f"包里的 {shown} 与“{line.origin}”报来的《{line.title}》里的行编号相重，没有收，数据没有动；请向双方核实是谁的。"
            f"查明是“{line.origin}”冒用，请恢复到收它以前的备份，作废它的名片，再收这一份"
        )
    return Problem("E_CONTENT", said, rows=rows, holder=line.origin, detail=detail)


def _name(row: dict[str, Any]) -> str:
    """Number and name of a row as it was entered, its id where neither is."""
    new = (Remains().body(row) or {}).get("new", {})
    told = f"{new.get('no', '')} {new.get('cells', {}).get('name', '')}".strip()
    return told or str(row["subject"])

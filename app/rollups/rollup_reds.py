"""Red lights as a roll-up counts them: of whole ledgers, and of single rows; the two reds apart (decision 4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, case, func, select

from models.schema import entry as entry_table
from models.schema import item as item_table

CHUNK = 500
REDS = ("projects", "items", "deadline")


def of_ledgers(connection: Connection, ledgers: Sequence[str], today: str) -> dict[str, dict[str, int]]:
    """{ledger: {projects, items: 审批超期; deadline: projects past 完成时限}} upon ISO day `today`."""
    e, i = entry_table.c, item_table.c
    out = {ledger: dict.fromkeys(REDS, 0) for ledger in ledgers}
    rows = connection.execute(
        select(e.ledger_id, *_late(today)).where(e.ledger_id.in_(ledgers), e.standing == "open")
        .group_by(e.ledger_id)
    )  # fmt: skip
    for row in rows:
        out[row.ledger_id] |= {"projects": row.projects, "deadline": row.deadline}
    late = select(i.ledger_id, func.count().label("n")).where(
        i.ledger_id.in_(ledgers), i.standing == "open", i.due < today
    )
    for row in connection.execute(late.group_by(i.ledger_id)):
        out[row.ledger_id]["items"] = row.n
    return out


def of_rows(
    connection: Connection, entries: Sequence[str], today: str, matters: Collection[tuple[str, str]]
) -> dict[str, int]:
    """The same of these rows, of their matters those in `matters` (row, code), in one sum."""
    e, i = entry_table.c, item_table.c
    out = dict.fromkeys(REDS, 0)
    for start in range(0, len(entries), CHUNK):
        part = entries[start : start + CHUNK]
        row = connection.execute(select(*_late(today)).where(e.id.in_(part), e.standing == "open")).one()
        late = select(i.entry_id, i.code).where(i.entry_id.in_(part), i.standing == "open", i.due < today)
        out["projects"] += row.projects
        out["deadline"] += row.deadline
        out["items"] += sum((one, code) in matters for one, code in connection.execute(late))
    return out


def _late(today: str) -> tuple[Any, Any]:
    e = entry_table.c
    return (
        func.count(case((e.due < today, 1))).label("projects"),
        func.count(case((e.deadline < today, 1))).label("deadline"),
    )

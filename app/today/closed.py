"""How many matters were closed this month and the month before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from app.engine.rows import DONE
from app.ledger.ledgers import LedgerLine
from app.words.templates import Loaded
from models.schema import event as event_table
from models.schema import item as item_table


def in_months(connection: Connection, own: Sequence[LedgerLine], today: str) -> tuple[int, int]:
    """Matters approved this month and the month before (审批1个核减1个), by the day of the document.

    Those closed before the seal are no 核减, and no event: they are done all the same.
    """
    t = event_table.c
    this = today[:7]
    year, month = int(this[:4]), int(this[5:])
    last = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}"
    left = (
        select(func.substr(t.on, 1, 7), func.count())
        .where(t.ledger_id.in_([x.id for x in own]), t.kind == "approved", t.item.isnot(None))
        .where(or_(t.on.startswith(this), t.on.startswith(last)))
        .group_by(func.substr(t.on, 1, 7))
    )
    found: Counter[str] = Counter()
    for query in (left, *(_closed_before(line, field, last) for line in own for field in _closing_days(line.loaded))):
        found.update({month: count for month, count in connection.execute(query)})
    return found[this], found[last]


def _closing_days(loaded: Loaded) -> set[str]:
    """The fields of a matter that say on which day it was approved."""
    known = loaded.closings("item", "approved") if loaded.t.items else ()
    return {key for closing in known for key, text in closing.writes.items() if text == "{on}"}


def _closed_before(line: LedgerLine, field: str, month: str) -> Select[Any]:
    """By month from that one on, how many matters stand as closed of which no event tells."""
    i = item_table.c
    day = func.substr(i.cells[field].as_string(), 1, 7)
    query = select(day, func.count()).where(i.ledger_id == line.id, i.standing == "complete", i.state == DONE, day >= month)
    return query.group_by(day)

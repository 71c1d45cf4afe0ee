"""The very rows on which a report does not add up: they came to stand, or stood no longer, without a word of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, select

from app.engine.rows import Held
from app.figures import past
from app.figures.bridging import COMING
from app.ledger.ledgers import LedgerLine
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import journal as journal_table


def rows(connection: Connection, line: LedgerLine, border: int, head: int) -> tuple[str, ...]:
    """台账编号 of rows whose standing, or whose matters', went another way between the two journal lines than the events
    told: 期初 is then not what the report before ended with. In the order of their numbers."""
    t = journal_table.c
    lines = select(t.subject).where(t.stream == line.stream, t.seq > border, t.seq <= head)
    ids = list(connection.scalars(lines.distinct()))
    told = _told(connection, line, border, head)
    found: list[str] = []
    for start in range(0, len(ids), past.CHUNK):
        part = ids[start : start + past.CHUNK]
        was = {one.held.id: one.held for one in past.rows(connection, line, part, past.LAST, border)}
        for one in past.rows(connection, line, part, past.LAST, head):
            before = _open(was.get(one.held.id))
            if any(now - before[mark] != told[one.held.id, mark] for mark, now in _open(one.held).items()):
                found.append(one.held.no)
    e = entry_table.c
    order = select(e.no).where(e.ledger_id == line.id, e.no.in_(found)).order_by(e.number)
    return tuple(connection.scalars(order)) if found else ()


def _open(held: Held | None) -> Mapping[str, int]:
    """How many stand in 在账: of the row itself ('') and of its matters (item)."""
    stands = held.standings.values() if held else ()
    return Counter(
        {"": int(held is not None and held.standing == "open"), "item": sum(one == "open" for one in stands)}
    )


def _told(connection: Connection, line: LedgerLine, border: int, head: int) -> Counter[tuple[str, str]]:
    """By row, what its events between the lines add to 在账 and take from it."""
    v = event_table.c
    query = select(v.entry_id, v.item, v.kind).where(v.ledger_id == line.id, v.seq > border, v.seq <= head)
    sums: Counter[tuple[str, str]] = Counter()
    for entry, item, kind in connection.execute(query):
        sums[entry, "item" if item else ""] += 1 if kind in COMING else -1
    return sums

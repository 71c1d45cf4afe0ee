"""Matters past their due day by department, at the end of any day: the pages of the monthly statistics (decision 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, literal, select

from app.figures import figure_sums, past
from app.figures.figures import UNSAID
from app.figures.past import Past
from app.ledger import ledgers, units
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.values.workdays import Calendar
from models.schema import entry as entry_table
from models.schema import item as item_table


@dataclass(frozen=True)
class Late:
    """A matter whose turn it was the department's and whose day had passed; of a ledger without items the row itself.

    `days` are working days, 0 where the calendar does not know them.
    """

    dept: str
    no: str
    name: str
    item: str
    clock: str
    due: str
    days: int


def by_department(
    office: Office, ledger_id: str, on: dt.date, head: int | None = None
) -> dict[str, tuple[Late, ...]]:
    """What was 审批超期 at the end of that day, the longest first; 完成时限已过 and 未提交 are no part of it.

    With `head` as the ledger stood at that journal line; working days by the calendar that was known then.
    """
    found: dict[str, list[Late]] = {}
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        then = past.of(connection, line, on, head)
        calendar = then.calendar or office.calendar()
        for row in _rows(connection, then, calendar, on.isoformat()):
            found.setdefault(row.dept or UNSAID, []).append(_told(then.line, calendar, on, row))
        for name, *others in units.of(connection, office.division).together(found).values():
            found[name] += [one for other in others for one in found.pop(other)]
    return {
        dept: tuple(sorted(found[dept], key=lambda one: (one.due, one.no, one.item)))
        for dept in sorted(found)
    }


def _rows(connection: Connection, then: Past, calendar: Calendar, on: str) -> Iterator[Any]:
    """What has not moved since lies in the tables, what has in those of that day."""
    query = _query(then.line, on)
    if not then.whole:
        apart = query if then.moved is None else query.where(entry_table.c.id.not_in(then.moved))
        yield from connection.execute(apart)
    if then.moved is not None:
        with past.laid_out(connection, then, calendar) as there:
            yield from there.execute(query)


def _query(line: LedgerLine, on: str) -> Select[Any]:
    e, i = entry_table.c, item_table.c
    if line.loaded.t.items is None:
        rows = select(
            e.unit.label("dept"), e.no, e.name, e.stage.label("code"), literal("").label("clock"), e.due
        )
        return rows.where(e.ledger_id == line.id, e.standing == "open", e.due < on)
    rows = select(i.dept, e.no, e.name, i.code, i.clock, i.due).join_from(
        item_table, entry_table, e.id == i.entry_id
    )
    return rows.where(i.ledger_id == line.id, i.standing == "open", i.due < on)


def _told(line: LedgerLine, calendar: Calendar, on: dt.date, row: Any) -> Late:
    clock = line.loaded.clocks.get(row.clock or "")
    items = line.loaded.t.items is not None
    title = line.loaded.preset_of(row.code).title if items else str(row.code or "")
    days = figure_sums.overdue(calendar, row.due, on) or 0
    return Late(
        row.dept or UNSAID, row.no, row.name or row.no, title, clock.title if clock else "", row.due, days
    )

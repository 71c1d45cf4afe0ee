"""Working out every due day again, after the calendar has changed (decision 12)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from app.change import Change
from app.engine import storing
from app.journals.writing import Write
from app.ledger import calendars, ledgers, ruling
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.values.workdays import Calendar
from models.schema import entry as entry_table


def import_notice(office: Office, file: Path) -> Change:
    """Take in a year's notice and recompute the limits of every row, both or neither."""
    return replace(calendars.import_notice(office, file, everything), ledgers=_all(office))


def add_rest(office: Office, days: list[str], source: str) -> Change:
    """Take in local rest days and recompute the limits of every row, both or neither."""
    if not days:
        raise Problem("E_REST", "请写明哪几天休息，如 2026-07-20", field="day")
    return replace(calendars.add_rest(office, days, source, everything), ledgers=_all(office))


def everything(work: Write, calendar: Calendar) -> int:
    """Recompute the stored due days of all entries; values and counts do not move. Returns the rows touched."""
    return sum(one_ledger(work, line, calendar) for line in ledgers.lines_in(work.connection))


def one_ledger(work: Write, line: LedgerLine, calendar: Calendar) -> int:
    """The same for the entries of one ledger, under `line.loaded`."""
    t = entry_table.c
    seqs = dict(work.connection.execute(select(t.id, t.seq).where(t.ledger_id == line.id)).all())
    batch = storing.Batch()
    for held in storing.every_held(work.connection, line.id):
        row, items = storing.columns(line.loaded, calendar, line.id, held, seqs[held.id])
        batch.entries.append(row)
        batch.items.extend(items)
    storing.put_changed(work.connection, batch.entries, batch.items)
    ruling.settle(work.connection, line, batch.entries)
    return len(batch.entries)


def _all(office: Office) -> frozenset[str]:
    return frozenset(line.id for line in ledgers.all(office))

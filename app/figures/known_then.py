"""The calendar of an office as it was known at the end of a past day: what came later is taken away again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.values import known_days, workdays
from app.values.known_days import CLOCK_STARTS
from app.values.workdays import Calendar
from models.schema import journal as journal_table
from models.schema import office as office_table

_VERBS = ("calendar", "rest", "setting")


def calendar(connection: Connection, day: str) -> Calendar | None:
    """The working days, local rest days and chosen starts known on `day` (ISO); None where none has changed since."""
    t, o = journal_table.c, office_table.c
    told = select(t.on, t.verb, t.subject, t.body).where(t.verb.in_(_VERBS), t.body.is_not(None))
    lines = told.join(office_table, o.stream == t.stream).order_by(t.seq)
    rows = [
        row for row in connection.execute(lines).all() if row.verb != "setting" or row.subject == CLOCK_STARTS
    ]
    later = [row for row in rows if row.on > day]
    if not later:
        return None
    now = known_days.load(connection, str(connection.scalar(select(o.division))))
    return _without(now, [row for row in rows if row.on <= day], later)


def _without(now: Calendar, before: Sequence[Any], later: Sequence[Any]) -> Calendar:
    years, rests, starts = dict(now.tables), dict(now.rests), dict(now.starts)
    had = {(row.verb, row.subject): msgspec.json.decode(row.body) for row in before}
    for row in later:
        was = had.get((row.verb, row.subject))
        if row.verb == "calendar":
            year = int(row.subject)
            years.pop(year, None)
            table = workdays.read_year(was["text"]) if was else workdays.published().get(year)
            years |= {year: table} if table else {}
        elif row.verb == "rest":
            rests.pop(dt.date.fromisoformat(row.subject), None)
            if was:
                kept = workdays.rest(was["division"], was["day"], was["source"])
                rests[kept.day] = kept
    chosen = next((row for row in later if row.verb == "setting"), None)
    if chosen is not None:
        starts = msgspec.json.decode(chosen.body)["was"] or {}
    return Calendar(years.values(), rests.values(), starts)

"""The days on which the reports of a plan fall due: every ten days, half month or month, and never moved."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from app.words.template_words import Cadence

_DAYS = {"旬": (10, 20, 31), "半月": (15, 31), "月": (31,)}


def due_days(cadence: Cadence, starts: dt.date, ends: dt.date) -> list[dt.date]:
    """Every due day from `first` to `until`, both inclusive; the plan's own bounds where these are not named.

    A day past the end of a month is its last day (domain A5: 旬 10, 20, last; 半月 15, last; 月 last).
    """
    return list(dict(dues(cadence, starts, ends)))


def dues(cadence: Cadence, starts: dt.date, ends: dt.date) -> list[tuple[dt.date, int]]:
    """(due day, the day of the month that the cadence names) in order, within its bounds."""
    first, until = cadence.first or starts, cadence.until or ends
    found = [(in_month(month, day), day) for month in _months(first, until) for day in days_of(cadence)]
    return [(due, day) for due, day in found if first <= due <= until]


def days_of(cadence: Cadence) -> tuple[int, ...]:
    """The days of a month on which its reports fall due; 31 is the last one."""
    return cadence.days or _DAYS[cadence.every]


def in_month(month: dt.date, day: int) -> dt.date:
    """That day of the month, its last one where it has no such day."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def _months(first: dt.date, until: dt.date) -> Iterator[dt.date]:
    month = first.replace(day=1)
    while month <= until:
        yield month
        month = (month + dt.timedelta(days=31)).replace(day=1)

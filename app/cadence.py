"""The days on which the reports of a plan fall due: every ten days, half month or month, and never moved."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from app.template_words import Cadence

_DAYS = {"旬": (10, 20, 31), "半月": (15, 31), "月": (31,)}


def due_days(cadence: Cadence, starts: dt.date, ends: dt.date) -> list[dt.date]:
    """Every due day from `first` to `until`, both inclusive; the plan's own bounds where these are not named.

    A day past the end of a month is its last day (domain A5: 旬 10, 20, last; 半月 15, last; 月 last).
    """
    first, until = cadence.first or starts, cadence.until or ends
    days = cadence.days or _DAYS[cadence.every]
    found = dict.fromkeys(
        dt.date(month.year, month.month, min(day, calendar.monthrange(month.year, month.month)[1]))
        for month in _months(first, until)
        for day in days
    )
    return [day for day in found if first <= day <= until]


def _months(first: dt.date, until: dt.date) -> Iterator[dt.date]:
    month = first.replace(day=1)
    while month <= until:
        yield month
        month = (month + dt.timedelta(days=31)).replace(day=1)

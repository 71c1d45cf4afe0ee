"""How long a row has waited for whoever holds it, in working days, and the three lengths it is told by (decision 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_

from app.problem import Problem
from app.values.workdays import Calendar

HELD = "held"
"""What rows are filtered by whom they wait for and how long: `held`, of whichever matter `*.held`; 手续部门，20 天以上."""
APART = "，"
_DAY = dt.timedelta(days=1)


class Band(Struct, frozen=True):
    """A length of waiting in working days, both ends included; `last` None: as long as you like."""

    words: str
    first: int
    last: int | None


BANDS = (Band("5 天以内", 0, 5), Band("6—20 天", 6, 20), Band("20 天以上", 21, None))
UNDATED = len(BANDS)
"""The place behind the bands of what waits since a day that nobody has entered."""
LENGTHS = (*(band.words for band in BANDS), "没填起日")


def waited(calendar: Calendar, today: dt.date, since: str | None) -> int:
    """Working days since `since`, 0 when nobody is waited for; days of the year where no calendar is known."""
    if not since:
        return 0
    begun = dt.date.fromisoformat(since)
    try:
        return max(0, calendar.between(begun, today))
    except Problem:
        return max(0, (today - begun).days)


def band_of(days: int | None) -> int:
    """Which of BANDS a wait belongs to; UNDATED where its first day is not known."""
    if days is None:
        return UNDATED
    return next(at for at, band in enumerate(BANDS) if band.last is None or days <= band.last)


def told(holder: str, band: int = -1) -> str:
    """A filter value: whom is waited for, and of which length where not -1."""
    return holder if band < 0 else f"{holder}{APART}{LENGTHS[band]}"


def rule(calendar: Calendar, today: dt.date, holder: Any, since: Any, text: str) -> ColumnElement[bool]:
    """A filter value as SQL on the two columns. Words that are no length belong to the holder's name."""
    name, _, length = text.rpartition(APART)
    if length not in LENGTHS:
        return and_(holder == text)
    if length == LENGTHS[UNDATED]:
        return and_(holder == name, since.is_(None))
    band = BANDS[LENGTHS.index(length)]
    found: list[Any] = [holder == name]
    if band.first:
        found.append(since < _begun(calendar, today, band.first - 1))
    if band.last is not None:
        found.append(since >= _begun(calendar, today, band.last))
    return and_(*found)


def _begun(calendar: Calendar, today: dt.date, most: int) -> str:
    """The earliest day since which no more than `most` working days have passed."""
    day = today
    while waited(calendar, today, (day - _DAY).isoformat()) <= most:
        day -= _DAY
    return day.isoformat()

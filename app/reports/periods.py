"""The periods of a ledger's reports: what each is called, what days it covers, when its report is due (pure)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.problem import Problem
from app.words import cadence
from app.words.template_words import Cadence

DAY = dt.timedelta(days=1)
_CODE = re.compile(r"(\d{4})-(\d{2})(?:([AB])|-([123]))?")
_PARTS = {1: ("",), 2: ("A", "B"), 3: ("-1", "-2", "-3")}
_TITLES = {"": "", "A": "上半月", "B": "下半月", "-1": "上旬", "-2": "中旬", "-3": "下旬"}
_FIRST = {"": 1, "A": 1, "B": 16, "-1": 1, "-2": 11, "-3": 21}
_LAST = {"": 31, "A": 15, "B": 31, "-1": 10, "-2": 20, "-3": 31}


class Period(Struct, frozen=True):
    """What one report covers, `starts` to `ends` inclusive. `id` is 2022-09-1 (旬), 2022-09A (半月) or 2022-09 (月).

    `every`, `what`, `to` and `clause` are those of the cadence that asks for it; '' of a code that was only read.
    """

    id: str
    title: str
    starts: dt.date
    ends: dt.date
    due: dt.date
    every: str = ""
    what: str = ""
    to: str = ""
    clause: str = ""

    def holds(self, day: dt.date) -> bool:
        return self.starts <= day <= self.ends


def parse(code: str) -> Period:
    """The period of the calendar with this code. Raises Problem E_PERIOD."""
    found = _CODE.fullmatch(code.strip().upper())
    try:
        if found is None:
            raise ValueError(code)
        part = found[3] or (f"-{found[4]}" if found[4] else "")
        month = dt.date(int(found[1]), int(found[2]), 1)
    except ValueError as error:
        raise Problem(
            "E_PERIOD",
            f"“{code}”不是期次，请写成 2022-09（月）、2022-09A（上半月）、2022-09B（下半月）或 2022-09-1（上旬）",
            field="period",
        ) from error
    starts = month.replace(day=_FIRST[part])
    ends = cadence.in_month(month, _LAST[part])
    return Period(f"{month:%Y-%m}{part}", _title(month, part), starts, ends, ends)


def series(cadences: Iterable[Cadence], starts: dt.date, ends: dt.date) -> tuple[Period, ...]:
    """The periods of cadences that follow on one another, in order, without gap or overlap.

    Each ends on its due day and begins the day after the one before it was due; the first begins with its calendar
    period, or with the plan where that began earlier (SB 六(二): half-months until 2022-09-30 inclusive, then months).
    A day on which two of them fall due belongs to the earlier named.
    """
    wanted: dict[dt.date, Period] = {}
    for each in cadences:
        for due, part in _dues(each, starts, ends):
            month = due.replace(day=1)
            one = parse(f"{month:%Y-%m}{part}")
            made = replace(
                one, ends=due, due=due, every=each.every, what=each.what, to=each.to, clause=each.clause
            )
            wanted.setdefault(due, made)
    found: list[Period] = []
    for due in sorted(wanted):
        one = wanted[due]
        first = found[-1].ends + DAY if found else min(one.starts, starts)
        found.append(replace(one, starts=first))
    return tuple(found)


def containing(known: Sequence[Period], day: dt.date) -> Period | None:
    """The period that holds this day, None outside of them all."""
    return next((period for period in known if period.holds(day)), None)


def previous(known: Sequence[Period], period: Period) -> Period | None:
    """The one before it in its series, None of the first."""
    before = [one for one in known if one.ends < period.starts]
    return before[-1] if before else None


def find(known: Sequence[Period], code: str) -> Period:
    """The period of the series with this code. Raises Problem E_PERIOD naming those there are."""
    wanted = parse(code).id
    for period in known:
        if period.id == wanted:
            return period
    names = "、".join(period.id for period in known)
    raise Problem(
        "E_PERIOD", f"这本台账没有“{wanted}”这一期，各期是：{names or '没有'}", field="period", periods=names
    )


def _dues(each: Cadence, starts: dt.date, ends: dt.date) -> list[tuple[dt.date, str]]:
    """(due day, the part of its month) of one cadence; two days that fall together are the later part."""
    days = cadence.days_of(each)
    parts = _PARTS[len(days)]
    placed = {due: parts[days.index(day)] for due, day in cadence.dues(each, starts, ends)}
    return list(placed.items())


def _title(month: dt.date, part: str) -> str:
    return f"{month.year}年{month.month}月{_TITLES[part]}"

"""One clock running once: from its start over pauses to its stop, banner's and superior's due day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from app.engine.rows import Cells
from app.problem import Problem
from app.values.workdays import Calendar
from app.words.templates import Clock, Items

RunState = Literal["running", "stopped", "paused", "unknown"]


class Stretch(Struct, frozen=True):
    """Days the clock does not count: from `first` on, until before `last` (None: still standing)."""

    first: dt.date
    last: dt.date | None
    reason: str


class ClockRun(Struct, frozen=True):
    """A clock from one start. Days are ISO text, '' where there is none; `paused` counts working days."""

    id: str
    title: str
    start: str
    stop: str
    due: str
    upper_due: str
    paused: int
    state: RunState
    clause: str
    upper_clause: str
    workdays: int
    upper_start: str
    upper_workdays: int
    started_by: str
    stopped_by: str
    round: int = 1
    pauses: tuple[Stretch, ...] = ()
    unknown: str = ""

    def late(self, on: dt.date, calendar: Calendar) -> int:
        """Working days past due on `on`, or on the day it stopped if that came first; 0 when in time."""
        if not self.due:
            return 0
        end = min(dt.date.fromisoformat(self.stop), on) if self.stop else on
        return max(calendar.between(dt.date.fromisoformat(self.due), end), 0)


def stretches(item: Mapping[str, Any], fields: Iterable[str]) -> tuple[Stretch, ...]:
    """The pauses of an item in order, those that touch or overlap joined."""
    found: list[Stretch] = []
    raw = [p for field in fields for p in item.get(field, ()) if isinstance(p, dict) and p.get("from")]
    for each in sorted(raw, key=lambda p: str(p["from"])):
        first = dt.date.fromisoformat(each["from"])
        last = dt.date.fromisoformat(each["to"]) if each.get("to") else None
        reason = str(each.get("reason", ""))
        before = found[-1] if found else None
        if before is not None and (before.last is None or first <= before.last):
            ends = None if before.last is None or last is None else max(before.last, last)
            reason = before.reason if reason in ("", before.reason) else f"{before.reason}、{reason}"
            found[-1] = Stretch(before.first, ends, reason)
        else:
            found.append(Stretch(first, last, reason))
    return tuple(s for s in found if s.last is None or s.last > s.first)


def standing_still(pauses: tuple[Stretch, ...]) -> dict[str, Any]:
    """What an expression reads of the pauses of an item."""
    if pauses and pauses[-1].last is None:
        return {"paused": True, "paused_since": pauses[-1].first.isoformat()}
    return {"paused": False}


def due_day(
    calendar: Calendar, start: dt.date, days: int, pauses: Iterable[Stretch] = ()
) -> tuple[dt.date, int, bool]:
    """Due day, working days taken out, and whether the clock stands still within the limit.

    `pauses` in order and apart. The day a pause begins is not counted, the day it ends is.
    Raises Problem E_NO_CALENDAR.
    """
    due = calendar.add(start, days)
    taken = 0
    for pause in pauses:
        if pause.first > due:
            break
        if pause.last is None:
            return due, taken, True
        begin = max(pause.first, start + dt.timedelta(days=1))
        out = _inside(calendar, begin, pause.last) if pause.last > begin else 0
        taken += out
        due = calendar.add(due, out)
    return due, taken, False


def _inside(calendar: Calendar, first: dt.date, last: dt.date) -> int:
    """Working days from `first` on, before `last`."""
    return calendar.between(first, last) + calendar.is_workday(first) - calendar.is_workday(last)


def run_of(
    clock: Clock,
    item: Cells,
    calendar: Calendar,
    pauses: tuple[Stretch, ...],
    *,
    round_number: int = 1,
    ended: str = "",
) -> ClockRun | None:
    """The run of `clock` over the cells of one round, None when it has not started or has no limit.

    `ended` is the day the next round began: it stops what nothing else stopped.
    """
    start = item.get(clock.starts)
    days = clock.workdays or item.get(clock.promise)
    if not start or not isinstance(days, int) or days < 1:
        return None
    stop, stopped_by = _stop(clock, item, ended)
    upper_days = clock.upper.workdays or 0 if clock.upper else 0
    upper_start = (item.get(clock.upper.starts) or start) if clock.upper and upper_days else ""
    due = upper_due = unknown = ""
    taken, standing = 0, False
    mine = pauses if clock.pausable else ()
    try:
        day, taken, standing = due_day(calendar, dt.date.fromisoformat(start), days, mine)
        due = day.isoformat()
        if upper_days:
            upper_due = calendar.add(dt.date.fromisoformat(upper_start), upper_days).isoformat()
    except Problem as problem:
        unknown = problem.text
    state: RunState = "stopped" if stop else "paused" if standing else "running" if due else "unknown"
    return ClockRun(
        id=clock.id,
        title=clock.title,
        start=start,
        stop=stop,
        due=due,
        upper_due=upper_due,
        paused=taken,
        state=state,
        clause=clock.clause,
        upper_clause=clock.upper.clause if clock.upper else "",
        workdays=days,
        upper_start=upper_start,
        upper_workdays=upper_days,
        started_by=clock.starts,
        stopped_by=stopped_by,
        round=round_number,
        pauses=mine,
        unknown=unknown,
    )


def _stop(clock: Clock, item: Cells, ended: str) -> tuple[str, str]:
    found = [(str(item[field]), field) for field in clock.stops if item.get(field)]
    return min(found) if found else (ended, "")


def present_round(items: Items, item: Cells) -> Cells:
    """The cells of the round now running: its first day under `starts`, answers to earlier rounds left out.

    In `keeps` a date comes before what belongs to it. An answer of the day of resubmission belongs to the new
    round only when the earlier ones have been moved to `into`.
    """
    rule = items.round
    again = item.get(rule.again) if rule else None
    if rule is None or not again:
        return item
    dates = {f.id for f in items.fields if f.kind == "date"}
    moved = bool(item.get(rule.into))
    shown = {**item, rule.starts: again}
    stale, follows = False, False
    for key in rule.keeps:
        if key == rule.starts:
            continue
        if key in dates:
            day = item.get(key)
            follows = bool(day) and (day < again or (day == again and not moved))
            stale = stale or follows
            follows = follows or (stale and not day)
        if follows:
            shown.pop(key, None)
    return shown


def past_rounds(items: Items, item: Cells) -> Iterator[tuple[int, Cells, str]]:
    """Earlier rounds as (number, cells, first day of the round after it)."""
    rule = items.round
    if rule is None:
        return
    rounds = [r for r in item.get(rule.into, ()) if isinstance(r, dict)]
    begins = [str(r.get(rule.starts) or "") for r in rounds]
    begins.append(str(item.get(rule.again) or item.get(rule.starts) or ""))
    for number, cells in enumerate(rounds, 1):
        yield number, cells, begins[number]

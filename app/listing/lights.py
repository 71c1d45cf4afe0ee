"""Red, yellow, green: worked out in SQL when a list is read, never stored (decision 12)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, literal, null, or_

from app.engine import clock_words
from app.engine.rows import Cells
from app.ledger import settings
from app.office import Office
from app.problem import Problem
from app.words.templates import Loaded
from models.json_sql import smallest
from models.schema import entry as entry_table
from models.schema import item as item_table

NAMES = ("red", "yellow", "green", "stopped", "unknown")
WORDS = {"red": "逾期", "yellow": "临期", "green": "正常", "stopped": "已停", "unknown": "待补日历", "": "—"}
YELLOW_DAYS = 2
LENT = "同一项目的时限已过"
"""The red of a row whose own limit is later than that of the row it follows (decision 15)."""


class Today(Struct, frozen=True):
    """The two days that decide a light: due before `today` is red, due on or before `soon` is yellow."""

    today: str
    soon: str


def days(office: Office) -> Today:
    """Today and the last day of the yellow threshold (setting `light_days`, working days, default 2)."""
    today = office.today()
    threshold = int(settings.get(office, "light_days", YELLOW_DAYS))
    try:
        soon = office.calendar().add(today, threshold)
    except Problem:
        soon = today
    return Today(today.isoformat(), soon.isoformat())


def entry_light(day: Today) -> ColumnElement[Any]:
    """The light of an entry: its worst matter, 审批超期 or 完成时限已过 being red (decision 4)."""
    t = entry_table.c
    return case(
        (t.standing != "open", literal("")),
        (or_(t.due < day.today, t.deadline < day.today), literal("red")),
        (or_(t.due <= day.soon, t.deadline <= day.soon), literal("yellow")),
        (t.n_unknown > 0, literal("unknown")),
        (and_(t.n_stopped > 0, t.due.is_(None)), literal("stopped")),
        else_=literal("green"),
    )


def item_light(loaded: Loaded, day: Today) -> ColumnElement[Any]:
    """The light of one matter by the rule of its entry, from `item` joined with `entry` (decision 4)."""
    t, deadline = item_table.c, item_deadline(loaded)
    return case(
        (t.standing != "open", literal("")),
        (or_(t.due < day.today, deadline < day.today), literal("red")),
        (or_(t.due <= day.soon, deadline <= day.soon), literal("yellow")),
        (t.clock_state == "unknown", literal("unknown")),
        (t.clock_state == "paused", literal("stopped")),
        else_=literal("green"),
    )


def item_deadline(loaded: Loaded) -> ColumnElement[Any]:
    """完成时限 (K5) of one matter, its own or its entry's, while somebody still has to act."""
    untils, over = _untils(loaded), _over(loaded)
    if not untils:
        return null()
    t, e = item_table.c, entry_table.c
    days = [func.coalesce(t.cells[key].as_string(), e.cells[key].as_string()) for key in untils]
    day = days[0] if len(days) == 1 else smallest(*days)
    return case((and_(t.standing == "open", func.coalesce(t.stage, "").notin_(over)), day), else_=null())


def deadline_of(loaded: Loaded, standing: str, stage: str | None, item: Cells, cells: Cells) -> str | None:
    """The same for one row in hand."""
    if standing != "open" or (stage or "") in _over(loaded):
        return None
    return min((day for key in _untils(loaded) if (day := item.get(key) or cells.get(key))), default=None)


def of_item(standing: str, clock_state: str, due: str | None, deadline: str | None, day: Today) -> str:
    """`item_light` for one row in hand."""
    if standing != "open":
        return ""
    days = [d for d in (due, deadline) if d]
    if any(d < day.today for d in days):
        return "red"
    if any(d <= day.soon for d in days):
        return "yellow"
    return {"unknown": "unknown", "paused": "stopped"}.get(clock_state, "green")


def word(light: str, cause: str = "", *, stopped: str = WORDS["stopped"]) -> str:
    """A light in words, with which of the two reds it is; `stopped` is how its ledger calls one that does not run."""
    said = stopped if light == "stopped" else WORDS[light]
    return f"{said}：{cause}" if cause else said


def _untils(loaded: Loaded) -> list[str]:
    return [clock.until for clock in loaded.t.clocks if clock.until]


def _over(loaded: Loaded) -> list[str]:
    """The stages in which nobody has to act any more, as `clocks` judges it."""
    stages = loaded.t.items.stages if loaded.t.items else loaded.t.stages
    return [stage.title for stage in stages if stage.clock == "closed" and not stage.holder]


def cause(
    loaded: Loaded,
    due: str | None,
    deadline: str | None,
    day: Today,
    cells: Cells | None = None,
    own: str | None = None,
) -> str:
    """Which red it is, in the words of the template's clocks; `cells` tell which of several limits it is.

    审批超期 goes before 完成时限已过, it alone enters the monthly statistics (decision 4). `own` is the own limit of a row
    that follows another, None of one that follows none: another limit is that of the row it follows.
    """
    if due and due < day.today:
        return next((c.cause for c in loaded.t.clocks if not c.until), "")
    if deadline and deadline < day.today:
        if own is not None and own != deadline:
            return LENT
        clock = clock_words.limit_of(loaded, deadline, cells or {})
        return clock.cause if clock else ""
    return ""


def remaining(office: Office, due: str | None) -> str:
    """'逾 3 天', '今天', '剩 5 天' in working days, '—' without a due day."""
    if not due:
        return "—"
    today, day = office.today(), dt.date.fromisoformat(due)
    if day == today:
        return "今天"
    try:
        gap = abs(office.calendar().between(today, day))
        unit = "天"
    except Problem:
        gap, unit = abs((day - today).days), "日"
    return f"逾 {max(gap, 1)} {unit}" if day < today else f"剩 {gap} {unit}" if gap else "剩 0 天"

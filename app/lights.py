"""Red, yellow, green: worked out in SQL when a list is read, never stored (decision 12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_

from app import settings
from app.office import Office
from app.problem import Problem
from models.schema import entry as entry_table
from models.schema import item as item_table

NAMES = ("red", "yellow", "green", "stopped", "unknown")
WORDS = {"red": "逾期", "yellow": "临期", "green": "正常", "stopped": "已停", "unknown": "待补日历", "": "—"}
CAUSES = {"approval": "审批超期", "deadline": "完成时限已过"}
YELLOW_DAYS = 2


@dataclass(frozen=True)
class Today:
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


def item_light(day: Today) -> ColumnElement[Any]:
    """The light of one matter: only its own clocks (K1-K4) count, never the applicant's time."""
    t = item_table.c
    return case(
        (t.standing != "open", literal("")),
        (t.clock_state == "paused", literal("stopped")),
        (t.clock_state == "unknown", literal("unknown")),
        (t.due < day.today, literal("red")),
        (t.due <= day.soon, literal("yellow")),
        else_=literal("green"),
    )


def of_item(standing: str, clock_state: str, due: str | None, day: Today) -> str:
    """The same rule for one row in hand."""
    if standing != "open":
        return ""
    if clock_state in ("paused", "unknown"):
        return "stopped" if clock_state == "paused" else "unknown"
    if due and due < day.today:
        return "red"
    return "yellow" if due and due <= day.soon else "green"


def cause(due: str | None, deadline: str | None, day: Today) -> str:
    """Which red it is; 审批超期 goes first, it alone enters the monthly statistics (decision 4)."""
    if due and due < day.today:
        return CAUSES["approval"]
    if deadline and deadline < day.today:
        return CAUSES["deadline"]
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

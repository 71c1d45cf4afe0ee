"""Numbers by group that add up: what is summed in SQL, and what is worked out of the sums at the end."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from app.figures.figure_heads import FLOWS_IN, FLOWS_OUT, ITEM, RATES, SCALED, Value, field_of
from app.problem import Problem
from app.values.amounts import plain
from app.values.workdays import Calendar
from app.words.report_words import ADDED_UP, Figure
from app.words.templates import SCALES, Loaded

Key = tuple[str | None, ...]
"""One text per thing it is counted by; None where that is no part of what is counted."""
How = Literal["add", "min", "max"]
Parts = dict[str, Any]
DUE, DEADLINE = "@due", "@deadline"
"""Parts that are no figure: the earliest day that has passed. A template may call a figure `due`."""
_JOINED: dict[How, Callable[[Any, Any], Any]] = {"add": operator.add, "min": min, "max": max}
_CENT, _TENTH = Decimal("0.01"), Decimal("0.1")


class Sums:
    """Parts by group. A part is a number, the earliest day, the greatest value, or how often each pair of days."""

    def __init__(self) -> None:
        self.groups: dict[Key, Parts] = {}
        self._how: dict[str, How] = {}

    def take(self, key: Key, part: str, value: Any, how: How = "add") -> None:
        if value is None:
            return
        self._how[part] = how
        found = self.groups.setdefault(key, {})
        found[part] = _JOINED[how](found[part], value) if part in found else value

    def renamed(self, name: Callable[[Key], Key]) -> Sums:
        """The same with groups of one new name put together."""
        out = Sums()
        for key, parts in self.groups.items():
            for part, value in parts.items():
                out.take(name(key), part, value, self._how[part])
        return out

    def total(self, keys: Iterable[Key] | None = None) -> Parts:
        """All groups, or these, in one."""
        out = Sums()
        for key in self.groups if keys is None else keys:
            for part, value in self.groups[key].items():
                out.take((), part, value, self._how[part])
        return out.groups.get((), {})


def values(loaded: Loaded, calendar: Calendar, today: dt.date, parts: Mapping[str, Any]) -> dict[str, Value]:
    """Every figure of one group: means, ratios and working days come last, of the sums; over 0 they are empty."""
    out: dict[str, Value] = {}
    for suffix in ("", ITEM) if loaded.t.items is not None else ("",):
        _universal(out, suffix, calendar, today, parts)
    for figure in loaded.t.figures:
        if not figure.over:
            out[figure.id] = _own(loaded, figure, calendar, parts)
    for figure in loaded.t.figures:
        if figure.over:
            out[figure.id] = _ratio(loaded, figure, parts, out)
    return out


def _universal(
    out: dict[str, Value], suffix: str, calendar: Calendar, today: dt.date, parts: Mapping[str, Any]
) -> None:
    """期初 is what stands open and what has left, less what has come: the identity of decision 2 turned round."""
    got = {
        key: int(parts.get(key + suffix, 0))
        for key in ("open", "red", "deadline_past", *FLOWS_IN, *FLOWS_OUT)
    }
    base = got["open"] + sum(got[key] for key in FLOWS_OUT) - sum(got[key] for key in FLOWS_IN)
    out |= {key + suffix: value for key, value in got.items()}
    out[f"base{suffix}"] = base
    for key, part in (("longest_overdue", DUE), ("longest_past", DEADLINE)):
        out[key + suffix] = overdue(calendar, parts.get(part + suffix), today)
    for rate, over in RATES.items():
        out[rate + suffix] = percent(sum(got[key] for key in over), base)


def overdue(calendar: Calendar, due: str | None, today: dt.date) -> int | None:
    """Working days since the earliest due day that has passed, at least 1; empty where none has or none can count."""
    if due is None:
        return None
    try:
        return max(calendar.between(dt.date.fromisoformat(due), today), 1)
    except Problem:
        return None


def percent(part: Any, whole: Any) -> str | None:
    """A share in hundredths, two decimals at most; empty where the whole is 0 or unknown, as a number or as text."""
    below = _number(whole)
    return _text(Decimal(str(part)) * 100 / below, _CENT) if below else None


def _own(loaded: Loaded, figure: Figure, calendar: Calendar, parts: Mapping[str, Any]) -> Value:
    found = parts.get(figure.id)
    if figure.of == "count":
        return int(found or 0)
    if figure.of == "workdays":
        return _mean_workdays(calendar, found or {})
    if figure.of == "distinct":
        return len(found or ())
    field = field_of(loaded, figure)
    stored = field is not None and field.kind in (*SCALED, "int", "year")
    if figure.of == "mean":
        number = parts.get(f"{figure.id}#", 0)
        if not number:
            return None
        mean = Decimal(str(found)) / number
        scaled = field is not None and field.kind in SCALED
        return int(mean.quantize(Decimal(1), ROUND_HALF_UP)) if scaled else _text(mean, _CENT)
    if found is None:
        return 0 if figure.of == "sum" else None
    return int(found) if stored or isinstance(found, int) else _text(Decimal(str(found)), Decimal("0.000001"))


def _mean_workdays(calendar: Calendar, pairs: Mapping[tuple[str, str], int]) -> str | None:
    """The mean over (from, to) pairs; one outside the known years, or the wrong way round, is left out."""
    days = number = 0
    for (begun, ended), often in pairs.items():
        if ended < begun:
            continue
        try:
            days += often * calendar.between(dt.date.fromisoformat(begun), dt.date.fromisoformat(ended))
        except (Problem, ValueError):
            continue
        number += often
    return _text(Decimal(days) / number, _TENTH) if number else None


def _ratio(
    loaded: Loaded, figure: Figure, parts: Mapping[str, Any], known: Mapping[str, Value]
) -> str | None:
    """A percentage; with a unit of its own (万元/亩) the plain quotient in natural units. Never divided by 0.

    Only counts and sums are divided: a mean or the greatest of several has no share.
    """
    if figure.of not in ADDED_UP:
        return None
    upper = _natural(loaded, figure, parts.get(figure.id, 0))
    below = next((each for each in loaded.t.figures if each.id == figure.over), None)
    whole = known.get(figure.over)
    lower = _number(_natural(loaded, below, whole) if below else whole)
    if not lower or upper is None:
        return None
    return percent(upper, lower) if figure.unit in ("", "%") else _text(Decimal(str(upper)) / lower, _CENT)


def _number(value: Any) -> Decimal:
    """A count, an amount or a decimal as text ("0" too) as a number; 0 for nothing."""
    return Decimal(str(value)) if value is not None else Decimal(0)


def _natural(loaded: Loaded, figure: Figure, value: Any) -> Any:
    """An amount in 万元 or 亩, any other number as it is."""
    field = field_of(loaded, figure) if figure.of != "count" else None
    scale = SCALES.get(field.kind, 0) if field else 0
    return Decimal(str(value)).scaleb(-scale) if scale and value is not None else value


def _text(value: Decimal, step: Decimal) -> str:
    return plain(value.quantize(step, ROUND_HALF_UP))

"""Filters by a condition instead of by values: 包含, 大于, 本周, 前几项; read, said in words and as SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, not_, or_, select, true

from app.listing.list_columns import NUMBERED, View, filtered, number, shown_field
from app.problem import Problem
from app.values import dates, kinds
from app.words.templates import Loaded
from app.words.wording import half_width
from models.schema import entry as entry_table

TEXT, NUMBER, DAY = "text", "number", "day"
Rule = ColumnElement[bool]
MOST = 1_000_000
LONGEST = 1_000  # signs of a text that is sought
LARGEST = 2**63 - 1
_DAYS = ("due", "left")
_TEXTS = ("stage", "holder", *NUMBERED)
_KINDS = {
    **dict.fromkeys(("text", "longtext", "org", "person", "phone", "uscc", "project_code", "doc_no", "row", "month"), TEXT),
    **dict.fromkeys(("money", "area", "number", "int", "percent", "year"), NUMBER),
    "date": DAY,
}


@dataclass(frozen=True)
class Condition:
    """One column, what is asked of it, and with what: texts as they are shown."""

    key: str
    op: str
    values: tuple[str, ...] = ()


class Op(msgspec.Struct, frozen=True):
    """One thing that may be asked: `words` where it is chosen, `said` of the values in force, how many values it takes."""

    op: str
    words: str
    said: str
    takes: int = 0


BLANK, FILLED = Op("blank", "空", "为空"), Op("filled", "非空", "不为空")
EXCEPT = "except"
"""All values but these: what is left of a long list when a few are taken out."""
OPS: Mapping[str, tuple[Op, ...]] = {
    TEXT: (
        Op("contains", "包含", "包含“{0}”", 1),
        Op("lacks", "不包含", "不包含“{0}”", 1),
        Op("begins", "开头是", "开头是“{0}”", 1),
        Op("ends", "结尾是", "结尾是“{0}”", 1),
        Op("is", "等于", "等于“{0}”", 1),
        BLANK,
        FILLED,
    ),
    NUMBER: (
        Op("above", "大于", "大于 {0}", 1),
        Op("below", "小于", "小于 {0}", 1),
        Op("between", "介于", "介于 {0} 和 {1}", 2),
        Op("equals", "等于", "等于 {0}", 1),
        Op("top", "最大的前几项", "最大的前 {0} 项", 1),
        Op("bottom", "最小的前几项", "最小的前 {0} 项", 1),
        BLANK,
        FILLED,
    ),
    DAY: (
        Op("today", "今天", "是今天"),
        Op("week", "本周", "在本周"),
        Op("month", "本月", "在本月"),
        Op("before", "之前", "早于 {0}", 1),
        Op("after", "之后", "晚于 {0}", 1),
        Op("between", "介于", "介于 {0} 和 {1}", 2),
        BLANK,
        FILLED,
    ),
}


def shape(loaded: Loaded, key: str) -> str:
    """What can be asked of a column: `text`, `number`, `day`, '' for one that only has values."""
    if key in _DAYS:
        return DAY
    if key in _TEXTS:
        return TEXT
    if key == "n_open":
        return NUMBER
    field = shown_field(loaded, key)
    return _KINDS.get(field.kind, "") if field is not None else ""


def read(loaded: Loaded, asked: Condition) -> Condition:
    """The condition with its values as they are shown, a range from the lower to the higher.

    Raises Problem E_CONDITION where one is missing or cannot be asked of this column, the kinds' own where one cannot be read.
    """
    kind = shape(loaded, asked.key)
    op = next((each for each in OPS.get(kind, ()) if each.op == asked.op), None)
    if op is None:
        raise Problem("E_CONDITION", "这一列不能按这个条件筛选，请另选一个", field=asked.key)
    if any(len(text) > LONGEST for text in asked.values):
        raise Problem("E_CONDITION", f"筛选的内容太长，最多 {LONGEST:,} 个字，请缩短", field=asked.key)
    given = [half_width(text).strip() if kind != TEXT else text.strip() for text in asked.values]
    if len([text for text in given if text]) != op.takes:
        raise Problem("E_CONDITION", f"“{op.words}”要填{'两个值' if op.takes > 1 else '一个值'}，请补上", field=asked.key)
    if asked.op in ("top", "bottom"):
        return replace(asked, values=(str(_count(asked.key, given[0])),))
    if kind == TEXT:
        return replace(asked, values=tuple(given))
    told = sorted((_value(loaded, kind, asked.key, text), text) for text in given)
    return replace(asked, values=tuple(_shown(loaded, kind, asked.key, value) for value, _ in told))


def said(asked: Condition) -> str:
    """What is asked, in words: 包含“公路”, 大于 5,000.00, 在本周, 不是 A、B 等 7 个."""
    if asked.op == EXCEPT:
        more = f" 等 {len(asked.values):,} 个" if len(asked.values) > 3 else ""
        return f"不是 {'、'.join(asked.values[:3])}{more}"
    op = next((each for ops in OPS.values() for each in ops if each.op == asked.op), None)
    return op.said.format(*asked.values) if op is not None else asked.op


def rule(seen: View, asked: Condition) -> Rule:
    """The condition on `entry`. Raises Problem E_CONDITION, E_NO_FIELD, and the kinds' own."""
    asked = read(seen.loaded, asked)
    kind = shape(seen.loaded, asked.key)
    value = number(seen, asked.key) if kind == NUMBER else filtered(seen, asked.key)
    if asked.op in ("blank", "filled"):
        empty = or_(value.is_(None), value == "") if kind == TEXT else value.is_(None)
        return empty if asked.op == "blank" else not_(empty)
    if asked.op in ("top", "bottom"):
        return _first(seen, value, int(asked.values[0]), asked.op == "top")
    if kind == TEXT:
        return _TEXT_RULES[asked.op](value, asked.values[0])
    if asked.op in _PERIODS:
        first, last = _PERIODS[asked.op](dt.date.fromisoformat(seen.day.today))
        return value.between(first.isoformat(), last.isoformat())
    return _RULES[asked.op](value, *(_value(seen.loaded, kind, asked.key, text) for text in asked.values))


def _count(key: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST:
        raise Problem("E_CONDITION", f"前几项要填一个整数，如 10，现为“{text}”", field=key)
    return int(text)


def _value(loaded: Loaded, kind: str, key: str, text: str) -> Any:
    """A text as it is compared. Raises the kinds' own Problems."""
    if kind == DAY:
        return dates.read(text).on.isoformat()
    field = shown_field(loaded, key)
    if field is None:
        return _whole(key, text)
    reading = kinds.parse(msgspec.structs.replace(field, min=None, max=None), None, text)
    if reading is None:
        raise Problem("E_CONDITION", f"{field.title}要填一个数，现为“{text}”", field=key)
    if field.kind == "number":
        return float(reading.value)
    return _held(reading.value) if isinstance(reading.value, int) else reading.value


def _whole(key: str, text: str) -> int:
    if not text.replace(",", "").isdecimal():
        raise Problem("E_CONDITION", f"要填一个整数，现为“{text}”", field=key)
    return _held(int(text.replace(",", "")))


def _held(value: int) -> int:
    """A number no larger than a column can hold: beyond that all compare alike."""
    return max(-LARGEST, min(value, LARGEST))


def _shown(loaded: Loaded, kind: str, key: str, value: Any) -> str:
    field = shown_field(loaded, key)
    if kind == DAY or field is None:
        return str(value)
    if isinstance(value, float):
        value = f"{value:f}".rstrip("0").rstrip(".")
    return str(value) if field.kind == "year" else kinds.show(field, value)


def _first(seen: View, value: ColumnElement[Any], count: int, largest: bool) -> Rule:
    """The rows whose value is among the first `count` of the whole ledger, rows of equal value with it, as in Excel."""
    t = entry_table.c
    last = (
        select(value)
        .where(t.ledger_id == seen.line.id, t.standing != "deleted", value.isnot(None))
        .order_by(value.desc() if largest else value.asc())
        .limit(1)
        .offset(count - 1)
        .correlate(None)
        .scalar_subquery()
    )
    reached = value >= last if largest else value <= last
    return value.isnot(None) & func.coalesce(reached, true())


def _week(today: dt.date) -> tuple[dt.date, dt.date]:
    """Monday to Sunday."""
    first = today - dt.timedelta(days=today.weekday())
    return first, first + dt.timedelta(days=6)


def _month(today: dt.date) -> tuple[dt.date, dt.date]:
    first = today.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


_PERIODS: Mapping[str, Callable[[dt.date], tuple[dt.date, dt.date]]] = {
    "today": lambda today: (today, today),
    "week": _week,
    "month": _month,
}


def _without(has: Rule, value: ColumnElement[Any]) -> Rule:
    """不包含: an empty cell has it not either."""
    return or_(value.is_(None), not_(has))


def _in(value: ColumnElement[Any], text: str, how: str) -> Rule:
    found: Rule = getattr(value, how)(text, autoescape=True)
    return found


_TEXT_RULES: Mapping[str, Callable[[ColumnElement[Any], str], Rule]] = {
    "contains": partial(_in, how="contains"),
    "begins": partial(_in, how="startswith"),
    "ends": partial(_in, how="endswith"),
    "lacks": lambda value, text: _without(_in(value, text, "contains"), value),
    "is": lambda value, text: value == text,
}
_RULES: Mapping[str, Callable[..., Rule]] = {
    "above": lambda value, given: value > given,
    "below": lambda value, given: value < given,
    "before": lambda value, given: value < given,
    "after": lambda value, given: value > given,
    "equals": lambda value, given: value == given,
    "between": lambda value, first, last: value.between(first, last),
}

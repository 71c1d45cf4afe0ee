"""What a list shows: search, filters and order as SQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_

from app.engine import calling, expression_sql, storing
from app.engine.rows import STANDING_WORDS
from app.engine.sql_names import Sql
from app.listing import conditions, lights, waiting_days
from app.listing.conditions import Condition
from app.listing.list_columns import WHOSE, View, column, field_of, filtered, orders, shown_field, view
from app.problem import Problem
from app.values import kinds
from app.words.templates import Computed, Loaded, Sublist
from models.json_sql import among
from models.schema import entry as entry_table
from models.schema import item as item_table

__all__ = [
    "ANY", "EMPTY", "WHOSE", "Condition", "Query", "View", "column", "computed", "field_of", "ordered", "rules", "sublist",
    "sublists", "title_of", "view", "without",
]  # fmt: skip
EMPTY = "（空）"
ANY = "*"
"""After the code of a matter, or alone: `M99*.state`, `*.dept`, of whichever matter has it."""
MANY = 200
"""More values than these are handed to SQL as one list."""


@dataclass(frozen=True)
class Query:
    """What a list shows: search text, filters and order. `where` values are as shown; EMPTY stands for blank.

    Of one column there are values in `where` or conditions in `having`.
    """

    text: str = ""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lights: tuple[str, ...] = ()
    sublist: str = ""
    holder: str = ""
    standing: tuple[str, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    having: tuple[Condition, ...] = ()


def without(query: Query, key: str) -> Query:
    """`query` with nothing asked of one column."""
    where = tuple(each for each in query.where if each[0] != key)
    having = tuple(each for each in query.having if each.key != key)
    return replace(query, where=where, having=having, lights=() if key == "light" else query.lights)


def rules(seen: View, query: Query) -> list[ColumnElement[bool]]:
    """The conditions of `query` on `entry`."""
    t = entry_table.c
    found: list[ColumnElement[bool]] = [t.ledger_id == seen.line.id]
    found.append(t.standing.in_(query.standing) if query.standing else t.standing != "deleted")
    if query.holder:
        found.append(t.holder == query.holder)
    found.extend(_where(seen, key, wanted) for key, wanted in query.where)
    found.extend(_having(seen, each) for each in query.having)
    if query.sublist:
        found.append(sublist(seen, query.sublist))
    if query.lights:
        found.append(lights.entry_light(seen.day).in_(query.lights))
    if text := query.text.strip():
        found.append(_search(text))
    return found


def sublist(seen: View, name: str) -> ColumnElement[bool]:
    """Whether an entry is on the template's list of this title (decision 3). Raises Problem E_NO_SUBLIST."""
    for each in seen.loaded.t.sublists:
        if name in (each.title, each.id):
            return expression_sql.on_sublist(seen.loaded, each, seen.now)
    known = "、".join(each.title for each in seen.loaded.t.sublists)
    raise Problem("E_NO_SUBLIST", f"没有“{name}”这张分清单，可用：{known or '没有'}")


def sublists(seen: View) -> list[tuple[Sublist, ColumnElement[bool]]]:
    """Every list of the template with its condition."""
    return [(s, expression_sql.on_sublist(seen.loaded, s, seen.now)) for s in seen.loaded.t.sublists]


def computed(seen: View) -> list[tuple[Computed, Sql]]:
    """Every computed value of the template with its SQL."""
    return [(c, expression_sql.computed(seen.loaded, c, seen.now).sql) for c in seen.loaded.t.computed]


def _search(text: str) -> ColumnElement[bool]:
    t = entry_table.c
    rules: list[ColumnElement[bool]] = [t.no.contains(text, autoescape=True)]
    if key := kinds.name_key(text):
        rules.append(t.name_key.contains(key, autoescape=True))
    if code := kinds.code_key(text):
        rules.append(t.code_key.contains(code, autoescape=True))
    if text.isascii():
        rules.append(t.pinyin.contains(text.lower(), autoescape=True))
    return or_(*rules)


def _having(seen: View, asked: Condition) -> ColumnElement[bool]:
    if asked.op != conditions.EXCEPT:
        return conditions.rule(seen, asked)
    return not_(func.coalesce(_where(seen, asked.key, asked.values), false()))


def _where(seen: View, key: str, wanted: tuple[str, ...]) -> ColumnElement[bool]:
    if key == "light":
        return lights.entry_light(seen.day).in_(["" if w == EMPTY else w for w in wanted])
    if key == "sublists":
        return or_(*(sublist(seen, name) for name in wanted))
    if key in ("standing", "status"):
        return entry_table.c.standing.in_(_standings(seen.loaded, wanted))
    if key == waiting_days.HELD:
        t = entry_table.c
        return and_(t.standing == "open", or_(*(_held(seen, t, text) for text in wanted)))
    if "." in key:
        return _where_item(seen, key, wanted)
    value = filtered(seen, key)
    stored = [_stored(seen, key, text) for text in wanted if text not in ("", EMPTY)]
    found: list[ColumnElement[bool]] = [_one_of(value, stored)] if stored else []
    if any(text in ("", EMPTY) for text in wanted):
        found.append(value.is_(None))
    return or_(*found) if found else value.is_(None)


def _one_of(value: Sql, stored: list[Any]) -> ColumnElement[bool]:
    return value.in_(stored) if len(stored) < MANY else among(value, msgspec.json.encode(stored).decode())


def _stored(seen: View, key: str, text: str) -> Any:
    """What a shown text is in the column. Raises the kinds' own Problems."""
    if key in seen.loaded.presets:
        return _state_of(seen.loaded, "state", text)
    field = shown_field(seen.loaded, key)
    codes = seen.loaded.codes.get(field.choices) if field and field.choices else None
    reading = kinds.parse(field, codes, text) if field else None
    value = reading.value if reading else text
    if field and field.kind == "number" and key in seen.loaded.computed:
        return float(value)  # worked out, not entered: a number in SQL and not the text of one
    return msgspec.json.encode(value).decode() if isinstance(value, list | tuple) else value


def _held(seen: View, columns: Any, text: str) -> ColumnElement[bool]:
    today = dt.date.fromisoformat(seen.day.today)
    return waiting_days.rule(seen.calendar, today, columns.holder, columns.since, text)


def _where_item(seen: View, key: str, wanted: tuple[str, ...]) -> ColumnElement[bool]:
    code, _, name = key.rpartition(".")
    loaded, t = seen.loaded, item_table.c
    if name == waiting_days.HELD:
        held = or_(*(_held(seen, t, text) for text in wanted))
        mine = and_(t.entry_id == entry_table.c.id, t.standing == "open", held)
        return and_(entry_table.c.standing == "open", exists().where(mine))
    if name in ("state", "dept", "holder", "stage", "standing"):
        value: ColumnElement[Any] = t[name]
        own = _standings(loaded, wanted) if name == "standing" else None
        wanted = own or tuple(_state_of(loaded, name, text) for text in wanted)
    elif name in loaded.item_fields:
        value = t.cells[name].as_string()
    else:
        raise Problem("E_NO_FIELD", f"事项没有“{name}”这一栏，请核对栏目名称", field=key)
    named = t.code.startswith(code.removesuffix(ANY), autoescape=True) if code.endswith(ANY) else t.code == code
    return exists().where(and_(t.entry_id == entry_table.c.id, named, value.in_(wanted)))


def _standings(loaded: Loaded, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The stored words of standings that were named as they are shown: one word of a ledger may stand for several."""
    own = calling.standings(loaded)
    found: list[str] = []
    for text in wanted:
        said = own if text in own.values() else STANDING_WORDS
        found += [code for code, word in said.items() if word == text] or [text]
    return tuple(found)


def _state_of(loaded: Loaded, name: str, text: str) -> str:
    """The stored word of a state that was named as it is shown."""
    field = loaded.item_fields.get("state")
    if name != "state" or field is None or field.choices not in loaded.codes:
        return text
    return next((c.code for c in loaded.codes[field.choices].codes if text in (c.code, c.label)), text)


def title_of(loaded: Loaded, key: str) -> str:
    """How that is called by which a list is filtered and which is no column of it."""
    if key == WHOSE:
        return next((loaded.fields[one].title for one in storing.UNIT_FIELDS if one in loaded.fields), "责任单位")
    code, _, name = key.rpartition(".")
    if not code:
        return {"standing": "账上情况", waiting_days.HELD: "卡在谁手里"}.get(name, name)
    preset = loaded.presets.get(code.removesuffix(ANY))
    who = preset.title if preset is not None else loaded.t.words.item
    if name == waiting_days.HELD:
        return f"{who}卡在谁手里"
    field = loaded.item_fields.get(name)
    return f"{who}{field.title if field is not None else '账上情况'}"


def ordered(statement: Select[Any], seen: View, query: Query) -> Select[Any]:
    """`statement` in the order of `query`, blanks last, rows of equal rank by number."""
    by: list[ColumnElement[Any]] = []
    for key, down in query.sort:
        values = orders(seen, "left" if key in ("light", "light_text") else key)
        by.append(values[-1].is_(None))
        if len(values) > 1:  # numbers before words, or after them the other way, as in Excel
            by.append(values[0].is_(None).desc() if down else values[0].is_(None))
        by.extend(value.desc() if down else value.asc() for value in values)
    return statement.order_by(*by, entry_table.c.number)

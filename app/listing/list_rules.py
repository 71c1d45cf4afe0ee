"""What a list shows: search, filters and order as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_

from app.engine import calling, expression_sql, sql_names, storing
from app.engine.rows import STANDING_WORDS
from app.engine.sql_names import Now, Sql
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import lights
from app.office import Office
from app.problem import Problem
from app.values import kinds
from app.words.templates import Computed, Field, Loaded, Sublist
from models.schema import entry as entry_table
from models.schema import item as item_table

EMPTY = "（空）"
WHOSE = "@unit"
"""Whose a row is, whichever field says so; no field can be called that."""
ANY = "*"
"""After the code of a matter, or alone: `M99*.state`, `*.dept`, of whichever matter has it."""
_COLUMNS = {
    "name": "name",
    "place": "place",
    "build_state": "build_state",
    "invest": "invest",
    "resp_person": "resp_person",
    "due_date": "deadline",
    "holder": "holder",
    "no": "number",
    "seq": "number",
    "ledger_no": "number",
    "n_open": "n_open",
}
_SHOWN = {"text": "text", "day": "date", "truth": "bool", "number": "int"}
_INTEGERS = ("money", "area", "int", "year", "percent")


@dataclass(frozen=True)
class Query:
    """What a list shows: search text, filters and order. `where` values are as shown; EMPTY stands for blank."""

    text: str = ""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lights: tuple[str, ...] = ()
    sublist: str = ""
    holder: str = ""
    standing: tuple[str, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class View:
    """A ledger as it is looked at: its template, and the days and facts that lights and lists go by."""

    line: LedgerLine
    loaded: Loaded
    day: lights.Today
    now: Now


def view(office: Office, connection: Connection, ledger_id: str) -> View:
    """The ledger on the office's business day. Raises Problem E_NO_LEDGER."""
    line = ledgers.line_of(connection, ledger_id)
    day = lights.days(office)
    return View(line, line.loaded, day, Now(day.today, office.division, line.sealed, line.id))


def rules(seen: View, query: Query) -> list[ColumnElement[bool]]:
    """The conditions of `query` on `entry`."""
    t = entry_table.c
    found: list[ColumnElement[bool]] = [t.ledger_id == seen.line.id]
    found.append(t.standing.in_(query.standing) if query.standing else t.standing != "deleted")
    if query.holder:
        found.append(t.holder == query.holder)
    found.extend(_where(seen, key, wanted) for key, wanted in query.where)
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


def field_of(loaded: Loaded, computed: Computed) -> Field:
    """How a computed value is shown and its filter is read."""
    found: Field | None = loaded.derived.get(f"computed {computed.id}")
    if found is None:
        kind = computed.kind or _SHOWN[expression_sql.computed(loaded, computed, Now("", "", False)).kind]
        found = Field(id=computed.id, title=computed.title, kind=kind, need="auto", clause=computed.clause)
        loaded.derived[f"computed {computed.id}"] = found
    return found


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


def _where(seen: View, key: str, wanted: tuple[str, ...]) -> ColumnElement[bool]:
    if key == "light":
        return lights.entry_light(seen.day).in_(["" if w == EMPTY else w for w in wanted])
    if key == "sublists":
        return or_(*(sublist(seen, name) for name in wanted))
    if key in ("standing", "status"):
        return entry_table.c.standing.in_(_standings(seen.loaded, wanted))
    if "." in key:
        return _where_item(seen.loaded, key, wanted)
    value = column(seen, key)
    stored = [_stored(seen, key, text) for text in wanted if text not in ("", EMPTY)]
    found: list[ColumnElement[bool]] = [value.in_(stored)] if stored else []
    if any(text in ("", EMPTY) for text in wanted):
        found.append(value.is_(None))
    return or_(*found) if found else value.is_(None)


def _stored(seen: View, key: str, text: str) -> Any:
    """What a shown text is in the column. Raises the kinds' own Problems."""
    field = seen.loaded.fields.get(key)
    if field is None and key in seen.loaded.computed:
        field = field_of(seen.loaded, seen.loaded.computed[key])
    codes = seen.loaded.codes.get(field.choices) if field and field.choices else None
    reading = kinds.parse(field, codes, text) if field else None
    value = reading.value if reading else text
    if field and field.kind == "number" and key in seen.loaded.computed:
        return float(value)  # worked out, not entered: a number in SQL and not the text of one
    return msgspec.json.encode(value).decode() if isinstance(value, list | tuple) else value


def _where_item(loaded: Loaded, key: str, wanted: tuple[str, ...]) -> ColumnElement[bool]:
    code, _, name = key.rpartition(".")
    t = item_table.c
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
        return {"standing": "账上情况"}.get(name, name)
    preset = loaded.presets.get(code.removesuffix(ANY))
    who = preset.title if preset is not None else loaded.t.words.item
    field = loaded.item_fields.get(name)
    return f"{who}{field.title if field is not None else '账上情况'}"


def column(seen: View, key: str) -> Sql:
    """The SQL of a column by its key. Raises Problem E_NO_FIELD."""
    t = entry_table.c
    if key == WHOSE:
        return t.unit
    if key in _COLUMNS:
        return t[_COLUMNS[key]]
    if key in ("standing", "status"):
        return case(dict(calling.standings(seen.loaded)), value=t.standing)
    if key == "stage":
        return _stage(seen.loaded)
    if key == "due":
        return func.coalesce(t.due, t.deadline)
    if key == "left":
        return func.coalesce(func.min(t.due, t.deadline), t.due, t.deadline)
    if key == "n_done":
        return sql_names.n_done()
    if key in seen.loaded.computed:
        return expression_sql.computed(seen.loaded, seen.loaded.computed[key], seen.now).sql
    field = seen.loaded.fields.get(key)
    if field is None:
        raise Problem("E_NO_FIELD", f"没有“{key}”这一栏，请核对栏目名称", field=key)
    cell = t.cells[key]
    if field.kind in _INTEGERS:
        read: Sql = cell.as_integer()
    else:
        read = cell.as_boolean() if field.kind == "bool" else cell.as_string()
    return read


def _stage(loaded: Loaded) -> Sql:
    """当前环节 as `lists.stage_shown` has it: a row out of 在账 says how it went."""
    t = entry_table.c
    gone = {code: word for code, word in calling.standings(loaded).items() if code != "open"}
    return case(gone, value=t.standing, else_=t.stage)


def ordered(statement: Select[Any], seen: View, query: Query) -> Select[Any]:
    """`statement` in the order of `query`, blanks last, rows of equal rank by number."""
    orders: list[ColumnElement[Any]] = []
    for key, down in query.sort:
        by = "left" if key in ("light", "light_text") else key
        value = entry_table.c.pinyin if by == "name" else column(seen, by)
        orders.append(value.is_(None))
        orders.append(value.desc() if down else value.asc())
    return statement.order_by(*orders, entry_table.c.number)

"""Reading rows: ids by SQL, then pages of frozen lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from app import kinds, ledgers, lights
from app.office import Office
from app.problem import Problem
from app.rows import STANDING_WORDS, item_order
from app.templates import Loaded
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import item as item_table

PAGE = 200
EMPTY = "（空）"
_COLUMNS = {
    "name": "name",
    "resp_unit": "unit",
    "place": "place",
    "build_state": "build_state",
    "invest": "invest",
    "resp_person": "resp_person",
    "due": "due",
    "due_date": "deadline",
    "stage": "stage",
    "holder": "holder",
    "no": "number",
    "seq": "number",
    "ledger_no": "number",
    "n_open": "n_open",
}
_SUBLISTS = {"待批", "超期", "已立项未开工"}


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
class ItemLine:
    """One matter as it is shown."""

    code: str
    title: str
    state: str
    standing: str
    dept: str
    light: str
    light_text: str
    due: str
    upper_due: str
    clock: str
    stage: str
    holder: str
    since: str
    cells: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One entry as it is shown. `light` is red, yellow, green, stopped, unknown or ''."""

    id: str
    ledger_id: str
    no: str
    number: int
    name: str
    standing: str
    light: str
    light_text: str
    due: str
    cause: str
    deadline: str
    holder: str
    waiting: int
    stage: str
    sublists: tuple[str, ...]
    n_items: int
    n_open: int
    files: int
    rev: int
    cells: dict[str, Any] = field(default_factory=dict)
    items: dict[str, ItemLine] = field(default_factory=dict)


def ids(office: Office, ledger_id: str, query: Query = Query()) -> list[str]:
    """Ids of all rows that `query` shows, in its order."""
    with office.read() as connection:
        loaded = ledgers.line_of(connection, ledger_id).loaded
        day = lights.days(office)
        t = entry_table.c
        statement = select(t.id).where(t.ledger_id == ledger_id, *_rules(loaded, query, day))
        found = connection.execute(_sorted(statement, loaded, query))
        assert found.cursor is not None
        return [key for (key,) in found.cursor.fetchall()]  # plain texts: no Row is made for each of 50,000


def lines(office: Office, wanted: Sequence[str]) -> list[Line]:
    """The lines of these entries in the given order; ids that are gone are left out."""
    if not wanted:
        return []
    with office.read() as connection:
        t = entry_table.c
        rows = {
            row["id"]: row
            for row in connection.execute(select(entry_table).where(t.id.in_(list(wanted)))).mappings()
        }
        if not rows:
            return []
        loaded = ledgers.line_of(connection, next(iter(rows.values()))["ledger_id"]).loaded
        items: dict[str, list[Any]] = {}
        for item in connection.execute(
            select(item_table).where(item_table.c.entry_id.in_(list(wanted)))
        ).mappings():
            items.setdefault(item["entry_id"], []).append(item)
        files = _files(connection, wanted)
    day = lights.days(office)
    return [
        _line(office, loaded, rows[i], items.get(i, []), files.get(i, 0), day) for i in wanted if i in rows
    ]


def line(office: Office, entry_id: str) -> Line:
    """One entry. Raises Problem E_NO_ENTRY."""
    found = lines(office, [entry_id])
    if not found:
        raise Problem("E_NO_ENTRY", "没有这一行，可能已经撤回，请刷新后再看", entry=entry_id)
    return found[0]


def values(office: Office, ledger_id: str, key: str, query: Query = Query()) -> list[tuple[str, int]]:
    """The distinct shown values of a column with how many rows carry each, most frequent first."""
    with office.read() as connection:
        loaded = ledgers.line_of(connection, ledger_id).loaded
        day = lights.days(office)
        t = entry_table.c
        if key == "light":
            column: ColumnElement[Any] = lights.entry_light(day)
        else:
            column = _column(loaded, key)
        narrowed = Query(query.text, tuple(w for w in query.where if w[0] != key))
        statement = (
            select(column, func.count())
            .where(t.ledger_id == ledger_id, *_rules(loaded, narrowed, day))
            .group_by(column)
            .order_by(func.count().desc())
        )
        found = connection.execute(statement).all()
    shown = loaded.fields.get(key)
    return [(_shown(shown, value), n) for value, n in found]


def tabs(office: Office, ledger_id: str, query: Query = Query()) -> dict[str, int]:
    """How many rows each filter chip would show: all, every light, every sublist."""
    with office.read() as connection:
        loaded = ledgers.line_of(connection, ledger_id).loaded
        day = lights.days(office)
        t = entry_table.c
        base = (t.ledger_id == ledger_id, *_rules(loaded, query, day))
        light = lights.entry_light(day)
        out = {"all": connection.scalar(select(func.count()).where(*base)) or 0}
        out.update(dict.fromkeys(lights.NAMES, 0))
        for name, n in connection.execute(select(light, func.count()).where(*base).group_by(light)):
            if name:
                out[name] = n
        for sublist in _SUBLISTS:
            out[sublist] = connection.scalar(select(func.count()).where(*base, _sublist(sublist, day))) or 0
        return out


def _rules(loaded: Loaded, query: Query, day: lights.Today) -> list[ColumnElement[bool]]:
    t = entry_table.c
    rules: list[ColumnElement[bool]] = []
    rules.append(t.standing.in_(query.standing) if query.standing else t.standing != "deleted")
    if query.holder:
        rules.append(t.holder == query.holder)
    rules.extend(_where(loaded, key, wanted, day) for key, wanted in query.where)
    if query.sublist:
        rules.append(_sublist(query.sublist, day))
    if query.lights:
        rules.append(lights.entry_light(day).in_(query.lights))
    if text := query.text.strip():
        rules.append(_search(text))
    return rules


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


def _where(loaded: Loaded, key: str, wanted: tuple[str, ...], day: lights.Today) -> ColumnElement[bool]:
    if key == "light":
        return lights.entry_light(day).in_(wanted)
    if key == "sublists":
        return or_(*(_sublist(name, day) for name in wanted))
    if key in ("standing", "status"):
        words = {word: code for code, word in STANDING_WORDS.items()}
        return entry_table.c.standing.in_([words.get(w, w) for w in wanted])
    if "." in key:
        return _where_item(loaded, key, wanted)
    column = _column(loaded, key)
    field = loaded.fields.get(key)
    stored = []
    for text in wanted:
        if text in ("", EMPTY):
            continue
        codes = loaded.codes.get(field.choices) if field and field.choices else None
        reading = kinds.parse(field, codes, text) if field else None
        value = reading.value if reading else text
        stored.append(msgspec.json.encode(value).decode() if isinstance(value, list | tuple) else value)
    rules: list[ColumnElement[bool]] = [column.in_(stored)] if stored else []
    if any(text in ("", EMPTY) for text in wanted):
        rules.append(column.is_(None))
    return or_(*rules) if rules else column.is_(None)


def _where_item(loaded: Loaded, key: str, wanted: tuple[str, ...]) -> ColumnElement[bool]:
    code, _, name = key.rpartition(".")
    t = item_table.c
    if name in ("state", "dept", "holder", "stage", "standing"):
        value: ColumnElement[Any] = t[name]
    elif name in loaded.item_fields:
        value = t.cells[name].as_string()
    else:
        raise Problem("E_NO_FIELD", f"事项没有“{name}”这一栏，请核对栏目名称", field=key)
    return exists().where(and_(t.entry_id == entry_table.c.id, t.code == code, value.in_(wanted)))


def _column(loaded: Loaded, key: str) -> ColumnElement[Any]:
    t = entry_table.c
    if key in _COLUMNS:
        return t[_COLUMNS[key]]
    if key == "standing":
        return t.standing
    field = loaded.fields.get(key)
    if field is None:
        raise Problem("E_NO_FIELD", f"没有“{key}”这一栏，请核对栏目名称", field=key)
    cell: Any = t.cells[key]
    if field.kind in ("money", "area", "int", "year", "percent"):
        as_number: ColumnElement[Any] = cell.as_integer()
        return as_number
    as_text: ColumnElement[Any] = cell.as_boolean() if field.kind == "bool" else cell.as_string()
    return as_text


def _sublist(name: str, day: lights.Today) -> ColumnElement[bool]:
    """Decision 3: 待批 = 受理 and not closed; 超期 = past its due day, clock running; 已立项未开工 = build_state."""
    t = entry_table.c
    if name == "待批":
        return and_(t.standing == "open", t.n_accepted > 0)
    if name == "超期":
        return and_(t.standing == "open", t.due < day.today)
    if name == "已立项未开工":
        return and_(t.standing == "open", t.build_state == "未开工")
    raise Problem("E_NO_SUBLIST", f"没有“{name}”这张分清单，可用：{'、'.join(sorted(_SUBLISTS))}")


def _sorted(statement: Select[Any], loaded: Loaded, query: Query) -> Select[Any]:
    orders: list[ColumnElement[Any]] = []
    for key, down in query.sort:
        by = "due" if key in ("light", "light_text", "left") else key
        column = entry_table.c.pinyin if by == "name" else _column(loaded, by)
        orders.append(column.is_(None))
        orders.append(column.desc() if down else column.asc())
    return statement.order_by(*orders, entry_table.c.number)


def _files(connection: Connection, wanted: Sequence[str]) -> dict[str, int]:
    t = attachment_table.c
    rows = connection.execute(
        select(t.entry_id, func.count())
        .where(t.entry_id.in_(list(wanted)), t.deleted_seq.is_(None))
        .group_by(t.entry_id)
    )
    return {str(entry): n for entry, n in rows}


def _line(
    office: Office, loaded: Loaded, row: Any, items: list[Any], files: int, day: lights.Today
) -> Line:
    light = _light_of(row, day)
    first = min((d for d in (row["due"], row["deadline"]) if d), default=None)
    return Line(
        id=row["id"],
        ledger_id=row["ledger_id"],
        no=row["no"],
        number=row["number"],
        name=row["name"] or "",
        standing=STANDING_WORDS[row["standing"]],
        light=light,
        light_text=lights.remaining(office, first) if light else "—",
        due=row["due"] or "",
        cause=lights.cause(row["due"], row["deadline"], day) if light == "red" else "",
        deadline=row["deadline"] or "",
        holder=row["holder"] or "",
        waiting=waited(office, row["since"]),
        stage=row["stage"] or "",
        sublists=_sublists_of(row, day),
        n_items=row["n_items"],
        n_open=row["n_open"],
        files=files,
        rev=row["rev"],
        cells=row["cells"],
        items=_items(office, loaded, items, day),
    )


def _light_of(row: Any, day: lights.Today) -> str:
    if row["standing"] != "open":
        return ""
    days = [d for d in (row["due"], row["deadline"]) if d]
    if any(d < day.today for d in days):
        return "red"
    if any(d <= day.soon for d in days):
        return "yellow"
    if row["n_unknown"]:
        return "unknown"
    return "stopped" if row["n_stopped"] and not row["due"] else "green"


def _sublists_of(row: Any, day: lights.Today) -> tuple[str, ...]:
    if row["standing"] != "open":
        return ()
    tests = {
        "待批": row["n_accepted"] > 0,
        "超期": bool(row["due"] and row["due"] < day.today),
        "已立项未开工": row["build_state"] == "未开工",
    }
    return tuple(name for name, holds in tests.items() if holds)


def _items(office: Office, loaded: Loaded, rows: list[Any], day: lights.Today) -> dict[str, ItemLine]:
    by_code = {row["code"]: row for row in rows}
    out = {}
    for code in item_order(loaded, by_code):
        row = by_code[code]
        light = lights.of_item(row["standing"], row["clock_state"], row["due"], day)
        out[code] = ItemLine(
            code=code,
            title=row["cells"].get("matter_name") or loaded.preset_of(code).title,
            state=row["state"],
            standing=STANDING_WORDS[row["standing"]],
            dept=row["dept"] or "",
            light=light,
            light_text=lights.remaining(office, row["due"]),
            due=row["due"] or "",
            upper_due=row["upper_due"] or "",
            clock=row["clock"] or "",
            stage=row["stage"] or "",
            holder=row["holder"] or "",
            since=row["since"] or "",
            cells=row["cells"],
        )
    return out


def waited(office: Office, since: str | None) -> int:
    """Working days since `since`, 0 when nobody is waited for."""
    if not since:
        return 0
    try:
        return max(0, office.calendar().between(dt.date.fromisoformat(since), office.today()))
    except Problem:
        return max(0, (office.today() - dt.date.fromisoformat(since)).days)


def _shown(field: Any, value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    if field is not None and field.kind == "enums" and isinstance(value, str):
        value = msgspec.json.decode(value)
    return kinds.show(field, value) if field is not None else str(value)

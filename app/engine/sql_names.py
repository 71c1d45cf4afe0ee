"""What the names of an expression are in SQL: cells, indexed columns, counts of items, facts of the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Float,
    ScalarSelect,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    true,
)

from app.engine.rows import STANDING_WORDS
from app.words.templates import COMMON_NAMES, ENTRY_NAMES, Loaded
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import item as item_table

Kind = Literal["text", "day", "number", "truth", "list", "none"]
Sql = ColumnElement[Any]
_KINDS: dict[str, Kind] = {
    "money": "number", "area": "number", "int": "number", "percent": "number", "year": "number",
    "bool": "truth", "date": "day", "month": "day", "enums": "list", "rounds": "list", "pauses": "list",
}  # fmt: skip
_INDEXED = ("name", "place", "build_state", "invest", "resp_person")
_COUNTED = ("n_items", "n_open", "n_accepted", "n_unknown")


class Now(Struct, frozen=True):
    """What an expression may know besides the row: today (ISO), the office's division, whether the ledger is sealed.

    `ledger` is its id, among whose rows places are given.
    """

    today: str
    division: str
    sealed: bool
    ledger: str = ""


@dataclass(frozen=True)
class Term:
    """A part of an expression in SQL. `sure`: never NULL. `key`: the list field it reads, of which table."""

    kind: Kind
    sql: Sql
    sure: bool = False
    key: str = ""
    cells: Any = None


def term(loaded: Loaded, name: str, now: Now, *, item: bool) -> Term | None:
    """The name in an expression over an entry, or over one of its items; None when SQL does not know it."""
    if item:
        if name in _ITEM:
            return _ITEM[name](loaded)
        if name in loaded.item_fields:
            return _cell(item_table.c.cells, name, loaded.item_fields[name].kind)
        if name == "standing":
            return None
    if name in COMMON_NAMES or (name in ENTRY_NAMES and not item):
        return _known(loaded, name, now)
    if name not in loaded.fields:
        return None
    kind = loaded.fields[name].kind
    if name in _INDEXED:
        return Term(_KINDS.get(kind, "text"), entry_table.c[name])
    return _cell(entry_table.c.cells, name, kind)


def n_done() -> ScalarSelect[int]:
    """How many items of an entry are 办结."""
    return _count(item_table.c.state == "办结")


def n_overdue(today: str) -> ScalarSelect[int]:
    """How many open items of an entry are past their due day with the clock running."""
    t = item_table.c
    return _count(and_(t.standing == "open", t.clock_state == "running", t.due < today))


def _known(loaded: Loaded, name: str, now: Now) -> Term:
    t = entry_table.c
    if name in _COUNTED:
        return Term("number", t[name], sure=True)
    match name:
        case "campaign_start":
            return Term("day", literal(loaded.t.starts.isoformat()), sure=True)
        case "campaign_end":
            return Term("day", literal(loaded.t.ends.isoformat()), sure=True)
        case "division":
            return Term("text", literal(now.division), sure=True)
        case "sealed":
            return Term("truth", true() if now.sealed else false(), sure=True)
        case "standing":
            return Term("text", case(STANDING_WORDS, value=t.standing), sure=True)
        case "files":
            return Term("number", _files(), sure=True)
        case "n_done":
            return Term("number", n_done(), sure=True)
    return Term("number", n_overdue(now.today), sure=True)


def _files() -> ScalarSelect[int]:
    a = attachment_table.c
    mine = (a.entry_id == entry_table.c.id, a.deleted_seq.is_(None))
    return select(func.count()).where(*mine).correlate(entry_table).scalar_subquery()


def _count(rule: Sql) -> ScalarSelect[int]:
    mine = item_table.c.entry_id == entry_table.c.id
    return (
        select(func.count())
        .select_from(item_table)
        .where(mine, rule)
        .correlate(entry_table)
        .scalar_subquery()
    )


def _cell(cells: Any, name: str, kind: str) -> Term:
    found = _KINDS.get(kind, "text")
    if found == "list":
        return Term("list", null(), key=name, cells=cells)
    cell = cells[name]
    if kind == "number":  # kept as decimal text
        return Term("number", cast(cell.as_string(), Float))
    if found == "number":
        return Term("number", cell.as_integer())
    return Term(found, cell.as_boolean() if found == "truth" else cell.as_string())


def _named(loaded: Loaded) -> Term:
    codes = [code for code, preset in loaded.presets.items() if preset.named]
    preset = func.substr(item_table.c.code, 1, 3, type_=String)
    return Term("truth", preset.in_(codes) if codes else false(), sure=True)


_ITEM: dict[str, Callable[[Loaded], Term | None]] = {
    "code": lambda _: Term("text", item_table.c.code, sure=True),
    "named": _named,
    "due": lambda _: Term("day", item_table.c.due),
    "upper_due": lambda _: Term("day", item_table.c.upper_due),
    "clock": lambda _: Term("text", item_table.c.clock),
    "stage": lambda _: Term("text", item_table.c.stage),
    "holder": lambda _: Term("text", item_table.c.holder),
    "paused": lambda _: None,
    "paused_since": lambda _: None,
}

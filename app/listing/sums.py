"""Sums of the numbers in chosen cells of a list, however many: by SQL, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select

from app.listing import list_columns
from app.listing.list_columns import shown_field
from app.office import Office
from app.values import amounts, kinds
from app.words.templates import Loaded
from models.json_sql import among
from models.schema import entry as entry_table


class Measure(msgspec.Struct, frozen=True):
    """What the numbers of a column are: `scale` of what is stored make one `unit`. `adds`: whether their sum means anything."""

    unit: str
    scale: amounts.Unit = 1
    adds: bool = True
    titled: bool = False


class Summed(msgspec.Struct, frozen=True):
    """Of one column: how many numbers, and their sum as stored."""

    n: int
    total: float


def measure(loaded: Loaded, key: str) -> Measure | None:
    """How a column's numbers are told; None for one that has none. Numbers without a unit go by their column alone."""
    if key == "n_open":
        return Measure("待批事项数", titled=True)
    field = shown_field(loaded, key)
    if field is None:
        return None
    match field.kind:
        case "money":
            return Measure(kinds.own_unit(field), amounts.MONEY_UNITS[kinds.own_unit(field)])
        case "area":
            return Measure(kinds.own_unit(field), amounts.AREA_UNITS[kinds.own_unit(field)])
        case "percent":
            return Measure("%", 100, adds=False)
        case "int" | "number":
            unit = field.unit or (loaded.computed[key].unit if key in loaded.computed else "")
            return Measure(unit or field.title, titled=not unit)
    return None


def of(office: Office, ledger_id: str, chosen: Mapping[tuple[str, ...], Sequence[str]]) -> dict[str, Summed]:
    """{column: its sum} of `chosen`, {columns: ids of the rows in which they are chosen}; a column may come more than once."""
    out: dict[str, Summed] = {}
    with office.read() as connection:
        seen = list_columns.view(office, connection, ledger_id)
        t = entry_table.c
        for keys, ids in chosen.items():
            values = [list_columns.number(seen, key) for key in keys]
            asked: list[Any] = [part for value in values for part in (func.count(value), func.sum(value))]
            rows = among(t.id, msgspec.json.encode(list(ids)).decode())
            found = connection.execute(select(*asked).where(t.ledger_id == ledger_id, rows)).one()
            for at, key in enumerate(keys):
                before = out.get(key, Summed(0, 0))
                out[key] = Summed(before.n + found[at * 2], before.total + (found[at * 2 + 1] or 0))
    return out


def said(loaded: Loaded, found: Mapping[str, Summed]) -> str:
    """合计 123.40 万元  平均 30.85, of each unit by itself; '' where there are no numbers."""
    by_unit: dict[Measure, Summed] = {}
    for key, one in found.items():
        known = measure(loaded, key)
        if known is not None and one.n:
            before = by_unit.get(known, Summed(0, 0))
            by_unit[known] = Summed(before.n + one.n, before.total + one.total)
    return "；".join(_told(known, one) for known, one in by_unit.items())


def _told(known: Measure, one: Summed) -> str:
    total = one.total / known.scale
    mean = f"平均 {float(total / one.n):,.2f}"
    if not known.adds:
        return f"{mean}{known.unit}（{one.n:,} 个）"
    whole = known.scale == 1 and float(total).is_integer()
    number = f"{float(total):,.0f}" if whole else f"{float(total):,.2f}"
    what = f"{known.unit}合计 {number}" if known.titled else f"合计 {number} {known.unit}"
    return f"{what}  {mean}  {one.n:,} 个数"

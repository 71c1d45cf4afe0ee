"""The kinds of cell: reading what a clerk or a workbook wrote, showing what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from app.values import amounts, codes, divisions
from app.values import cells as c
from app.values import numerals as n
from app.values.cells import Cell, CellReader, Context, Reading
from app.values.numerals import own_unit
from app.words import wording
from app.words.templates import CodeList, Field

__all__ = [
    "Cell",
    "Context",
    "Read",
    "Reading",
    "code_key",
    "initials",
    "name_key",
    "own_unit",
    "parse",
    "plain",
    "reader",
    "show",
    "to_text",
]
name_key = wording.key
code_key = wording.code_key
initials = wording.initials
Read = Callable[[Cell], Reading | None]
_PLAIN = Context()
READERS: dict[str, CellReader] = {
    "text": c.read_text,
    "longtext": c.read_longtext,
    "org": c.read_text,
    "person": c.read_person,
    "phone": c.coded(codes.phone, "E_PHONE"),
    "uscc": c.coded(codes.uscc, "E_USCC", codes.uscc_near),
    "project_code": c.coded(codes.project_code, "E_PROJECT_CODE"),
    "doc_no": c.coded(codes.doc_no, "E_VALUE"),
    "region": c.read_region,
    "row": c.coded(codes.row_no, "E_ROW"),
    "enum": c.read_enum,
    "enums": c.read_enums,
    "date": c.read_date,
    "month": c.read_month,
    "year": c.read_year,
    "money": n.read_money,
    "area": n.read_area,
    "number": n.read_number,
    "int": n.read_int,
    "percent": n.read_percent,
    "bool": c.read_bool,
    "rounds": c.read_rows,
    "pauses": c.read_rows,
}


def parse(
    field: Field,
    codes: CodeList | None,
    cell: Cell,
    *,
    unit: str | None = None,
    year: int | None = None,
    base: int = 1900,
) -> Reading | None:
    """Read one cell as `field`. None means empty.

    `unit` is what the head or corner names (`元`, `公顷`), `year` completes `8月底前`, `base` is 1900 or 1904.
    Raises Problem E_VALUE, E_DATE, E_MONEY, E_AREA, E_NUMBER, E_CODE, E_USCC, E_PROJECT_CODE, E_PHONE, E_DIGITS_LOST or
    E_FORMULA_ERROR with field=field.id; E_CODE carries near=[closest words]. Money finer than 1 分 is E_MONEY.
    """
    context = Context(unit, year, base) if unit or year or base != 1900 else _PLAIN
    return READERS[field.kind](field, codes, cell, context)


def reader(field: Field, codes: CodeList | None, context: Context = _PLAIN) -> Read:
    """`parse` bound to one column, for reading many cells."""
    read = READERS[field.kind]
    return lambda cell: read(field, codes, cell, context)


def show(field: Field, value: Any) -> str:
    """A stored value for grid, print and workbook: amounts with commas and two decimals at least."""
    if value is None:
        return ""
    match field.kind:
        case "money":
            return amounts.amount(value, _money_unit(field), least=2)
        case "area":
            return amounts.amount(value, _area_unit(field), least=2)
        case "percent":
            return amounts.amount(value, 100) + "%"
        case "number":
            whole, dot, part = str(value).partition(".")
            return f"{int(whole):,}{dot}{part}" if whole not in ("-0", "-") else str(value)
        case "int":
            return f"{value:,}"
        case "region":
            return divisions.name_of(value)
        case "rounds" | "pauses":
            return "；".join(" ".join(str(v) for v in part.values()) for part in value)
    return to_text(field, value)


def plain(field: Field, value: Any) -> str | int | bool | list[Any]:
    """A stored value for JSON: money in 万元, area in 亩, as decimal strings without commas or end zeros."""
    match field.kind:
        case "money":
            return amounts.amount(value, amounts.MONEY_UNITS["万元"], grouped=False)
        case "area":
            return amounts.amount(value, amounts.AREA_UNITS["亩"], grouped=False)
        case "percent":
            return amounts.amount(value, 100, grouped=False)
    return value  # type: ignore[no-any-return]


def to_text(field: Field, value: Any) -> str:
    """The text of a stored value that `parse` reads back to the same value."""
    match field.kind:
        case "money":
            return amounts.amount(value, _money_unit(field), grouped=False)
        case "area":
            return amounts.amount(value, _area_unit(field), grouped=False)
        case "percent":
            return amounts.amount(value, 100, grouped=False) + "%"
        case "bool":
            return "是" if value else "否"
        case "enums":
            return "、".join(value)
        case "rounds" | "pauses":
            return msgspec.json.encode(value).decode()
    return str(value)


def _money_unit(field: Field) -> amounts.Unit:
    return amounts.MONEY_UNITS[own_unit(field)]


def _area_unit(field: Field) -> amounts.Unit:
    return amounts.AREA_UNITS[own_unit(field)]

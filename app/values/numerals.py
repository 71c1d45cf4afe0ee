"""Reading the cells that hold amounts, areas, counts and percentages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.problem import Problem
from app.values import amounts
from app.values.cells import Cell, Context, Reading, is_empty
from app.words import wording
from app.words.templates import CodeList, Field


def own_unit(field: Field) -> str:
    """The unit a money or area field is shown in."""
    units: dict[str, Any] = amounts.MONEY_UNITS if field.kind == "money" else amounts.AREA_UNITS
    return field.unit if field.unit in units else ("万元" if field.kind == "money" else "亩")


def _bounded(field: Field, value: Decimal | int, raw: Cell, scale: int = 1) -> None:
    low, high = field.min, field.max
    if low is not None and value < low * scale:
        raise Problem("E_VALUE", f"{field.title}不能小于 {low}，现为“{raw}”", field=field.id, raw=str(raw))
    if high is not None and value > high * scale:
        raise Problem("E_VALUE", f"{field.title}不能大于 {high}，现为“{raw}”", field=field.id, raw=str(raw))


def _scaled(field: Field, cell: Cell, context: Context, units: dict[str, Any], code: str) -> Reading | None:
    if is_empty(field, cell):
        return None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Problem(code, f"{field.title}应填数字，现为“{cell}”", field=field.id, raw=str(cell))
    own = own_unit(field)
    here = context.unit if context.unit in units else own
    value = _at_once(cell, int(units[own])) if here == own else None
    note = ""
    if value is None:
        rounds = context.rounds or units is not amounts.MONEY_UNITS
        value, note = amounts.read(cell, units, here, own, code, field.id, field.title, rounds=rounds)
    if field.min is not None or field.max is not None:
        _bounded(field, value, cell, int(units[own]))
    return Reading(value, note)


def _at_once(cell: str | int | float, factor: int) -> int | None:
    """The stored integer of a plain number in the field's own unit, None where it takes a closer look."""
    if isinstance(cell, str):
        whole, _, part = cell.partition(".")
        if not (whole.isdigit() and cell.isascii() and len(cell) < 15 and (part.isdigit() or not part)):
            return None
        cell = float(cell)
    scaled = cell * factor
    if not abs(scaled) < 2**53:
        return None
    value = round(scaled)
    return value if value / factor == cell else None


def read_money(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    return _scaled(field, cell, context, amounts.MONEY_UNITS, "E_MONEY")


def read_area(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    return _scaled(field, cell, context, amounts.AREA_UNITS, "E_AREA")


def _numeral(field: Field, cell: Cell) -> tuple[Decimal, str, str] | None:
    """(number, what follows, remark) or None where empty."""
    if is_empty(field, cell):
        return None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Problem("E_NUMBER", f"{field.title}应填数字，现为“{cell}”", field=field.id, raw=str(cell))
    return amounts.number(cell, "E_NUMBER", field.id, field.title)


def read_number(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if (found := _numeral(field, cell)) is None:
        return None
    value, rest, remark = found
    if rest and rest.strip() != wording.half_width(field.unit):
        raise Problem(
            "E_NUMBER",
            f"{field.title}“{cell}”的单位不是{field.unit or '数字'}，请核对",
            field=field.id,
            raw=str(cell),
        )
    _bounded(field, value, cell)
    return Reading(amounts.plain(value), remark)


def read_int(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if (found := _numeral(field, cell)) is None:
        return None
    value, rest, remark = found
    suffixes = {
        "",
        wording.half_width(field.unit),
        "个",
        "项",
        "件",
        "户",
        "人",
        "宗",
        "家",
        "天",
        "日",
        "个工作日",
        "工作日",
    }
    if value != int(value) or rest not in suffixes:
        raise Problem("E_NUMBER", f"{field.title}“{cell}”应为整数，请核对", field=field.id, raw=str(cell))
    _bounded(field, value, cell)
    return Reading(int(value), remark)


def read_percent(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if (found := _numeral(field, cell)) is None:
        return None
    value, rest, remark = found
    if rest not in ("", "%"):
        raise Problem("E_NUMBER", f"{field.title}“{cell}”应为百分数，请核对", field=field.id, raw=str(cell))
    if not isinstance(cell, str) and abs(value) <= 1:
        value *= 100
        remark = f"由 {cell} 读作 {amounts.plain(value)}%"
    _bounded(field, value, cell)
    hundredths = value * 100
    whole = int(hundredths.to_integral_value())
    return Reading(whole, remark or ("末位四舍五入" if whole != hundredths else ""))

"""What a value in a received journal line may be: something its field can hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from app.engine import entering
from app.engine.rows import NEEDED_OF
from app.problem import Problem
from app.words.templates import Field, Loaded

Cells = dict[str, Any]
KEPT = "needed"
"""What every program of this kind keeps of a matter beside its state, whether or not the template shows it (decision 13)."""
_AMOUNT = re.compile(r"-?\d{1,13}(\.\d{1,6})?")
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_LONGEST = 32_767
_MOST_INTEGER = 10**12


class NewerBody(ValueError):
    """A kind of line, or a field, that only a later program writes."""


def refuse_row(loaded: Loaded, cells: Cells, items: Mapping[str, Cells]) -> None:
    """Raise ValueError unless every value of a row that came in fits its field; NewerBody for unknown fields."""
    refuse_cells(loaded, loaded.fields, cells, gaps=False)
    refuse_items(loaded, items, gaps=False)


def refuse_items(loaded: Loaded, items: Mapping[str, Cells], *, gaps: bool) -> None:
    """Raise ValueError unless these are matters of the template and each value fits; with `gaps` None empties a cell."""
    for code, cells in items.items():
        refuse_code(loaded, code)
        own = cells
        if KEPT not in loaded.item_fields and cells.get(KEPT) in NEEDED_OF.values():
            own = {key: value for key, value in cells.items() if key != KEPT}
        refuse_cells(loaded, loaded.item_fields, own, gaps=gaps)


def refuse_code(loaded: Loaded, code: str) -> None:
    """Raise ValueError for a matter the template does not know."""
    try:
        entering.refuse_item(loaded, code)
    except Problem as problem:
        raise ValueError(problem.text) from problem


def refuse_cells(loaded: Loaded, fields: Mapping[str, Field], cells: Cells, *, gaps: bool) -> None:
    """Raise ValueError unless each value fits its field; NewerBody for a field the template does not know."""
    for key, value in cells.items():
        if key not in fields:
            raise NewerBody(f"模板没有“{key}”这一栏")
        if value is None and gaps:
            continue
        if not _fits(loaded, fields[key], value):
            raise ValueError(f"“{fields[key].title}”的值不合要求")


def _fits(loaded: Loaded, field: Field, value: Any) -> bool:
    """Whether a value as it travels (amounts as decimal strings) is one the field can hold."""
    match field.kind:
        case "bool":
            return isinstance(value, bool)
        case "int" | "percent" | "year":
            return type(value) is int and abs(value) < _MOST_INTEGER
        case "money" | "area":
            return isinstance(value, str) and _AMOUNT.fullmatch(value) is not None
        case "number":
            return isinstance(value, str) and _NUMBER.fullmatch(value) is not None
        case "enums":
            return isinstance(value, list) and all(_is_code(loaded, field, v) for v in value)
        case "rounds" | "pauses":
            return isinstance(value, list) and all(_is_stretch(v) for v in value)
        case "enum":
            return _is_code(loaded, field, value)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        return False
    if field.kind == "date":
        return _is_day(value)
    return field.kind != "month" or _MONTH.fullmatch(value) is not None


def _is_code(loaded: Loaded, field: Field, value: Any) -> bool:
    codes = loaded.codes.get(field.choices) if field.choices else None
    return isinstance(value, str) and (codes is None or any(c.code == value for c in codes.codes))


def _is_stretch(value: Any) -> bool:
    """A pause or an earlier round: texts by key; what is a date by its key must be one."""
    if not isinstance(value, dict):
        return False
    dates = [v for k, v in value.items() if k in ("from", "to") or k.startswith("d_")]
    return all(isinstance(v, str) for v in value.values()) and all(_is_day(d) for d in dates)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

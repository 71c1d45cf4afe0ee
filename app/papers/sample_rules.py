"""A condition for a sample in a clerk's words: one column, how it compares, and with what."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from app.engine import calling
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded

ORDERED = frozenset({"money", "int", "date"})
KINDS = ORDERED | {"enum", "bool", "org", "text"}
WAYS: Mapping[str, str] = {
    "==": "是", "!=": "不是", ">": "超过（晚于）", ">=": "达到或超过", "<": "少于（早于）", "<=": "不超过",
}  # fmt: skip
ORDERS = frozenset(WAYS) - {"==", "!="}


def fields(loaded: Loaded) -> tuple[Field, ...]:
    """The columns of a row that a condition may name."""
    return tuple(field for field in loaded.t.fields if field.kind in KINDS)


def rule(loaded: Loaded, field_id: str, way: str, text: str) -> str:
    """The condition as `sampling.draw` takes it; `text` as it is typed into the column (1000万元, 是, 水利局).

    Raises Problem with field column, way or value.
    """
    field = loaded.fields.get(field_id)
    if field is None or field.kind not in KINDS:
        raise Problem("E_NO_FIELD", "请选看哪一栏", field="column")
    if way not in WAYS:
        raise Problem("E_VALUE", "请选怎样算符合", field="way")
    if way in ORDERS and field.kind not in ORDERED:
        raise Problem("E_VALUE", f"“{field.title}”不能比大小，请改选“是”或“不是”", field="way")
    unit = kinds.own_unit(field) if field.kind == "money" else None
    try:
        read = kinds.parse(field, loaded.codes.get(field.choices), text, unit=unit)
    except Problem as problem:
        raise Problem(problem.code, problem.text, **{**problem.facts, "field": "value"}) from problem
    if read is None:
        raise Problem("E_VALUE", "请填比着什么", field="value")
    return f"{field.id} {way} {read.value!r}"


def told(loaded: Loaded, text: str) -> str:
    """A condition as people read it: 总投资 超过 1,000 万元; one that is more than a comparison of a column as it is."""
    name, way, value = [*text.split(" ", 2), "", ""][:3]
    field = loaded.fields.get(name)
    if field is None or field.kind not in KINDS or way not in WAYS:
        return text
    try:
        held = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return text
    if type(held) is not (int if field.kind in ("money", "int") else bool if field.kind == "bool" else str):
        return text
    word, _, day = WAYS[way].rstrip("）").partition("（")
    unit = kinds.own_unit(field) if field.kind == "money" else ""
    shown = calling.label(loaded, field, held) if field.kind == "enum" else kinds.show(field, held)
    return f"{field.title} {day if day and field.kind == 'date' else word} {shown}{unit}"


def hint(loaded: Loaded, field_id: str) -> str:
    """What may be typed beside a column, by way of example."""
    field = loaded.fields.get(field_id)
    if field is None:
        return ""
    if field.kind == "enum":
        listed = loaded.codes.get(field.choices)
        return "、".join(code.label for code in listed.codes[:4]) if listed else ""
    own = f"如 1000{kinds.own_unit(field)}" if field.kind == "money" else ""
    return own or {"int": "如 3", "date": "如 2022-08-25", "bool": "是或否"}.get(field.kind, "照台账里的写法")

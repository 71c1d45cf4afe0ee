"""A value of a template as one cell of a workbook, and back without loss."""

from __future__ import annotations

import datetime as dt
import re
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from app.imports.drafts import text_of
from app.problem import Problem
from app.template_books.shapes import Column, bare, inside
from app.template_books.wording import value_of
from app.values import kinds
from app.words import wording
from app.words.template_words import Field

EMPTY = "（空）"
"""Stands for nothing where a blank cell would mean the usual value."""
YES = frozenset("yes true true() 是 对 1 y √ ✓ 必填".split())
NO = frozenset("no false false() 否 不 0 n × 选填".split())
_MARKS = re.compile(r"([\\；;\n])")
_SPLIT = re.compile(r"(?<!\\)((?:\\\\)*)[；;\n]")
_DAY = Field(id="day", title="日期", kind="date")
Cell = str | int | float | bool | dt.date | None


def written(value: Any, kind: Any, default: Any) -> Cell:
    """The cell that says a value of this type; None where it is the usual one."""
    if value == default or value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date | int | float):
        return value
    if isinstance(value, Mapping):
        return "\n".join(f"{key} = {_escaped(str(text))}" for key, text in value.items()) or EMPTY
    if isinstance(value, str):
        return EMPTY if not value else "\\" + value if value.lstrip("\\") == EMPTY else value
    parts = [_escaped(str(part)) for part in value]
    joint = "\n" if any("；" in part or len(part) > 40 for part in parts) else "；"
    return joint.join(parts) or EMPTY


def read(cell: Cell, kind: Any) -> Any:
    """The value of this type that a cell says. Raises ValueError in plain words."""
    kind = bare(kind)
    if kind is str:
        return _text(cell)
    if isinstance(cell, str):
        cell = cell.strip()
    if typing.get_origin(kind) is typing.Literal:
        return _choice(_text(cell), typing.get_args(kind))
    if kind is bool:
        return truth(cell)
    if kind in (int, float):
        return _number(cell, kind)
    if kind is dt.date:
        return _day(cell)
    if (one := inside(kind)) is not None:
        texts = [] if cell == EMPTY else [part for part in split(_text(cell)) if part]
        return [read(text, one) for text in texts]
    if typing.get_origin(kind) is dict:
        return dict(_pair(line) for line in _text(cell).splitlines() if line.strip() and line != EMPTY)
    raise ValueError("这一格的写法本程序还不认识")


_PARTS = re.compile(r"\s*[、，,]\s*")


def parted(cell: Cell, column: Column) -> Cell:
    """A list of short words as people write one, 甲、乙 or a,b; texts that may hold such signs stay whole."""
    if not isinstance(cell, str) or inside(column.type) is None or column.path[-1] == "notes":
        return cell
    return cell if "；" in cell or ";" in cell or "\n" in cell else _PARTS.sub("；", cell)


def split(text: str) -> list[str]:
    """The parts of a list: one a line, or parted by ；."""
    parts = _SPLIT.sub("\\1\0", text).split("\0")
    return [re.sub(r"\\([\\；;\n])", r"\1", part.strip()) for part in parts]


def truth(cell: Cell) -> bool:
    """yes or no. Raises ValueError."""
    word = _text(cell).strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise ValueError(f"“{_text(cell)}”看不出是不是，请写 yes 或 no")


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell)
    text = text_of(cell)
    if text == EMPTY:
        return ""
    return text[1:] if text.startswith("\\") and text.lstrip("\\") == EMPTY else text


def _choice(text: str, known: Sequence[Any]) -> Any:
    for one in known:
        if text == one:
            return one
    if (meant := value_of(text)) in known:
        return meant
    raise ValueError(f"不能写“{text}”，可写：{'、'.join(str(one) for one in known if one != '')}")


def _number(cell: Cell, kind: type) -> int | float:
    try:
        found = (
            float(wording.half_width(cell).replace(",", ""))
            if isinstance(cell, str)
            else float(typing.cast(float, cell))
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"“{_text(cell)}”不是数字") from error
    if isinstance(cell, bool) or abs(found) > 10**15:
        raise ValueError(f"“{_text(cell)}”不是能用的数字")
    if kind is float:
        return found
    if found != int(found):
        raise ValueError(f"“{_text(cell)}”应为整数")
    return int(found)


def _day(cell: Cell) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    try:
        found = kinds.parse(_DAY, None, cell)
    except Problem as problem:
        raise ValueError(f"“{_text(cell)}”不是日期，请写成 2022-08-25") from problem
    if found is None:
        raise ValueError("日期是空的")
    return dt.date.fromisoformat(found.value)


def _pair(line: str) -> tuple[str, str]:
    key, equals, text = line.partition("=")
    if not equals or not key.strip():
        raise ValueError(f"“{line}”不是 栏目 = 内容 的写法，一行写一个")
    text = re.sub(r"\\([\\；;\n])", r"\1", text.strip())
    return key.strip(), text

"""Rows pasted into an empty ledger: which column is which, by a row of heads where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.imports import mapping
from app.imports.mapping import Column, Matcher
from app.words.templates import Field, Loaded

HEAD_WITHIN = 6
"""A head stands in one of the first lines; above it only titles."""
_NUMBERS = ("money", "area")


@dataclass(frozen=True)
class Pasted:
    """`rows` as {field id: text}; `placed` titles of the fields filled, `left` heads of what has no place in a new row.

    `headed` where a line of heads says which column is which, `above` the lines over it, which are no rows.
    """

    rows: tuple[dict[str, str], ...]
    placed: tuple[str, ...]
    left: tuple[str, ...] = ()
    headed: bool = False
    above: int = 0


def read(loaded: Loaded, block: Sequence[Sequence[str | None]], order: Sequence[str]) -> Pasted:
    """Read a block from the clipboard; `order` are the fields that its columns fill where no line of it is a head, '' where
    one of them fills none."""
    matcher = Matcher(loaded)
    lines = [[cell or "" for cell in line] for line in block]
    for at, line in enumerate(lines[:HEAD_WITHIN]):
        columns = mapping.map_columns(matcher, [(text,) for text in line], [mapping.head_unit((text,)) for text in line])
        if _is_head(loaded, line, columns):
            return _headed(loaded, lines[at + 1 :], columns, at)
    wide = max(map(len, lines), default=0)
    keys = [*order[:wide], *[""] * (wide - len(order))]
    left = tuple(f"第 {n + 1} 列" for n, key in enumerate(keys) if not key and any(_at(line, n).strip() for line in lines))
    rows = ({key: text for key, text in zip(keys, line, strict=False) if key} for line in lines)
    return Pasted(_filled(rows), tuple(loaded.fields[key].title for key in keys if key), left)


def _is_head(loaded: Loaded, line: Sequence[str], columns: Sequence[Column]) -> bool:
    """Most of its cells are words of the template, and what every row must have is among them."""
    said = sum(bool(text.strip()) for text in line)
    known = sum(bool(column.target) for column in columns)
    return any(_wanted(loaded, column.target) for column in columns) and 2 * known > said


def _wanted(loaded: Loaded, target: str) -> bool:
    field = loaded.fields.get(target)
    return field is not None and field.need == "create"


def _headed(loaded: Loaded, lines: Sequence[Sequence[str]], columns: Sequence[Column], above: int) -> Pasted:
    own = [(column, field) for column in columns if (field := loaded.fields.get(column.target)) and field.need != "auto"]
    taken = {column.index for column, _ in own} | {c.index for c in columns if c.target in (mapping.SEQ, mapping.ROW_ID)}
    cells = list(zip_longest(*lines, fillvalue=""))
    left = tuple(c.path[0] or c.head for c in columns if c.index not in taken and c.index < len(cells) and any(cells[c.index]))
    rows = ({field.id: _with_unit(field, column.unit, _at(line, column.index)) for column, field in own} for line in lines)
    return Pasted(_filled(rows), tuple(_placed(field, column.unit) for column, field in own), left, headed=True, above=above)


def _placed(field: Field, unit: str) -> str:
    """What a column fills, and the unit its numbers are taken in, where the head names one."""
    return f"{field.title}（按{unit}）" if unit and field.kind in _NUMBERS else field.title


def _at(line: Sequence[str], index: int) -> str:
    return line[index] if index < len(line) else ""


def _with_unit(field: Field, unit: str, text: str) -> str:
    """A bare number below 总投资（元） is one of 元, whatever the field would take it for."""
    bare = text.replace(",", "").replace(".", "").strip()
    return f"{text.strip()}{unit}" if unit and field.kind in _NUMBERS and bare.isdecimal() else text


def _filled(rows: Iterable[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """The rows with what is in them; blank ones are none."""
    kept = ({key: text for key, text in row.items() if text.strip()} for row in rows)
    return tuple(row for row in kept if row)

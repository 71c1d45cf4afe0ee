"""How cells were read that do not say exactly what was stored: equal readings together, with their rows (C5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from app.imports.drafts import Draft, DraftRow, text_of
from app.imports.mapping import Column, split_target
from app.words.templates import Loaded

_NAMED, _KEPT = 10, 20
_DATES = ("date", "month", "year")
_AMOUNTS = ("money", "area", "number", "int", "percent")
_NAMES_UNIT = re.compile("^“[^”]*”写明单位[^；]*$")
_PLAIN = "由"
"""How a note begins that only tells another form of the same thing."""


@dataclass(frozen=True)
class ReadSo:
    """One way of reading: `rows` are the first rows that have it, `count` how many there are."""

    field: str
    head: str
    text: str
    count: int
    rows: tuple[int, ...]

    @property
    def doubtful(self) -> bool:
        """Whether more was read than the cell says: a rough amount, a month for a day, words that were guessed."""
        return not self.text.startswith(_PLAIN)

    @property
    def said(self) -> str:
        """`“总投资”：“约500”是约数，按 500 万元 读取（第 2 行）`."""
        rows = "、".join(map(str, self.rows[:_NAMED]))
        where = f"第 {rows} 行等 {self.count:,} 格" if self.count > _NAMED else f"第 {rows} 行"
        return f"“{self.head}”：{self.text}（{where}）"

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"rows": list(self.rows)}


def readings(draft: Draft, loaded: Loaded) -> list[ReadSo]:
    """The readings of a draft worth looking at, in the order of their first rows."""
    columns = {c.target: c for c in draft.columns if c.target}
    found: dict[tuple[str, str], list[int]] = {}
    for row in draft.rows:
        for target, text in row.notes:
            if not _usual(loaded, columns.get(target), row, text):
                found.setdefault((target, text), []).append(row.row)
    return [
        ReadSo(
            target,
            columns[target].head if target in columns else target,
            text,
            len(rows),
            tuple(rows[:_KEPT]),
        )
        for (target, text), rows in found.items()
    ]


def notes(found: Iterable[ReadSo], most: int) -> list[str]:
    """A sentence for each doubtful reading, at most so many."""
    said = [one.said for one in found if one.doubtful]
    left = len(said) - most
    return said if left <= 0 else [*said[:most], f"另有 {left} 种写法也是这样读的，见 --json 的 readings"]


def _usual(loaded: Loaded, column: Column | None, row: DraftRow, text: str) -> bool:
    """Whether a note only tells that 2022.8.5 is a date, or that the whole column is in 元."""
    if column is None:
        return False
    kind = _kind(loaded, column.target)
    if kind in _AMOUNTS and _NAMES_UNIT.search(text):
        return True
    if not text.startswith(_PLAIN):
        return False
    if kind in _DATES:
        return True
    cell = row.source[column.index] if column.index < len(row.source) else None
    return kind in _AMOUNTS and not any("\u4e00" <= c <= "\u9fff" for c in text_of(cell))


def _kind(loaded: Loaded, target: str) -> str:
    if target in loaded.fields:
        return loaded.fields[target].kind
    part = split_target(target)[1]
    return loaded.item_fields[part].kind if part in loaded.item_fields else ""

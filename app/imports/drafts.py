"""What a foreign list would bring in: rows with values, notes and problems, nothing stored yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.imports import mapping
from app.imports.mapping import Column
from app.imports.matters import Question
from app.imports.sorting import Aside, Group
from app.values.cells import Cell

BLANK = "（空）"
"""What stands in place of a cell that is left out."""


@dataclass(frozen=True)
class CellProblem:
    """One cell that could not be read. `near` holds words that would do.

    `kept` is what stands in its place so that the row can come in all the same; '' keeps the row out.
    """

    row: int
    field: str
    code: str
    text: str
    raw: str = ""
    near: tuple[str, ...] = ()
    head: str = ""
    kept: str = ""


@dataclass(slots=True)
class DraftRow:
    """One row of the list: values as stored, and the cells they were read from.

    `source` has 同上 and merged cells filled in; `filled` holds what stood there before, by place.
    """

    row: int
    cells: dict[str, Any]
    items: dict[str, dict[str, Any]]
    source: list[Cell]
    heads: Sequence[str]
    filled: dict[int, Cell] | None = None
    entry_id: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)

    @property
    def raw(self) -> dict[str, str]:
        """Head -> what the sheet itself said, for every cell that said anything."""
        if not self.filled:
            return {
                head: cell if type(cell) is str else text_of(cell)
                for head, cell in zip(self.heads, self.source, strict=False)
                if cell not in ("", None)
            }
        filled = self.filled
        pairs = enumerate(zip(self.heads, self.source, strict=False))
        said = ((head, text_of(filled.get(i, cell))) for i, (head, cell) in pairs)
        return {head: text for head, text in said if text}

    @property
    def name(self) -> str:
        return str(self.cells.get("name", ""))

    @property
    def refused(self) -> bool:
        """Whether a cell of it keeps the whole row out."""
        return any(not p.kept for p in self.problems)


@dataclass
class Draft:
    """What a file would bring in. `skipped` are rows that are no entries, each with its reason.

    `other_sheets` are (name, why not taken), `unread` (name, rows) of those that hold a list as well.
    """

    file: str
    sha256: str
    sheet: str
    head_rows: tuple[int, int]
    columns: tuple[Column, ...]
    fingerprint: str
    rows: list[DraftRow]
    skipped: list[Aside]
    groups: list[Group]
    questions: list[Question]
    legend: dict[str, str]
    title: str = ""
    units: tuple[str, ...] = ()
    other_sheets: tuple[tuple[str, str], ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    notes: list[str] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()

    @property
    def problems(self) -> list[CellProblem]:
        return [problem for row in self.rows for problem in row.problems]

    @property
    def remembered(self) -> dict[str, dict[str, str]]:
        """What to remember of this layout: {fingerprint: {head: target}}."""
        return {self.fingerprint: mapping.memory_of(self.columns)}

    @property
    def unmapped(self) -> list[Column]:
        return [c for c in self.columns if not c.target and c.reason != mapping.AUTO and any(c.path)]


def text_of(cell: Cell) -> str:
    """A cell as the sheet shows it, for people."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, dt.date) else f"{cell:.15g}"

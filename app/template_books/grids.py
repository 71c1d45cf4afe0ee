"""The sheets of a workbook as they were read: lines of cells under named columns, each knowing where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.imports.reading import Limits, open_book
from app.problem import Problem
from app.template_books import values, wording
from app.template_books.faults import Faults
from app.template_books.wording import MARK

SHEETS, LINES, COLUMNS, LONGEST = 80, 5000, 120, 8000
LIMITS = Limits(memory=1024 * 1024 * 1024, seconds=20, wait=40.0)
DOTS = 64
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
_LABEL = re.compile(r"(label|hint|constraint_message)\s*::?\s*.*", re.IGNORECASE)
_CHINESE = re.compile("zh|chinese|中|汉")


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its number, and its cells that hold anything by column."""

    number: int
    cells: dict[str, values.Cell]

    def text(self, key: str) -> str:
        """A cell as text, '' where there is none."""
        found = self.cells.get(key)
        return "" if found is None else str(values.read(found, str)).strip()


@dataclass
class Grid:
    """One sheet. `columns` {name: place from 1}."""

    name: str
    columns: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    own: bool = False
    """Whether it has the second head row of our own workbooks."""

    def place(self, key: str) -> int:
        """Where a column stands, the first where there is none of that name."""
        return self.columns.get(key, 1)


def read(path: Path) -> dict[str, list[list[Any]]]:
    """{sheet: lines}, each its number and its cells, read in a child process that may die.

    Raises the Problems of `reading.open_book`, and E_BOOK_LARGE.
    """
    found: dict[str, list[list[Any]]] = {}
    with open_book(path, LIMITS) as book:
        if len(book.sheets) > SHEETS:
            raise Problem("E_BOOK_LARGE", f"“{path.name}”有 {len(book.sheets):,} 个工作表，不像模板的工作簿")
        for sheet in book.sheets:
            lines = list(book.lines(sheet.index, LINES + 1))
            if len(lines) > LINES or any(len(line) > COLUMNS + 1 for line in lines):
                said = f"太大，不像模板的工作簿（最多 {LINES:,} 行、{COLUMNS} 列）"
                raise Problem("E_BOOK_LARGE", f"“{path.name}”的工作表“{sheet.name}”{said}")
            found[sheet.name] = lines
    return found


def grid(name: str, lines: Sequence[Sequence[Any]], faults: Faults) -> Grid:
    """The sheet under its head, which is its first line; the second one explains where it begins with ※."""
    out = Grid(name)
    if not lines:
        return out
    spoken: set[int] = set()
    for place, cell in enumerate(lines[0][1:], 1):
        key = _key(cell)
        if key in out.columns and "::" in str(cell):  # the same in another language: the Chinese one is read
            if _CHINESE.search(str(cell).lower()):
                out.columns[key] = place
            spoken.add(place)
        elif key in out.columns:
            faults.add(name, lines[0][0], place, f"列名“{key}”写了两次")
        elif key:
            out.columns[key] = place
    spoken |= {
        place for place, cell in enumerate(lines[0][1:], 1) if _key(cell) in out.columns and "::" in str(cell)
    }
    at = {place: key for key, place in out.columns.items()} | dict.fromkeys(
        spoken - set(out.columns.values()), ""
    )
    for number, *cells in lines[1:]:
        if not out.lines and cells and str(cells[0] or "").startswith(MARK):
            out.own = True
            continue
        kept = dict(_kept(out, number, cells, at, faults))
        if kept:
            out.lines.append(Line(number, kept))
    return out


def _key(cell: Any) -> str:
    text = str(cell or "").strip().replace(" ", "_")
    if found := _LABEL.fullmatch(text):
        text = found[1]
    return text.lower() if text.isascii() else wording.head(text)


def _kept(
    grid: Grid, number: int, cells: Sequence[Any], at: dict[int, str], faults: Faults
) -> Iterator[tuple[str, values.Cell]]:
    for place, cell in enumerate(cells, 1):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        text = cell if isinstance(cell, str) else ""
        if place not in at:
            faults.add(grid.name, number, place, "这一列没有列名，请在第一行写上，或删去这一格")
        elif found := _UNSEEN.search(text):
            faults.add(grid.name, number, place, f"“{text[: found.start()][:40]}”后面有看不见的字符")
        elif len(text) > LONGEST or any(part.count(".") > DOTS for part in text.split("\n")):
            faults.add(grid.name, number, place, "这一格太长，或点号太多")
        elif at[place]:
            yield at[place], cell

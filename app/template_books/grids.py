"""The sheets of a workbook as they were read: lines of cells under named columns, each knowing where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.imports.reading import Limits, open_book
from app.problem import Problem
from app.template_books import heads, values
from app.template_books.faults import Faults
from app.template_books.wording import MARK

SHEETS, LINES, COLUMNS, LONGEST = 80, 5000, 120, 8000
LIMITS = Limits(memory=1024 * 1024 * 1024, seconds=20, wait=40.0)
DOTS = 64
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
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
    spare: set[int] = field(default_factory=set)
    """Columns without a head that hold something."""
    head: int = 1
    """The row its heads stand in."""
    key: str = ""
    """What it holds, such as `clock` or `report.paragraph`."""

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


def grid(
    name: str,
    lines: Sequence[Sequence[Any]],
    faults: Faults,
    known: Collection[str],
    needed: str,
    told: Mapping[str, str],
) -> Grid:
    """The sheet under its head, which has the column `needed`; the line after explains where it begins with ※.

    `known` are the columns that the sheet may have, `told` {their explanations: column}; a head that fits none keeps
    its own words.
    """
    out = Grid(name)
    if not lines:
        return out
    top = heads.head_line(lines, needed, known, told)
    number, *cells = lines[top]
    out.head = number
    at: dict[int, str] = {}
    for place, (cell, key) in enumerate(zip(cells, heads.columns(cells, known, told), strict=True), 1):
        if key in out.columns and "::" in str(cell):  # the same in another language: the Chinese one is read
            if _CHINESE.search(str(cell).lower()):
                at[out.columns[key]], at[place] = "", key
                out.columns[key] = place
            else:
                at[place] = ""
        elif key in out.columns and key != "appearance":
            faults.add(name, number, place, f"列名“{str(cell).strip()}”与前面的一列是一个意思，请删去一列")
        elif key:
            out.columns[key], at[place] = place, key
    for number, *cells in lines[top + 1 :]:
        if not out.lines and cells and str(cells[0] or "").startswith(MARK):
            out.own = True
            continue
        if not out.lines and heads.explains(cells, told):
            continue
        kept = dict(_kept(out, number, cells, at, faults))
        if kept:
            out.lines.append(Line(number, kept))
    return out


def _kept(
    grid: Grid, number: int, cells: Sequence[Any], at: dict[int, str], faults: Faults
) -> Iterator[tuple[str, values.Cell]]:
    for place, cell in enumerate(cells, 1):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        text = cell if isinstance(cell, str) else ""
        if place not in at:
            grid.spare.add(place)
            if grid.own:
                faults.add(grid.name, number, place, "这一列没有列名，请在第一行写上，或删去这一格")
        elif found := _UNSEEN.search(text):
            faults.add(grid.name, number, place, f"“{text[: found.start()][:40]}”后面有看不见的字符")
        elif len(text) > LONGEST or any(part.count(".") > DOTS for part in text.split("\n")):
            faults.add(grid.name, number, place, "这一格太长，或点号太多")
        elif at[place]:
            yield at[place], cell

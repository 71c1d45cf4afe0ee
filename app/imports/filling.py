"""Cells that take their value from the row above: 同上, and cells merged downwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.imports.mapping import Column
from app.imports.reading import Line
from app.values.cells import Cell

DITTO = frozenset(("同上", "〃", "″", "“", "”", '"', "''", "同前", "々", "同上行", "〞"))
Merge = tuple[int, int, int, int]


@dataclass
class Filled:
    """What was filled into one row: place -> what stood there, and a note per cell."""

    before: dict[int, Cell] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)


def fill_down(
    lines: list[Line], columns: Sequence[Column], merges: Sequence[Merge], head_last: int
) -> dict[int, Filled]:
    """Fill such cells in place; returns what was filled, by index of the row."""
    filled: dict[int, Filled] = {}
    above: Line = []
    for index, line in enumerate(lines):
        for place, cell in enumerate(line):
            if type(cell) is str and len(cell) < 6 and cell.strip() in DITTO and place < len(above) and place:
                _fill(filled, index, line, place, above[place], columns)
        above = line
    by_row = {line[0]: i for i, line in enumerate(lines)}
    for top, left, bottom, right in merges:
        if bottom > top > head_last and top in by_row:
            first = lines[by_row[top]]
            rows = [by_row[row] for row in range(top + 1, min(bottom, lines[-1][0]) + 1) if row in by_row]
            for index in rows:
                for place in range(left, min(right, len(first) - 1) + 1):
                    if first[place] not in ("", None):
                        _fill(filled, index, lines[index], place, first[place], columns)
    return filled


def _fill(
    filled: dict[int, Filled], index: int, line: Line, place: int, value: Cell, columns: Sequence[Column]
) -> None:
    line.extend([""] * (place + 1 - len(line)))
    if place - 1 >= len(columns) or value in ("", None):
        return
    one = filled.setdefault(index, Filled())
    one.before[place - 1] = line[place]
    column = columns[place - 1]
    said = "合并单元格" if line[place] in ("", None) else line[place]
    one.notes.append((column.target or column.head, f"“{said}”取自上面一行"))
    line[place] = value

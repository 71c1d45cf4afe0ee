"""Rows laid out as PDF operators: each cell broken once, placed by one text matrix, cached by its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.breaking import Line, break_lines
from app.exports.paper import Plan
from app.exports.typeface import Typeface, clean
from app.page import Align

_CACHED = 1_000
_MIDDLE = 0.38  # from the baseline to the middle of a 汉字, in em

Cell = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Laid:
    """A row, or the part of a row too tall for one page. `cells`: lines, x operator, text operators."""

    setter: RowSetter
    cells: tuple[Cell, ...]
    lines: int
    texts: Sequence[str]
    start: int = 0
    part: bool = False

    @property
    def height(self) -> float:
        return self.setter.height(self.lines)

    def operators(self, top: float) -> list[str]:
        """Text operators of the row whose upper edge is at `top`, for inside a BT … ET of its face."""
        setter = self.setter
        middle = top - self.height / 2
        made = []
        heights: dict[int, str] = {}
        for count, place, text in self.cells:
            if count not in heights:
                up = top - setter.pad_y if self.part else middle + count * setter.lead / 2
                heights[count] = f"{up - setter.drop:.2f}"
            made.append(f"1 0 0 1 {place} {heights[count]} Tm{text}")
        return made

    def cut(self, lines: int) -> tuple[Laid, Laid]:
        """The first `lines` lines of every cell, and the rest."""
        setter = self.setter
        first = setter.part(self.texts, self.start, lines)
        return first, setter.part(self.texts, self.start + lines, self.lines - lines)


class RowSetter:
    """Lays out rows of one kind (body or totals) in the columns of a plan."""

    def __init__(self, plan: Plan, face: Typeface, aligns: Sequence[Align]) -> None:
        self.face = face
        self.size = plan.size
        self.lead = plan.lead
        self.pad_y = round(plan.size * 0.3, 2)
        self.least = plan.least_row
        self.drop = self.lead / 2 + _MIDDLE * plan.size
        self.size_text = f"{plan.size:g}"
        self._columns = [
            (align, plan.edges[place] + plan.pad, plan.room(place)) for place, align in enumerate(aligns)
        ]
        self._caches: list[dict[str, Cell]] = [{} for _ in aligns]

    @property
    def begin(self) -> str:
        """Operators that open a run of these rows."""
        return f"BT /{self.face.main.name} {self.size_text} Tf {self.lead:g} TL"

    def height(self, lines: int) -> float:
        return max(self.least, lines * self.lead + 2 * self.pad_y)

    def lines_within(self, height: float) -> int:
        """How many lines a row of at most `height` can hold."""
        return int((height - 2 * self.pad_y + 1e-6) // self.lead) if height >= self.least else 0

    def lay(self, texts: Sequence[str]) -> Laid:
        """One row. Its height follows from its tallest cell."""
        cells = []
        most = 1
        for column, (text, cache) in enumerate(zip(texts, self._caches, strict=True)):
            if text:
                cell = cache.get(text) or self._cached(column, text, cache)
                cells.append(cell)
                if cell[0] > most:
                    most = cell[0]
        return Laid(self, tuple(cells), most, texts)

    def part(self, texts: Sequence[str], start: int, count: int) -> Laid:
        """Lines `start` to `start + count` of every cell of a row."""
        cells = []
        for column, text in enumerate(texts):
            lines = self._lines(column, text)[start : start + count] if text else []
            if lines:
                cells.append(self._cell(column, lines))
        return Laid(self, tuple(cells), count, texts, start, True)

    def _cached(self, column: int, text: str, cache: dict[str, Cell]) -> Cell:
        missing = self.face.missing
        cell = self._cell(column, self._lines(column, text))
        if len(cache) >= _CACHED:
            cache.clear()
        if self.face.missing == missing:
            cache[text] = cell
        return cell

    def _lines(self, column: int, text: str) -> list[Line]:
        room = self._columns[column][2]
        return break_lines(clean(text), int(room * 1000 / self.size), self.face)

    def _cell(self, column: int, lines: Sequence[Line]) -> Cell:
        align, left, room = self._columns[column]
        show, size = self.face.show, self.size_text
        if align == "left":
            return len(lines), f"{left:.2f}", " T*".join(show(text, size) for text, _ in lines)
        share = 1.0 if align == "right" else 0.5
        shifts = [max(0.0, room - width * self.size / 1000) * share for _, width in lines]
        parts = [show(lines[0][0], size)]
        for place in range(1, len(lines)):
            parts.append(f" {shifts[place] - shifts[place - 1]:.2f} -{self.lead:g} Td")
            parts.append(show(lines[place][0], size))
        return len(lines), f"{left + shifts[0]:.2f}", "".join(parts)

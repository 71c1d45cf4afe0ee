"""Which lines of an official paper stand on which page: tables repeat their head, the signature never stands alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Draw = Callable[[float], list[str]]
LINES_ABOVE_SIGN = 2
BELOW_TABLE = 8.0
"""Points that stay free between a table and the line under it, before the lines go on in their places."""


@dataclass(frozen=True)
class Grid:
    """What every page of a table's rows has above them."""

    height: float
    draw: Callable[[float, Sequence[float]], list[str]]
    """Head, rules and frame; told the upper edge and the height of each row below the head."""


@dataclass(frozen=True)
class Piece:
    """What is never cut: a line, an empty line, a row of a table, the block of signature and date.

    `draw` is told the upper edge. `keep`: it stays with what follows.
    """

    height: float
    draw: Draw
    kind: Literal["line", "gap", "row", "sign"] = "line"
    keep: bool = False
    grid: Grid | None = None


def paginate(pieces: Iterable[Piece], room: float, lead: float) -> list[list[Piece]]:
    """The pieces page by page; a page is `room` high and tables end on a multiple of `lead`."""
    pages: list[list[Piece]] = [[]]
    for piece in pieces:
        if pages[-1] and height_of([*pages[-1], piece], lead) > room + 1e-6:
            pages.append(_carried(pages[-1], piece))
        if piece.kind != "gap" or pages[-1]:
            pages[-1].append(piece)
    return pages


def height_of(page: Sequence[Piece], lead: float) -> float:
    """How high these pieces stand one under the other."""
    height = 0.0
    for run in runs(page):
        grid = run[0].grid
        if grid is None:
            height += sum(piece.height for piece in run)
        else:
            height += _on_lines(grid.height + sum(piece.height for piece in run) + BELOW_TABLE, lead)
    return height


def runs(page: Sequence[Piece]) -> list[list[Piece]]:
    """Neighbouring pieces of the same table together, all others as they follow each other."""
    found: list[list[Piece]] = []
    for piece in page:
        if found and found[-1][0].grid is piece.grid:
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def drawn(page: Sequence[Piece], top: float, lead: float) -> list[str]:
    """The operators of a page whose first piece has its upper edge at `top`."""
    made: list[str] = []
    y = top
    for run in runs(page):
        grid, start = run[0].grid, y
        if grid is not None:
            made += grid.draw(y, [piece.height for piece in run])
            y -= grid.height
        for piece in run:
            made += piece.draw(y)
            y -= piece.height
        if grid is not None:
            y = start - _on_lines(start - y + BELOW_TABLE, lead)
    return made


def _on_lines(height: float, lead: float) -> float:
    return math.ceil(height / lead - 1e-6) * lead


def _carried(page: list[Piece], following: Piece) -> list[Piece]:
    """What goes over to the next page with `following`: headings with their text, two lines with the signature."""
    taken: list[Piece] = []
    if following.kind == "sign":
        while len(page) > 1 and sum(p.kind in ("line", "row") for p in taken) < LINES_ABOVE_SIGN:
            taken.insert(0, page.pop())
    while len(page) > 1 and page[-1].keep:
        taken.insert(0, page.pop())
    while taken and taken[0].kind == "gap":
        del taken[0]
    return taken

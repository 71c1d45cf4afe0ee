"""Which lines of an official paper stand on which page: tables repeat their head, the signature never stands alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.exports.official import LINES_ABOVE_SIGN

Draw = Callable[[float], list[str]]
TIGHTEST = 26.0
"""The least leading, in points, of a page whose signature would not stand on it otherwise (GB/T 9704 7.3.5.5)."""
_LINES = ("line", "gap", "annex")
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

    `draw` is told the upper edge. `keep`: it stays with what follows. An `annex` is a line of the 附件说明 or the empty
    one above it.
    """

    height: float
    draw: Draw
    kind: Literal["line", "gap", "row", "sign", "annex"] = "line"
    keep: bool = False
    grid: Grid | None = None


def paginate(pieces: Iterable[Piece], room: float, lead: float, *, closer: bool = False) -> list[list[Piece]]:
    """The pieces page by page; a page is `room` high and tables end on a multiple of `lead`.

    `closer`: where only the signature does not fit, the lines of its page may be set closer to each other.
    """
    waiting = list(pieces)
    pages: list[list[Piece]] = [[]]
    for place, piece in enumerate(waiting):
        if pages[-1] and height_of([*pages[-1], piece], lead) > room + 1e-6:
            whole = [*pages[-1], *waiting[place:]]
            if closer and whole[-1].kind == "sign" and height_of(whole, lead) <= room + _spare(whole, lead):
                return [*pages[:-1], _tightened(whole, room, lead)]
            pages.append(_carried(pages[-1], piece, room, lead))
        if piece.kind != "gap" or pages[-1]:
            pages[-1].append(piece)
    return pages


def _spare(page: Sequence[Piece], lead: float) -> float:
    """How much lower the lines of a page can stand together without touching."""
    return (lead - TIGHTEST) * sum(piece.kind in _LINES for piece in page)


def _tightened(page: Sequence[Piece], room: float, lead: float) -> list[Piece]:
    """The page with its lines set so much closer that it is `room` high."""
    lines = sum(piece.kind in _LINES for piece in page)
    less = (height_of(page, lead) - room) / lines
    return [replace(p, height=p.height - less) if p.kind in _LINES else p for p in page]


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


def _carried(page: list[Piece], following: Piece, room: float, lead: float) -> list[Piece]:
    """What goes over to the next page with `following`: headings with their text, 附件说明 and two lines of text
    with the signature; no more than the page has room for.
    """
    at = len(page)
    if following.kind in ("sign", "annex"):
        while at > 1 and sum(p.kind in ("line", "row") for p in page[at:]) < LINES_ABOVE_SIGN:
            at -= 1
    while at > 1 and page[at - 1].keep:
        at -= 1
    while at < len(page) and (page[at].kind == "gap" or height_of([*page[at:], following], lead) > room):
        at += 1
    taken = page[at:]
    del page[at:]
    return taken

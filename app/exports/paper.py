"""Paper, type sizes and column widths of a printed ledger. Lengths are points; y grows upward."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from app.exports.typeface import Ink, clean
from app.page import Page
from app.problem import Problem

MM = 72 / 25.4
PaperName = Literal["a3", "a4"]


@dataclass(frozen=True)
class Paper:
    """A sheet turned landscape, with the sizes of type that suit it (二号 22, 小四 12, 小五 9 pt)."""

    width: float
    height: float
    side: float
    top: float
    title: float
    line: float
    foot: float
    bodies: tuple[float, ...]
    pad: float

    @property
    def inner(self) -> float:
        return self.width - 2 * self.side

    @property
    def floor(self) -> float:
        """Where the table must end: below stand page number, print number and the 18 mm code."""
        return 30 * MM


PAPERS: dict[str, Paper] = {
    "a3": Paper(420 * MM, 297 * MM, 15 * MM, 14 * MM, 22, 12, 10, (10.5, 10, 9.5, 9), 3),
    "a4": Paper(297 * MM, 210 * MM, 12 * MM, 11 * MM, 18, 10.5, 9, (9, 8.5, 8, 7.5), 2),
}

_SAMPLE = 200
_KEPT_WHOLE = 7_000
_NUMBER_WHOLE = 12_000
_SHORT_WHOLE = 3_200
_LINES_WANTED = 2.5
_TALLEST_COUNTED = 8.0
_WORDS = re.compile(r"[A-Za-z0-9.,+\-/_%#&@:'=~*]+")
_NUMBERS = re.compile(r"[-+]?\d[\d,.]*%?")
_SMALLER = (8.5, 8.0, 7.5)
"""Sizes under those of a paper, taken only where a number would be broken otherwise (C1: never below 7.5 pt)."""


@dataclass(frozen=True)
class Plan:
    """The grid of one print: body size, left edge of each column and one edge more."""

    paper: Paper
    size: float
    edges: tuple[float, ...]

    @property
    def lead(self) -> float:
        return round(self.size * 1.3, 2)

    @property
    def pad(self) -> float:
        return self.paper.pad

    @property
    def least_row(self) -> float:
        return round(self.size * 2.1, 2)

    def room(self, column: int) -> float:
        """Width for text in a column, in points."""
        return self.edges[column + 1] - self.edges[column] - 2 * self.pad


@dataclass(frozen=True)
class _Need:
    """What the sampled texts of a column ask for, in thousandths of the em.

    `whole`: the widest number, word or short text (不需办) that should not be broken; `number`: the widest number
    of a column of numbers and of its total, which never is.
    """

    whole: int
    number: int
    widths: tuple[int, ...]


def plan(page: Page, paper: Paper, ink: Ink) -> Plan:
    """The largest body size at which the sampled rows stay readable, and columns that keep numbers whole.

    Raises Problem E_PAPER when the columns cannot stand beside one another on this paper.
    """
    sample = [*islice(page.rows, _SAMPLE)]
    if len(page.rows) > _SAMPLE:
        sample.append(page.rows[len(page.rows) - 1])
    needs = [_need(page, sample, column, ink) for column in range(len(page.columns))]
    made: Plan | None = None
    for size in (*paper.bodies, *(size for size in _SMALLER if size < paper.bodies[-1])):
        if made is not None and size < paper.bodies[-1] and _holds_numbers(made, needs):
            break
        made = Plan(paper, size, _edges(page, paper, needs, size))
        if _lines_on_average(made, needs, len(sample)) <= _LINES_WANTED and _holds_numbers(made, needs):
            break
    assert made is not None
    return made


def _need(page: Page, sample: Sequence[tuple[str, ...]], column: int, ink: Ink) -> _Need:
    """What a column asks for; of a column of numbers every row is looked at, and its total in the type of the head."""
    numeric = page.columns[column].align == "right"
    texts = [clean(row[column]) for row in sample]
    longest = max((row[column] for row in page.rows), key=len, default="") if numeric else ""
    texts.append(clean(longest))
    total = clean(page.totals[column]) if page.totals else ""
    most = _NUMBER_WHOLE if numeric else _KEPT_WHOLE
    long = [ink.body.measure(text.replace("\n", "")) for text in texts]
    total_long = ink.head.measure(total.replace("\n", ""))

    def kept(pattern: re.Pattern[str]) -> list[int]:
        words = dict.fromkeys(word for text in texts for word in pattern.findall(text))
        widths = [*map(ink.body.measure, words), *map(ink.head.measure, pattern.findall(total))]
        return [width for width in widths if width <= most]

    whole = [*kept(_WORDS), *(width for width in (*long, total_long) if width <= _SHORT_WHOLE)]
    numbers = kept(_NUMBERS) if numeric else []
    return _Need(max(whole, default=0), max(numbers, default=0), tuple(long[: len(sample)]))


def _holds_numbers(made: Plan, needs: Sequence[_Need]) -> bool:
    return all(need.number * made.size / 1000 <= made.room(column) for column, need in enumerate(needs))


def _edges(page: Page, paper: Paper, needs: Sequence[_Need], size: float) -> tuple[float, ...]:
    pad = 2 * paper.pad
    least = [max(need.whole * size / 1000, 2 * size) + pad + 0.5 for need in needs]
    if sum(least) > paper.inner:
        least = [max(need.number * size / 1000, 1.1 * size) + pad + 0.5 for need in needs]
    if sum(least) > paper.inner:
        least = [1.1 * size + pad] * len(needs)
    if sum(least) > paper.inner:
        raise Problem(
            "E_PAPER", f"共 {len(needs)} 列，这种纸排不下，请换大一号的纸或减少打印的列", columns=len(needs)
        )
    widths = _shared([max(column.width, 0.1) for column in page.columns], least, paper.inner)
    edges = [paper.side]
    for width in widths:
        edges.append(edges[-1] + width)
    return tuple(round(edge, 2) for edge in edges)


def _shared(weights: Sequence[float], least: Sequence[float], inner: float) -> list[float]:
    """Widths by weight, none below its least."""
    fixed: set[int] = set()
    while True:
        free = inner - sum(least[place] for place in fixed)
        total = sum(weight for place, weight in enumerate(weights) if place not in fixed)
        widths = [
            least[place] if place in fixed else weight * free / total for place, weight in enumerate(weights)
        ]
        small = {place for place, width in enumerate(widths) if width < least[place] - 1e-6} - fixed
        if not small:
            return widths
        fixed |= small


def _lines_on_average(made: Plan, needs: Sequence[_Need], rows: int) -> float:
    if not rows:
        return 1.0
    limits = [made.room(column) * 1000 / made.size for column in range(len(needs))]
    lines = (
        max(need.widths[row] / limit for need, limit in zip(needs, limits, strict=True))
        for row in range(rows)
    )
    return sum(min(max(1.0, count), _TALLEST_COUNTED) for count in lines) / rows

"""Charts as frozen pages: what the screen paints and the print draws, and how their areas are hatched (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Hatch = Literal["full", "slant", "cross"]
"""How an area is told from another without colour: full, slanted lines, lines crossing."""
Box = tuple[float, float, float, float]
"""Left, one edge in y, width and height; the other edge in y is one plus height, whichever way y grows."""
Stroke = tuple[float, float, float, float]
_STEP = 5.0
_TICKS = (1, 2, 5)


@dataclass(frozen=True)
class Part:
    """One part of every bar; `ink` as #RRGGBB."""

    word: str
    ink: str
    hatch: Hatch = "full"


@dataclass(frozen=True)
class Bar:
    """A name and a number for each part."""

    name: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True)
class BarChart:
    """Bars one below the other; `who` is what is counted."""

    title: str
    who: str
    parts: tuple[Part, ...]
    bars: tuple[Bar, ...]

    @property
    def most(self) -> int:
        return max((bar.total for bar in self.bars), default=0) or 1


@dataclass(frozen=True)
class LineChart:
    """A number that holds from one day to the next; `marks` are days the plan names, `level` what it began with."""

    title: str
    who: str
    days: tuple[dt.date, ...]
    values: tuple[int, ...]
    marks: tuple[tuple[dt.date, str], ...]
    level: int
    until: dt.date

    @property
    def most(self) -> int:
        return max((*self.values, self.level, 1))

    def across(self, day: dt.date) -> float:
        """How far along the chart a day stands, 0 to 1."""
        whole = (self.until - self.days[0]).days or 1
        return (day - self.days[0]).days / whole


def strokes(box: Box, hatch: Hatch, step: float = _STEP) -> Iterator[Stroke]:
    """The lines (x1, y1, x2, y2) that hatch a box at 45 degrees; none of a full one."""
    if hatch == "full":
        return
    yield from _slanted(box, step)
    if hatch == "cross":
        both = 2 * box[0] + box[2]
        for x1, y1, x2, y2 in _slanted(box, step):  # the same ones in a mirror
            yield both - x1, y1, both - x2, y2


def _slanted(box: Box, step: float) -> Iterator[Stroke]:
    left, low, wide, high = box
    at = step - high
    while at < wide:
        first, last = max(0.0, at), min(wide, at + high)
        if last > first:
            yield left + first, low + first - at, left + last, low + last - at
        at += step


def ticks(most: int, wanted: int = 4) -> tuple[int, ...]:
    """Round numbers from 0 up to `most` or a little above, about `wanted` steps."""
    step, power = 1, 1
    while step * wanted < most:
        step = next((power * each for each in _TICKS if power * each * wanted >= most), 0)
        power *= 10
        step = step or power
    return tuple(range(0, most + step, step))


def spaced(chart: LineChart, least: float) -> tuple[int, ...]:
    """Which points have their day written below: the first and last, and between them none nearer than `least` (0 to 1)."""
    places = [chart.across(day) for day in chart.days]
    kept = [0]
    for at, place in enumerate(places):
        if place - places[kept[-1]] >= least and places[-1] - place >= least:
            kept.append(at)
    last = len(places) - 1
    return tuple(kept if last == 0 or places[last] - places[kept[-1]] < least else (*kept, last))

"""Charts on paper: lines and areas as vectors, with the numbers beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from app.exports.breaking import break_lines
from app.exports.chart import BarChart, Box, LineChart, Part, spaced, strokes, ticks
from app.exports.furniture import line, text_at
from app.exports.paper import Paper
from app.exports.typeface import Ink, clean

Front = Callable[[Paper, Ink, float], list[str]]
"""Operators of one page below `top`, the lower edge of its title lines."""
ROW, BAR, SIZE, SMALL = 15.0, 9.5, 9.0, 8.0
NAME, NUMBER, GAP = 190.0, 46.0, 8.0
GREY, INK, BLUE = "#8592A0", "#1F2933", "#1F5FA8"
_THIN = 0.6  # thickness of a hatching line
_MARK = 22.0  # what the number of a mark needs


def of_bars(chart: BarChart, paper: Paper) -> list[Front]:
    """As many pages as the bars need; each with the heads."""
    room = paper.height - paper.top - paper.floor - 90
    many = max(1, int(room / ROW))
    starts = range(0, max(1, len(chart.bars)), many)
    return [lambda paper, ink, top, at=at: _bars(chart, at, at + many, paper, ink, top) for at in starts]  # type: ignore[misc]


def of_line(chart: LineChart) -> list[Front]:
    """One page."""
    return [lambda paper, ink, top: _line(chart, paper, ink, top)]


def _bars(chart: BarChart, first: int, last: int, paper: Paper, ink: Ink, top: float) -> list[str]:
    face, heads = ink.body, [*(part.word for part in chart.parts), "合计"]
    right = paper.width - paper.side - NUMBER * len(heads)
    left = paper.side + NAME + GAP
    made = []
    y = top - ROW
    for at, head in enumerate(heads):
        x = right + NUMBER * at
        made.append(text_at(ink.head, head, SMALL, x, y + 4, NUMBER, "right"))
        if at < len(chart.parts):
            wide = ink.head.measure(head) * SMALL / 1000
            made += _filled(chart.parts[at], (x + NUMBER - wide - 12, y + 3, 9, 7))
    made += _stroke(GREY, 0.5, line(paper.side, y, paper.width - paper.side, y))
    for bar in chart.bars[first:last]:
        y -= ROW
        made += _name(bar.name, paper, ink, y)
        x = left
        for part, value in zip(chart.parts, bar.values, strict=True):
            wide = (right - left - GAP) * value / chart.most
            made += _filled(part, (x, y + (ROW - BAR) / 2, wide, BAR)) if value else []
            x += wide
        for at, value in enumerate((*bar.values, bar.total)):
            made.append(text_at(face, f"{value:,}", SIZE, right + NUMBER * at, y + 4, NUMBER, "right"))
    return made


def _name(text: str, paper: Paper, ink: Ink, y: float) -> list[str]:
    """A name on one line, smaller where it is long, on two where it is very long."""
    text = clean(text).replace("\n", " ")
    long = ink.body.measure(text) / 1000
    size = SIZE if long * SIZE <= NAME else max(6.5, NAME / long)
    if long * size <= NAME:
        return [text_at(ink.body, text, size, paper.side, y + 4)]
    lines = [part for part, _ in break_lines(text, int(NAME * 1000 / 6.5), ink.body)]
    shown = [lines[0], "".join(lines[1:])]
    return [text_at(ink.body, part, 6.5, paper.side, y + 8 - 7 * at) for at, part in enumerate(shown)]


def _filled(part: Part, box: Box) -> list[str]:
    left, low, wide, high = box
    if part.hatch == "full":
        return [f"q {_rgb(part.ink)} rg {left:.2f} {low:.2f} {wide:.2f} {high:.2f} re f Q"]
    lines = [line(*each) for each in strokes(box, part.hatch, 3.5)]
    edge = f"{left:.2f} {low:.2f} {wide:.2f} {high:.2f} re S"
    return [f"q {_rgb(part.ink)} RG {_THIN} w", *lines, edge, "Q"]


def _line(chart: LineChart, paper: Paper, ink: Ink, top: float) -> list[str]:
    face = ink.body
    left, right = paper.side + 40, paper.width - paper.side - 20
    notes = [f"（{at}）{day.month}月{day.day}日　{what}" for at, (day, what) in enumerate(chart.marks, 1)]
    floor = paper.floor + 16 + 12 * len(notes)
    ceiling = top - 36
    scale = ticks(chart.most)

    def high(value: int) -> float:
        return floor + (ceiling - floor) * value / scale[-1]

    def across(day: object) -> float:
        return left + (right - left) * chart.across(day)  # type: ignore[arg-type]

    made = []
    for tick in scale:
        made += _stroke(GREY, 0.3, line(left, high(tick), right, high(tick)))
        made.append(text_at(face, f"{tick:,}", SMALL, paper.side, high(tick) - 3, 34, "right"))
    made += _stroke(GREY, 0.8, f"[4 3] 0 d {line(left, high(chart.level), right, high(chart.level))}")
    made.append(text_at(face, f"期初 {chart.level:,}", SMALL, right - 80, high(chart.level) + 3, 74, "right"))
    last = 0.0
    for at, (day, _) in enumerate(chart.marks, 1):
        x, lifted = across(day), across(day) - last < _MARK
        made += _stroke(INK, 0.6, f"[2 2] 0 d {line(x, floor, x, ceiling)}")
        made.append(text_at(face, f"（{at}）", SMALL, x - 15, ceiling + (12 if lifted else 3), 30, "center"))
        last = 0.0 if lifted else x
    made += _path(chart, across, high)
    for at in spaced(chart, 0.075):
        day = chart.days[at]
        made.append(
            text_at(face, f"{day.month}-{day.day}", SMALL, across(day) - 20, floor - 11, 40, "center")
        )
    for at in sorted({0, len(chart.days) - 1}):
        made.append(
            text_at(
                face, f"{chart.values[at]:,}", SIZE, across(chart.days[at]) - 4, high(chart.values[at]) - 12
            )
        )
    y = floor - 14
    for note in notes:
        y -= 12
        made += [text_at(face, clean(text), SMALL, paper.side, y) for text in _short(note, ink, paper)]
    return made


def _short(note: str, ink: Ink, paper: Paper) -> Sequence[str]:
    """A note on one line: nearly all fit; the rest ends in ……, the table behind has it whole."""
    lines = break_lines(clean(note), int((paper.inner - 20) * 1000 / SMALL), ink.body)
    return [lines[0][0] + ("……" if len(lines) > 1 else "")]


def _path(chart: LineChart, across: Callable[[object], float], high: Callable[[int], float]) -> list[str]:
    """A number holds until the day of the next one."""
    points = [(across(day), high(value)) for day, value in zip(chart.days, chart.values, strict=True)]
    steps = [f"{points[0][0]:.2f} {points[0][1]:.2f} m"]
    for (_, y), (x, new) in pairwise(points):
        steps += [f"{x:.2f} {y:.2f} l", f"{x:.2f} {new:.2f} l"]
    turned = [points[0], *(new for old, new in pairwise(points) if old[1] != new[1])]
    dots = [f"{x - 1.5:.2f} {y - 1.5:.2f} 3 3 re f" for x, y in turned]
    return [f"q {_rgb(BLUE)} RG {_rgb(BLUE)} rg 1.5 w", *steps, "S", *dots, "Q"]


def _stroke(ink: str, wide: float, path: str) -> list[str]:
    return [f"q {_rgb(ink)} RG {wide} w {path} Q"]


def _rgb(ink: str) -> str:
    return " ".join(f"{int(ink[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))

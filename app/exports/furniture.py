"""What stands round the rows: title lines, merged head, foot lines, sign block, page foot with its code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import segno

from app.exports.breaking import Line, break_lines, even_lines
from app.exports.paper import MM, Paper, Plan
from app.exports.typeface import Ink, Typeface, clean
from app.page import Align, Column, Mark, Page

OUTER, INNER = "1 w", "0.5 w"
SIGN_HEIGHT = 59 * MM
SIGNS_IN_A_ROW = 4
QR_SIDE, QR_QUIET = 18 * MM, 4
_MIDDLE = 0.38


def text_at(
    face: Typeface, text: str, size: float, x: float, y: float, width: float = 0, align: Align = "left"
) -> str:
    """One line of text with its baseline at `y`, within `width` from `x`."""
    long = face.measure(text) * size / 1000
    if align != "left":
        x += (width - long) * (1.0 if align == "right" else 0.5)
    return f"BT /{face.main.name} {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm{face.show(text, f'{size:g}')} ET"


def box(left: float, bottom: float, width: float, height: float) -> str:
    return f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re S"


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S"


class TopLines:
    """Title and unit line of page one, and the short line that tops the other pages."""

    def __init__(self, page: Page, paper: Paper, ink: Ink) -> None:
        self._page, self._paper, self._ink = page, paper, ink
        face = ink.body
        size = paper.title
        if face.measure(clean(page.title)) * size / 1000 > paper.inner:
            size = max(14.0, paper.line)
        self._size = size
        self._title = break_lines(clean(page.title), int(paper.inner * 1000 / size), face)
        right = "　".join(text for text in (clean(page.date_line), clean(page.measure_line)) if text)
        self._right = right.replace("\n", " ")
        right_width = face.measure(self._right) * paper.line / 1000
        room = max(paper.inner - right_width - paper.line, paper.inner * 0.4)
        self._left = break_lines(clean(page.unit_line), int(room * 1000 / paper.line), face)
        self.first_height = len(self._title) * size * 1.35 + len(self._left) * paper.line * 1.4 + 8
        self.next_height = paper.foot * 1.8

    def first(self) -> tuple[list[str], float]:
        """Operators of the lines above the table on page one, and the table's upper edge."""
        paper, face = self._paper, self._ink.body
        y = paper.height - paper.top
        made = []
        for text, _ in self._title:
            y -= self._size * 1.35
            put = text_at(face, text, self._size, paper.side, y + 0.35 * self._size, paper.inner, "center")
            made.append(f"q 2 Tr {self._size * 0.022:.2f} w {put} Q")
        y -= 2
        for place, (text, _) in enumerate(self._left):
            y -= paper.line * 1.4
            made.append(text_at(face, text, paper.line, paper.side, y + 0.45 * paper.line))
            if place == len(self._left) - 1 and self._right:
                made.append(
                    text_at(
                        face, self._right, paper.line, paper.side, y + 0.45 * paper.line, paper.inner, "right"
                    )
                )
        return made, paper.height - paper.top - self.first_height + 4

    def later(self) -> tuple[list[str], float]:
        """The same for every other page: title and unit once more, small."""
        paper, face = self._paper, self._ink.body
        size = paper.foot - 1
        y = paper.height - paper.top - size
        title = break_lines(clean(self._page.title).replace("\n", ""), int(paper.inner * 700 / size), face)[
            0
        ][0]
        made = [text_at(face, f"{title}（续）", size, paper.side, y)]
        measure = clean(self._page.measure_line).replace("\n", " ")
        if measure:
            made.append(text_at(face, measure, size, paper.side, y, paper.inner, "right"))
        return made, paper.height - paper.top - self.next_height


class Head:
    """The table's head: one row, or two with groups merged over their columns."""

    def __init__(self, columns: Sequence[Column], plan: Plan, ink: Ink) -> None:
        self._plan, self._face = plan, ink.head
        self._size = plan.size
        self._lead = plan.size * 1.25
        self._groups = [
            (name, [place for place, _ in run])
            for name, run in groupby(enumerate(columns), key=lambda pair: pair[1].group)
        ]
        deep = any(name for name, _ in self._groups)
        self._titles = [self._broken(column.title, plan.room(place)) for place, column in enumerate(columns)]
        self._names = {
            run[0]: self._broken(name, plan.edges[run[-1] + 1] - plan.edges[run[0]] - 2 * plan.pad)
            for name, run in self._groups
            if name
        }
        self._upper = max((self._tall(lines) for lines in self._names.values()), default=0.0)
        grouped = {place for name, run in self._groups if name for place in run}
        self._lower = max((self._tall(self._titles[place]) for place in grouped), default=0.0)
        alone = max(
            (self._tall(t) for place, t in enumerate(self._titles) if place not in grouped), default=0.0
        )
        if not deep:
            self._upper, self._lower = 0.0, alone
        elif alone > self._upper + self._lower:
            self._lower = alone - self._upper
        self.height = round(self._upper + self._lower, 2)
        self._grouped = grouped

    def _broken(self, text: str, room: float) -> list[Line]:
        return even_lines(clean(text), int(room * 1000 / self._size), self._face)

    def _tall(self, lines: Sequence[Line]) -> float:
        return max(len(lines) * self._lead + self._size * 0.6, self._size * 2.1)

    def operators(self, top: float) -> list[str]:
        """Texts of the head, its upper edge at `top`."""
        made: list[str] = []
        edges, pad = self._plan.edges, self._plan.pad
        for name, run in self._groups:
            if name:
                left, right = edges[run[0]], edges[run[-1] + 1]
                made += self._centred(self._names[run[0]], left + pad, right - pad, top, self._upper)
            for place in run:
                under = self._upper if name else 0.0
                made += self._centred(
                    self._titles[place],
                    edges[place] + pad,
                    edges[place + 1] - pad,
                    top - under,
                    self.height - under,
                )
        return made

    def _centred(
        self, lines: Sequence[Line], left: float, right: float, top: float, height: float
    ) -> list[str]:
        y = top - height / 2 + len(lines) * self._lead / 2 - self._lead / 2 - _MIDDLE * self._size
        made = []
        for text, _ in lines:
            made.append(text_at(self._face, text, self._size, left, y, right - left, "center"))
            y -= self._lead
        return made

    def rules(self, top: float, bottom: float) -> list[str]:
        """Lines of the head and all upright lines of the table, from `top` down to `bottom`."""
        edges = self._plan.edges
        made = [line(edges[0], top - self.height, edges[-1], top - self.height)]
        for name, run in self._groups:
            if name:
                under = top - self._upper
                made.append(line(edges[run[0]], under, edges[run[-1] + 1], under))
                made += [line(edges[place], under, edges[place], bottom) for place in run[1:]]
            else:
                made += [line(edges[place], top, edges[place], bottom) for place in run[1:]]
            if run[0]:
                made.append(line(edges[run[0]], top, edges[run[0]], bottom))
        return made


class Closing:
    """What follows the last row: foot lines and the sign block."""

    def __init__(self, foot: Sequence[str], signs: Sequence[str], paper: Paper, ink: Ink) -> None:
        self._paper, self._ink = paper, ink
        limit = int(paper.inner * 1000 / paper.foot)
        self._lines = [part for text in foot for part in break_lines(clean(text), limit, ink.body)]
        self._bands = [
            signs[start : start + SIGNS_IN_A_ROW] for start in range(0, len(signs), SIGNS_IN_A_ROW)
        ]
        self._foot_height = len(self._lines) * paper.foot * 1.4 + (4 if self._lines else 0)
        self.height = self._foot_height + (len(self._bands) * SIGN_HEIGHT + 6 if self._bands else 0)

    def operators(self, top: float) -> list[str]:
        paper = self._paper
        made = []
        y = top - 4
        for text, _ in self._lines:
            y -= paper.foot * 1.4
            made.append(text_at(self._ink.body, text, paper.foot, paper.side, y + 0.4 * paper.foot))
        y = top - self._foot_height - 6
        for band in self._bands:
            made += self._band(band, y)
            y -= SIGN_HEIGHT
        return made

    def _band(self, signs: Sequence[str], top: float) -> list[str]:
        paper = self._paper
        width = paper.inner / len(signs)
        size = paper.line
        made = [OUTER, box(paper.side, top - SIGN_HEIGHT, paper.inner, SIGN_HEIGHT), INNER]
        for place, sign in enumerate(signs):
            left = paper.side + place * width
            if place:
                made.append(line(left, top, left, top - SIGN_HEIGHT))
            label = f"{clean(sign)}（{'签字、盖章' if '部门' in sign or '单位' in sign else '签字'}）："
            y = top - size * 1.6
            for text, _ in break_lines(label, int((width - 12) * 1000 / size), self._ink.body):
                made.append(text_at(self._ink.body, text, size, left + 6, y))
                y -= size * 1.3
            day = "年　　月　　日"
            made.append(text_at(self._ink.body, day, size, left, top - SIGN_HEIGHT + 7, width - 12, "right"))
        return made


class PageFoot:
    """The foot of every page: page number, print number, digest and the code a scanner reads."""

    def __init__(self, mark: Mark | None, paper: Paper, ink: Ink) -> None:
        self._mark, self._paper, self._ink = mark, paper, ink
        self._mask: int | None = None

    def operators(self, number: int, pages: int) -> list[str]:
        paper, face = self._paper, self._ink.body
        y = 12 * MM
        made = [text_at(face, f"第{number}页 共{pages}页", paper.foot, paper.side, y, paper.inner, "center")]
        if self._mark:
            small = paper.foot - 1.5
            day = f"　{self._mark.day}打印" if self._mark.day else ""
            made.append(text_at(face, f"打印编号：{self._mark.number}{day}", small, paper.side, y + small * 1.5))
            made.append(text_at(face, f"内容摘要：{self._mark.code}", small, paper.side, y))
            made.append(self._code(number, pages))
        return made

    def _code(self, number: int, pages: int) -> str:
        assert self._mark is not None
        made = segno.make_qr(
            code_text(self._mark.code, number, pages),
            error="m",
            version=2 if pages <= 99 else 3,
            mode="alphanumeric",
            mask=self._mask,
            boost_error=False,
        )
        self._mask = made.mask
        module = QR_SIDE / len(made.matrix)
        left = self._paper.width - self._paper.side - QR_SIDE
        top = 8 * MM + QR_SIDE
        parts = []
        for down, row in enumerate(made.matrix):
            across = 0
            for dark, run in groupby(row):
                length = len(list(run))
                if dark:
                    x, y = left + across * module, top - (down + 1) * module
                    parts.append(f"{x:.3f} {y:.3f} {length * module:.3f} {module:.3f} re")
                across += length
        return " ".join(parts) + " f"


def code_text(code: str, number: int, pages: int) -> str:
    """The text of one page's code: QD1*<26 base32>*<page>-<pages>, in two digits or as many as it takes."""
    digits = max(2, len(str(pages)))
    return f"QD1*{code}*{number:0{digits}d}-{pages:0{digits}d}"

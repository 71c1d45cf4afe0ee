"""What stands between the table and the sign lines: paragraphs and short tables, each under its own head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.exports.breaking import break_lines
from app.exports.cells import Laid, RowSetter
from app.exports.furniture import INNER, OUTER, Closing, Head, TopLines, box, line, text_at
from app.exports.paper import Paper, plan
from app.exports.typeface import Ink, clean
from app.page import Listed, Page

_ABOVE_SIGNS = 2
_LEAST_BEGUN = 3
_INDENT = "　　"


@dataclass(frozen=True)
class _Words:
    """A head (`big`) or one line of a paragraph; `height` in points."""

    text: str
    height: float
    big: bool = False


@dataclass(frozen=True)
class _Row:
    grid: _Grid
    laid: Laid

    @property
    def height(self) -> float:
        return self.laid.height


class _Grid:
    """The columns of one short table."""

    def __init__(self, made: Listed, paper: Paper, ink: Ink) -> None:
        page = Page(made.title, "", "", "", made.columns, made.rows)
        self.plan = plan(page, paper, ink)
        self.head = Head(made.columns, self.plan, ink)
        self.setter = RowSetter(self.plan, ink.body, [c.align for c in made.columns])

    def operators(self, rows: Sequence[_Row], top: float) -> tuple[list[str], float]:
        """The rows under the head, its upper edge at `top`; and where the table ends."""
        edges = self.plan.edges
        made, rules, y = [*self.head.operators(top), self.setter.begin], [], top - self.head.height
        for row in rows:
            made += row.laid.operators(y)
            y -= row.height
            rules.append(line(edges[0], y, edges[-1], y))
        frame = box(edges[0], y, edges[-1] - edges[0], top - y)
        return [*made, "ET", INNER, *rules[:-1], *self.head.rules(top, y), OUTER, frame], y


_Part = _Words | _Row


def _heads(part: _Part) -> bool:
    return isinstance(part, _Words) and part.big


class Addendum:
    """Lays out the parts of a page that are told after its rows; the sign lines stand below the last of them.

    They begin at `start` on the page on which the table ends, where their head and two parts find room there.
    """

    def __init__(self, page: Page, paper: Paper, ink: Ink, closing: Closing, start: float) -> None:
        self._paper, self._ink, self._closing, self._start = paper, ink, closing, start
        self._top = TopLines(page, paper, ink)
        self._parts: list[_Part] = []
        if page.appendix:
            self._words(page.appendix_title, page.appendix)
        for made in page.after:
            self._words(made.title, (made.beside,) if made.beside else ())
            grid = _Grid(made, paper, ink)
            self._parts += [_Row(grid, grid.setter.lay(texts)) for texts in made.rows]

    def _words(self, title: str, texts: Iterable[str]) -> None:
        size = self._paper.line
        limit = int(self._paper.inner * 1000 / size)
        self._parts.append(_Words(clean(title), size * 3.4, True))
        for whole in texts:
            lines = break_lines(_INDENT + clean(whole), limit, self._ink.body)
            self._parts += [_Words(text, size * 1.7) for text, _ in lines]

    def pages(self) -> Iterator[list[str]]:
        """What is added to the page of the table, maybe nothing, then the operators of each further page."""
        pages = self._paged()
        for at, parts in enumerate(pages, 1):
            made, top = self._top.later() if at > 1 else ([], self._start)
            drawn, y = self._drawn(parts, top)
            yield [*made, *drawn, *(self._closing.operators(y) if at == len(pages) else ())]

    def _paged(self) -> list[list[_Part]]:
        rest = self._top.later()[1] - self._paper.floor
        room = self._start - self._paper.floor
        pages: list[list[_Part]] = [[]]
        if self._tall(self._parts[:_LEAST_BEGUN]) > room:
            pages, room = [[], []], rest
        for part in self._parts:
            if pages[-1] and self._tall([*pages[-1], part]) > room:
                pages.append([pages[-1].pop()] if _heads(pages[-1][-1]) else [])
                room = rest
            pages[-1].append(part)
        last = pages[-1]
        if self._tall(last) + self._closing.height > room and (len(last) > _ABOVE_SIGNS or len(pages) == 1):
            at = max(len(last) - _ABOVE_SIGNS, 0)
            at -= at > 0 and _heads(last[at - 1])
            pages.append(last[at:])
            del last[at:]
        return pages

    def _tall(self, parts: Sequence[_Part]) -> float:
        heads = {id(part.grid): part.grid.head.height for part in parts if isinstance(part, _Row)}
        return sum(part.height for part in parts) + sum(heads.values())

    def _drawn(self, parts: Sequence[_Part], top: float) -> tuple[list[str], float]:
        made: list[str] = []
        y = top
        for _, run in groupby(parts, key=lambda part: id(part.grid) if isinstance(part, _Row) else 0):
            same = list(run)
            if isinstance(same[0], _Row):
                drawn, y = same[0].grid.operators([p for p in same if isinstance(p, _Row)], y)
                made += drawn
                continue
            for part in same:
                if isinstance(part, _Words):
                    y -= part.height
                    made.append(self._line(part, y))
        return made, y

    def _line(self, part: _Words, y: float) -> str:
        paper, size = self._paper, self._paper.line
        if part.big:
            return text_at(
                self._ink.head, part.text, size + 4, paper.side, y + size * 0.8, paper.inner, "center"
            )
        return text_at(self._ink.body, part.text, size, paper.side, y + size * 0.5)

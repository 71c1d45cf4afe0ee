"""The printed ledger as a PDF: rows streamed page by page onto a reportlab canvas by raw text operators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.exports.addendum import Addendum
from app.exports.breaking import break_lines
from app.exports.cells import Laid, RowSetter
from app.exports.chart_pdf import Front
from app.exports.document import Document
from app.exports.fonts import Shelf
from app.exports.furniture import INNER, OUTER, Closing, Head, PageFoot, TopLines, box, line, text_at
from app.exports.paging import paginate
from app.exports.paper import PAPERS, Paper, PaperName, Plan, plan
from app.exports.typeface import Ink, clean
from app.page import Page
from app.storage.files import write_whole

Tell = Callable[[int, int], object]

_TOLD_EVERY = 200
_TAIL_SHARE = 0.75


@dataclass(frozen=True)
class Printed:
    """What a print came to: pages, and bytes of the file."""

    pages: int
    bytes: int


def write_pdf(
    page: Page,
    out: Path,
    *,
    paper: PaperName = "a3",
    tell: Tell | None = None,
    shelf: Shelf | None = None,
    front: Sequence[Front] = (),
) -> Printed:
    """Print `page` into `out` (landscape), behind the pages of `front`. The same page gives the same bytes.

    `tell(done, total)` hears the rows done and may raise to cancel. Nothing is written when it fails.
    Raises Problem E_GLYPH (a character without a glyph, with its row), E_PAPER, E_FONTS, E_DISK_FULL.
    """
    printing = _Printing(page, PAPERS[paper], Ink(shelf or Shelf()))
    printing.lead(front)
    printing.draw(tell)
    write_whole(out, printing.save)
    return Printed(printing.count, out.stat().st_size)


def write_sheets(
    pages: Sequence[Page],
    out: Path,
    *,
    paper: PaperName = "a4",
    tell: Tell | None = None,
    shelf: Shelf | None = None,
) -> Printed:
    """Print several sheets into one file, each from a page of its own and with its own page numbers.

    `tell(done, total)` hears the sheets done. Raises the Problems of `write_pdf`; nothing is written then.
    """
    ink = Ink(shelf or Shelf())
    last: _Printing | None = None
    count = 0
    for number, page in enumerate(pages):
        if tell:
            tell(number, len(pages))
        last = _Printing(page, PAPERS[paper], ink, last)
        last.draw(None)
        count += last.count
    assert last is not None, "a file has at least one sheet"
    write_whole(out, last.save)
    return Printed(count, out.stat().st_size)


class _Printing:
    """One document on its way: the canvas keeps the objects, each page's stream is deflated at once.

    One `after` another goes on in its canvas.
    """

    def __init__(self, page: Page, paper: Paper, ink: Ink, after: _Printing | None = None) -> None:
        self._paper, self._ink = paper, ink
        self._page = page
        self._plan: Plan = plan(page, paper, ink)
        ink.forget_missing()
        ink.row_name = "标题、栏目或合计"
        self._top = TopLines(page, paper, ink)
        self._head = Head(page.columns, self._plan, ink)
        aligns = [column.align for column in page.columns]
        self._setter = RowSetter(self._plan, ink.body, aligns)
        self._totals = RowSetter(self._plan, ink.head, aligns).lay(page.totals) if page.totals else None
        told = bool(page.appendix or page.after)
        signs = () if told else page.signs
        self._closing = Closing(page.foot, signs, paper, ink)
        self._notes: tuple[str, ...] = ()
        if self._tail > _TAIL_SHARE * self._room(self._top.later()[1]):
            self._closing = Closing(("注：见表后。",), signs, paper, ink)
            self._notes = page.foot
        self._document: Document = after._document if after else self._new_document()
        self._contents: list[Any] = []

    @property
    def count(self) -> int:
        return len(self._contents)

    @property
    def _tail(self) -> float:
        return self._closing.height + (self._totals.height if self._totals else 0)

    def _room(self, top: float) -> float:
        return top - self._head.height - self._paper.floor

    def _new_document(self) -> Document:
        page = self._page
        author = page.unit or clean(page.unit_line).rpartition("：")[2]
        subject = page.mark.number if page.mark else ""
        size = (self._paper.width, self._paper.height)
        return Document(size, self._ink, title=clean(page.title), author=author, subject=subject)

    def lead(self, front: Sequence[Front]) -> None:
        """Pages before the table, under the same title lines."""
        for each in front:
            made, top = self._top.first()
            self._add([*made, *each(self._paper, self._ink, top)])

    def draw(self, tell: Tell | None) -> None:
        """All pages. Raises Problem E_GLYPH after the last row, naming all that is missing."""
        first, later = self._top.first()[1], self._top.later()[1]
        pages = paginate(self._rows(tell), self._room(first), self._room(later), self._tail)
        waiting: list[Laid] | None = None
        for rows in pages:
            if waiting is not None:
                self._table(waiting, False)
            waiting = rows
        end = self._table(waiting or [], True)
        self._ink.row, self._ink.row_name = 0, "表后说明"
        if self._notes:
            self._paragraphs("表注", self._notes)
            end = self._paper.floor
        self._tell_after(end)
        foot = PageFoot(self._page.mark, self._paper, self._ink)
        for number, content in enumerate(self._contents, 1):
            self._document.more(content, foot.operators(number, self.count))
        self._ink.refuse_missing()

    def save(self, part: Path) -> None:
        """Write the finished document."""
        self._document.save(part)

    def _rows(self, tell: Tell | None) -> Iterator[Laid]:
        ink, name_at, total = self._ink, self._page.name_of_row, len(self._page.rows)
        for number, texts in enumerate(self._page.rows, 1):
            ink.row = number
            ink.row_name = texts[name_at] if name_at < len(texts) else ""
            yield self._setter.lay(texts)
            if tell and number % _TOLD_EVERY == 0:
                tell(number, total)
        if tell:
            tell(total, total)
        ink.row, ink.row_name = 0, "表头或表尾"

    def _table(self, rows: list[Laid], last: bool) -> float:
        """A page of rows; where it ends below them."""
        made, top = self._top.later() if self._contents else self._top.first()
        edges = self._plan.edges
        made += self._head.operators(top)
        y = top - self._head.height
        rules = []
        made.append(self._setter.begin)
        for row in rows:
            made += row.operators(y)
            y -= row.height
            rules.append(line(edges[0], y, edges[-1], y))
        made.append("ET")
        if last and self._totals:
            made += [self._totals.setter.begin, *self._totals.operators(y), "ET"]
            y -= self._totals.height
            rules.append(line(edges[0], y, edges[-1], y))
        made += [
            INNER,
            *rules[:-1],
            *self._head.rules(top, y),
            OUTER,
            box(edges[0], y, edges[-1] - edges[0], top - y),
        ]
        if last:
            made += self._closing.operators(y)
        self._add(made)
        return y - self._closing.height

    def _tell_after(self, end: float) -> None:
        """What stands between the table and the sign lines, from `end` on; the sign lines are the last of it."""
        page, paper = self._page, self._paper
        if not page.appendix and not page.after:
            return
        closing = Closing((), page.signs, paper, self._ink)
        first, *further = Addendum(page, paper, self._ink, closing, end).pages()
        if first:
            self._document.more(self._contents[-1], first)
        for operators in further:
            self._add(operators)

    def _paragraphs(self, title: str, texts: Iterable[str]) -> None:
        """Plain text on pages of its own, two characters indented, after the table."""
        paper, face = self._paper, self._ink.body
        size = paper.line
        lead = size * 1.7
        limit = int(paper.inner * 1000 / size)
        lines = [text for whole in texts for text, _ in break_lines("　　" + clean(whole), limit, face)]
        top = paper.height - paper.top
        made = [
            text_at(self._ink.head, clean(title), size + 4, paper.side, top - size * 2, paper.inner, "center")
        ]
        y = top - size * 4
        for text in lines:
            if y < paper.floor:
                self._add(made)
                made, y = [], top - lead
            made.append(text_at(face, text, size, paper.side, y))
            y -= lead
        self._add(made)

    def _add(self, operators: Iterable[str]) -> None:
        """A page whose content is deflated now; its foot follows when the number of pages is known."""
        self._contents.append(self._document.add(operators))

"""An official paper as a PDF, set as GB/T 9704-2012 asks: 版心 156 × 225 mm, 22 lines of 28 characters, 3号仿宋."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from app.exports import official
from app.exports.breaking import Line, break_lines, even_lines
from app.exports.document import Document
from app.exports.furniture import line
from app.exports.ledger_pdf import Printed
from app.exports.official import (
    BOTTOM,
    CHARACTERS,
    FOUR,
    HEIGHT,
    LEAD,
    LEFT,
    LINES,
    LINES_ABOVE_SIGN,
    PITCH,
    RIGHT,
    SIZE,
    TITLE_SIZE,
    TOP,
    WIDTH,
    Block,
    OfficialPaper,
    Told,
)
from app.exports.official_fonts import OfficialInk, OfficialShelf
from app.exports.official_paging import Piece, drawn, height_of, paginate
from app.exports.official_table import TableSetter
from app.exports.paper import MM
from app.exports.typeface import Typeface, clean
from app.storage.files import write_whole

_INNER = (WIDTH - LEFT - RIGHT) * MM
_ROOM = LINES * LEAD
_ASCENT, _MIDDLE = 0.88, 0.38  # from the baseline to the top and to the middle of a 汉字, in em
_MOST_SPREAD = 0.25  # of an em, between two characters of a line made as long as the others
_LONGEST_SIGN = 24
_IMPRINT_LEAD = 22.0


def write_official_pdf(
    paper: OfficialPaper, path: Path, *, shelf: OfficialShelf | None = None, duplex: bool = False
) -> Printed:
    """Print one paper into `path`. The same paper gives the same bytes.

    Pages are laid out for one-sided printing, 订口 at the left of each. GB/T 9704 6.2 asks for both sides (双面印刷):
    with `duplex` even pages have their 订口 at the right, and each paper of several begins on a sheet of its own.
    Raises Problem E_GLYPH (a character without a glyph, with its paragraph or row), E_PAPER, E_FONTS, E_DISK_FULL;
    nothing is written then.
    """
    return write_official_pdfs([paper], path, shelf=shelf, duplex=duplex)


def write_official_pdfs(
    papers: Sequence[OfficialPaper], path: Path, *, shelf: OfficialShelf | None = None, duplex: bool = False
) -> Printed:
    """Print several papers into one file, each with page numbers of its own; raises what `write_official_pdf` does."""
    ink = OfficialInk(shelf or OfficialShelf())
    size = (WIDTH * MM, HEIGHT * MM)
    document = Document(size, ink, title=papers[0].name, author=papers[0].author, subject=papers[0].doc_no)
    pages = 0
    for paper in papers:
        if duplex and pages % 2:
            document.add([])
            pages += 1
        for operators in _Setting(paper, ink).pages():
            pages += 1
            document.add(_shifted(operators) if duplex and pages % 2 == 0 else operators)
    write_whole(path, document.save)
    return Printed(pages, path.stat().st_size)


class Pitched(dict[str, int]):
    """Widths of characters that stand closer (or wider) than their type: 28 of 3号 to a line of 156 mm."""

    def __init__(self, face: Typeface, size: float, pitch: float) -> None:
        super().__init__()
        self.face, self.size = face, size
        self.tighter = pitch - size
        self._shift = round(self.tighter * 1000 / size)

    def __missing__(self, char: str) -> int:
        self[char] = self.face[char] + self._shift
        return self[char]

    def long(self, text: str) -> float:
        """Points from the first character's left to the last one's right."""
        return sum(map(self.__getitem__, text)) * self.size / 1000 - (self.tighter if text else 0.0)

    def broken(self, text: str, room: float) -> list[Line]:
        return break_lines(clean(text), int(room * 1000 / self.size), self)

    def at(self, text: str, x: float, top: float, room: float = 0.0) -> str:
        """One line of text with the upper edge of its characters at `top`, spread to fill `room` where it is given."""
        left = room - self.long(
            text
        )  # asked always: a character becomes part of the document by being looked up
        apart = left / max(len(text) - 1, 1) if room else 0.0
        spread = self.tighter + (apart if 0 < apart <= _MOST_SPREAD * self.size else 0.0)
        y = top - _ASCENT * self.size
        font = f"/{self.face.main.name} {self.size:g} Tf {spread:.3f} Tc"
        return f"BT {font} 1 0 0 1 {x:.2f} {y:.2f} Tm{self.face.show(text, f'{self.size:g}')} 0 Tc ET"


class _Setting:
    """One paper on its way to pages."""

    def __init__(self, paper: OfficialPaper, ink: OfficialInk) -> None:
        self._paper, self._ink = paper, ink
        self._faces = {
            "fangsong": Pitched(ink.body, SIZE, PITCH),
            "kaiti": Pitched(ink.kaiti, SIZE, PITCH),
            "heiti": Pitched(ink.head, SIZE, PITCH),
        }
        self._body = self._faces["fangsong"]
        self._four = Pitched(ink.body, FOUR, FOUR)
        self._left = LEFT * MM
        self._tables = {
            id(table): TableSetter(table, ink)
            for blocks in (paper.blocks, *(annex.blocks for annex in paper.attachments))
            for table in blocks
            if isinstance(table, official.Table)
        }
        ink.forget_missing()

    def pages(self) -> Iterator[list[str]]:
        """The operators of each page. Raises Problem E_GLYPH after the last, naming all that is missing."""
        parts = [
            self._text(),
            *(self._annex(head, annex) for head, annex in official.annex_heads(self._paper)),
        ]
        last = self._imprint()
        closer = last is None or len(parts) > 1
        laid = [page for part in parts for page in paginate(part, _ROOM, LEAD, closer=closer)]
        if last is not None and height_of(laid[-1], LEAD) + last.height > _ROOM:
            laid.append([])
        bottom = BOTTOM * MM
        for number, page in enumerate(laid, 1):
            made = drawn(page, (HEIGHT - TOP) * MM, LEAD)
            if last is not None and number == len(laid):
                made += last.draw(bottom + last.height)
            yield [*made, self._number(number)]
        self._ink.refuse_missing()

    def _text(self) -> Iterator[Piece]:
        paper = self._paper
        self._at("标题或文号")
        if paper.doc_no:
            yield from self._centred(paper.doc_no, self._body)
            yield from _gaps(official.NUMBER_GAP)
        yield from self._title(paper.title)
        yield from _gaps(1)
        if paper.to:
            yield from (self._flush(text) for text, _ in self._body.broken(f"{paper.to}：", _INNER))
        text = list(self._blocks(paper.blocks))
        yield from (replace(p, keep=p.keep or n == len(text) - LINES_ABOVE_SIGN) for n, p in enumerate(text))
        self._at("附件说明或落款")
        if paper.attachments:
            yield from (replace(gap, kind="annex", keep=True) for gap in _gaps(1))
            yield from self._annex_lines()
        if paper.signed_by or paper.on:
            yield self._sign()

    def _annex(self, head: str, annex: official.Annex) -> Iterator[Piece]:
        self._at(head)
        heiti = self._faces["heiti"]
        yield Piece(LEAD, lambda top: [heiti.at(head, self._left, top)], keep=True)
        yield from _gaps(1)
        yield from self._title(annex.title)
        yield from _gaps(1)
        yield from self._blocks(annex.blocks)

    def _at(self, name: str) -> None:
        """What is set from here on, in the words in which a missing glyph is told."""
        self._ink.row, self._ink.row_name = 0, f"《{self._paper.name[:15]}》{name}"

    def _blocks(self, blocks: Sequence[Block]) -> Iterator[Piece]:
        for count, block in enumerate(official.told(blocks), 1):
            self._at(f"第 {count} 段")
            if isinstance(block, Told):
                yield from self._paragraph(block)
            else:
                yield from self._tables[id(block)].pieces(_ROOM)

    def _paragraph(self, told: Told) -> Iterator[Piece]:
        """Its lines; two at least stand together where a page ends."""
        face = self._faces[told.style]
        lines = [text for text, _ in face.broken("　　" * told.indent + told.text.strip(), _INNER)]
        for place, text in enumerate(lines):
            first = told.indent and place == 0
            x = 2 * PITCH if first else 0.0
            fill = place < len(lines) - 1
            together = told.keep or (fill and place in (0, len(lines) - 2))
            yield self._line(face, text[2:] if first else text, x, fill, together)

    def _line(self, face: Pitched, text: str, x: float, fill: bool, keep: bool) -> Piece:
        room = _INNER - x if fill else 0.0
        return Piece(LEAD, lambda top: [face.at(text.rstrip(), self._left + x, top, room)], keep=keep)

    def _flush(self, text: str) -> Piece:
        return self._line(self._body, text, 0.0, False, True)

    def _title(self, title: str) -> Iterator[Piece]:
        face = Pitched(self._ink.title, TITLE_SIZE, TITLE_SIZE)
        limit = int(_INNER * 1000 / TITLE_SIZE)
        for text, _ in even_lines(clean(title), limit, face):
            yield from self._centred(text, face, bold=self._ink.bold_title)

    def _centred(self, text: str, face: Pitched, *, bold: bool = False) -> Iterator[Piece]:
        x = self._left + (_INNER - face.long(text)) / 2

        def draw(top: float) -> list[str]:
            made = face.at(text, x, top)
            return [f"q 2 Tr {face.size * 0.022:.2f} w {made} Q" if bold else made]

        yield Piece(LEAD, draw, keep=True)

    def _annex_lines(self) -> Iterator[Piece]:
        face = self._body
        for before, title in official.annex_lines(self._paper):
            x = 2 * PITCH + face.long(before)
            for place, (text, _) in enumerate(face.broken(title, _INNER - x)):
                whole = before + text if place == 0 else text
                made = self._line(face, whole, 2 * PITCH if place == 0 else x, False, True)
                yield replace(made, kind="annex")

    def _sign(self) -> Piece:
        paper, face = self._paper, self._body
        names = [text for text, _ in face.broken(paper.signed_by, _LONGEST_SIGN * PITCH)]
        date = face.long(paper.on) / PITCH
        rooms = [official.sign_rooms(face.long(name) / PITCH, date) for name in names]
        lines = list(zip(names, (name for name, _ in rooms), strict=True))
        lines.append((paper.on, max((day for _, day in rooms), default=4.0)))
        contact = (
            [text for text, _ in face.broken(f"（{paper.contact}）", _INNER - 2 * PITCH)]
            if paper.contact
            else []
        )

        def draw(top: float) -> list[str]:
            y = top - official.SIGN_GAP * LEAD
            made = []
            for text, free in lines:
                made.append(face.at(text, self._left + _INNER - free * PITCH - face.long(text), y))
                y -= LEAD
            for text in contact:
                made.append(face.at(text, self._left + 2 * PITCH, y))
                y -= LEAD
            return made

        return Piece((official.SIGN_GAP + len(lines) + len(contact)) * LEAD, draw, "sign")

    def _imprint(self) -> Piece | None:
        """抄送 and who printed it, between rules, the last of which lies on the lower edge of the 版心."""
        cc, (by, when) = official.imprint(self._paper)
        self._at("版记")
        face, room = self._four, _INNER - 2 * FOUR
        hang = face.long("抄送：")
        copies = [
            cc[:3] + text if n == 0 else text
            for n, (text, _) in enumerate(face.broken(cc[3:], room - hang))
            if cc
        ]
        rows = [*copies, *([by or when] if by or when else [])]
        if not rows:
            return None

        def draw(top: float) -> list[str]:
            left, right = self._left, self._left + _INNER
            made = [f"{official.THICK * MM:.2f} w", line(left, top, right, top)]
            y = top
            for place, text in enumerate(copies):
                made.append(face.at(text, left + FOUR + (hang if place else 0.0), y - 4))
                y -= _IMPRINT_LEAD
            if by or when:
                made += [f"{official.THIN * MM:.2f} w", line(left, y, right, y)] if copies else []
                made.append(face.at(by, left + FOUR, y - 4))
                made.append(face.at(when, right - FOUR - face.long(when), y - 4))
                y -= _IMPRINT_LEAD
            return [*made, f"{official.THICK * MM:.2f} w", line(left, y, right, y)]

        return Piece(len(rows) * _IMPRINT_LEAD, draw)

    def _number(self, number: int) -> str:
        """— 1 —, its dashes 7 mm under the 版心; at the right on odd pages, at the left on even ones."""
        face = Pitched(self._ink.song, FOUR, FOUR)
        text = f"— {number} —"
        middle = (BOTTOM - official.NUMBER_BELOW) * MM
        x = self._left + FOUR if number % 2 == 0 else self._left + _INNER - FOUR - face.long(text)
        return face.at(text, x, middle + (_ASCENT - _MIDDLE) * FOUR)


def _shifted(operators: Sequence[str]) -> list[str]:
    """The back of a sheet: 订口 and 切口 change places."""
    return [f"q 1 0 0 1 {(RIGHT - LEFT) * MM:.2f} 0 cm", *operators, "Q"]


def _gaps(count: int) -> Iterable[Piece]:
    return [Piece(LEAD, lambda top: [], "gap")] * count


assert CHARACTERS * PITCH <= _INNER

"""An official paper as a Word file, to be worked on: the measures of GB/T 9704-2012 as of the PDF."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt

from app.exports import official
from app.exports.official import (
    FOUR,
    LEAD,
    PITCH,
    SIZE,
    TABLE_SIZE,
    TITLE_SIZE,
    Block,
    OfficialPaper,
    Style,
    Table,
    Told,
)
from app.exports.safe_text import bearable
from app.page import Align
from app.storage.files import write_whole

FACES: dict[Style | str, str] = {
    "fangsong": "仿宋",
    "kaiti": "楷体",
    "heiti": "黑体",
    "title": "方正小标宋简体",
    "song": "宋体",
}
_ALIGNS: dict[Align, WD_ALIGN_PARAGRAPH] = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_INNER = official.WIDTH - official.LEFT - official.RIGHT
_FOOT = official.BOTTOM - official.NUMBER_BELOW - FOUR * 25.4 / 72 / 2
_TWENTIETHS, _EIGHTHS = 20, 8
_GRID_STYLE = "TableGrid"
_NEEDLESS = ("thumbnail", "stylesWithEffects", "customXml", "numbering")
_STYLES = (
    "Normal", "DefaultParagraphFont", "TableNormal", "NoList", _GRID_STYLE, "Header", "HeaderChar", "Footer", "FooterChar",
)  # fmt: skip


def write_official_docx(paper: OfficialPaper, path: Path, *, duplex: bool = False) -> None:
    """Write one paper into `path`, 订口 at the left of each page, or with `duplex` inside (GB/T 9704 6.2, 双面印刷).

    Raises Problem E_CONTROL_CHAR, E_DISK_FULL; nothing is written then.
    """
    write_whole(path, lambda part: _Writing(paper, duplex).document.save(str(part)))


class _Writing:
    """One paper on its way into a Word document."""

    def __init__(self, paper: OfficialPaper, duplex: bool = False) -> None:
        self._paper = paper
        self.document: Any = Document()
        _bare(self.document)
        self._set_up()
        if duplex:
            settings = self.document.settings.element
            zoom = settings.find(qn("w:zoom"))
            settings.insert(0 if zoom is None else settings.index(zoom) + 1, OxmlElement("w:mirrorMargins"))
        if paper.doc_no:
            self._line(paper.doc_no, align="center")
            self._blank(official.NUMBER_GAP)
        self._title(paper.title)
        self._blank(1)
        if paper.to:
            self._line(f"{paper.to}：")
        self._blocks(paper.blocks)
        if paper.attachments:
            self._blank(1)
            self._annex_lines()
        if paper.signed_by or paper.on:
            self._sign()
        for head, annex in official.annex_heads(paper):
            self._annex(head, annex)
        self._imprint()

    def _set_up(self) -> None:
        core = self.document.core_properties
        core.title, core.author, core.subject = self._paper.name, self._paper.author, self._paper.doc_no
        made = _day(self._paper.on)
        core.comments, core.created, core.modified = "", made, made
        style = self.document.styles["Normal"]
        _faced(style, FACES["fangsong"], SIZE)
        _closer(style.element.get_or_add_rPr(), PITCH - SIZE)
        form = style.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LEAD)
        form.space_before = form.space_after = Pt(0)
        form.widow_control = True
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(official.WIDTH), Mm(official.HEIGHT)
        section.top_margin, section.bottom_margin = Mm(official.TOP), Mm(official.BOTTOM)
        section.left_margin, section.right_margin = Mm(official.LEFT), Mm(official.RIGHT)
        section.footer_distance = Mm(_FOOT)
        _numbered(section.footer.paragraphs[0], "right")
        _numbered(section.even_page_footer.paragraphs[0], "left")

    def _line(
        self,
        text: str,
        style: Style = "fangsong",
        *,
        align: Align = "left",
        first: float = 0.0,
        keep: bool = False,
    ) -> Any:
        """A paragraph; `first` characters are left free before its first line."""
        made = self.document.add_paragraph()
        run = made.add_run(bearable(text, 0, text[:30]))
        if style != "fangsong":
            _faced(run, FACES[style], SIZE)
        form = made.paragraph_format
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if first else _ALIGNS[align]
        form.first_line_indent = _characters(first) if first else None
        form.keep_with_next = keep or None
        return made

    def _blank(self, count: int, *, keep: bool = False) -> None:
        for _ in range(count):
            self.document.add_paragraph().paragraph_format.keep_with_next = keep or None

    def _title(self, title: str) -> None:
        for text in title.split("\n"):
            run = self._line(text, align="center", keep=True).runs[0]
            _faced(run, FACES["title"], TITLE_SIZE)
            _closer(run._r.get_or_add_rPr(), 0.0)

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in official.told(blocks):
            if isinstance(block, Told):
                self._line(block.text, block.style, first=2.0 * block.indent, keep=block.keep)
            else:
                self._table(block)

    def _table(self, table: Table) -> None:
        made = self.document.add_table(rows=0, cols=len(table.columns))
        made._tbl.tblStyle_val = _GRID_STYLE  # by its id: looking a style up by its name reads them all
        made.autofit = False
        whole = sum(column.width for column in table.columns)
        for column, told in zip(made.columns, table.columns, strict=True):
            column.width = Mm(_INNER * told.width / whole)
        wide = [str(column.get(qn("w:w"))) for column in made._tbl.tblGrid]
        aligns = [column.align for column in table.columns]
        heads = _row_xml(
            wide, ["center"] * len(wide), "heiti", [column.title for column in table.columns], head=True
        )
        rows = "".join(_row_xml(wide, aligns, "fangsong", texts) for texts in table.rows)
        for row in list(parse_xml(f"<w:tbl {nsdecls('w')}>{heads}{rows}</w:tbl>")):
            made._tbl.append(row)

    def _annex_lines(self) -> None:
        for before, title in official.annex_lines(self._paper):
            made = self._line(before + title, keep=True)
            form = made.paragraph_format
            form.left_indent = _characters(2 + _wide(before))
            form.first_line_indent = _characters(-_wide(before))

    def _sign(self) -> None:
        """Signature and date, kept on one page with 附件说明 and the last lines of the text."""
        paper = self._paper
        above = official.LINES_ABOVE_SIGN + (len(paper.attachments) + 1 if paper.attachments else 0)
        for paragraph in self.document.paragraphs[-above:]:
            paragraph.paragraph_format.keep_with_next = True
        self._blank(official.SIGN_GAP, keep=True)
        name, day = official.sign_rooms(_wide(paper.signed_by), _wide(paper.on))
        for text, free in ((paper.signed_by, name), (paper.on, day)):
            made = self._line(text, align="right", keep=text != paper.on or bool(paper.contact))
            made.paragraph_format.right_indent = _characters(free)
        if paper.contact:
            self._line(f"（{paper.contact}）", first=2.0)

    def _annex(self, head: str, annex: official.Annex) -> None:
        made = self._line(head, "heiti", keep=True)
        made.paragraph_format.page_break_before = True
        self._blank(1, keep=True)
        self._title(annex.title)
        self._blank(1)
        self._blocks(annex.blocks)

    def _imprint(self) -> None:
        """The 版记, laid on the lower edge of the last page's 版心."""
        cc, (by, when) = official.imprint(self._paper)
        lines = [text for text in (cc, f"{by}\t{when}" if by or when else "") if text]
        if not lines:
            return
        made = self.document.add_table(rows=len(lines), cols=1)
        made.autofit = False
        _laid_at_bottom(made)
        for place, (row, text) in enumerate(zip(made.rows, lines, strict=True)):
            cell = row.cells[0]
            cell.width = Mm(_INNER)
            paragraph = cell.paragraphs[0]
            _faced(paragraph.add_run(bearable(text, 0, text[:30])), FACES["fangsong"], FOUR)
            form = paragraph.paragraph_format
            form.left_indent = form.right_indent = Pt(FOUR)
            form.tab_stops.add_tab_stop(Length(Mm(_INNER) - Pt(3 * FOUR)), 2)
            _ruled(cell, top=official.THICK if place == 0 else official.THIN, bottom=official.THICK)


def _bare(document: Any) -> None:
    """Away with what the empty document brings and no paper needs: a picture, lists, a bibliography, all other styles."""
    for links in (document.part.package.rels, document.part.rels):
        for key in [key for key, link in links.items() if link.reltype.rpartition("/")[2] in _NEEDLESS]:
            del links[key]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _STYLES:
            styles.remove(style)


def _day(words: str) -> dt.datetime:
    """The day the paper bears (2022年9月16日), for the file's properties: the same paper gives the same file."""
    numbers = [int(part) for part in re.findall(r"\d+", words)]
    return dt.datetime(numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else dt.datetime(2022, 1, 1)


def _wide(text: str) -> float:
    """How many characters long a text is, letters and digits counting half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _characters(count: float) -> Length:
    return Pt(count * PITCH)


def _faced(thing: Any, face: str, size: float) -> None:
    """Sets face and size of a run or a style, for Latin letters and for 汉字."""
    thing.font.name, thing.font.size = face, Pt(size)
    fonts = thing.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), face)


def _closer(properties: Any, points: float) -> None:
    """Characters that much further apart; python-docx has no call for it."""
    spacing = properties.find(qn("w:spacing"))
    if spacing is None:
        spacing = OxmlElement("w:spacing")
        _before(properties, spacing, ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:u", "w:lang"))
    spacing.set(qn("w:val"), str(round(points * _TWENTIETHS)))


def _before(parent: Any, child: Any, names: Sequence[str]) -> None:
    """Puts a child where the schema wants it: before the first of those that must follow it."""
    wanted = {qn(name) for name in names}
    for place, other in enumerate(parent):
        if other.tag in wanted:
            parent.insert(place, child)
            return
    parent.append(child)


def _numbered(paragraph: Any, align: Align) -> None:
    """— 1 — by a PAGE field, one character from the edge."""
    form = paragraph.paragraph_format
    form.alignment = _ALIGNS[align]
    form.left_indent, form.right_indent = (Pt(FOUR), None) if align == "left" else (None, Pt(FOUR))
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(FOUR)
    for text in ("— ", "PAGE", " —"):
        run = paragraph.add_run("" if text == "PAGE" else text)
        _faced(run, FACES["song"], FOUR)
        if text == "PAGE":
            _field(run, text)


def _field(run: Any, name: str) -> None:
    for kind in ("begin", "", "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = name
        run._r.append(part)


def _row_xml(
    widths: Sequence[str], aligns: Sequence[Align], style: Style, texts: Sequence[str], *, head: bool = False
) -> str:
    """A row that is not split, every cell one run in this type. Told as text: python-docx would take ten times as long."""
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
    face, line = FACES[style], round(TABLE_SIZE * 1.3 * _TWENTIETHS)
    fonts = " ".join(f'w:{script}="{face}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    type_ = f'<w:rPr><w:rFonts {fonts}/><w:sz w:val="{round(TABLE_SIZE * 2)}"/></w:rPr>'
    spaced = f'<w:spacing w:lineRule="atLeast" w:line="{line}"/>'
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr><w:p><w:pPr>{spaced}<w:jc w:val="{align}"/></w:pPr>'
        f"<w:r>{type_}{_text_xml(text)}</w:r></w:p></w:tc>"
        for width, align, text in zip(widths, aligns, texts, strict=True)
    )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>"


def _text_xml(text: str) -> str:
    """What a run holds: its lines with breaks between them, blanks at their ends kept."""
    lines = re.split("\r\n|[\r\n]", bearable(text, 0, text[:30]))
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in lines)


def _laid_at_bottom(table: Any) -> None:
    """The table stands on the lower edge of the 版心; python-docx has no call for it."""
    place = OxmlElement("w:tblpPr")
    for name, value in (
        ("vertAnchor", "margin"),
        ("horzAnchor", "margin"),
        ("tblpXSpec", "left"),
        ("tblpYSpec", "bottom"),
    ):
        place.set(qn(f"w:{name}"), value)
    properties = table._tbl.tblPr
    _before(properties, place, ("w:tblOverlap", "w:tblW", "w:jc", "w:tblBorders", "w:tblLayout", "w:tblLook"))


def _ruled(cell: Any, *, top: float, bottom: float) -> None:
    """Rules of these thicknesses (mm) above and below a cell."""
    borders = OxmlElement("w:tcBorders")
    for side, thick in (("top", top), ("bottom", bottom)):
        rule = OxmlElement(f"w:{side}")
        for name, value in (
            ("val", "single"),
            ("sz", str(round(thick * 72 / 25.4 * _EIGHTHS))),
            ("color", "000000"),
        ):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    _before(cell._tc.get_or_add_tcPr(), borders, ("w:shd", "w:vAlign"))

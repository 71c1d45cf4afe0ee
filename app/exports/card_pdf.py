"""单位名片 on paper: name, 核对码 in groups of digits, its code to scan, and how to compare it by telephone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import segno
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from app.exports.breaking import break_lines
from app.exports.embedding import embed, start_font, stream
from app.exports.fonts import Shelf
from app.exports.furniture import box, text_at
from app.exports.paper import MM
from app.exports.typeface import Ink, clean
from app.storage.files import write_whole

WIDTH, HEIGHT = 210 * MM, 297 * MM
SIDE, INNER = 25 * MM, 160 * MM
CODE_SIDE, QUIET = 34 * MM, 4
MAGIC = "QDC1"
HOW = (
    "收到本单位的名片文件后，请拨打您平时就知道的、本单位的电话（不要用名片或来信上写的号码），"
    "请对方从头读出核对码，与程序里显示的六组数字逐组对上，再点确认；有一个数字不同就不要确认。"
)


@dataclass(frozen=True)
class CardSheet:
    """What stands on the sheet; `fingerprint` six groups of five digits, `made_on` in words."""

    id: str
    name: str
    division: str
    roles: str
    fingerprint: str
    made_on: str
    phone: str = ""


def code_text(sheet: CardSheet) -> str:
    """The text of the code: QDC1*<office id>*<30 digits>, all of it in QR's alphanumeric alphabet."""
    return f"{MAGIC}*{sheet.id.upper()}*{sheet.fingerprint.replace(' ', '')}"


def write_card_pdf(sheet: CardSheet, out: Path) -> None:
    """Print the sheet on one A4 page. Raises Problem E_GLYPH, E_FONTS, E_DISK_FULL, E_CANNOT_WRITE."""
    ink = Ink(Shelf())
    ink.row_name = "单位名片"
    operators = _operators(sheet, ink)
    ink.refuse_missing()
    canvas = Canvas("", pagesize=(WIDTH, HEIGHT), invariant=1, lang="zh-CN", initialFontName=start_font())
    canvas.setTitle(f"{clean(sheet.name)}单位名片")
    canvas.setAuthor(clean(sheet.name))
    canvas.setCreator("起底台账")
    canvas.setProducer("起底台账")
    canvas.showPage()
    document = canvas._doc
    page = document.idToObject["Page1"]
    page.stream = None
    page.Contents = pdfdoc.PDFArray([stream(document, "\n".join(operators).encode("ascii"))])

    def save(part: Path) -> None:
        embed(document, ink)
        with part.open("wb") as target:
            canvas._filename = target
            canvas.save()

    write_whole(out, save)


def _operators(sheet: CardSheet, ink: Ink) -> list[str]:
    body, head = ink.body, ink.head
    y = HEIGHT - 45 * MM
    made = [text_at(head, "单位名片", 26, SIDE, y, INNER, "center")]
    y -= 18 * MM
    for text, _ in break_lines(clean(sheet.name), int(INNER * 1000 / 20), head):
        made.append(text_at(head, text, 20, SIDE, y, INNER, "center"))
        y -= 9 * MM
    about = f"{sheet.division}　{sheet.roles}　{sheet.made_on}制"
    made.append(text_at(body, clean(about), 12, SIDE, y, INNER, "center"))
    y -= 22 * MM
    made.append(text_at(body, "核对码", 14, SIDE, y, INNER, "center"))
    groups = sheet.fingerprint.split(" ")
    half = len(groups) // 2
    for row in (groups[:half], groups[half:]):
        y -= 13 * MM
        made.append(text_at(head, "　".join(row), 28, SIDE, y, INNER, "center"))
    made += ["0.5 w", box(SIDE + 10 * MM, y - 8 * MM, INNER - 20 * MM, 46 * MM)]
    y -= 20 * MM + CODE_SIDE
    made.append(_code(sheet, (WIDTH - CODE_SIDE) / 2, y))
    y -= 16 * MM
    for text, _ in break_lines("　　" + HOW, int(INNER * 1000 / 13), body):
        made.append(text_at(body, text, 13, SIDE, y))
        y -= 8 * MM
    return made


def _code(sheet: CardSheet, left: float, bottom: float) -> str:
    matrix = segno.make_qr(code_text(sheet), error="m", mode="alphanumeric", boost_error=False).matrix
    module = CODE_SIDE / len(matrix)
    parts = []
    for down, row in enumerate(matrix):
        across = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                x, y = left + across * module, bottom + CODE_SIDE - (down + 1) * module
                parts.append(f"{x:.3f} {y:.3f} {length * module:.3f} {module:.3f} re")
            across += length
    return " ".join(parts) + " f"

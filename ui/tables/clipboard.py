"""Blocks of cells on the clipboard, as Excel and WPS give and take them: tabbed text, and the HTML table beside it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_CELL = re.compile(r'"((?:[^"]|"")*+)"(?=[\t\n]|\Z)|([^\t\n]*)')
_SPANS = re.compile(r"\b(?:row|col)span\s*=\s*[\"']?\s*0*(?:[2-9]|1\d)", re.IGNORECASE)
_NEEDS_QUOTES = re.compile(r'[\t\n\r]|\A"')
_HTML_HEAD = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"><style>'
    "td{white-space:nowrap;vertical-align:middle}td.t{mso-number-format:'\\@'}br{mso-data-placement:same-cell}"
    "</style></head><body><table>"
)

OWN = "qidi"
"""The property that tells what was copied here."""
Cells = list[list[str | None]]
"""Rows of texts; None is a cell that lies under a merged one and is left as it is."""


class Clip(Struct, frozen=True):
    """What is to be pasted. `merged` cells were taken apart: the text goes into every row, the columns beside stay."""

    rows: Cells
    merged: bool = False


def read() -> Clip:
    """The block on the clipboard, without rows where there is none."""
    data = QGuiApplication.clipboard().mimeData()
    rows: Cells = [list(row) for row in parse_block(data.text())] if data.hasText() else []
    if data.hasHtml() and (not rows or _SPANS.search(page := data.html())):
        return _with_table(rows, data.html() if not rows else page)
    return Clip(rows)


def parse_block(text: str) -> list[list[str]]:
    """Tabbed text as rows of cells; a quoted cell may hold breaks, tabs and doubled quotes.

    Quotes that no cell needed are the clerk's own and stay: “"甲"项目” is not a quoted cell, nor is “"甲"”.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a sign is none
    if not text.strip("\n"):
        return []
    text = text.removesuffix("\n")
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        found = _CELL.match(text, at)
        assert found is not None
        rows[-1].append(_bare(found).strip())
        at = found.end()
        if at >= len(text):
            return rows
        if text[at] == "\n":
            rows.append([])
        at += 1


def _bare(found: re.Match[str]) -> str:
    inner = found[1]
    if inner is None:
        return found[2]
    needed = "\t" in inner or "\n" in inner or '""' in inner
    return inner.replace('""', '"') if needed else found[0]


def _with_table(rows: Cells, page: str) -> Clip:
    """The texts with the merged cells taken apart, as the table tells where they are."""
    from app.imports import markup  # noqa: PLC0415 - lxml, slow to load, only for merged cells
    from app.imports.child import Refused  # noqa: PLC0415

    try:
        texts, merges = markup.read_table(page)
    except Refused:
        return Clip(rows)
    if not rows:
        rows = [list(line) for line in texts]
    for top, left, bottom, right in merges:
        if top > len(rows) or left > len(rows[top - 1]):
            return Clip(rows)  # the table is not that of the text
        text = rows[top - 1][left - 1]
        for row in rows[top - 1 : bottom]:
            row.extend([None] * (right - len(row)))
            row[left - 1 : right] = [text, *[None] * (right - left)]
    return Clip(rows, bool(merges))


def put(rows: Sequence[Sequence[tuple[str, bool]]]) -> None:
    """Put rows of (text, whether it is a text even where it looks like a number) on the clipboard.

    Excel and WPS take the table, whose cells of text keep leading zeros and 18 digits; other programs the tabbed text.
    """
    data = QMimeData()
    data.setProperty(OWN, True)
    data.setText(as_text([[text for text, _ in row] for row in rows]))
    data.setHtml(_HTML_HEAD + "".join(map(_html_row, rows)) + "</table></body></html>")
    QGuiApplication.clipboard().setMimeData(data)


def leave_plain() -> None:
    """At the end of the program: what was copied here stays as plain text, the object behind it cannot outlive Python."""
    board = QGuiApplication.clipboard()
    data = board.mimeData()  # None while nothing was ever copied
    if data is not None and data.property(OWN):
        board.setText(board.text())


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as tabbed text, quoted where a cell needs it; a last row of one blank cell is closed, to be seen."""
    text = "\n".join("\t".join(map(_quoted, row)) for row in rows)
    return text + "\n" if text.endswith("\n") else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _html_row(row: Sequence[tuple[str, bool]]) -> str:
    cells = (f"<td{' class=t' if literal else ''}>{_html_text(text)}</td>" for text, literal in row)
    return f"<tr>{''.join(cells)}</tr>\n"


def _html_text(text: str) -> str:
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")

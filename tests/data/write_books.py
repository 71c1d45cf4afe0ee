"""Writes sheets into the file forms that offices send."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Grid = list[list[Any]]
Merge = tuple[int, int, int, int]


@dataclass
class Sheet:
    """Rows as they stand in the file. `merges` are 1-based (top, left, bottom, right)."""

    name: str
    rows: Grid
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False


def write_xlsx(sheets: Sequence[Sheet], path: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.name)
        for row in sheet.rows:
            made.append(row)
        for top, left, bottom, right in sheet.merges:
            made.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        if sheet.hidden:
            made.sheet_state = "hidden"
    book.save(path)
    return path


def write_csv(sheets: Sequence[Sheet], path: Path, encoding: str = "gb18030", mark: str = ",") -> Path:
    text = io.StringIO(newline="")
    longest = max(sheets, key=lambda s: len(s.rows))
    csv.writer(text, delimiter=mark).writerows([[text_of(c) for c in row] for row in longest.rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_html(sheets: Sequence[Sheet], path: Path, encoding: str = "gb18030") -> Path:
    """What a web system hands out as .xls."""
    parts = ["<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'></head><body>"]
    for sheet in sheets:
        parts.append("<table border=1>")
        _each_cell(sheet, lambda spans, cell: f"<td{spans}>{html.escape(text_of(cell)).replace(chr(10), '<br>')}</td>",
                   lambda cells, _: parts.append(f"<tr>{''.join(cells)}</tr>"),
                   lambda down, across: f" rowspan={down} colspan={across}")  # fmt: skip
        parts.append("</table>")
    path.write_bytes("\n".join([*parts, "</body></html>"]).encode(encoding))
    return path


def write_spreadsheetml(sheets: Sequence[Sheet], path: Path) -> Path:
    """Excel 2003 XML saved as .xls."""
    parts = [
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">',
    ]
    for sheet in sheets:
        parts.append(f'<Worksheet ss:Name="{html.escape(sheet.name)}"><Table>')
        _each_cell(sheet, _xml_cell, lambda cells, n: parts.append(f'<Row ss:Index="{n}">{"".join(cells)}</Row>'),
                   lambda down, across: f' ss:MergeDown="{down - 1}" ss:MergeAcross="{across - 1}"', True)  # fmt: skip
        parts.append("</Table></Worksheet>")
    path.write_text("".join([*parts, "</Workbook>"]), "utf-8")
    return path


def _xml_cell(spans: str, cell: Any) -> str:
    kind = (
        "Number" if isinstance(cell, int | float) else "DateTime" if isinstance(cell, dt.date) else "String"
    )
    text = f"{cell.isoformat()}T00:00:00.000" if isinstance(cell, dt.date) else html.escape(text_of(cell))
    return f'<Cell{spans}><Data ss:Type="{kind}">{text}</Data></Cell>'


def _each_cell(
    sheet: Sheet,
    draw: Callable[[str, Any], str],
    put: Callable[[list[str], int], Any],
    spans: Callable[[int, int], str],
    placed: bool = False,
) -> None:
    starts = {(t, left): (b - t + 1, r - left + 1) for t, left, b, r in sheet.merges}
    hidden = {
        (r, c) for t, left, b, right in sheet.merges for r in range(t, b + 1) for c in range(left, right + 1)
    } - starts.keys()
    for number, row in enumerate(sheet.rows, 1):
        width = max([len(row), *(c for r, c in starts if r == number)])
        cells = []
        for place in range(1, width + 1):
            if (number, place) in hidden:
                continue
            span = spans(*starts[number, place]) if (number, place) in starts else ""
            span = f' ss:Index="{place}"' + span if placed else span
            cells.append(draw(span, row[place - 1] if place <= len(row) else ""))
        put(cells, number)


def write_ods(sheets: Sequence[Sheet], path: Path) -> Path:
    """An OpenDocument sheet with merges and repeated trailing blanks as LibreOffice writes them."""
    ns = ' '.join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"' for p, u in
                  (("office", "office"), ("table", "table"), ("text", "text")))  # fmt: skip
    parts = [f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ns} office:version="1.2">']
    parts.append("<office:body><office:spreadsheet>")
    for sheet in sheets:
        parts.append(f'<table:table table:name="{html.escape(sheet.name)}">')
        _ods_rows(sheet, parts)
        parts.append('<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
                     'table:number-columns-repeated="1024"/></table:table-row></table:table>')  # fmt: skip
    parts.append("</office:spreadsheet></office:body></office:document-content>")
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("content.xml", "".join(parts))
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _ods_rows(sheet: Sheet, parts: list[str]) -> None:
    starts = {(t, left): (b - t + 1, r - left + 1) for t, left, b, r in sheet.merges}
    for number, row in enumerate(sheet.rows, 1):
        parts.append("<table:table-row>")
        for place in range(1, max([len(row), *(c for r, c in starts if r == number)]) + 1):
            cell = row[place - 1] if place <= len(row) else ""
            span = ""
            if (number, place) in starts:
                down, across = starts[number, place]
                span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
            if isinstance(cell, dt.date):
                span += f' office:value-type="date" office:date-value="{cell.isoformat()}"'
            elif isinstance(cell, int | float):
                span += f' office:value-type="float" office:value="{cell}"'
            elif cell:
                span += ' office:value-type="string"'
            text = (
                "".join(f"<text:p>{html.escape(p)}</text:p>" for p in text_of(cell).split("\n"))
                if cell != ""
                else ""
            )
            parts.append(f"<table:table-cell{span}>{text}</table:table-cell>")
        parts.append("</table:table-row>")


def text_of(cell: Any) -> str:
    return "" if cell is None else str(cell)


WRITERS: dict[str, Callable[[Sequence[Sheet], Path], Path]] = {
    "list.xlsx": write_xlsx,
    "list.ods": write_ods,
    "list.csv": write_csv,
    "utf8.csv": lambda sheets, path: write_csv(sheets, path, "utf-8-sig"),
    "tabs.xls": lambda sheets, path: write_csv(sheets, path, "utf-16", "\t"),
    "html.xls": write_html,
    "xml.xls": write_spreadsheetml,
}

"""The ledger as a workbook: one sheet that looks like the printed page, one that reads back unchanged."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font
from openpyxl.utils import get_column_letter

from app.exports import books
from app.exports.safe_text import bearable, csv_text, dangerous, number_of
from app.exports.sheet_looks import FONTS, GRID, STAMP, height_of
from app.exports.sheet_rows import Cell, put
from app.page import FullSheet, Page
from app.storage.files import write_whole

Tell = Callable[[int, int], object]

PRINT_SHEET, FULL_SHEET, APPENDIX_SHEET = "台账", "全部字段", "缺项情况说明"
ID_HEAD = "行标识（勿改）"
_A3, _CHARS_ACROSS = "8", 190
_TITLE_HIGH, _LINE_HIGH, _SIGN_HIGH = 36.0, 20.0, 140.0
_TOLD_EVERY = 500
_SAMPLE = 200


def write_xlsx(page: Page, full: FullSheet, out: Path, *, tell: Tell | None = None) -> None:
    """Write the workbook: sheet 台账 as printed, sheet 全部字段 that re-imports unchanged.

    Amounts and 序号 are numbers, to sort and to sum by; dates are texts as they are printed (2022年8月5日), since a
    date cell shows otherwise on another machine and a cell may say only a month. Nothing in it is a formula.
    Raises Problem E_CELL_TOO_LONG, E_CONTROL_CHAR, E_DISK_FULL.
    """
    heard = _heard(tell, len(page.rows) + len(full.rows))
    with _book() as book:
        paint = _Paint(book)
        _printed_sheet(book.create_sheet(PRINT_SHEET), page, paint, heard)
        _full_sheet(book.create_sheet(FULL_SHEET), full, paint, heard)
        if page.appendix:
            _appendix_sheet(book.create_sheet(APPENDIX_SHEET), page, paint)
        write_whole(out, lambda part: books.save(book, part))


def write_page_xlsx(page: Page, out: Path) -> None:
    """One sheet as it is printed, and nothing beside it. Raises the Problems of `write_xlsx`."""
    write_pages_xlsx((page,), out)


def write_pages_xlsx(pages: Sequence[Page], out: Path) -> None:
    """Several pages, a sheet each under its title. Raises the Problems of `write_xlsx`."""
    with _book() as book:
        paint = _Paint(book)
        for page in pages:
            _printed_sheet(book.create_sheet(page.title[:31]), page, paint, lambda: None)
        write_whole(out, lambda part: books.save(book, part))


def write_errors_xlsx(rows: Sequence[Sequence[str]], out: Path, *, title: str = "问题清单") -> None:
    """A small plain table; its first row is the head. All cells are text."""
    with _book() as book:
        sheet = book.create_sheet(title[:31])
        _table_sheet(sheet, rows[0] if rows else (), rows[1:], _Paint(book), lambda: None)
        write_whole(out, lambda part: books.save(book, part))


def write_csv(rows: Sequence[Sequence[str]], out: Path) -> None:
    """UTF-8 with BOM, so that Excel and WPS read it; texts that look like formulas get an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([csv_text(cell) for cell in row] for row in rows)
    write_whole(out, text.getvalue().encode("utf-8-sig"))


@contextmanager
def _book() -> Iterator[Workbook]:
    """A workbook written row by row. Given up half-way, its sheets' streams and files are put away."""
    book = Workbook(write_only=True)
    book.properties.creator = "起底台账"
    book.properties.created = book.properties.modified = STAMP
    try:
        yield book
    except BaseException as error:
        for sheet in book.worksheets:
            with suppress(SerialisationError):  # a full disk once more
                if not sheet.closed:
                    sheet.close()
            with suppress(FileNotFoundError):  # taken away by a save that failed later
                sheet._writer.cleanup()
        if isinstance(error, SerialisationError):
            raise books.no_room(error) from error
        raise


def _heard(tell: Tell | None, total: int) -> Callable[[], None]:
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        if tell and (done % _TOLD_EVERY == 0 or done == total):
            tell(done, total)

    return one_more


class _Paint:
    """Makes styled cells. Each style is worked out once and its array shared, not made per cell."""

    def __init__(self, book: Workbook) -> None:
        self._sample = WriteOnlyCell(book.create_sheet("样式"))
        book.remove(book["样式"])
        self._book = book
        self._styles: dict[tuple[Any, ...], str] = {}

    def cell(
        self,
        text: str,
        look: str = "body",
        align: str = "left",
        row: int = 0,
        name: str = "",
        counts: bool = False,
    ) -> Cell:
        """One cell. Only a right-aligned body cell, or one that `counts`, becomes a number when it is wholly one."""
        number = number_of(text) if text and (counts or align == "right") else None
        if number:
            return self._style(look, align, number[1], False), number[0]
        shown = "@" if look == "text" else "General"
        return self._style(look, align, shown, dangerous(text)), bearable(text, row, name)

    def _style(self, look: str, align: str, shown: str, quoted: bool) -> str:
        key = (look, align, shown, quoted)
        if key not in self._styles:
            cell = self._sample
            cell.font = Font(**FONTS.get(look, FONTS["body"]))
            top = "top" if look == "sign" else "center"
            cell.alignment = Alignment(horizontal=align, vertical=top, wrap_text=look not in ("line", "text"))
            cell.border = GRID if look in ("body", "head", "sign") else Border()
            cell.number_format = shown
            cell.quotePrefix = quoted
            self._styles[key] = str(self._book._cell_styles.add(copy(cell._style)))
        return self._styles[key]


def _printed_sheet(sheet: Any, page: Page, paint: _Paint, heard: Callable[[], None]) -> None:
    columns = page.columns
    width = len(columns)
    deep = any(column.group for column in columns)
    heads = 2 if deep else 1
    widths = _widths(page)
    _lay_out(sheet, page, heads, widths)
    merges = _merges(page, heads)
    put(sheet, 1, [paint.cell(page.title, "title", "center")], _TITLE_HIGH)
    right = "　".join(text for text in (page.date_line, page.measure_line) if text)
    split = max(1, width // 2)
    line: list[Cell] = [paint.cell(page.unit_line, "line"), *[None] * (split - 1)]
    put(sheet, 2, [*line, paint.cell(right, "line", "right")] if width > split else line, _LINE_HIGH)
    if deep:
        put(sheet, 3, [paint.cell(column.group or column.title, "head", "center") for column in columns])
    titles = [column.title for column in columns]
    cells = [paint.cell(title, "head", "center") for title in titles]
    put(sheet, 2 + heads, cells, height_of(titles, widths))
    for number, row in enumerate(page.rows, 1):
        name = row[page.name_of_row] if page.name_of_row < width else ""
        cells = [
            paint.cell(text, "body", column.align, number, name, column.key == "seq")
            for text, column in zip(row, columns, strict=True)
        ]
        put(sheet, 2 + heads + number, cells, height_of(row, widths))
        heard()
    _after_rows(sheet, page, paint, 3 + heads + len(page.rows), merges)
    for area in merges:
        sheet.merged_cells.add(area)


def _widths(page: Page) -> list[float]:
    """Column widths in characters: by weight, but wide enough for the numbers that can be seen beforehand."""
    across = sum(column.width for column in page.columns) or 1
    seen = [*islice(page.rows, _SAMPLE), *([page.totals] if page.totals else [])]
    widths = []
    for place, column in enumerate(page.columns):
        number = max((len(row[place]) for row in seen), default=0) + 2 if column.align == "right" else 0
        widths.append(round(max(column.width / across * _CHARS_ACROSS, number, 5), 1))
    return widths


def _lay_out(sheet: Any, page: Page, heads: int, widths: Sequence[float]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"{get_column_letter(min(len(page.columns), page.name_of_row + 2))}{3 + heads}"
    sheet.print_title_rows = f"{3}:{2 + heads}"
    _set_paper(sheet)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.6
    margins.top, margins.bottom = 0.55, 0.7
    sheet.oddFooter.center.text = "第&P页 共&N页"
    if page.mark:
        sheet.oddFooter.left.text = page.mark.number.replace("&", "&&")


def _set_paper(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _merges(page: Page, heads: int) -> list[str]:
    width = len(page.columns)
    last = get_column_letter(width)
    split = max(1, width // 2)
    merges = [f"A1:{last}1"] if width > 1 else []
    if split > 1:
        merges.append(f"A2:{get_column_letter(split)}2")
    if width - split > 1:
        merges.append(f"{get_column_letter(split + 1)}2:{last}2")
    if heads == 2:
        for group, run in groupby(enumerate(page.columns, 1), key=lambda pair: pair[1].group):
            places = [get_column_letter(place) for place, _ in run]
            if not group:
                merges += [f"{place}3:{place}4" for place in places]
            elif len(places) > 1:
                merges.append(f"{places[0]}3:{places[-1]}3")
    return merges


def _after_rows(sheet: Any, page: Page, paint: _Paint, row: int, merges: list[str]) -> None:
    """Totals, foot lines and the sign block, from sheet row `row` on; adds what they merge."""
    width = len(page.columns)
    last = get_column_letter(width)
    if page.totals:
        pairs = zip(page.totals, page.columns, strict=True)
        put(sheet, row, [paint.cell(text, "body", column.align, row) for text, column in pairs])
        row += 1
    for text in page.foot:
        put(sheet, row, [paint.cell(text, "note", "left", row)], height_of([text], [_CHARS_ACROSS]))
        merges += [f"A{row}:{last}{row}"] if width > 1 else []
        row += 1
    for area, texts in _sign_rows(page.signs, width):
        put(sheet, row, [paint.cell(text, "sign", "left", row) for text in texts], _SIGN_HIGH)
        merges += [f"{first}{row}:{end}{row}" for first, end in area if first != end]
        row += 1


def _sign_rows(signs: Sequence[str], width: int) -> Iterator[tuple[list[tuple[str, str]], list[str]]]:
    """Sign cells of one sheet row: merged areas, and one text per column."""
    most = max(1, min(4, width))
    for start in range(0, len(signs), most):
        some = signs[start : start + most]
        edges = [round(width * place / len(some)) for place in range(len(some) + 1)]
        areas = [(get_column_letter(edges[p] + 1), get_column_letter(edges[p + 1])) for p in range(len(some))]
        texts = [""] * width
        for place, sign in enumerate(some):
            texts[edges[place]] = f"{sign}："
        yield areas, texts


def _full_sheet(sheet: Any, full: FullSheet, paint: _Paint, heard: Callable[[], None]) -> None:
    ids = list(full.ids) or [""] * len(full.rows)
    rows = ((*row, one) for row, one in zip(full.rows, ids, strict=True))
    _table_sheet(sheet, (*full.heads, ID_HEAD), rows, paint, heard, hidden=len(full.heads) + 1)


def _table_sheet(
    sheet: Any, heads: Sequence[str], rows: Any, paint: _Paint, heard: Callable[[], None], hidden: int = 0
) -> None:
    for place, head in enumerate(heads, 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = min(40, max(12, 2.2 * len(head)))
        dimension.hidden = place == hidden
    sheet.freeze_panes = "A2"
    _set_paper(sheet)
    put(sheet, 1, [paint.cell(head, "head", "center") for head in heads])
    for number, row in enumerate(rows, 2):
        put(sheet, number, [paint.cell(text, "text", "left", number, row[0]) for text in row])
        heard()


def _appendix_sheet(sheet: Any, page: Page, paint: _Paint) -> None:
    sheet.column_dimensions["A"].width = 120
    put(sheet, 1, [paint.cell(page.appendix_title, "title", "center")])
    for number, text in enumerate(page.appendix, 2):
        put(sheet, number, [paint.cell(text, "note", "left", number)])

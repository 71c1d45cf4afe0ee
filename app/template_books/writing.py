"""A template written as a workbook that a clerk can read, change and read back."""

from __future__ import annotations

import datetime as dt
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.change import Change
from app.exports import books
from app.exports.safe_text import bearable, dangerous
from app.exports.sheet_looks import STAMP
from app.storage.files import write_whole
from app.template_books import layered, survey, values, wording
from app.template_books.shapes import CODES, FIELDS, SCOPE, SETTINGS, SURVEY, Column, Shape, plan
from app.templating import template_layers
from app.words.templates import Loaded

ROOM = 400
"""Rows below the last one that still offer the drop-downs."""
_HEAD = {"fill": PatternFill("solid", fgColor="DDEBF7"), "font": Font(name="黑体", size=10.5)}
_TOLD = {"fill": PatternFill("solid", fgColor="F2F2F2"), "font": Font(name="宋体", size=9, color="595959")}
_BODY = {"font": Font(name="宋体", size=10.5)}
_THIN = Side(style="thin", color="BFBFBF")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAP = Alignment(wrap_text=True, vertical="top")
_WIDE = 44.0
_ABOUT = "第一行是列名，不要改；第二行是说明；从第三行起一行写一个。先看 survey（栏目）、choices（代码）、settings（总的设置）。"
Head = tuple[str, Sequence[str]]
"""A column's name and what may be chosen in it."""


def export(loaded: Loaded, path: Path) -> Change:
    """Write the template as .xlsx. One that lies over another is written whole, as it holds, with what it lies over.

    Raises Problem E_DISK_FULL, E_CANNOT_WRITE, E_CELL_TOO_LONG.
    """
    book = Workbook()
    book.properties.creator, book.properties.created = "起底台账", STAMP
    if book.active is not None:
        book.remove(book.active)
    _sheet(book, SURVEY, SURVEY, _survey_heads(loaded), _fields(loaded))
    shapes = [shape for shape in plan().shapes if shape.key not in FIELDS]
    shapes.sort(key=lambda shape: shape.key != CODES)
    for shape in shapes[:1]:
        _list(book, loaded, shape)
    _settings(book, loaded)
    for shape in shapes[1:]:
        _list(book, loaded, shape)
    if template_layers.split(loaded.source)[1]:
        told = book.create_sheet(layered.SHEET)
        told.append([layered.TOLD])
        for number, piece in enumerate(layered.pieces(loaded.source), 2):
            made = told.cell(number, 1)
            made.value, made.data_type = bearable(piece, number, ""), "s"
        told.protection.sheet = True
    write_whole(path, lambda part: books.save(book, part))
    facts = {"file": str(path), "template": loaded.t.id, "version": loaded.t.version}
    return Change(f"《{loaded.t.title}》的模板已写成工作簿 {path.name}", facts=facts)


def _survey_heads(loaded: Loaded) -> list[Head]:
    heads: list[Head] = []
    for key in survey.ORDER:
        column = next((c for c in survey.columns() if c.key == key), None)
        offered: Sequence[str] = ("item",) if key == SCOPE else choices_of(column) if column else ()
        if key == "type":
            offered = survey.types(loaded)
        elif key == "required":
            offered = survey.NEEDS
        heads.append((key, offered))
    return heads


def _fields(loaded: Loaded) -> Iterator[list[values.Cell]]:
    for field in loaded.t.fields:
        yield survey.written(field, "")
    for field in loaded.t.items.fields if loaded.t.items else ():
        yield survey.written(field, "item")


def _list(book: Workbook, loaded: Loaded, shape: Shape) -> None:
    """The sheet of one list of structs; also an empty one, so that all that can be said is seen."""
    heads: list[Head] = [(shape.holder, ())] if shape.within else []
    heads += [(column.key, choices_of(column)) for column in shape.columns]
    name = wording.sheet_name(shape.key)
    _sheet(book, name, "choices" if shape.key == CODES else shape.key, heads, _rows(loaded, shape))


def _rows(loaded: Loaded, shape: Shape) -> Iterator[list[values.Cell]]:
    for label, one in _structs(loaded.t, shape):
        cells = [cell(one, column) for column in shape.columns]
        yield [label, *cells] if shape.within else cells


def _structs(template: Any, shape: Shape) -> Iterator[tuple[str | int, Any]]:
    """What holds each row, and the row."""
    if shape.within is None:
        yield from (("", one) for one in _at(template, shape.names) or ())
        return
    for place, (_, holder) in enumerate(_structs(template, shape.within), 1):
        label = holder.id if shape.within.by_id else place
        yield from ((label, one) for one in _at(holder, shape.names) or ())


def _at(struct: Any, names: Sequence[str]) -> Any:
    for name in names:
        struct = getattr(struct, name) if struct is not None else None
    return struct


def cell(struct: Any, column: Column) -> values.Cell:
    """One value of a struct as a cell."""
    found = _at(struct, column.names)
    return None if found is None else values.written(found, column.type, column.default)


def choices_of(column: Column | None) -> Sequence[str]:
    """What a drop-down of the column offers."""
    if column is None:
        return ()
    if column.type is bool:
        return ("yes", "no")
    if typing.get_origin(column.type) is typing.Literal:
        return [str(one) for one in typing.get_args(column.type) if one != ""]
    return ()


def _settings(book: Workbook, loaded: Loaded) -> None:
    """One line a value: name, value, what it is. Lines that say nothing stand there too, to be filled."""
    rows = []
    for column in plan().settings:
        value = cell(loaded.t, column) if column.key != "format" else loaded.t.format
        rows.append([column.key, value, wording.column_words(SETTINGS, column.key)])
    sheet = _sheet(book, SETTINGS, SETTINGS, [("name", ()), ("value", ()), ("说明", ())], rows)
    for number, column in enumerate(plan().settings, 3):
        if offered := choices_of(column):
            _offer(sheet, f"B{number}", offered)


def _sheet(book: Workbook, name: str, key: str, heads: Sequence[Head], rows: Any) -> Any:
    sheet = book.create_sheet(name)
    told = [wording.column_words(key, head) for head, _ in heads]
    told[0] = wording.MARK + told[0]
    _line(sheet, 1, [head for head, _ in heads], _HEAD)
    _line(sheet, 2, told, _TOLD)
    widths = [
        max(10.0, len(head) * 1.3, len(words) * 0.9) for (head, _), words in zip(heads, told, strict=True)
    ]
    number = 2
    for number, row in enumerate(rows, 3):
        _line(sheet, number, row, _BODY)
        widths = [max(w, _width(value)) for w, value in zip(widths, row, strict=True)]
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(_WIDE, width)
    for place, (_, offered) in enumerate(heads, 1):
        if offered:
            letter = get_column_letter(place)
            _offer(sheet, f"{letter}3:{letter}{number + ROOM}", offered)
    sheet.freeze_panes = "B3"
    sheet["A1"].comment = Comment(_ABOUT, "起底台账", width=360, height=90)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"
    return sheet


def _line(sheet: Any, number: int, row: Sequence[values.Cell], look: dict[str, Any]) -> None:
    for place, value in enumerate(row, 1):
        made = sheet.cell(number, place)
        shown = (
            "yyyy-mm-dd"
            if isinstance(value, dt.date)
            else "General"
            if isinstance(value, int | float)
            else "@"
        )
        made._style = _style(sheet, look, shown, isinstance(value, str) and dangerous(value))
        if isinstance(value, str):
            made.value = bearable(value, number, "")
            made.data_type = "s"
        elif value is not None:
            made._value, made.data_type = value, "d" if isinstance(value, dt.date) else "n"


def _style(sheet: Any, look: dict[str, Any], shown: str, quoted: bool) -> Any:
    """Each style is worked out once for a book and its array shared, not made per cell."""
    known = sheet.parent.__dict__.setdefault("_looks", {})
    key = (id(look), shown, quoted)
    if key not in known:
        cell = WriteOnlyCell(sheet)
        cell.alignment, cell.border, cell.font, cell.number_format = _WRAP, _GRID, look["font"], shown
        if "fill" in look:
            cell.fill = look["fill"]
        cell.quotePrefix = quoted
        known[key] = cell._style
    return known[key]


def _width(value: values.Cell) -> float:
    longest = max(str("" if value is None else value).split("\n"), key=len)
    return len(longest.encode("gbk", "replace")) * 1.1 + 2


def _offer(sheet: Any, area: str, offered: Sequence[str]) -> None:
    """A drop-down; other texts may be typed, for they are judged when the workbook is read."""
    listed = ",".join(offered)
    if len(listed) > 250:
        listed = ",".join(offered[:30])[:250].rpartition(",")[0]
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
    rule.add(area)
    sheet.add_data_validation(rule)

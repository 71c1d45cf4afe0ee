"""The check list as a protected workbook: the department's own cells open, drop-downs, hidden row ids, the round's mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension

from app.checking.check_lists import (
    CHECK_SHEET,
    CONTEST,
    CONTEST_REASON,
    GUIDE_SHEET,
    ID_HEAD,
    IDENTITY,
    MATTER,
    NEW_ROW,
    CheckColumn,
    CheckSheet,
)
from app.exports import books, check_guide
from app.exports.check_choices import Choices
from app.exports.safe_text import bearable, dangerous, number_of
from app.exports.sheet_looks import FONTS, GRID, STAMP, height_of
from app.storage.files import write_whole

MOST_SAID = 60  # of the sender's message above the table; the guide has it whole
TITLE_ROW, LINE_ROW, HINT_ROW, GROUP_ROW, HEAD_ROW = 1, 2, 3, 4, 5
OPEN, OPEN_HEAD, SHUT_HEAD = "FFFBE6", "FFE9A8", "EDF1F5"
"""Tints: cells to be filled, their heads, and heads of what is only to be read."""
DAY_FORMAT = "yyyy-mm-dd"
_PAPERS = {"A3": "8", "A4": "9"}
_READABLE = {"A3": 250, "A4": 170}
"""Characters across beyond which one page in width would print too small to read."""
_NUMBERS = ("money", "area", "number", "int", "percent")
_CENTRED = ("date", "enum", "year", "bool", "month", "int")
_WIDTHS = {
    "date": 11.5, "enum": 9.5, "enums": 14, "person": 10, "phone": 14, "money": 12, "area": 10, "int": 9.5, "year": 7,
    "number": 10, "bool": 7, "longtext": 20, "org": 14, "doc_no": 16, "project_code": 16, "region": 10,
}  # fmt: skip
_ROOM = {"seq": 6.5, "name": 30}
_GROUPS = {
    "head": "项目（只供核对）",
    "fill": "由贵部门填写（浅黄色格子）",
    "contest": "对这一行有异议时填写",
    "added": "补报时填写",
    "rest": "项目基本情况（只供核对）",
}

_HEIGHTS = {TITLE_ROW: 30.0, LINE_ROW: 18.0, HINT_ROW: 18.0, GROUP_ROW: 17.0}
_ZOOM = 90

Look = tuple[str, str, str, str, bool]


@dataclass(frozen=True)
class _Place:
    """A column of the sheet and where it stands. `column` None is the hidden one."""

    at: int
    group: str
    column: CheckColumn | None
    width: float

    @property
    def letter(self) -> str:
        return str(get_column_letter(self.at))

    def is_open(self, fresh: bool) -> bool:
        """Whether its cells may be written: the department's own, in an added row the project's too."""
        if self.column is None:
            return False
        if not fresh:
            return self.group in ("fill", "contest")
        return self.group != "contest" and self.column.field != "seq"


class _Row(RowDimension):  # type: ignore[misc]  # openpyxl has no types
    """A row whose height is only where it starts: it grows when somebody types more."""

    @property
    def customHeight(self) -> bool:  # noqa: N802  the name openpyxl reads
        return False


def write_check_xlsx(check: CheckSheet, out: Path, *, paper: Literal["A3", "A4"] = "A3") -> None:
    """Write the workbook. Nothing in it is a formula, nothing is secret, and no password guards it.

    Raises Problem E_CELL_TOO_LONG, E_CONTROL_CHAR, E_DISK_FULL, E_CANNOT_WRITE.
    """
    book = Workbook()
    book.properties.creator = "起底台账"
    book.properties.created = book.properties.modified = STAMP
    sheet = book.active
    sheet.title = CHECK_SHEET
    paint = _Paint(sheet)
    places = _places(check)
    _top(sheet, check, places, paint)
    for row, fresh, texts in _rows(check):
        _row(sheet, row, fresh, texts, places, paint)
    _lay_out(sheet, check, places, paper)
    choices = Choices(book)
    _offer(sheet, check, places, choices)
    check_guide.add(book.create_sheet(GUIDE_SHEET), check)
    choices.write()
    check_guide.add_mark(book, check)
    book.security.lockStructure = True
    write_whole(out, lambda part: books.save(book, part))


def _places(check: CheckSheet) -> list[_Place]:
    fills = {c.field for c in check.fills}
    made: list[_Place] = []
    for column in check.columns:
        name = column.field
        if name in fills:
            group = "fill"
        elif name in (CONTEST, CONTEST_REASON):
            group = "contest"
        elif column is check.added_reason:
            group = "added"
        else:
            group = "head" if name in IDENTITY or name == MATTER else "rest"
        width = column.width or _ROOM.get(name) or _WIDTHS.get(column.kind, 14)
        made.append(_Place(len(made) + 1, group, column, width))
        if name == MATTER:
            made.append(_Place(len(made) + 1, "id", None, 10))
    return made


class _Paint:
    """Puts styled cells. Each style is worked out once and its array shared."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._styles: dict[tuple[Look, bool], Any] = {}

    def put(self, row: int, at: int, value: Any, look: Look, name: str = "") -> None:
        """One cell. Text never becomes a formula."""
        cell = self._sheet.cell(row, at)
        if isinstance(value, str):
            safe = bearable(value, row, name)
            cell.value = safe or None
            if safe:
                cell.data_type = "s"
            quoted = dangerous(value)
        else:
            cell.value, quoted = value, False
        if (look, quoted) not in self._styles:
            self._styles[look, quoted] = self._style(cell, look, quoted)
        cell._style = self._styles[look, quoted]

    def _style(self, cell: Any, look: Look, quoted: bool) -> Any:
        font, align, shown, tint, is_open = look
        cell.font = Font(**FONTS["head" if font == "group" else font])
        wrap = font in ("body", "head")
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=wrap)
        if font in ("body", "head"):
            cell.border = GRID
        if tint:
            cell.fill = PatternFill("solid", fgColor=tint)
        cell.number_format = shown
        cell.protection = Protection(locked=not is_open)
        if quoted:
            cell.quotePrefix = True
        return copy(cell._style)


def _top(sheet: Any, check: CheckSheet, places: Sequence[_Place], paint: _Paint) -> None:
    """Title, who to whom, how to fill, the two head rows; the mark hides above the row ids."""
    mark = check.mark
    paint.put(TITLE_ROW, 1, check.title, ("title", "left", "General", "", False))
    due = f"请于{mark.due_words}前填好发回　　" if mark.due else ""
    line = (
        f"发出单位：{mark.office}　　核查部门：{mark.dept}　　第 {mark.number} 轮　　{due}标记：{mark.code}"
    )
    told = f"{mark.office}的话：{check.message[:MOST_SAID]}　　" if check.message else ""
    for row, text in ((LINE_ROW, line), (HINT_ROW, told + check_guide.BRIEFLY)):
        paint.put(row, 1, text, ("line", "left", "General", "", False))
    heads = [p.column.head if p.column else "" for p in places]
    before = ""
    for place, head in zip(places, heads, strict=True):
        tint = SHUT_HEAD if place.group in ("head", "rest", "id") else OPEN_HEAD
        group = mark.text if place.column is None else "" if place.group == before else _GROUPS[place.group]
        before = place.group
        paint.put(GROUP_ROW, place.at, group, ("group", "left", "General", tint, False))
        paint.put(HEAD_ROW, place.at, head or ID_HEAD, ("head", "center", "General", tint, False))
    for row, height in _HEIGHTS.items():
        sheet.row_dimensions[row].height = height
    sheet.row_dimensions[HEAD_ROW].height = max(34.0, height_of(heads, [p.width for p in places]))


def _rows(check: CheckSheet) -> Iterator[tuple[int, bool, dict[str, str]]]:
    """(sheet row, whether it is for an added project, texts by field; '' is the row id)."""
    row = HEAD_ROW
    for row, one in enumerate(check.rows, HEAD_ROW + 1):
        yield row, False, {**check.texts(one), "": one.id}
    for number in range(1, check.blanks + 1):
        yield row + number, True, {"": f"{NEW_ROW}:{number:02d}", "seq": f"{NEW_ROW}{number}"}


def _row(
    sheet: Any, row: int, fresh: bool, texts: dict[str, str], places: Sequence[_Place], paint: _Paint
) -> None:
    name = texts.get("name", "")
    shown = []
    for place in places:
        text = texts.get(place.column.field if place.column else "", "")
        is_open = place.is_open(fresh)
        kind = place.column.kind if place.column else "text"
        tint = OPEN if is_open else ""
        look: Look = ("body", _align(kind), _format(kind, is_open), tint, is_open)
        value, form = _value(kind, text, is_open)
        paint.put(row, place.at, value, (*look[:2], form or look[2], *look[3:]), name)
        shown.append(text if place.column else "")
    height = max(20.0, height_of(shown, [p.width for p in places]))
    sheet.row_dimensions[row] = _Row(sheet, index=row, ht=height)


def _value(kind: str, text: str, is_open: bool) -> tuple[Any, str]:
    """What stands in the cell, and its number format where the kind's own does not show it the same."""
    if kind == "date" and is_open and text:
        try:
            return dt.date.fromisoformat(text), ""
        except ValueError:
            return text, ""
    if kind in _NUMBERS and (number := number_of(text)):
        return number
    return text, ""


def _align(kind: str) -> str:
    return "center" if kind in _CENTRED else "right" if kind in _NUMBERS else "left"


def _format(kind: str, is_open: bool) -> str:
    """Days are days; codes, numbers of phones and names are text, so that no program changes what is typed."""
    if kind == "date":
        return DAY_FORMAT if is_open else "General"
    return "General" if kind in (*_NUMBERS, "longtext", "enum", "year") else "@"


def _lay_out(sheet: Any, check: CheckSheet, places: Sequence[_Place], paper: str) -> None:
    for place in places:
        dimension = sheet.column_dimensions[place.letter]
        dimension.width, dimension.hidden = place.width, place.column is None
    hidden = next(p for p in places if p.column is None)
    last_row = HEAD_ROW + len(check.rows) + check.blanks
    sheet.freeze_panes = f"{get_column_letter(hidden.at + 1)}{HEAD_ROW + 1}"
    sheet.sheet_view.zoomScale = _ZOOM
    start = sheet.sheet_view.selection[-1]
    start.activeCell = start.sqref = f"{get_column_letter(hidden.at + 1)}{HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{places[-1].letter}{last_row}"
    sheet.print_title_rows = f"{GROUP_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _PAPERS[paper]
    wide = sum(p.width for p in places) > _READABLE[paper]
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 2 if wide else 1, 0
    if wide:
        sheet.print_title_cols = f"A:{get_column_letter(hidden.at)}"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left, margins.right, margins.top, margins.bottom = 0.4, 0.4, 0.5, 0.7
    margins.footer = 0.3
    sheet.oddFooter.center.text = "第&P页 共&N页"
    sheet.oddFooter.left.text = f"第{check.mark.number}轮 {check.mark.code}"
    guard = sheet.protection
    guard.formatColumns = guard.formatRows = guard.autoFilter = guard.sort = False  # False: not forbidden
    guard.enable()


def _offer(sheet: Any, check: CheckSheet, places: Sequence[_Place], choices: Choices) -> None:
    """Drop-downs and checks of what is typed."""
    first = HEAD_ROW + 1
    fresh = first + len(check.rows)
    last = fresh + check.blanks - 1
    for place in places:
        if place.column is None or not (place.is_open(False) or place.is_open(True)):
            continue
        top = first if place.is_open(False) else fresh
        bottom = last if place.is_open(True) else fresh - 1
        if bottom < top:
            continue
        column = place.column
        words = column.choices
        if column.field == MATTER:
            words = tuple(title for _, title in check.matters)
        elif column.field == CONTEST:
            words = check.contests
        if rule := choices.rule(column, words):
            rule.add(f"{place.letter}{top}:{place.letter}{bottom}")
            sheet.add_data_validation(rule)

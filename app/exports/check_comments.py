"""What is wrong with a returned check list, written into the department's own workbook as comments on its cells."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from app.checking.check_answers import CheckReturn
from app.exports import books
from app.exports.check_xlsx import OPEN
from app.exports.ledger_xlsx import write_errors_xlsx
from app.exports.safe_text import bearable
from app.imports.check_sheets import RETURNED_SHEET
from app.storage.files import write_whole

AUTHOR, TINT, LIST_SHEET = "起底台账", "FDE8E6", RETURNED_SHEET
HEADS = ("行", "栏目", "问题", "现在写的")
_UNPACKED_MOST = 30 * 1024 * 1024
_LONGEST, _WIDTH, _LINE, _CHARS = 1_000, 300, 19, 20
_UNKEPT = (
    ("xl/vbaProject.bin", "宏"), ("xl/ctrlProps/", "控件"), ("xl/activeX/", "控件"), ("xl/embeddings/", "嵌入的文件"),
    ("xl/diagrams/", "图示"), ("xl/slicers/", "切片器"), ("xl/threadedComments/", "批注里的回复"), ("xl/charts/", "图表"),
)  # fmt: skip
"""Parts of a workbook that openpyxl drops, or writes again otherwise than they were (charts)."""
_SHAPE = re.compile(rb"<(?:\w+:)?sp[ >]")
_FAULTS = (
    zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError,
)  # fmt: skip
"""What openpyxl raises over workbooks that other readers bear."""


@dataclass(frozen=True)
class HandedBack:
    """The file to hand back. `marked` counts the cells with a comment; `notice` says why there are none, or what of
    theirs the copy does not hold."""

    file: Path
    marked: int
    notice: str = ""


@dataclass(frozen=True)
class _Remark:
    row: int
    column: int
    title: str
    text: str
    raw: str = ""
    sheet: str = ""


def hand_back(path: Path, found: CheckReturn, out: Path) -> HandedBack:
    """Copy the workbook `path` to `out` with a comment on every cell to be put right, and a sheet that lists them.

    Theirs stays as it is: values, formulas, formats, widths, merged cells, validations, protection and their own
    comments. What cannot be kept (macros, controls, shapes, …) is named in the notice. A workbook that is no .xlsx,
    or too large or strange to be written again, is answered by a list of its faults under the same name.
    Raises Problem E_DISK_FULL, E_CANNOT_WRITE.
    """
    remarks = sorted(_remarks(found), key=lambda r: (r.row, r.column))
    listed = [HEADS, *((str(r.row or ""), r.title, _plain(r.text), _plain(r.raw)) for r in remarks)]
    book = _opened(path, found) if found.form == "xlsx" else None
    if book is None:
        target = out.with_suffix(".xlsx")
        write_errors_xlsx(listed, target, title=LIST_SHEET)
        why = "不是 .xlsx" if found.form != "xlsx" else "太大或格式特殊"
        return HandedBack(
            target, 0, f"“{found.file}”{why}，不能在原表上批注，已另写一份问题清单“{target.name}”"
        )
    marked = 0
    for name in dict.fromkeys((found.sheet, *(r.sheet for r in remarks if r.sheet in book.sheetnames))):
        marked += _mark(book[name], [r for r in remarks if (r.sheet or found.sheet) == name])
    _list(book, listed)
    try:
        write_whole(out, lambda part: books.save(book, part))
    finally:
        book.close()
    gone = _unkept(path)
    notice = f"原表里的{'、'.join(gone)}不能原样带到退回件里，请以原表为准" if gone else ""
    return HandedBack(out, marked, notice)


def _remarks(found: CheckReturn) -> Iterator[_Remark]:
    for fault in found.faults:
        yield _Remark(fault.row, fault.column, fault.title, fault.text, fault.raw, fault.sheet)
    for row in found.unplaced:
        yield _Remark(
            row.row, 0, "整行", f"这一行对不上号：{row.reason}", "；".join(row.texts)[:200], row.sheet
        )
    for one in found.touched:
        said = f"这一格已锁定，改动没有采用，原来是“{one.old}”；确实写错了的请填“异议”或另行告知"
        yield _Remark(one.row, one.column, one.title, said, one.new, one.sheet)
    for guess in found.guesses:
        yield _Remark(guess.row, guess.column, guess.title, guess.text, guess.raw, guess.sheet)
    for note in found.asides:
        where = f"第 {note.row} 行：" if note.row else ""
        yield _Remark(
            0, 0, note.title, f"{where}{note.text}", "", note.sheet
        )  # listed: what is beside stays as it looks


def _opened(path: Path, found: CheckReturn) -> Any:
    """Their workbook, None where it cannot be written again as it was."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _UNPACKED_MOST:
                return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, rich_text=True)
    except _FAULTS:
        return None
    return book if found.sheet in book.sheetnames else None


def _unkept(path: Path) -> tuple[str, ...]:
    """What stands in their workbook and not, or not as it was, in the copy."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        found = [word for part, word in _UNKEPT if any(name.startswith(part) for name in names)]
        drawings = [n for n in names if n.startswith("xl/drawings/drawing") and n.endswith(".xml")]
        if any(_SHAPE.search(archive.read(name)) for name in drawings):
            found.append("文本框和形状")
    return tuple(dict.fromkeys(found))


def _mark(sheet: Any, remarks: list[_Remark]) -> int:
    by_cell: dict[tuple[int, int], list[str]] = defaultdict(list)
    firsts = _first_cells(sheet)
    for one in remarks:
        if one.row:
            place = (one.row, one.column or 1)
            by_cell[firsts.get(place, place)].append(one.text)
    _clear(sheet)
    for (row, column), texts in by_cell.items():
        cell = sheet.cell(row, column)
        theirs = [cell.comment.text] if cell.comment else []
        cell.comment = _comment("\n".join([*theirs, *dict.fromkeys(texts)]))
        cell.fill = PatternFill("solid", fgColor=TINT)
    return len(by_cell)


def _first_cells(sheet: Any) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Merged cell -> the cell of its range that bears value and comment."""
    found = {}
    for area in sheet.merged_cells.ranges:
        if area.size["rows"] * area.size["columns"] <= 10_000:
            found.update(dict.fromkeys(area.cells, (area.min_row, area.min_col)))
    return found


def _clear(sheet: Any) -> None:
    """Take away what an earlier handing back had marked."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, MergedCell) or not cell.comment or cell.comment.author != AUTHOR:
                continue
            cell.comment = None
            cell.fill = PatternFill() if cell.protection.locked else PatternFill("solid", fgColor=OPEN)


def _comment(text: str) -> Comment:
    text = _plain(text)[:_LONGEST]
    lines = sum(1 + len(part) // _CHARS for part in text.split("\n"))
    return Comment(text, AUTHOR, width=_WIDTH, height=30 + lines * _LINE)


def _plain(text: str) -> str:
    """What a comment or cell can bear: odd characters as spaces."""
    return "".join(c if c == "\n" or c.isprintable() else " " for c in text)


def _list(book: Any, listed: Sequence[Sequence[str]]) -> None:
    if LIST_SHEET in book.sheetnames:
        del book[LIST_SHEET]
    sheet = book.create_sheet(LIST_SHEET)
    for number, texts in enumerate(listed, 1):
        for at, text in enumerate(texts, 1):
            cell = sheet.cell(number, at, bearable(text, number, "") or None)
            if text:
                cell.data_type = "s"
    for at, width in enumerate((6, 18, 80, 40), 1):
        sheet.column_dimensions[get_column_letter(at)].width = width

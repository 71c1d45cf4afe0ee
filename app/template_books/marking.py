"""A workbook that cannot be a template, written out with its bad cells marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill

from app.exports import books
from app.exports.safe_text import LONGEST, bearable
from app.storage.files import write_whole

_BAD = PatternFill("solid", fgColor="FFC7CE")
_AUTHOR = "起底台账"


def write_marked(
    sheets: Mapping[str, Sequence[Sequence[Any]]], faults: Sequence[Mapping[str, str]], out: Path
) -> None:
    """The workbook as it was read, `sheets` {name: lines, each its number and its cells}, bad cells red with a comment.

    What is wrong with a sheet or the file stands on a first sheet. Raises Problem E_DISK_FULL, E_CANNOT_WRITE.
    """
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "要改的地方"
    first.append(["工作表", "单元格", "要改什么"])
    for one in faults:
        first.append([bearable(one[key], 0, "")[:LONGEST] for key in ("sheet", "cell", "said")])
    for letter, width in zip("ABC", (18, 10, 90), strict=True):
        first.column_dimensions[letter].width = width
    for name, lines in sheets.items():
        sheet = book.create_sheet(name[:31])
        for number, *cells in lines:
            for column, value in enumerate(cells, 1):
                if value not in (None, ""):
                    cell = sheet.cell(number, column)
                    cell.value = bearable(value, number, "") if isinstance(value, str) else value
                    if isinstance(value, str):
                        cell.data_type = "s"
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
    _mark(book, faults)
    write_whole(out, lambda part: books.save(book, part))


def _mark(book: Workbook, faults: Sequence[Mapping[str, str]]) -> None:
    texts: dict[tuple[str, str], list[str]] = {}
    for one in faults:
        if one["cell"] and not one["cell"].isdigit() and one["sheet"] in book.sheetnames:
            texts.setdefault((one["sheet"], one["cell"]), []).append(one["said"])
    for (sheet, place), said in texts.items():
        cell = book[sheet][place]
        cell.fill = _BAD
        cell.comment = Comment("\n".join(said)[:2000], _AUTHOR, width=320, height=120)

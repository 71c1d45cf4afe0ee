"""Rows laid into a sheet that is written row by row, as text and number: cell objects take three times as long."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lxml.etree import fromstring
from openpyxl.compat import safe_string
from openpyxl.utils import get_column_letter

Cell = tuple[str, str | Decimal] | None
"""The number of its style in the workbook, and what it holds; '' an empty cell in that style, None no cell at all."""
_ENTITIES = {"\r": "&#13;"}


def put(sheet: Any, row: int, cells: Sequence[Cell], height: float = 0.0) -> None:
    """The next row of an openpyxl sheet of a write-only book, from column A on; `height` in points, 0 for the usual.

    Nothing becomes a formula. Raises lxml's SerialisationError on a full disk.
    """
    high = f' customHeight="1" ht="{height:g}"' if height else ""
    told = "".join(_told(f"{get_column_letter(at)}{row}", cell) for at, cell in enumerate(cells, 1) if cell)
    _stream_of(sheet).send(fromstring(f'<row{high} r="{row}">{told}</row>'))


def _told(where: str, cell: tuple[str, str | Decimal]) -> str:
    style, value = cell
    if not isinstance(value, str):
        return f'<c r="{where}" s="{style}" t="n"><v>{safe_string(value)}</v></c>'
    if not value:
        return f'<c r="{where}" s="{style}"/>'
    space = "" if value == value.strip() else ' xml:space="preserve"'
    return f'<c r="{where}" s="{style}" t="inlineStr"><is><t{space}>{escape(value, _ENTITIES)}</t></is></c>'


def _stream_of(sheet: Any) -> Generator[None, Any]:
    """Where the sheet takes its rows; openpyxl closes it with the sheet, and would else make one that wants cells."""
    if sheet._rows is None:
        sheet._get_writer()
        sheet._rows = _stream(sheet._writer)
        next(sheet._rows)
    stream: Generator[None, Any] = sheet._rows
    return stream


def _stream(writer: Any) -> Generator[None, Any]:
    file = writer.xf.send(True)
    with file.element("sheetData"):
        try:
            while True:
                file.write((yield))
        except GeneratorExit:
            pass
    writer.xf.send(None)

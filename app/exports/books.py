"""Writing a workbook to a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter


def save(book: Workbook, part: Path) -> None:
    """`book.save` leaves its archive open when the disk is full, and the interpreter complains of it at the end."""
    with ZipFile(part, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        book.properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        ExcelWriter(book, archive).write_data()

"""Writing a workbook to a file."""

from __future__ import annotations

import datetime as dt
import errno
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter


def save(book: Workbook, part: Path) -> None:
    """`book.save` that says as an OSError when a disk is full, and leaves no archive open then."""
    try:
        with ZipFile(part, "w", ZIP_DEFLATED, allowZip64=True) as archive:
            book.properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
            ExcelWriter(book, archive).write_data()
    except SerialisationError as error:
        raise no_room(error) from error


def no_room(error: SerialisationError) -> OSError:
    """What lxml says of a disk that takes no more (the sheets are first written in the system's temporary folder)."""
    return OSError(errno.ENOSPC, str(error))

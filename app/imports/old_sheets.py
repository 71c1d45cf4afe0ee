"""Old workbooks read by xlrd, their bytes taken as GB 18030 where they are not Unicode."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import xlrd

from app.imports.child import Refused
from app.imports.wire import MERGES_MOST

GB = "gb18030"


class XlrdBook:
    """A workbook of the kinds calamine cannot read."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as stream:
            data = stream.read()
        try:
            self._book = xlrd.open_workbook(file_contents=data, encoding_override=GB, formatting_info=True)
        except xlrd.XLRDError as error:
            if "encrypt" in str(error).lower():
                raise Refused("E_BOOK_LOCKED") from error
            raise
        except NotImplementedError:
            self._book = xlrd.open_workbook(file_contents=data, encoding_override=GB)

    def sheets(self) -> list[dict[str, Any]]:
        return [
            {
                "name": sheet.name,
                "hidden": bool(sheet.visibility),
                "rows": sheet.nrows,
                "columns": sheet.ncols,
                "merges": [[r + 1, c + 1, r2, c2] for r, r2, c, c2 in sheet.merged_cells[:MERGES_MOST]],
            }
            for sheet in self._book.sheets()
        ]

    def rows(self, sheet: int) -> Iterator[tuple[int, list[Any]]]:
        opened = self._book.sheet_by_index(sheet)
        for number in range(opened.nrows):
            yield number + 1, [self._value(cell) for cell in opened.row(number)]

    def hidden_rows(self, sheet: int) -> list[int]:
        infos = self._book.sheet_by_index(sheet).rowinfo_map
        return [number + 1 for number, info in infos.items() if info.hidden]

    def _value(self, cell: Any) -> Any:
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                when = xlrd.xldate_as_datetime(cell.value, self._book.datemode)
            except (ValueError, OverflowError, xlrd.xldate.XLDateError):
                return cell.value
            return when if when.time() != dt.time() else when.date()
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#N/A")
        return cell.value

"""A department's clerk at the check list: cells typed in, saved, and what came back without a complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from app.checking.check_answers import CheckReturn
from app.checking.check_lists import CHECK_SHEET, CheckSheet
from app.exports.check_xlsx import HEAD_ROW, write_check_xlsx

FIRST = HEAD_ROW + 1
ID = "行标识（勿改）"


class Desk:
    """A department's clerk at the workbook: cells by sheet row and title."""

    def __init__(self, path: Path, sent: CheckSheet) -> None:
        write_check_xlsx(sent, path)
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book[CHECK_SHEET]

    def at(self, title: str) -> int:
        for row in self.sheet.iter_rows(max_row=HEAD_ROW + 3):
            for cell in row:
                if cell.value == title:
                    return int(cell.column)
        raise KeyError(title)

    def put(self, row: int, title: str, value: Any) -> None:
        self.sheet.cell(row, self.at(title)).value = value

    def get(self, row: int, title: str) -> Any:
        return self.sheet.cell(row, self.at(title)).value

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path

    def rows(self, count: int) -> list[list[Any]]:
        width = self.sheet.max_column
        return [[self.sheet.cell(FIRST + n, c).value for c in range(1, width + 1)] for n in range(count)]

    def put_rows(self, rows: list[list[Any]]) -> None:
        for n, row in enumerate(rows):
            for c, value in enumerate(row, 1):
                self.sheet.cell(FIRST + n, c).value = value


def clean(found: CheckReturn) -> None:
    assert not (found.faults or found.unplaced or found.missing or found.touched or found.added), found

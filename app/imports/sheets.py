"""Workbooks: calamine first, xlrd where calamine fails or the codepage is one it does not know."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine as calamine

from app.imports.child import Opened, Refused
from app.imports.sheet_marks import Marking
from app.imports.wire import MERGES_MOST

_FORMS = {"xls": ".xls .xla", "xlsx": ".xlsx .xlsm .xlam", "xlsb": ".xlsb", "ods": ".ods"}
_ENDINGS = {ending: form for form, endings in _FORMS.items() for ending in endings.split()}
_KNOWN_CODEPAGES = frozenset({1200, 65001})


def open_book(ask: dict[str, Any]) -> Opened:
    """Open an xlsx, xlsb, xls or ods. `ask` holds path, form, version and codepage."""
    if ask["form"] == "xls" and ask.get("version", 8) < 8 and ask.get("codepage") not in _KNOWN_CODEPAGES:
        return _old_book(ask["path"])
    try:
        return CalamineBook(ask["path"], ask["form"])
    except calamine.PasswordError as error:
        raise Refused("E_BOOK_LOCKED") from error
    except (calamine.CalamineError, ValueError):
        if ask["form"] != "xls":
            raise
        return _old_book(ask["path"])


def _old_book(path: str) -> Opened:
    """xlrd is loaded only for the few books calamine cannot read."""
    return importlib.import_module("app.imports.old_sheets").XlrdBook(path)  # type: ignore[no-any-return]


class CalamineBook:
    """A workbook read by calamine. Merged ranges are known for .xlsx and .xls."""

    def __init__(self, path: str, form: str) -> None:
        self._path = path
        self._form = form
        self._book = _opened(path, form)
        metas = self._book.sheets_metadata
        self._metas = [m for m in metas if m.typ == calamine.SheetTypeEnum.WorkSheet]
        self._sheets: dict[int, calamine.CalamineSheet] = {}
        self._marking = Marking(path, form, [m.name for m in self._metas])

    def sheets(self) -> list[dict[str, Any]]:
        found = []
        for index, meta in enumerate(self._metas):
            sheet = self._sheet(index)
            rows, columns = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
            hidden = meta.visible != calamine.SheetVisibleEnum.Visible
            merges = self._merges(index, sheet)
            found.append(
                {"name": meta.name, "hidden": hidden, "rows": rows, "columns": columns, "merges": merges}
            )
        return found

    def rows(self, sheet: int) -> Iterator[tuple[int, list[Any]]]:
        opened = self._sheet(sheet)
        before = [""] * (opened.start[1] if opened.start else 0)
        failed = self._marking.of(sheet).failed
        for number, cells in enumerate(opened.iter_rows(), 1):
            line = before + cells if before else cells
            if number in failed:
                _put(line, failed[number])
            yield number, line

    def hidden_rows(self, sheet: int) -> list[int]:
        """Rows hidden by hand or by a filter (.xlsx only)."""
        return self._marking.of(sheet).hidden

    def _sheet(self, index: int) -> calamine.CalamineSheet:
        if index not in self._sheets:
            self._sheets[index] = self._book.get_sheet_by_name(self._metas[index].name)
        return self._sheets[index]

    def _merges(self, index: int, sheet: calamine.CalamineSheet) -> list[list[int]]:
        if self._form == "ods":
            markup = importlib.import_module("app.imports.markup")
            return markup.ods_merges(self._path, self._metas[index].name)  # type: ignore[no-any-return]
        ranges = sheet.merged_cell_ranges or []
        return [[a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1] for a, b in ranges[:MERGES_MOST]]


def _opened(path: str, form: str) -> calamine.CalamineWorkbook:
    """Calamine goes by the name of a file where it knows that ending; a wrong one is passed over."""
    if _ENDINGS.get(Path(path).suffix.lower(), form) == form:
        return calamine.CalamineWorkbook.from_path(path)
    with open(path, "rb") as stream:
        return calamine.CalamineWorkbook.from_filelike(stream)


def _put(cells: list[Any], failed: dict[int, str]) -> None:
    """What a failed formula shows, in its cell, which calamine gives as an empty one."""
    cells.extend([""] * (max(failed) + 1 - len(cells)))
    for column, shown in failed.items():
        cells[column] = shown

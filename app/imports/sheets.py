"""Workbooks: calamine first, xlrd where calamine fails or the codepage is one it does not know."""

from __future__ import annotations

import importlib
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import python_calamine as calamine

from app.imports.child import Opened, Refused
from app.imports.wire import MERGES_MOST

_KNOWN_CODEPAGES = frozenset({1200, 65001})
_HIDDEN = re.compile(rb"<row\b([^>]*)>")


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
        self._book = calamine.CalamineWorkbook.from_path(path)
        metas = self._book.sheets_metadata
        self._metas = [m for m in metas if m.typ == calamine.SheetTypeEnum.WorkSheet]
        self._sheets: dict[int, calamine.CalamineSheet] = {}

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
        for number, cells in enumerate(opened.iter_rows(), 1):
            yield number, before + cells if before else cells

    def hidden_rows(self, sheet: int) -> list[int]:
        """Rows hidden by hand or by a filter (.xlsx only)."""
        if self._form != "xlsx":
            return []
        with zipfile.ZipFile(self._path) as archive:
            part = _parts(archive).get(self._metas[sheet].name)
            if part is None:
                return []
            source = archive.read(part)
        if b"hidden=" not in source:
            return []
        rows = (m[1] for m in _HIDDEN.finditer(source))
        return [
            int(found[1])
            for attributes in rows
            if re.search(rb'\bhidden="(?:1|true)"', attributes)
            and (found := re.search(rb'\br="(\d+)"', attributes))
        ]

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


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> member of the archive."""
    workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", relations):
        key, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if key and target:
            targets[key[1]] = posixpath.normpath(posixpath.join("/xl", target[1])).lstrip("/")
    found = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", workbook):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\b\w+:id="([^"]*)"', tag)
        if name and key and key[1] in targets:
            found[_unescaped(name[1])] = targets[key[1]]
    return found


def _unescaped(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text

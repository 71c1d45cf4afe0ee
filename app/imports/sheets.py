"""Workbooks: calamine first, xlrd where calamine fails or the codepage is one it does not know."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine as calamine

from app.imports.child import Opened, Refused

GB = "gb18030"
_KNOWN_CODEPAGES = frozenset({1200, 65001})
_CELL = re.compile(rb'<c[^>]*? r="([A-Z]{1,3})(\d{1,7})"')
_HIDDEN = re.compile(rb"<row\b([^>]*)>")
_MERGES_MOST = 20_000


def open_book(ask: dict[str, Any]) -> Opened:
    """Open an xlsx, xlsb, xls or ods. `ask` holds path, form, version and codepage."""
    if ask["form"] == "xls" and ask.get("version", 8) < 8 and ask.get("codepage") not in _KNOWN_CODEPAGES:
        return XlrdBook(ask["path"])
    try:
        return CalamineBook(ask["path"], ask["form"])
    except calamine.PasswordError as error:
        raise Refused("E_BOOK_LOCKED") from error
    except (calamine.CalamineError, ValueError):
        if ask["form"] != "xls":
            raise
        return XlrdBook(ask["path"])


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
            found.append({"name": meta.name, "hidden": hidden, "rows": rows, "columns": columns, "merges": merges})
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
            from app.imports.markup import ods_merges  # lxml is loaded only where it is needed

            return ods_merges(self._path, self._metas[index].name)
        ranges = sheet.merged_cell_ranges or []
        return [[a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1] for a, b in ranges[:_MERGES_MOST]]


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


def farthest_cell(path: Path) -> str:
    """The cell farthest from A1 in a .xlsx, read as a stream; '' where none is named."""
    best, name = 0, ""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
                continue
            with archive.open(part) as stream:
                tail = b""
                while block := stream.read(1 << 20):
                    for column, row in _CELL.findall(tail + block):
                        if int(row) * len(column) ** 4 > best:
                            best, name = int(row) * len(column) ** 4, column.decode() + row.decode()
                    tail = block[-200:]
    return name


class XlrdBook:
    """An old workbook read by xlrd, its bytes taken as GB 18030 where they are not Unicode."""

    def __init__(self, path: str) -> None:
        import xlrd  # loaded only for the few books calamine cannot read

        self._xlrd = xlrd
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
                "merges": [[r + 1, c + 1, r2, c2] for r, r2, c, c2 in sheet.merged_cells[:_MERGES_MOST]],
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
        xlrd = self._xlrd
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

"""What calamine does not tell of a sheet: cells whose formula failed, and rows that are hidden."""

from __future__ import annotations

import importlib
import posixpath
import re
import threading
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.storage import ole

Failed = dict[int, dict[int, str]]
_BLOCK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\br=[\"'](\d{1,7})[\"']")
_FAILED = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.S)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})<")
_UNSAVED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?"
    rb"\s*</(?:\w+:)?c>"
)
_TEXT = re.compile(rb"\bt=[\"']str[\"']")  # its empty value is a value: the formula came to nothing
UNSAVED = "#未计算"
"""What a cell shows here whose formula the file keeps without what it comes to."""


@dataclass
class Marks:
    """`failed` {row number: {column from 0: what the cell shows}}, `hidden` row numbers (.xlsx only)."""

    failed: Failed = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)


class Marking(threading.Thread):
    """Looks through a file for the marks of its sheets while calamine, which runs without Python's lock, reads it."""

    def __init__(self, path: str, form: str, names: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._form = form
        self._names = names
        self._found: list[Marks] = []
        self._error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._found = self._look()
        except Exception as error:  # raised again where the marks are asked for
            self._error = error

    def of(self, index: int) -> Marks:
        """The marks of one sheet, by its place in `names`. Raises what the looking met with."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._found[index] if index < len(self._found) else Marks()

    def _look(self) -> list[Marks]:
        match self._form:
            case "xlsx":
                return _of_xlsx(self._path, self._names)
            case "xls":
                return [Marks(found) for found in ole.failed_cells(Path(self._path).read_bytes())]
            case "ods":
                markup = importlib.import_module("app.imports.markup")
                found = markup.ods_failed(self._path)
                return [Marks(found.get(name, {})) for name in self._names]
        return []


def _of_xlsx(path: str, names: Sequence[str]) -> list[Marks]:
    found = []
    with zipfile.ZipFile(path) as archive:
        parts = _parts(archive)
        for name in names:
            marks = Marks()
            if name in parts:
                with archive.open(parts[name]) as stream:
                    for rows in _whole_rows(stream):
                        _note(rows, marks)
            found.append(marks)
    return found


def _whole_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML of a sheet in pieces that end with a row."""
    left = b""
    while block := stream.read(_BLOCK):
        left += block
        cut = left.rfind(b"row>") + 4
        if cut > 4:
            yield left[:cut]
            left = left[cut:]
    yield left


def _note(rows: bytes, marks: Marks) -> None:
    if b"hidden=" in rows:
        for row in _ROW.finditer(rows):
            if _HIDDEN.search(row[1]) and (number := _NUMBER.search(row[1])):
                marks.hidden.append(int(number[1]))
    if b't="e"' in rows or b"t='e'" in rows:
        for cell in _FAILED.finditer(rows):
            shown = _SHOWN.search(cell[2])
            if place := _PLACE.search(cell[1]):
                text = shown[1].decode("utf-8", "replace") if shown else ole.NOT_KNOWN
                marks.failed.setdefault(int(place[2]), {})[_column(place[1])] = text
    if b"<f" in rows or b":f" in rows:
        _note_unsaved(rows, marks)


def _note_unsaved(rows: bytes, marks: Marks) -> None:
    for cell in _UNSAVED.finditer(rows):
        if not _TEXT.search(cell[1]) and (place := _PLACE.search(cell[1])):
            marks.failed.setdefault(int(place[2]), {})[_column(place[1])] = UNSAVED


def _column(letters: bytes) -> int:
    """`A` -> 0, `AA` -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> member of the archive; {} where the parts do not stand in their usual places."""
    try:
        workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
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

"""Comma, tab or semicolon separated text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from app.imports.child import Opened, Refused
from app.imports.wire import CELL_LIMIT

_MARKS = ",\t;，|"


def open_book(ask: dict[str, Any]) -> Opened:
    return TextBook(ask["path"], ask["encoding"])


class TextBook:
    """One sheet without merges or types: every cell is text."""

    def __init__(self, path: str, encoding: str) -> None:
        self._path = path
        self._encoding = encoding
        with open(path, encoding=encoding, errors="replace", newline="") as stream:
            sample = stream.read(64 * 1024)
        self._mark = separator(sample)

    def sheets(self) -> list[dict[str, Any]]:
        return [{"name": "", "hidden": False, "rows": 0, "columns": 0, "merges": []}]

    def rows(self, sheet: int) -> Iterator[tuple[int, list[Any]]]:
        csv.field_size_limit(CELL_LIMIT * 4)
        with open(self._path, encoding=self._encoding, errors="replace", newline="") as stream:
            reader = csv.reader(_without_nul(stream), delimiter=self._mark)
            number = 0
            try:
                for number, cells in enumerate(reader, 1):
                    yield number, [_unguarded(cell) for cell in cells]
            except csv.Error as error:
                raise Refused("E_BOOK_CELL", row=number + 1, column=0, length=CELL_LIMIT + 1) from error

    def hidden_rows(self, sheet: int) -> list[int]:
        return []


def separator(sample: str) -> str:
    """The mark that splits most lines into the same number of parts, a comma in doubt."""
    lines = [re.sub(r'"(?:[^"]|"")*"', "x", line) for line in sample.splitlines()[:200] if line.strip()]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    best, mark = 0, ","
    for candidate in _MARKS:
        counts = [line.count(candidate) for line in lines]
        common = max(set(counts), key=lambda n: (counts.count(n) * (n > 0), n), default=0)
        score = common * counts.count(common)
        if score > best:
            best, mark = score, candidate
    return mark


def _without_nul(stream: Any) -> Iterator[str]:
    for line in stream:
        yield line.replace("\0", "") if "\0" in line else line


def _unguarded(cell: str) -> str:
    """`="00123"` and a tab or quote before a long number are what programs write so that Excel keeps the digits."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    if cell[:1] in ("\t", "'", "‘") and len(cell) > 1:
        return cell.strip("\t'‘")
    return cell

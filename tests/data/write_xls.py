"""Writes a small .xls (BIFF8 in a compound file) by hand: texts, numbers, failed cells and failed formulas."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


@dataclass(frozen=True)
class Failed:
    """A cell that shows an error: its code, and whether a formula gave it."""

    code: int
    formula: bool = False


def write_xls(sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]], path: Path) -> Path:
    """`sheets` are (name, rows)."""
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 0x0606))
    names = [name.encode("utf-16-le") for name, _ in sheets]
    at = len(begin) + sum(4 + 8 + len(name) for name in names) + 4
    bodies = [_sheet(rows) for _, rows in sheets]
    book = begin
    for name, body in zip(names, bodies, strict=True):
        book += _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
        at += len(body)
    book += _record(0x000A, b"")
    path.write_bytes(_compound((book + b"".join(bodies)).ljust(8 * _SECTOR, b"\0")))
    return path


def _record(code: int, body: bytes) -> bytes:
    return struct.pack("<HH", code, len(body)) + body


def _sheet(rows: Sequence[Sequence[Any]]) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 0x0606))
    width = max(map(len, rows))
    size = _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    cells = [_cell(r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell != ""]
    return begin + size + b"".join(cells) + _record(0x000A, b"")


def _cell(row: int, column: int, cell: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, Failed) and cell.formula:
        result = struct.pack("<BBBBHH", 2, 0, cell.code, 0, 0, 0xFFFF)
        return _record(0x0006, place + result + struct.pack("<HIH", 0, 0, 2) + bytes((0x1C, cell.code)))
    if isinstance(cell, Failed):
        return _record(0x0205, place + bytes((cell.code, 1)))
    if isinstance(cell, int | float):
        return _record(0x0203, place + struct.pack("<d", cell))
    text = str(cell).encode("utf-16-le")
    return _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)


def _compound(book: bytes) -> bytes:
    book = book.ljust(-(-len(book) // _SECTOR) * _SECTOR, b"\0")
    many = len(book) // _SECTOR
    root = "Root Entry".encode("utf-16-le")
    name = "Workbook".encode("utf-16-le")
    entries = _entry(root, 5, 1, _END, 0) + _entry(name, 2, _FREE, 2, len(book))
    fat = [_FAT, _END, *range(3, 2 + many), _END]
    head = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    head += struct.pack("<108I", *[_FREE] * 108)
    return (
        head + struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat))) + entries.ljust(_SECTOR, b"\0") + book
    )


def _entry(name: bytes, kind: int, child: int, start: int, size: int) -> bytes:
    head = name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name) + 2, kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<III", start, size, 0)

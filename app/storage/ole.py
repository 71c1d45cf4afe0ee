"""The compound file (OLE2) round a .xls or .et: its streams, whether it is whole, and what calamine leaves out of it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_ROOT, _STREAM = 5, 2
_BEGIN, _END_OF, _SHEET, _ERROR, _FORMULA = 0x0809, 0x000A, 0x0085, 0x0205, 0x0006
_WANTED = frozenset({_SHEET, _ERROR, _FORMULA})
_HEAD, _OFFSET = struct.Struct("<HH"), struct.Struct("<I")
_PERHAPS_FAILED = re.compile(rb"\x05\x02\x08\x00.{7}\x01|\x06\x00.{8}\x02.{5}\xff\xff", re.S)
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
NOT_KNOWN = "#N/A"


@dataclass(frozen=True)
class Stream:
    name: str
    start: int
    size: int


class Broken(ValueError):
    """The file ends before its own tables say, or the tables do not hold."""


class Compound:
    """The directory of a compound file held in memory. Raises Broken."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or data[:8] != MAGIC:
            raise Broken
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Broken
        self.sector = 1 << shift
        self.fat = self._table()
        first = struct.unpack_from("<I", data, 48)[0]
        self.streams, self._mini_start = self._directory(self._chain(first))

    def whole(self, name: str) -> bytes:
        """The bytes of the large stream `name`. Raises Broken when sectors are missing from the file."""
        stream = self.streams[name]
        if stream.size < 4096:
            return self._small(stream)
        return self._chain(stream.start, stream.size)

    def _sector(self, index: int) -> bytes:
        start = (index + 1) * self.sector
        part = self.data[start : start + self.sector]
        if not part:
            raise Broken
        return part

    def _table(self) -> tuple[int, ...]:
        (count,) = struct.unpack_from("<I", self.data, 44)
        listed = list(struct.unpack_from("<109I", self.data, 76))
        (following,) = struct.unpack_from("<I", self.data, 68)
        seen = 0
        while following not in (_END, _FREE):
            words = struct.unpack(f"<{self.sector // 4}I", self._full(following))
            listed += words[:-1]
            following = words[-1]
            seen += 1
            if seen > len(self.data) // self.sector:
                raise Broken
        sectors = [s for s in listed if s != _FREE][:count]
        per = self.sector // 4
        return tuple(w for s in sectors for w in struct.unpack(f"<{per}I", self._full(s)))

    def _full(self, index: int) -> bytes:
        part = self._sector(index)
        if len(part) != self.sector:
            raise Broken
        return part

    def _chain(self, start: int, size: int | None = None) -> bytes:
        parts: list[bytes] = []
        index, limit = start, len(self.fat)
        while index != _END:
            if index >= limit or len(parts) > limit:
                raise Broken
            parts.append(self._sector(index))
            index = self.fat[index]
        data = b"".join(parts)
        if size is not None and len(data) < size:
            raise Broken
        return data if size is None else data[:size]

    def _directory(self, data: bytes) -> tuple[dict[str, Stream], int]:
        found: dict[str, Stream] = {}
        mini_start = _END
        for at in range(0, len(data) - 127, 128):
            (length,) = struct.unpack_from("<H", data, at + 64)
            kind = data[at + 66]
            start, size = struct.unpack_from("<II", data, at + 116)
            if kind == _ROOT:
                mini_start = start
            elif kind == _STREAM and 2 <= length <= 64:
                name = data[at : at + length - 2].decode("utf-16-le", "replace")
                found.setdefault(name, Stream(name, start, size))
        return found, mini_start

    def _small(self, stream: Stream) -> bytes:
        (first,) = struct.unpack_from("<I", self.data, 60)
        table = self._chain(first)
        fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        room = self._chain(self._mini_start)
        parts: list[bytes] = []
        index = stream.start
        while index != _END:
            if index >= len(fat) or len(parts) > len(fat):
                raise Broken
            parts.append(room[index * 64 : index * 64 + 64])
            index = fat[index]
        return b"".join(parts)[: stream.size]


@dataclass(frozen=True)
class Globals:
    """What the first substream of a BIFF book says: version 5 or 8, codepage, date base, password."""

    version: int = 8
    codepage: int = 1200
    base: int = 1900
    locked: bool = False


def book_globals(data: bytes) -> Globals:
    """Read the globals of a BIFF workbook stream (records up to the first EOF)."""
    version, codepage, base, locked = 8, 1200, 1900, False
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + length]
        if code == 0x0809 and len(body) >= 2:
            version = 8 if struct.unpack_from("<H", body)[0] >= 0x0600 else 5
        elif code == 0x0042 and len(body) >= 2:
            codepage = struct.unpack_from("<H", body)[0]
        elif code == 0x0022 and len(body) >= 2:
            base = 1904 if struct.unpack_from("<H", body)[0] else 1900
        elif code == 0x002F:
            locked = True
        elif code == 0x000A:
            break
        at += 4 + length
    return Globals(version, codepage, base, locked)


def failed_cells(data: bytes) -> list[dict[int, dict[int, str]]]:
    """Of each worksheet of a .xls, {row number: {column from 0: what a cell shows whose formula failed}}."""
    try:
        compound = Compound(data)
        book = next((compound.whole(n) for n in ("Workbook", "Book") if n in compound.streams), b"")
    except (Broken, struct.error):
        return []
    if not _PERHAPS_FAILED.search(book):
        return []
    starts = [
        at
        for code, body in _records(book, 0)
        if code == _SHEET and body[5:6] == b"\0"
        for at in _OFFSET.unpack(body[:4])
    ]
    return [_failed_in(book, start) for start in starts]


def _failed_in(book: bytes, start: int) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for code, body in _records(book, start):
        if code == _ERROR and len(body) >= 8 and body[7]:
            error = body[6]
        elif code == _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
            error = body[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", body)
        found.setdefault(row + 1, {})[column] = ERRORS.get(error, NOT_KNOWN)
    return found


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, those of charts inside it left out."""
    depth = 0
    while at + 4 <= len(book):
        code, length = _HEAD.unpack_from(book, at)
        depth += (code == _BEGIN) - (code == _END_OF)
        if depth <= 1 and code in _WANTED:
            yield code, book[at + 4 : at + 4 + length]
        if not depth:
            return
        at += 4 + length

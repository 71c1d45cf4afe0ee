"""The compound file (OLE2) round a .xls or .et: which streams it has, whether it is whole."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_ROOT, _STREAM = 5, 2


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

"""One TrueType face: which glyph a character has, how wide it is, and a subset of it to embed."""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

_COPIED = ("cvt ", "fpgm", "prep")
_UNICODE_MAPS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
_DEEPEST = 5


class FaceError(ValueError):
    """The file is no TrueType face that may be embedded."""


class Face:
    """A face read where it lies (memory-mapped): nothing is unpacked before it is asked for.

    Widths are in thousandths of the em. Raises FaceError for CFF outlines, embedding forbidden, broken
    tables.
    """

    def __init__(self, path: Path, index: int = 0) -> None:
        self.path = path
        try:
            with path.open("rb") as stream:
                self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            self._tables = _directory(self._data, index)
            self._read_measures()
            self._map = _character_map(self._table("cmap"))
        except (OSError, ValueError, struct.error, IndexError, KeyError) as error:
            raise FaceError(f"{path.name}: {error}") from error

    def _table(self, tag: str) -> bytes:
        start, length = self._tables[tag]
        return self._data[start : start + length]

    def _read_measures(self) -> None:
        if "glyf" not in self._tables:
            raise FaceError("没有 TrueType 轮廓")
        head, hhea, maxp = self._table("head"), self._table("hhea"), self._table("maxp")
        self.units: int = struct.unpack_from(">H", head, 18)[0]
        box = struct.unpack_from(">4h", head, 36)
        self.box = tuple(round(edge * 1000 / self.units) for edge in box)
        self.ascent, self.descent = (self._per_mille(n) for n in struct.unpack_from(">2h", hhea, 4))
        self.count = struct.unpack_from(">H", maxp, 4)[0]
        self._metrics = struct.unpack_from(">H", hhea, 34)[0]
        long_offsets = struct.unpack_from(">h", head, 50)[0]
        loca = _numbers("I" if long_offsets else "H", self._table("loca"))
        self._loca: Sequence[int] = loca if long_offsets else [2 * offset for offset in loca]
        self._glyf = self._tables["glyf"][0]
        self._hmtx = self._table("hmtx")
        if "OS/2" in self._tables and struct.unpack_from(">H", self._table("OS/2"), 8)[0] & 0xF == 2:
            raise FaceError("字体不允许嵌入")
        self.name = _postscript_name(self._table("name")) if "name" in self._tables else ""
        self.name = self.name or self.path.stem

    def _per_mille(self, measure: int) -> int:
        return round(measure * 1000 / self.units)

    def glyph_of(self, code_point: int) -> int:
        """The glyph of a character, 0 when the face has none."""
        starts, ends, glyphs = self._map
        place = bisect_right(starts, code_point) - 1
        if place < 0 or code_point > ends[place]:
            return 0
        group = glyphs[place]
        glyph = (
            group[code_point - starts[place]]
            if isinstance(group, array)
            else group + code_point - starts[place]
        )
        return glyph if glyph < self.count else 0

    def width(self, glyph: int) -> int:
        """Advance width in thousandths of the em."""
        place = min(glyph, self._metrics - 1)
        return self._per_mille(struct.unpack_from(">H", self._hmtx, 4 * place)[0])

    def has_outline(self, glyph: int, depth: int = 0) -> bool:
        """Whether anything is drawn: some faces map rare characters to empty glyphs."""
        outline = self._outline(glyph)
        if len(outline) < 10 or depth > _DEEPEST:
            return False
        if struct.unpack_from(">h", outline)[0] >= 0:
            return bool(struct.unpack_from(">h", outline)[0])
        return any(self.has_outline(part, depth + 1) for _, part in _components(outline))

    def _outline(self, glyph: int) -> bytes:
        if glyph + 1 >= len(self._loca):
            return b""
        return self._data[self._glyf + self._loca[glyph] : self._glyf + self._loca[glyph + 1]]

    def subset(self, glyphs: Iterable[int]) -> tuple[bytes, dict[int, int]]:
        """A font file with only `glyphs` and their components, and old glyph -> new glyph."""
        kept = self._closure(glyphs)
        renumbered = {old: new for new, old in enumerate(kept)}
        outlines = [_renumbered(self._outline(old), renumbered) for old in kept]
        offsets = array("I", [0])
        for outline in outlines:
            offsets.append(offsets[-1] + len(outline))
        tables = {tag: self._table(tag) for tag in _COPIED if tag in self._tables}
        tables["glyf"] = b"".join(outlines)
        tables["loca"] = _packed(offsets)
        tables["hmtx"] = b"".join(self._metric(old) for old in kept)
        tables["hhea"] = self._table("hhea")[:34] + struct.pack(">H", len(kept))
        maxp = self._table("maxp")
        tables["maxp"] = maxp[:4] + struct.pack(">H", len(kept)) + maxp[6:]
        head = self._table("head")
        tables["head"] = head[:8] + bytes(4) + head[12:50] + struct.pack(">h", 1) + head[52:54]
        return _font_file(tables), renumbered

    def _closure(self, glyphs: Iterable[int]) -> list[int]:
        kept = {0}
        waiting = list(glyphs)
        while waiting:
            glyph = waiting.pop()
            if glyph not in kept:
                kept.add(glyph)
                waiting.extend(part for _, part in _components(self._outline(glyph)))
        return sorted(kept)

    def _metric(self, glyph: int) -> bytes:
        if glyph < self._metrics:
            return self._hmtx[4 * glyph : 4 * glyph + 4]
        bearing = 4 * self._metrics + 2 * (glyph - self._metrics)
        advance = self._hmtx[4 * self._metrics - 4 : 4 * self._metrics - 2]
        return advance + (self._hmtx[bearing : bearing + 2] or bytes(2))


def _numbers(kind: str, data: bytes) -> array[int]:
    numbers = array(kind)
    numbers.frombytes(data[: len(data) // numbers.itemsize * numbers.itemsize])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _packed(numbers: array[int]) -> bytes:
    if sys.byteorder == "little":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _directory(data: mmap.mmap, index: int) -> dict[str, tuple[int, int]]:
    start = 0
    if data[:4] == b"ttcf":
        start = struct.unpack_from(">I", data, 12 + 4 * index)[0]
    if data[start : start + 4] not in (b"\0\1\0\0", b"true"):
        raise FaceError("不是 TrueType 字体")
    count = struct.unpack_from(">H", data, start + 4)[0]
    tables = {}
    for place in range(count):
        tag, _, offset, length = struct.unpack_from(">4s3I", data, start + 12 + 16 * place)
        if offset + length > len(data):
            raise FaceError("字体文件不完整")
        tables[tag.decode("latin-1")] = (offset, length)
    return tables


_Map = tuple[Sequence[int], Sequence[int], list["int | array[int]"]]


def _character_map(cmap: bytes) -> _Map:
    """Sorted runs of characters: starts, ends, and the first glyph (or all glyphs) of each run."""
    found = {}
    for place in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * place)
        found[platform, encoding] = offset
    for wanted in _UNICODE_MAPS:
        if wanted in found:
            part = cmap[found[wanted] :]
            kind = struct.unpack_from(">H", part)[0]
            if kind == 12:
                return _map_of_groups(part)
            if kind == 4:
                return _map_of_segments(part)
    raise FaceError("没有 Unicode 字符表")


def _map_of_groups(part: bytes) -> _Map:
    count = struct.unpack_from(">I", part, 12)[0]
    numbers = _numbers("I", part[16 : 16 + 12 * count])
    return numbers[0::3], numbers[1::3], list(numbers[2::3])


def _map_of_segments(part: bytes) -> _Map:
    double = struct.unpack_from(">H", part, 6)[0]
    ends = _numbers("H", part[14 : 14 + double])
    starts = _numbers("H", part[16 + double : 16 + 2 * double])
    deltas = _numbers("H", part[16 + 2 * double : 16 + 3 * double])
    base = 16 + 3 * double
    ranges = _numbers("H", part[base : base + double])
    words = _numbers("H", part)
    glyphs: list[int | array[int]] = []
    for place, start in enumerate(starts):
        span = ends[place] - start + 1
        if ranges[place]:
            first = (base + 2 * place + ranges[place]) // 2
            listed = words[first : first + span]
            listed.extend([0] * (span - len(listed)))
            glyphs.append(array("H", [(g + deltas[place]) & 0xFFFF if g else 0 for g in listed]))
        else:
            glyphs.append(array("H", [(start + step + deltas[place]) & 0xFFFF for step in range(span)]))
    return starts, ends, glyphs


def _postscript_name(table: bytes) -> str:
    count, texts = struct.unpack_from(">HH", table, 2)
    for place in range(count):
        platform, _, _, which, length, offset = struct.unpack_from(">6H", table, 6 + 12 * place)
        if which == 6:
            raw = table[texts + offset : texts + offset + length]
            name = raw.decode("utf-16-be" if platform == 3 else "latin-1", "replace")
            return "".join(
                letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_")
            )
    return ""


def _components(outline: bytes) -> list[tuple[int, int]]:
    """(where the number stands, glyph) of each component of a composite glyph."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts, place, more = [], 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        parts.append((place + 2, glyph))
        place += 8 if flags & 0x01 else 6
        place += 2 if flags & 0x08 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
        more = bool(flags & 0x20)
    return parts


def _renumbered(outline: bytes, renumbered: dict[int, int]) -> bytes:
    parts = _components(outline)
    if parts:
        changed = bytearray(outline)
        for place, glyph in parts:
            struct.pack_into(">H", changed, place, renumbered[glyph])
        outline = bytes(changed)
    return outline + bytes(-len(outline) % 4)


def _checksum(data: bytes) -> int:
    return sum(_numbers("I", data + bytes(-len(data) % 4))) & 0xFFFFFFFF


def _font_file(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    top = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    offset = len(top) + 16 * count
    directory, bodies, head_at = [top], [], 0
    for tag in sorted(tables):
        data = tables[tag]
        head_at = offset if tag == "head" else head_at
        directory.append(struct.pack(">4s3I", tag.encode(), _checksum(data), offset, len(data)))
        bodies.append(data + bytes(-len(data) % 4))
        offset += len(bodies[-1])
    whole = bytearray(b"".join(directory + bodies))
    struct.pack_into(">I", whole, head_at + 8, (0xB1B0AFBA - _checksum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)

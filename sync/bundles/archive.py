"""The zip inside a bundle: written in one form only, and read by a reader that accepts only that form."""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.problem import Problem

MOST_ENTRIES = 5000
MOST_EACH = 50 * 1024**2
MOST_ATTACHMENT = 200 * 1024**2
MOST_TOTAL = 1024**3
MOST_RATIO = 200
MOST_HELD = 8 * 1024**2
RATIO_FROM = 1024**2
BLOCK = 1 << 20
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_LOCAL = struct.Struct("<4s2B4H3L2H")
_UTF8, _STORED, _DEFLATED = 0x800, 0, 8
_DATE = 1 << 5 | 1  # 1 January 1980
_VERSION = 20
_MODE = 0o100600 << 16
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*){0,2}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_ATTACHMENT = re.compile(r"data/att/")


@dataclass(frozen=True)
class Entry:
    """One file of the archive, its header checked; `start` is where its bytes begin."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int


def stream(parts: Iterable[tuple[str, bytes | Path]]) -> Iterator[bytes]:
    """The zip of these parts in this order, block by block, dated 1980: attachments stored, everything else deflated.

    A file is to stay as it is meanwhile; one that does not is found by its checksum when the zip is read.
    """
    table: list[bytes] = []
    place = 0
    for name, content in parts:
        method, crc, packed, size, data = _packed(content, stored=bool(_ATTACHMENT.match(name)))
        told = (0, method, 0, _DATE, crc, packed, size, len(name), 0)
        attributes = (0, 0, 0, _MODE, place)
        table.append(
            _CENTRAL.pack(b"PK\x01\x02", _VERSION, 3, _VERSION, 0, *told, *attributes) + name.encode()
        )
        head = _LOCAL.pack(b"PK\x03\x04", _VERSION, 0, *told) + name.encode()
        yield head
        yield from data
        place += len(head) + packed
    directory = b"".join(table)
    yield directory + _END.pack(b"PK\x05\x06", 0, 0, len(table), len(table), len(directory), place, 0)


def _packed(content: bytes | Path, *, stored: bool) -> tuple[int, int, int, int, Iterable[bytes]]:
    """Method, CRC, packed and whole size, and the packed bytes; a large attachment is read twice and never held."""
    if isinstance(content, Path) and stored and content.stat().st_size > MOST_HELD:
        crc = size = 0
        for block in _blocks_of(content):
            crc, size = zlib.crc32(block, crc), size + len(block)
        return _STORED, crc, size, size, _blocks_of(content)
    data = content if isinstance(content, bytes) else content.read_bytes()
    crc, size = zlib.crc32(data), len(data)
    if stored:
        return _STORED, crc, size, size, (data,)
    deflate = zlib.compressobj(wbits=-15)
    data = deflate.compress(data) + deflate.flush()
    return _DEFLATED, crc, len(data), size, (data,)


def _blocks_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        yield from blocks(source)


def blocks(source: BinaryIO, tell: Callable[[int], object] | None = None) -> Iterator[bytes]:
    """The rest of a file in blocks; `tell` hears the size of each before it is used, and may raise to cancel."""
    while block := source.read(BLOCK):
        if tell:
            tell(len(block))
        yield block


class Archive:
    """An archive whose whole structure was checked before anything was unpacked."""

    def __init__(self, path: Path) -> None:
        """Raises Problem E_ZIP, E_NAME, E_TYPE, E_DUP, E_LIMIT."""
        self.path = path
        with path.open("rb") as stream:
            self.entries = {e.name: e for e in _entries(stream, path.stat().st_size)}

    def read(self, name: str, limit: int = 8 * 1024**2) -> bytes:
        """The whole content of a small entry. Raises Problem E_ZIP, E_LIMIT."""
        entry = self.entries[name]
        if entry.size > limit:
            raise _limit(f"“{name}”大小 {entry.size} 字节")
        return b"".join(self._blocks(entry))

    def extract(self, name: str, target: Path | None) -> str:
        """Unpack one entry into the new file `target`, or nowhere; returns its SHA-256. Raises Problem E_ZIP."""
        digest = hashlib.sha256()
        with target.open("xb") if target else nullcontext() as sink:
            for block in self._blocks(self.entries[name]):
                digest.update(block)
                if sink is not None:
                    sink.write(block)
        return digest.hexdigest()

    def _blocks(self, entry: Entry) -> Iterator[bytes]:
        crc, size = 0, 0
        with self.path.open("rb") as stream:
            stream.seek(entry.start)
            for block in _unpacked(stream, entry):
                size += len(block)
                if size > entry.size:
                    raise _zip(f"“{entry.name}”比写明的大")
                crc = zlib.crc32(block, crc)
                yield block
        if size != entry.size or crc != entry.crc:
            raise _zip(f"“{entry.name}”内容与校验不符")


def _unpacked(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    left = entry.packed
    inflate = zlib.decompressobj(-15) if entry.method == _DEFLATED else None
    try:
        while left:
            block = stream.read(min(BLOCK, left))
            if not block:
                raise _zip(f"“{entry.name}”不完整")
            left -= len(block)
            while block and inflate is not None:
                yield inflate.decompress(block, BLOCK)
                block = inflate.unconsumed_tail
            if inflate is None:
                yield block
        if inflate is not None:
            yield inflate.flush()
    except zlib.error as error:
        raise _zip(f"“{entry.name}”解不开") from error
    if inflate is not None and (not inflate.eof or inflate.unused_data):
        raise _zip(f"“{entry.name}”压缩内容的结尾不对")


def _entries(stream: BinaryIO, size: int) -> list[Entry]:
    count, length, start = _end(stream, size)
    stream.seek(start)
    table = stream.read(length)
    if len(table) != length:
        raise _zip("目录不完整")
    heads = list(_central(table, count))
    _refuse_names([h[0] for h in heads])
    found, place, total = [], 0, 0
    for name, fields in heads:
        entry, offset = _judged(name, fields)
        if offset != place:
            raise _zip("文件之间有重叠或夹带")
        total += entry.size
        if total > MOST_TOTAL:
            raise _limit("总大小超过 1 GB")
        begins = place + _local(stream, place, name, fields)
        found.append(Entry(entry.name, entry.method, entry.crc, entry.packed, entry.size, begins))
        place = begins + entry.packed
    if place != start:
        raise _zip("文件之间有重叠或夹带")
    return found


def _end(stream: BinaryIO, size: int) -> tuple[int, int, int]:
    """Entry count, length and start of the directory from the end record, which must be the last 22 bytes."""
    if size < _END.size:
        raise _zip("太短")
    stream.seek(size - _END.size)
    mark, disk, first, here, count, length, start, comment = _END.unpack(stream.read(_END.size))
    if mark != b"PK\x05\x06" or comment or disk or first or here != count:
        raise _zip("结尾有注释、多余内容或不完整")
    if count > MOST_ENTRIES:
        raise _limit(f"有 {count:,} 个文件，超过 {MOST_ENTRIES:,} 个")
    if start + length != size - _END.size:
        raise _zip("前后有多余内容")
    return count, length, start


_Fields = tuple[int, ...]


def _central(table: bytes, count: int) -> Iterator[tuple[str, _Fields]]:
    place = 0
    for _ in range(count):
        if place + _CENTRAL.size > len(table):
            raise _zip("目录不完整")
        mark, *fields = _CENTRAL.unpack_from(table, place)
        length, extra, comment = fields[11:14]
        if mark != b"PK\x01\x02" or extra or comment:
            raise _zip("目录里有多余内容")
        place += _CENTRAL.size
        yield _decoded(table[place : place + length], fields[4]), tuple(fields)
        place += length
    if place != len(table):
        raise _zip("目录里有多余内容")


def _decoded(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise Problem("E_NAME", "包里有文件名读不出，不能收", name=raw.hex()) from error


def _refuse_names(names: Sequence[str]) -> None:
    """Doubles first, also those that differ by case or Unicode form only, then every name by the closed form."""
    folded: set[str] = set()
    for name in names:
        key = unicodedata.normalize("NFKC", name).casefold()
        if key in folded:
            raise Problem("E_DUP", "包里有重名的文件，不能收", name=name)
        folded.add(key)
    for name in names:
        if name.endswith("/"):
            raise Problem("E_TYPE", "包里有文件夹条目，不能收", name=name)
        parts = name.split("/")
        if (
            not _NAME.fullmatch(name)
            or len(name) > 120
            or any(p.endswith(".") or _RESERVED.match(p) for p in parts)
        ):
            raise Problem("E_NAME", "包里有不该有的文件名，不能收", name=name)


def _judged(name: str, fields: _Fields) -> tuple[Entry, int]:
    """The entry of a directory record, by all that the record alone can show, and where it claims to stand."""
    made, system, needed, _, flags, method, time, date, crc, packed, size, *_ = fields
    disk, inner, attributes, offset = fields[14:]
    kind = attributes >> 28
    if system not in (0, 3) or (kind not in (0, 8) if system == 3 else attributes & 0x18):
        raise Problem("E_TYPE", "包里有链接、文件夹或特殊文件，不能收", name=name)
    if flags or method not in (_STORED, _DEFLATED) or disk or (time, date) != (0, _DATE):
        raise _zip(f"“{name}”加了密、用了别的压缩方法或日期不对")
    if (made, system, needed, fields[3], inner, attributes) != (_VERSION, 3, _VERSION, 0, 0, _MODE):
        raise _zip(f"“{name}”的属性不对")
    most = MOST_ATTACHMENT if _ATTACHMENT.match(name) else MOST_EACH
    if size > most:
        raise _limit(f"“{name}”超过 {most >> 20} MB")
    if size > RATIO_FROM and size > MOST_RATIO * packed:
        raise _limit(f"“{name}”压缩比异常")
    if method == _STORED and size != packed:
        raise _zip(f"“{name}”的大小自相矛盾")
    return Entry(name, method, crc, packed, size, 0), offset


def _local(stream: BinaryIO, place: int, name: str, fields: _Fields) -> int:
    """The length of the local header at `place`, which must say what the directory says."""
    stream.seek(place)
    raw = stream.read(_LOCAL.size)
    if len(raw) != _LOCAL.size:
        raise _zip("不完整")
    mark, version, system, *local, length, extra = _LOCAL.unpack(raw)
    size = int(length)
    if mark != b"PK\x03\x04" or tuple(local) != fields[4:11] or extra or (version, system) != fields[2:4]:
        raise _zip(f"“{name}”的两处记载不一致")
    if stream.read(size) != name.encode():
        raise _zip(f"“{name}”的两处名称不一致")
    return _LOCAL.size + size


def _zip(detail: str) -> Problem:
    return Problem("E_ZIP", f"包的内部结构不对（{detail}），不能收；请让对方重发", detail=detail)


def _limit(detail: str) -> Problem:
    return Problem("E_LIMIT", f"包里的内容超出限度（{detail}），不能收", detail=detail)

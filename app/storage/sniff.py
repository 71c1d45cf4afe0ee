"""What a file really is, by its content and never by its name."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.problem import Problem
from app.storage.ole import MAGIC, Broken, Compound, Globals, book_globals

Form = Literal["xlsx", "xlsb", "xls", "ods", "html", "spreadsheetml", "csv"]
UNPACKED_LIMIT = 100 * 1024 * 1024
_PICTURES = {
    b"\x89PNG": "PNG 图片",
    b"\xff\xd8\xff": "JPG 图片",
    b"GIF8": "GIF 图片",
    b"BM": "BMP 图片",
    b"II*\0": "TIFF 图片",
    b"MM\0*": "TIFF 图片",
    b"%PDF": "PDF 文件",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
    b"SQLite format 3": "数据库文件",
    b"\x7fELF": "程序文件",
    b"MZ": "程序文件",
    b"{\\rtf": "RTF 文档",
}
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,
)
"""What zipfile raises over bytes that are no whole archive."""
_HEAD = 64 * 1024
_CELL = re.compile(rb'<c[^>]*? r="([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True)
class Sniffed:
    """The form of a file. `encoding` goes with texts, `old` with .xls."""

    form: Form
    encoding: str = ""
    old: Globals | None = None
    base: int = 1900


def sniff(path: Path) -> Sniffed:
    """Say what `path` holds.

    Raises Problem E_NO_FILE, E_BOOK_EMPTY, E_BOOK_TYPE (a renamed picture…), E_BOOK_LOCKED (password),
    E_BOOK_DAMAGED (cut short), E_BOOK_LARGE (over 100 MB unpacked).
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        size = path.stat().st_size
    except OSError as error:
        raise Problem(
            "E_NO_FILE", f"打不开“{path.name}”，请检查文件是否还在、是否可读", path=str(path)
        ) from error
    if not size:
        raise Problem("E_BOOK_EMPTY", f"“{path.name}”是空文件（0 字节），请向来件方重新索取")
    if head[:4] == b"PK\x03\x04" or head[:4] == b"PK\x05\x06":
        return _zipped(path)
    if size > UNPACKED_LIMIT:
        raise too_large(path.name)
    if head[:8] == MAGIC:
        return _compound(path)
    if head[:1] == b"\x09" and head[1:2] in b"\x00\x02\x04\x08" and head[3:4] == b"\0" and head[2] <= 16:
        return _biff(path.name, path.read_bytes())
    for magic, kind in _PICTURES.items():
        if head.startswith(magic) and not (len(magic) == 2 and _is_text(head)):
            raise _wrong_type(path.name, kind)
    return _text(path, head)


def too_large(name: str) -> Problem:
    return Problem(
        "E_BOOK_LARGE",
        f"“{name}”展开后超过 100 MB，不予读取，请删去多余的工作表和空白格式后再导入",
        limit=UNPACKED_LIMIT,
    )


def damaged(name: str) -> Problem:
    return Problem("E_BOOK_DAMAGED", f"“{name}”不完整或已损坏，没有读取，请重新复制或向来件方重新索取")


def locked(name: str) -> Problem:
    return Problem("E_BOOK_LOCKED", f"“{name}”加了打开密码，请在表格软件里取消密码、另存后再导入")


def _wrong_type(name: str, kind: str) -> Problem:
    return Problem(
        "E_BOOK_TYPE", f"“{name}”其实是{kind}，不是表格，请换成 Excel、WPS 表格或 CSV 文件", kind=kind
    )


def _zipped(path: Path) -> Sniffed:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {info.filename: info for info in archive.infolist()}
            if any(info.flag_bits & 1 for info in parts.values()):
                raise locked(path.name)
            if sum(info.file_size for info in parts.values()) > UNPACKED_LIMIT:
                raise too_large(path.name)
            if path.stat().st_size > UNPACKED_LIMIT:
                raise too_large(path.name)
            return _archive(path.name, archive, parts)
    except ZIP_FAULTS as error:
        raise damaged(path.name) from error


def _archive(name: str, archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> Sniffed:
    if "mimetype" in parts and "content.xml" in parts:
        if b"spreadsheet" not in _start(archive, "mimetype", 200):
            raise _wrong_type(name, "文字或演示文档")
        if "META-INF/manifest.xml" in parts:
            manifest = _start(archive, "META-INF/manifest.xml", _HEAD)
            if b"encryption-data" in manifest:
                raise locked(name)
        return Sniffed("ods")
    if "xl/workbook.bin" in parts:
        return Sniffed("xlsb")
    if workbook := next((n for n in parts if n.lower() in ("xl/workbook.xml", "workbook.xml")), ""):
        source = _start(archive, workbook, _HEAD)
        base = 1904 if re.search(rb"date1904=[\"'](?:1|true)[\"']", source) else 1900
        return Sniffed("xlsx", base=base)
    if any(n.startswith("word/") for n in parts):
        raise _wrong_type(name, " Word 文档")
    if any(n.startswith("ppt/") for n in parts):
        raise _wrong_type(name, "演示文档")
    raise _wrong_type(name, "压缩包")


def _start(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    with archive.open(name) as stream:
        return stream.read(size)


def _compound(path: Path) -> Sniffed:
    data = path.read_bytes()
    try:
        compound = Compound(data)
        names = compound.streams
        if "EncryptedPackage" in names:
            raise locked(path.name)
        found = next((n for n in names if n in ("Workbook", "Book", "WORKBOOK", "BOOK")), "")
        if not found:
            kind = " Word 文档" if "WordDocument" in names else "别的文件"
            raise _wrong_type(path.name, kind)
        return _biff(path.name, compound.whole(found))
    except (Broken, struct.error) as error:
        raise damaged(path.name) from error


def _biff(name: str, book: bytes) -> Sniffed:
    old = book_globals(book)
    if old.locked:
        raise locked(name)
    return Sniffed("xls", old=old, base=old.base)


def _is_text(head: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head[:4096])


def _text(path: Path, head: bytes) -> Sniffed:
    encoding = encoding_of(path, head)
    if not encoding:
        raise _wrong_type(path.name, "别的文件")
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")[:8000].lower()
    if start.startswith("mime-version") or "\nmime-version:" in start[:400]:
        raise _wrong_type(path.name, "单个文件网页（mht）")
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<workbook" in start:
        return Sniffed("spreadsheetml", encoding)
    if start.startswith("<") and re.search(
        r"<(?:html|table|!doctype html|body|meta|head|style|div|tr)\b", start
    ):
        return Sniffed("html", encoding)
    if start.startswith(("<?xml", "<!doctype")):
        raise _wrong_type(path.name, " XML 文件")
    return Sniffed("csv", encoding)


def encoding_of(path: Path, head: bytes) -> str:
    """`utf-8-sig`, `utf-16`, `utf-8` or `gb18030`, '' when the bytes are no text in any of them."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if not _is_text(head):
        return ""
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    return ""


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            while stream.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def farthest_cell(path: Path) -> str:
    """The cell farthest from A1 in a .xlsx, read as a stream and not too far; '' where none is named."""
    best, name, left = 0, "", 2 * UNPACKED_LIMIT
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
                continue
            with archive.open(part) as stream:
                tail = b""
                while left > 0 and (block := stream.read(1 << 20)):
                    left -= len(block)
                    for column, row in _CELL.findall(tail + block):
                        distance = int(row) * len(column) ** 4
                        if distance > best:
                            best, name = distance, (column + row).decode()
                    tail = block[-200:]
    return name

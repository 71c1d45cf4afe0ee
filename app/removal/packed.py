"""Files whose bytes say nothing of what they tell: packed workbooks and Word files, PDF; read by what they show."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from app.engine.traces import LONGEST, Traces
from app.problem import Problem
from app.storage import inspecting

BLOCK = 1 << 20
_ZIP, _PDF, _OLE = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_PACKED = (".xlsx", ".ods", ".docx")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TAG = re.compile(r"<[^>]*>")


def tells(path: Path, named: Traces) -> bool | None:
    """Whether a file whose bytes do not name the project tells of it all the same; None: what it tells cannot be read.

    A picture, a scan without words, an encrypted or damaged file cannot. Bundles are judged by the lines they carry.
    """
    with path.open("rb") as stream:
        begun = stream.read(1024)
    if begun.startswith(_ZIP):
        return _zip(path, named)
    if _PDF in begun:
        return _pdf(path, named)
    return None if begun.startswith(_PICTURES) or sealed_up(path) else False


def sealed_up(path: Path) -> bool:
    """Whether a workbook that is no readable package should be one: damaged, or encrypted with a password."""
    if path.suffix.lower() in _PACKED:
        return not zipfile.is_zipfile(path)
    with path.open("rb") as stream:
        return stream.read(len(_OLE)) == _OLE and _ENCRYPTED in stream.read()


def _zip(path: Path, named: Traces) -> bool | None:
    try:
        with zipfile.ZipFile(path) as packed:
            return any(_part(packed.open(name), named) for name in packed.namelist())
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return None


def _part(part: IO[bytes], named: Traces) -> bool:
    """Whether a part of a package names it: in letters, or as some programs write them, by their numbers; in a Word file
    also where a change of type falls within the name.
    """
    tail = ""
    with io.TextIOWrapper(part, "utf-8", "replace") as text:
        while block := text.read(BLOCK):
            told = html.unescape(tail + block)
            if named.stands_in(told) or ("<w:" in told and named.stands_in(_TAG.sub("", told))):
                return True
            tail = block[-LONGEST * len("&#65535;") :]
    return False


def _pdf(path: Path, named: Traces) -> bool | None:
    """By the words on its pages, in whatever lines they are broken; a page without words may show anything."""
    try:
        with inspecting.opened_pdf(path) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
    except Problem:
        return None
    if named.hits("".join(pages)):
        return True
    return None if not all(text.strip() for text in pages) else False

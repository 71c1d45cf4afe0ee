"""Writes files that mean harm, and workbooks whose XML is exactly what a test says."""

from __future__ import annotations

import html
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.data.write_books import Grid, text_of


def write_compound(names: Sequence[str], path: Path) -> Path:
    """A small compound file with empty-ish streams of these names (an encrypted workbook has EncryptedPackage)."""
    directory = b"".join(_directory_entry(n, 5 if n == "Root Entry" else 2) for n in ("Root Entry", *names))
    directory = directory.ljust(1024, b"\0")
    fat = struct.pack("<4I", 0xFFFFFFFD, 2, 0xFFFFFFFE, 0xFFFFFFFE).ljust(512, b"\xff")
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", head, 44, 1)
    struct.pack_into("<I", head, 48, 1)
    struct.pack_into("<I", head, 56, 4096)
    struct.pack_into("<IIII", head, 60, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    path.write_bytes(bytes(head) + fat + directory)
    return path


def _directory_entry(name: str, kind: int) -> bytes:
    entry = bytearray(128)
    text = name.encode("utf-16-le")
    entry[: len(text)] = text
    struct.pack_into("<HB", entry, 64, len(text) + 2, kind)
    struct.pack_into("<II", entry, 116, 0xFFFFFFFE, 0)
    return bytes(entry)


def write_raw_xlsx(path: Path, sheet_xml: str, *, extra: dict[str, bytes] | None = None) -> Path:
    """An .xlsx whose one sheet is exactly `sheet_xml`."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.'
        f'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.'
        f'main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="汇总" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml.replace("<worksheet>", f'<worksheet xmlns="{main}">'),
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def inline_rows(rows: Grid, first: int = 1) -> str:
    """<row> elements with inline strings."""
    out = []
    for number, row in enumerate(rows, first):
        cells = "".join(
            f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{html.escape(text_of(c))}</t></is></c>'
            for i, c in enumerate(row)
        )
        out.append(f'<row r="{number}">{cells}</row>')
    return "".join(out)

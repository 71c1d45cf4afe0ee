"""The faces of a finished document as PDF objects: two-byte fonts, subset, with text that reads back."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from reportlab.pdfbase import pdfdoc, pdfmetrics

from app.exports.typeface import Ink, Used

_FIXED_WIDTH, _SYMBOLIC = 1000, 4


class StartFont:
    """Stands in as the canvas's first font, so that it never asks for an unembedded Helvetica."""

    fontName = "QidiStart"
    name = "QidiStart"
    _dynamicFont = True
    _multiByte = False

    @property
    def face(self) -> StartFont:
        return self


def start_font() -> str:
    """The name to give the canvas as `initialFontName`."""
    pdfmetrics.registerFont(StartFont())
    return StartFont.fontName


def embed(document: Any, ink: Ink) -> None:
    """Add every face used to the document's fonts (a reportlab PDFDocument)."""
    fonts = document.idToObject["BasicFonts"].dict
    for used in ink.used.values():
        if used.codes:
            fonts[used.name] = _composite(document, used)


def stream(document: Any, data: bytes, level: int = 6, **entries: Any) -> Any:
    """A deflated stream, registered with the document; gives its reference."""
    made = pdfdoc.PDFStream(content=zlib.compress(data, level))
    made.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    for key, value in entries.items():
        made.dictionary[key] = value
    return document.Reference(made)


def _composite(document: Any, used: Used) -> Any:
    glyphs = [glyph for glyph, _ in used.codes.values()]
    font_file, renumbered = used.face.subset(glyphs)
    name = f"{_tag(used)}+{used.face.name}"
    highest = max(used.codes)
    table = bytearray(2 * highest + 2)
    for code, (glyph, _) in used.codes.items():
        struct.pack_into(">H", table, 2 * code, renumbered[glyph])
    descendant = pdfdoc.PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": "/" + name,
            "CIDSystemInfo": "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
            "FontDescriptor": document.Reference(_descriptor(document, used, name, font_file)),
            "DW": _FIXED_WIDTH,
            "W": _widths(used),
            "CIDToGIDMap": stream(document, bytes(table)),
        }
    )
    font = pdfdoc.PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": "/" + name,
            "Encoding": "/Identity-H",
            "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
            "ToUnicode": stream(document, _to_unicode(used)),
        }
    )
    return document.Reference(font)


def _descriptor(document: Any, used: Used, name: str, font_file: bytes) -> Any:
    face = used.face
    return pdfdoc.PDFDictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": "/" + name,
            "Flags": _SYMBOLIC,
            "FontBBox": pdfdoc.PDFArray(list(face.box)),
            "ItalicAngle": 0,
            "Ascent": face.ascent,
            "Descent": face.descent,
            "CapHeight": 700,
            "StemV": 80,
            "FontFile2": stream(document, font_file, Length1=len(font_file)),
        }
    )


def _tag(used: Used) -> str:
    digest = zlib.crc32(
        "".join(text for _, (_, text) in sorted(used.codes.items())).encode("utf-8", "replace")
    )
    return "".join(chr(ord("A") + digest // 26**place % 26) for place in range(6))


def _widths(used: Used) -> str:
    """Only what differs from the em: Latin letters, digits, narrow blanks."""
    narrow = ((code, used.face.width(glyph)) for code, (glyph, _) in sorted(used.codes.items()))
    return "[" + " ".join(f"{code}[{width}]" for code, width in narrow if width != _FIXED_WIDTH) + "]"


def _to_unicode(used: Used) -> bytes:
    """The map back to text. Characters beyond the BMP stand as two UTF-16 surrogates, as the format asks."""
    lines = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for code, (_, text) in sorted(used.codes.items())
    ]
    parts = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for start in range(0, len(lines), 100):
        some = lines[start : start + 100]
        parts += [f"{len(some)} beginbfchar", *some, "endbfchar"]
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode("ascii")

"""Files that come in from outside: what they are, whether they are harmless, and the print codes on scans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from app.storage.inspecting import FileKind, inspect, opened_pdf
from app.storage.pictures import opened_image

__all__ = ["FileKind", "ScanCode", "inspect", "read_codes"]

_FORM = re.compile(r"QD1\*([A-Z2-7]{26})\*([0-9]{2,5})-([0-9]{2,5})")
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_DPI, _FINER = 200, 320
_CORNER = 0.75
_MOST_PIXELS = 60_000_000
_MOST_UPSCALED = 25_000_000
_PATIENCE_FOUND, _PATIENCE_NONE = 4, 12
_TURNS = (7, -7, 45)


@dataclass(frozen=True)
class ScanCode:
    """The code of one printed page: 26 base32 characters of the version's digest, page number, pages."""

    code: str
    page: int
    pages: int


def read_codes(path: Path) -> list[ScanCode]:
    """The codes on a scan (PDF, JPG, PNG), by page, none twice; empty when none is readable.

    Every page is read once at 200 dpi; pages without a code are then tried harder (enlarged, finer, turned),
    a dozen pages at most. Raises the Problems of `inspect`.
    """
    kind = inspect(path)
    found: dict[ScanCode, None] = {}
    unread = []
    for number in range(_page_count(path, kind)):
        codes = _codes_in(_corner(path, kind, number)) or _codes_in(_picture(path, kind, number, _DPI))
        found.update(dict.fromkeys(codes))
        if not codes:
            unread.append(number)
    for number in unread[: _PATIENCE_FOUND if found else _PATIENCE_NONE]:
        for picture in _harder(path, kind, number):
            codes = _codes_in(picture)
            if codes:
                found.update(dict.fromkeys(codes))
                break
    return sorted(found, key=lambda code: (code.code, code.page))


def parse_code(text: str) -> ScanCode | None:
    """A code's text as printed (`QD1*<26 base32>*07-12`), or None. Misreadings happen, so it is strict."""
    match = _FORM.fullmatch(text)
    if not match:
        return None
    code, page, pages = match.groups()
    digits = max(2, len(str(int(pages))))
    if len(page) != digits or len(pages) != digits or not 1 <= int(page) <= int(pages):
        return None
    return ScanCode(code, int(page), int(pages))


def _codes_in(picture: Image.Image) -> list[ScanCode]:
    read = zxingcpp.read_barcodes(picture, formats=_FORMATS)
    codes = (parse_code(barcode.text) for barcode in read)
    return [code for code in codes if code is not None]


def _page_count(path: Path, kind: FileKind) -> int:
    if kind is not FileKind.PDF:
        return 1
    with opened_pdf(path) as document:
        return len(document)


def _picture(path: Path, kind: FileKind, number: int, dpi: int) -> Image.Image:
    """One page in grey."""
    if kind is not FileKind.PDF:
        with opened_image(path) as image:
            return image.convert("L")
    with opened_pdf(path) as document:
        return _rendered(document[number], dpi)


def _corner(path: Path, kind: FileKind, number: int) -> Image.Image:
    """The lower right corner, where an upright scan has its code: a twentieth of the page's work."""
    if kind is FileKind.PDF:
        with opened_pdf(path) as document:
            width, height = document[number].get_size()
            return _rendered(document[number], _DPI, (width * _CORNER, 0, 0, height * _CORNER))
    picture = _picture(path, kind, number, _DPI)
    return picture.crop(
        (int(picture.width * _CORNER), int(picture.height * _CORNER), picture.width, picture.height)
    )


def _rendered(
    page: pypdfium2.PdfPage, dpi: int, crop: tuple[float, float, float, float] = (0, 0, 0, 0)
) -> Image.Image:
    width, height = page.get_size()
    scale = dpi / 72
    scale *= min(1.0, (_MOST_PIXELS / max(1.0, width * height * scale * scale)) ** 0.5)
    picture: Image.Image = page.render(scale=scale, crop=crop, grayscale=True).to_pil()
    return picture


def _harder(path: Path, kind: FileKind, number: int) -> Iterator[Image.Image]:
    """The page made easier to read, in the order that helped most often."""
    plain = _picture(path, kind, number, _DPI)
    yield _enlarged(plain)
    finer = _picture(path, kind, number, _FINER) if kind is FileKind.PDF else plain
    if finer is not plain:
        yield finer
        yield finer.filter(ImageFilter.GaussianBlur(1.2))
    yield ImageOps.autocontrast(plain.filter(ImageFilter.MedianFilter(3)), cutoff=2)
    for turn in _TURNS:
        yield _enlarged(plain.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255))
    yield plain.filter(ImageFilter.GaussianBlur(1.5))


def _enlarged(picture: Image.Image) -> Image.Image:
    soft = picture.filter(ImageFilter.GaussianBlur(0.7))
    if picture.width * picture.height > _MOST_UPSCALED:
        return soft
    return soft.resize((2 * picture.width, 2 * picture.height), Image.Resampling.BICUBIC)

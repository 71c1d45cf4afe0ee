"""What every exported workbook shares: its faces, its grid, and how tall a row of wrapped texts must be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from openpyxl.styles import Border, Side

STAMP = datetime(2000, 1, 1)
_THIN = Side(style="thin")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
FONTS: dict[str, dict[str, Any]] = {
    "body": {"name": "宋体", "size": 10.5},
    "head": {"name": "黑体", "size": 10.5},
    "title": {"name": "方正小标宋简体", "size": 22},
    "line": {"name": "宋体", "size": 11},
}
_LINE, _HIGHEST = 14.0, 409.0


def height_of(texts: Sequence[str], widths: Sequence[float]) -> float:
    """The height in points: not every program works it out when it opens a file. Widths are in characters."""
    most = max(map(_lines_of, texts, widths), default=1)
    return min(_HIGHEST, most * _LINE + 5)


def _lines_of(text: str, width: float) -> int:
    if len(text) * 2 < width and "\n" not in text:
        return 1
    room = max(width - 1.5, 2)
    return sum(max(1, ceil(len(part.encode("gbk", "replace")) / room)) for part in text.split("\n"))

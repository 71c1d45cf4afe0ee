"""Text for another program's cells: never a formula, never longer or stranger than a cell bears."""

from __future__ import annotations

import re
from decimal import Decimal

from app.problem import Problem

LONGEST = 32_767
_STARTS = tuple("=+-@\t\r\n＝＋－﹣−＠")
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DIGITS_KEPT = 15


def dangerous(text: str) -> bool:
    """Whether a spreadsheet program might take the text for a formula."""
    return text.startswith(_STARTS) and not _NUMBER.fullmatch(text)


def number_of(text: str) -> tuple[Decimal, str] | None:
    """The number a text is, wholly, and the number format that shows it the same way; else None."""
    if not _NUMBER.fullmatch(text):
        return None
    bare = text.replace(",", "")
    whole, _, part = bare.lstrip("-").partition(".")
    if len(whole) + len(part) > _DIGITS_KEPT or (len(whole) > 1 and whole[0] == "0"):
        return None
    shown = ("#,##0" if "," in text or part else "0") + ("." + "0" * len(part) if part else "")
    return Decimal(bare), shown


def bearable(text: str, row: int, name: str) -> str:
    """The text as a workbook may hold it. Raises Problem E_CELL_TOO_LONG, E_CONTROL_CHAR naming the row."""
    if len(text) > LONGEST:
        raise Problem(
            "E_CELL_TOO_LONG",
            f"第 {row} 行“{name[:30]}”有一格超过 {LONGEST} 个字，Excel 放不下，请缩短后再导出",
            row=row,
            length=len(text),
        )
    found = _FORBIDDEN.search(text)
    if found:
        code = f"U+{ord(found[0]):04X}"
        raise Problem(
            "E_CONTROL_CHAR",
            f"第 {row} 行“{_FORBIDDEN.sub('', name)[:30]}”含有不可见的控制字符（{code}），请删去后再导出",
            row=row,
            code=code,
        )
    return _ESCAPE.sub("_x005F_", text) if "_x" in text else text


def csv_text(text: str) -> str:
    """The text as a CSV may hold it: what looks like a formula gets a leading apostrophe."""
    return "'" + text if dangerous(text) else text

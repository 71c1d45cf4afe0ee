"""References of a workbook when rows are let in below one row of a sheet: what lies lower moves, what ends there grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

CELL = re.compile(r"(\$?[A-Z]{1,3})(\$?)(\d{1,7})")
AREA = re.compile(r"(\$?[A-Z]{0,3})(\$?)(\d{1,7}):(\$?[A-Z]{0,3})(\$?)(\d{1,7})")
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!:\[\]]+))!")


def of_sheet(text: str) -> tuple[str, str, str]:
    """A reference taken apart: what stands before its place, the sheet that names ('' for none), the place."""
    found = _SHEET.match(text)
    if found is None:
        return "", "", text
    return found[0], (found[1] or "").replace("''", "'") or found[2], text[found.end() :]


def rows_named(text: str, sheet: str) -> Iterator[tuple[int, int]]:
    """The rows (first, last) of every reference to the sheet in a formula without its `=` that stands on it."""
    for token in Tokenizer(f"={text}").items:
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            continue
        _, named, place = of_sheet(token.value)
        if named not in ("", sheet):
            continue
        if area := AREA.fullmatch(place):
            yield int(area[3]), int(area[6])
        elif cell := CELL.fullmatch(place):
            yield int(cell[3]), int(cell[3])


@dataclass(frozen=True)
class Shift:
    """`extra` rows are let in below row `last` (from 1) of the sheet called `sheet`.

    `repeats`: they repeat that row, so that what ends in it takes them in; else it is the head, which stays as it is.
    """

    sheet: str
    last: int
    extra: int
    repeats: bool = True

    def row(self, row: int) -> int:
        return row + self.extra if row > self.last else row

    def area(self, top: int, bottom: int) -> tuple[int, int]:
        """Where an area of rows stands afterwards; one that ends in the row that is repeated takes the new ones in."""
        if top > self.last:
            return top + self.extra, bottom + self.extra
        grows = bottom > self.last or (self.repeats and bottom == self.last)
        return top, bottom + self.extra if grows else bottom

    def ref(self, text: str) -> str:
        """`A1`, `A1:B2`, `$1:$4`; whatever is none of them stays."""
        if found := AREA.fullmatch(text):
            top, bottom = self.area(int(found[3]), int(found[6]))
            return f"{found[1]}{found[2]}{top}:{found[4]}{found[5]}{bottom}"
        if found := CELL.fullmatch(text):
            return f"{found[1]}{found[2]}{self.row(int(found[3]))}"
        return text

    def places(self, text: str) -> str:
        """Several areas with blanks between them; one cell in the row that is repeated becomes an area."""
        return " ".join(self._grown(part) for part in text.split())

    def _grown(self, part: str) -> str:
        found = CELL.fullmatch(part)
        if found and self.repeats and int(found[3]) == self.last and self.extra:
            return f"{part}:{found[1]}{found[2]}{self.last + self.extra}"
        return self.ref(part)

    def formula(self, text: str, *, home: bool) -> str:
        """A formula without its `=`; `home`: it stands on the sheet itself, so that a bare reference is one to it."""
        if not self.extra:
            return text
        tokens = Tokenizer(f"={text}")
        for token in tokens.items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                token.value = self._operand(token.value, home)
        return str(tokens.render())[1:]

    def _operand(self, text: str, home: bool) -> str:
        before, named, place = of_sheet(text)
        return before + self.ref(place) if (named == self.sheet if before else home) else text

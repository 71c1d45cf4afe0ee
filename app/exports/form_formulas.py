"""The formulas of the row that is repeated: what in them goes from row to row, and what stays where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from app.exports.form_refs import AREA, CELL, Shift, of_sheet
from app.problem import Problem


@dataclass(frozen=True)
class _End:
    """One end of a reference: its column with its `$`, the row and whether that follows the row of the formula."""

    column: str
    dollar: str
    row: int
    moves: bool = False


class Carried:
    """A formula (without its `=`) of the row `shift.last`, told for that row and for each row let in below it."""

    def __init__(self, text: str, above: str | None, first: int, shift: Shift) -> None:
        """`above`: the formula of the row above, where that is one of the form's rows as well; `first`: the first of them.

        A row number that is the same in both stays, one that is higher by one follows the row. With one row alone only
        what has no `$` follows, and of that nothing below the row. Raises Problem E_FORM_FORMULA.
        """
        self._shift, self._first = shift, first
        self._tokens = Tokenizer(f"={text}")
        others = Tokenizer(f"={above}").items if above is not None else None
        if others is not None and len(others) != len(self._tokens.items):
            raise self._unlike()
        self._ends: list[tuple[str, bool, list[_End]] | None] = [
            self._read(token, None if others is None else others[place])
            for place, token in enumerate(self._tokens.items)
        ]

    def at(self, row: int) -> str:
        """The formula for a row, once the rows are let in."""
        for token, known in zip(self._tokens.items, self._ends, strict=True):
            if known is not None:
                before, home, ends = known
                token.value = before + ":".join(self._end(ends, n, row, home) for n in range(len(ends)))
        return str(self._tokens.render())[1:]

    def _end(self, ends: Sequence[_End], place: int, row: int, home: bool) -> str:
        one, shift = ends[place], self._shift
        number = one.row
        if one.moves:
            number += row - shift.last
        elif home and number > shift.last - (place == 1 and ends[0].row <= shift.last):
            number += shift.extra  # an area that ends in the last row takes the new ones in
        return f"{one.column}{one.dollar}{number}"

    def _read(self, token: Token, other: Token | None) -> tuple[str, bool, list[_End]] | None:
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            if other is not None and (token.type, token.value) != (other.type, other.value):
                raise self._unlike()
            return None
        before, sheet, place = of_sheet(token.value)
        home = sheet in ("", self._shift.sheet)
        ends = _ends(place)
        was = [] if other is None else _ends(other.value[len(before) :])
        if other is not None and (len(was) != len(ends) or not other.value.startswith(before)):
            raise self._unlike()
        if not ends:
            if other is not None and other.value != token.value:
                raise self._unlike()
            return None
        return before, home, [self._told(one, was[n] if was else None, home) for n, one in enumerate(ends)]

    def _told(self, one: _End, was: _End | None, home: bool) -> _End:
        if was is None:
            moves = not one.dollar and not (home and not self._first - 1 <= one.row <= self._shift.last)
        elif (one.column, one.dollar) != (was.column, was.dollar) or one.row - was.row not in (0, 1):
            raise self._unlike()
        else:
            moves = one.row > was.row
        if moves and home and one.row > self._shift.last:
            raise self._refused(f"第 {self._shift.last} 行的公式算到了下面的第 {one.row} 行")
        return _End(one.column, one.dollar, one.row, moves)

    def _unlike(self) -> Problem:
        return self._refused(f"第 {self._shift.last - 1}、{self._shift.last} 行的公式不一样")

    def _refused(self, why: str) -> Problem:
        return refused(why, self._shift)


def refused(why: str, shift: Shift) -> Problem:
    said = f"表样的空行不够，{why}，加的行不知道怎样算；请在表样里再加 {shift.extra:,} 个空行并写好公式，另存后再填"
    return Problem("E_FORM_FORMULA", said, row=shift.last, extra=shift.extra)


def _ends(place: str) -> list[_End]:
    if found := AREA.fullmatch(place):
        return [_End(found[1], found[2], int(found[3])), _End(found[4], found[5], int(found[6]))]
    if found := CELL.fullmatch(place):
        return [_End(found[1], found[2], int(found[3]))]
    return []

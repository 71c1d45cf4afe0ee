"""Widths that leave no number cut at the right edge of the view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

LEAST = 0.72  # of its own width; a column of words may be narrowed so far


class Wide(Struct, frozen=True):
    """A shown column: its own width in px, whether it holds numbers, whether its width may give way."""

    own: int
    number: bool
    gives: bool


def fitted(given: Iterable[Wide], room: int) -> list[int]:
    """The widths at which no column of numbers is cut by the right edge of `room` px, the others giving way for it.

    Where they cannot give enough, every column keeps its own width.
    """
    columns = list(given)
    widths = [column.own for column in columns]
    end = 0
    for at, column in enumerate(columns):
        end += column.own
        if end > room:
            if column.number and end - column.own < room:
                return _narrowed(columns[:at], widths, end - room) or widths
            return widths
    return widths


def _narrowed(before: Sequence[Wide], widths: list[int], wanted: int) -> list[int]:
    spare = [round(c.own * (1 - LEAST)) if c.gives and not c.number else 0 for c in before]
    total = sum(spare)
    if total < wanted:
        return []
    shares = [each * wanted // total for each in spare]
    short = wanted - sum(shares)
    for at, each in enumerate(spare):
        more = min(short, each - shares[at])
        shares[at], short = shares[at] + more, short - more
    return [wide - share for wide, share in zip(widths, shares, strict=False)] + widths[len(before) :]

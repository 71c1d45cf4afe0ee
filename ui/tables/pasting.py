"""Where the cells of a pasted block land, as in Excel: repeated over a selection that it fills, or once from its corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ui.tables.clipboard import Cells

Texts = dict[int, dict[int, str]]
"""{row: {column: text}}."""


@dataclass
class Landing:
    """`inside` the table, the rows `over` its end as {column: text}, and how many columns found no place at the right."""

    inside: Texts = field(default_factory=dict)
    over: list[dict[int, str]] = field(default_factory=list)
    cut: int = 0


def landing(
    rows: Cells, chosen: tuple[int, int], places: tuple[int, int], columns: Sequence[int], last: int
) -> Landing:
    """Lay a block down.

    The selected rectangle goes from row to row as `chosen`, and from place to place among the shown `columns`; `last` is
    the last row of the table.
    """
    tall, wide = len(rows), max(map(len, rows), default=0)
    (top, bottom), (left, right) = chosen, places
    down = _times(bottom - top + 1, tall)
    across = _times(right - left + 1, wide)
    if not (down and across):
        down = across = 1
    found = Landing(cut=max(0, left + wide * across - len(columns)))
    shown = columns[left : left + wide * across]
    for row in range(tall * down):
        line = rows[row % tall]
        texts = {
            column: text
            for step, column in enumerate(shown)
            if (text := line[step % wide] if step % wide < len(line) else "") is not None
        }
        if top + row <= last:
            found.inside[top + row] = texts
        else:
            found.over.append(texts)
    while found.over and not any(found.over[-1].values()):
        found.over.pop()  # a whole column of Excel brings empty rows
    return found


def _times(chosen: int, given: int) -> int:
    """How often a block goes into the selection, which grows to hold one; 0 where it does not fill it evenly."""
    if chosen <= given:
        return 1
    return chosen // given if given and chosen % given == 0 else 0


def repeated(
    source: Sequence[Sequence[str]], corner: tuple[int, int], rows: range, places: range, columns: Sequence[int]
) -> Texts:
    """The texts of a block over other cells: its pattern goes on downwards, upwards, to the right and to the left.

    `corner` is the row of the block and its place among the shown `columns`; `rows` and `places` are where it goes.
    """
    tall, wide = len(source), len(source[0])
    top, left = corner
    return {
        row: {columns[place]: source[(row - top) % tall][(place - left) % wide] for place in places} for row in rows
    }

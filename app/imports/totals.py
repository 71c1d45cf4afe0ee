"""Whether a total row agrees with the rows it sums up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.imports.drafts import DraftRow, text_of
from app.imports.mapping import Column
from app.imports.reading import Line
from app.problem import Problem
from app.values import kinds
from app.values.cells import Context
from app.words.templates import Loaded

_COUNT = re.compile(r"(\d+)(?:个|项|条|家|户|宗)")
_SLACK = 1000
"""分 or 1/10000 亩 that rounding may leave between a stated total and the sum (0.001 万元, 0.1 亩)."""


def disagreements(
    lines: Sequence[Line],
    rows: Sequence[DraftRow],
    columns: Sequence[Column],
    loaded: Loaded | None,
    base: int,
) -> list[str]:
    """A sentence per amount or count of a total row that is not what the rows add up to.

    A total is checked only where every row of its column was read and at least one total row of the sheet agrees
    with none of them: sub-totals of parts agree with nothing and are left alone when a grand total stands beside.
    """
    if loaded is None or not lines:
        return []
    said = []
    for column in columns:
        field = loaded.fields.get(column.target)
        if field is None or field.kind not in ("money", "area"):
            continue
        if any(p.field == column.target for row in rows for p in row.problems):
            continue
        summed = sum(row.cells.get(field.id, 0) for row in rows)
        stated = _stated(lines, column, loaded, base)
        if stated and all(abs(value - summed) > _SLACK for value in stated.values()):
            row, value = max(stated.items(), key=lambda s: abs(s[1]))
            unit = kinds.own_unit(field)
            said.append(
                f"第 {row} 行合计的“{column.head}”为 {kinds.show(field, value)} {unit}，"
                f"各行相加为 {kinds.show(field, summed)} {unit}，请核对"
            )
    return said + _counts(lines, len(rows))


def _stated(lines: Sequence[Line], column: Column, loaded: Loaded, base: int) -> dict[int, int]:
    field = loaded.fields[column.target]
    read = kinds.reader(field, None, Context(column.unit or None, None, base, rounds=True))
    found = {}
    for line in lines:
        cell = line[column.index + 1] if column.index + 1 < len(line) else None
        try:
            reading = read(cell)
        except Problem:
            continue
        if reading is not None:
            found[line[0]] = reading.value
    return found


def _counts(lines: Sequence[Line], rows: int) -> list[str]:
    counts = {
        line[0]: int(found[1])
        for line in lines
        for cell in line[1:4]
        if (found := _COUNT.search(text_of(cell)))
    }
    if not counts or rows in counts.values():
        return []
    row, count = max(counts.items(), key=lambda c: c[1])
    return [f"第 {row} 行合计写明 {count} 个，实有 {rows} 行，请核对"]

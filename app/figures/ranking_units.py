"""Units, matters or places ranked by one figure; equals share a place, the period before stands beside (环比)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from app.figures import figures
from app.figures.figure_heads import FLOWS_IN, ITEM, Heading, Value
from app.figures.figures import Figures
from app.office import Office
from app.values.amounts import plain

Span = tuple[dt.date | None, dt.date]
"""A period: from when on (None: from the beginning), and its last day."""


@dataclass(frozen=True)
class Ranked:
    """One that is ranked. `place` is None without a value; `before` its value of the period before, `change` the difference."""

    place: int | None
    key: tuple[str, ...]
    value: Value
    before: Value = None
    change: Value = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ranked(
    office: Office,
    ledger_id: str,
    figure: str,
    *,
    by: Sequence[str] = ("unit",),
    since: dt.date | None = None,
    on: dt.date | None = None,
    previous: Span | None = None,
) -> tuple[Ranked, ...]:
    """The groups of a ledger from the best to the worst, as the figure's `better` says (else the greatest first).

    Whoever has nothing to be ranked by, and what no unit is named for, comes last and without a place.
    Raises Problem E_NO_FIGURE and those of `figures.of`.
    """
    now = figures.of(office, ledger_id, on=on, since=since, by=by)
    before = figures.of(office, ledger_id, on=previous[1], since=previous[0], by=by) if previous else None
    return of_figures(now, figure, before)


def of_figures(now: Figures, figure: str, before: Figures | None = None) -> tuple[Ranked, ...]:
    """The same of figures in hand. Raises Problem E_NO_FIGURE."""
    head = now.column(figure)
    was = {row.codes: row.values.get(figure) for row in before.rows} if before else {}
    rows = [row for row in now.rows if _has(row, ITEM if head.scope == "item" else "")]
    known = [
        (row, Decimal(str(row.values[figure])))
        for row in rows
        if all(row.codes) and row.values[figure] is not None
    ]
    known.sort(key=lambda pair: pair[1], reverse=head.better != "less")
    numbers = [number for _, number in known]
    out = [
        _ranked(numbers.index(number) + 1, row, row.values[figure], was.get(row.codes))
        for row, number in known
    ]
    placed = {row.codes for row, _ in known}
    rest = [row for row in rows if row.codes not in placed]
    return (*out, *(_ranked(None, row, row.values[figure], was.get(row.codes)) for row in rest))


def _has(row: figures.Row, suffix: str) -> bool:
    """Whether the group has anything of what is ranked: a department without projects is none of the projects' units."""
    return any(row.values.get(f"{key}{suffix}") for key in ("base", *FLOWS_IN))


def words(head: Heading, found: Sequence[Ranked]) -> list[str]:
    """One line each: 1　水利局　83.33%　上期 80%，升 3.33."""
    out = []
    for each in found:
        told = f"{each.place or '—'}　{'　'.join(each.key)}　{head.shown(each.value)}"
        if each.change is not None:
            told += f"　上期 {head.shown(each.before)}，{change_words(head, each.change)}"
        out.append(told)
    return out


def change_words(head: Heading, change: Value) -> str:
    """升 3, 降 1.5, 持平."""
    number = Decimal(str(change))
    size = plain(abs(number))
    shown = head.shown(int(size) if isinstance(change, int) else size)
    return f"{'升' if number > 0 else '降'} {shown}" if number else "持平"


def _ranked(place: int | None, row: figures.Row, value: Value, before: Value) -> Ranked:
    change: Value = None
    if value is not None and before is not None:
        apart = Decimal(str(value)) - Decimal(str(before))
        change = int(apart) if isinstance(value, int) and isinstance(before, int) else plain(apart)
    return Ranked(place, row.key, value, before, change)

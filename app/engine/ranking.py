"""Computed values: in SQL the place a row has among the others, and the same values of rows in hand, for prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import and_, func, select

from app.engine import sql_names
from app.engine.evaluator import compile_expression
from app.engine.expressions import names_of_entry
from app.engine.rows import STANDING_WORDS, Held
from app.engine.sql_names import Now, Term
from app.engine.template_faults import Fault, unknown
from app.words.template_names import entry_names
from app.words.templates import Computed, Loaded
from models.schema import entry as entry_table

PLACES = 6
RANKS = 12
"""At most so many ranked values a template: each looks at every row of the ledger (decision 34)."""
LISTS = ("enums", "rounds", "pauses")
_OFFICE_ONLY = frozenset("files n_overdue n_unknown n_accepted sealed".split())
_LISTED = ("open", "complete", "approved", "started", "removed", "corrected")


def settled(loaded: Loaded, value: Computed, found: Term, now: Now) -> Term:
    """The SQL of a computed value, rounded to its `places` and turned into a place where it asks for a `rank`."""
    if value.places is not None and found.kind == "number":
        found = replace(found, sql=func.round(found.sql, value.places))
    return _placed(loaded, value, found, now) if value.rank else found


def _placed(loaded: Loaded, value: Computed, found: Term, now: Now) -> Term:
    """Its place among the rows of the same ledger that are neither struck off nor withdrawn."""
    t = entry_table.c
    order = found.sql.desc() if value.rank == "most" else found.sql.asc()
    terms = [sql_names.term(loaded, key, now, item=False) for key in value.within]
    alike = [term.sql for term in terms if term is not None]
    place: Any = func.rank().over(partition_by=alike or None, order_by=order)
    if value.rank == "last":
        place = and_(place == 1, func.max(found.sql).over(partition_by=alike or None) > found.sql)
    counted = (t.ledger_id == now.ledger, t.standing.in_(_LISTED), found.sql.is_not(None))
    among = select(t.id.label("id"), place.label("place")).where(*counted).cte().prefix_with("MATERIALIZED")
    own = select(among.c.place).where(among.c.id == t.id).correlate(entry_table).scalar_subquery()
    return Term("truth" if value.rank == "last" else "number", own)


class WorkedOut:
    """The computed values `wanted` of rows in hand, taken in one after another."""

    def __init__(self, loaded: Loaded, wanted: Sequence[str], *, today: dt.date, division: str) -> None:
        self._loaded = loaded
        self._wanted = [loaded.computed[key] for key in wanted]
        self._today = today
        self._division = division
        self._ranked: dict[str, list[tuple[Hashable, Any]]] = {c.id: [] for c in self._wanted if c.rank}

    def of(self, held: Held) -> dict[str, Any]:
        """The values of the next row by id, None where unknown; of a ranked one what its place goes by."""
        if not self._wanted:
            return {}
        facts = {"standing": STANDING_WORDS[held.standing], "division": self._division}
        names = names_of_entry(self._loaded, held.cells, held.items, facts, held.open_items())
        out = {}
        for each in self._wanted:
            value = compile_expression(each.expr, entry_names(self._loaded)).value(names, self._today)
            if each.places is not None and isinstance(value, (int, float)):
                value = rounded(value, each.places)
            out[each.id] = value
            if each.rank:
                group = tuple(names.get(key) for key in each.within)
                self._ranked[each.id].append((group, value))
        return out

    def places(self) -> Iterator[tuple[str, list[Any]]]:
        """(id, the place of every row that was taken in, in their order) of each ranked value; of `last` True or False."""
        for each in self._wanted:
            if each.rank == "last":
                yield each.id, lasts(self._ranked[each.id])
            elif each.rank:
                yield each.id, places(self._ranked[each.id], least=each.rank == "least")


def lasts(values: Sequence[tuple[Hashable, Any]]) -> list[bool | None]:
    """Whether none of its group is smaller and one is larger, of each; None has no answer."""
    pairs = zip(places(values), places(values, least=True), strict=True)
    return [None if up is None or down is None else down == 1 and up > 1 for up, down in pairs]


def places(values: Sequence[tuple[Hashable, Any]], *, least: bool = False) -> list[int | None]:
    """The place of each (group, value) within its group: equal values share one, None has none (1 2 2 4)."""
    groups: dict[Hashable, list[Any]] = {}
    for group, value in values:
        if value is not None:
            groups.setdefault(group, []).append(value)
    first: dict[tuple[Hashable, Any], int] = {}
    for group, found in groups.items():
        for place, value in enumerate(sorted(found, reverse=not least), 1):
            first.setdefault((group, value), place)
    return [None if value is None else first[group, value] for group, value in values]


def rounded(value: float, decimals: int) -> float:
    """Half up, as SQL rounds and as a clerk does."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def faults(loaded: Loaded, value: Computed, path: str, kind: str) -> Iterator[Fault]:
    """What is wrong with the rounding, the rank and the column of a computed value of that SQL kind."""
    if value.places is not None and (kind != "number" or not 0 <= value.places <= PLACES):
        yield Fault(f"{path}.places", f"places 只用于数，是 0 到 {PLACES} 的整数")
    if not 4 <= value.width <= 200:
        yield Fault(f"{path}.width", "width 要在 4 到 200 毫米之间")
    if value.group and value.group not in {group.id for group in loaded.t.groups}:
        yield Fault(f"{path}.group", f"没有“{value.group}”这个分组")
    if value.within and not value.rank:
        yield Fault(f"{path}.within", "within 要与 rank 同时写")
    yield from unknown(f"{path}.within", value.within, loaded.fields)
    for key in value.within:
        if key in loaded.fields and loaded.fields[key].kind in LISTS:
            yield Fault(f"{path}.within", f"“{loaded.fields[key].title}”有多个值，不能据以分组")
    if value.rank and sum(1 for each in loaded.t.computed if each.rank) > RANKS:
        yield Fault(f"{path}.rank", f"排名超过 {RANKS} 个")
    if value.rank and (kind not in ("number", "day") or value.kind):
        yield Fault(f"{path}.rank", "排名只用于数和日期，得出的是名次，不写 kind")
    if value.id in loaded.t.print.columns:
        names = compile_expression(value.expr, entry_names(loaded)).names
        for name in sorted(_OFFICE_ONLY.intersection(names)):
            yield Fault("print.columns", f"“{value.title}”用到“{name}”，只能在清单上看，不能打印")

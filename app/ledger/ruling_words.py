"""What is said of the limits of one project in several ledgers: whose each is, its day, its clause, which one rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select

from app.engine import clock_words
from app.engine.clock_words import day_words
from app.engine.rows import Cells
from app.ledger import ruling
from app.ledger.ruling import Knot
from app.words.template_words import Clock
from models.schema import entry as entry_table
from models.schema import item as item_table


class Limit(Struct, frozen=True):
    """A day by which a row is to be done, and whose it is. `rules`: it is the earliest, the one that counts.

    `own` is that of the row asked about; `title` and `clause` are those of its clock, '' where it has none.
    """

    no: str
    ledger: str
    day: str
    rules: bool
    own: bool = False
    title: str = ""
    clause: str = ""

    @property
    def said(self) -> str:
        """152529-BL-2022-0001 处置完成时限 2023-12-31（S53 六(四)）"""
        head = " ".join(filter(None, (self.no, self.title, self.day)))
        return f"{head}（{self.clause}）" if self.clause else head


def limits_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Limit, ...]]:
    """{row: its own limit and those of the rows in 在账 that it follows, nearest first} of rows that follow others."""
    net = ruling.net_of(connection, ids)
    chains = {row: [row, *net.reached(row)] for row in ids if net.followed.get(row)}
    wanted = {one for chain in chains.values() for one in chain}
    told = _told(connection, sorted(wanted))
    out: dict[str, tuple[Limit, ...]] = {}
    for row, chain in chains.items():
        knots = [net.knots[one] for one in chain if net.knots[one].told]
        first = min((knot.told for knot in knots), default="")
        out[row] = tuple(_limit(knot, told[knot.id], first, own=knot.id == row) for knot in knots)
    return out


def ruling_of(limits: Sequence[Limit]) -> Limit | None:
    """The limit of another ledger's row that rules, None where the row's own does."""
    rules = [limit for limit in limits if limit.rules]
    return None if any(limit.own for limit in rules) else next(iter(rules), None)


def sentences(limits: Sequence[Limit], today: dt.date) -> list[str]:
    """What is said of the limits of the rows that a row follows, beside its own."""
    first = ruling_of(limits)
    out = []
    for limit in limits:
        if limit.own:
            continue
        day = dt.date.fromisoformat(limit.day)
        clause = f"，{limit.clause}" if limit.clause else ""
        said = f"同一项目的时限：{day_words(day)}（{limit.ledger} {limit.no}{clause}）"
        said += "，两个时限里它早，以它为准" if limit is first else ""
        out.append(f"{said}{'，已过' if day < today else ''}。")
    return out


def _told(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    e = entry_table.c
    out: dict[str, Any] = {}
    for start in range(0, len(ids), ruling.CHUNK):
        query = select(e.id, e.no, e.cells).where(e.id.in_(ids[start : start + ruling.CHUNK]))
        out |= {row.id: (row, _matters(connection, row.id)) for row in connection.execute(query)}
    return out


def _matters(connection: Connection, entry_id: str) -> Sequence[Any]:
    i = item_table.c
    query = select(i.due, i.clock, i.cells).where(i.entry_id == entry_id, i.standing == "open")
    return connection.execute(query.order_by(i.code)).all()


def _limit(knot: Knot, told: tuple[Any, Sequence[Any]], first: str, *, own: bool) -> Limit:
    row, matters = told
    clock = _clock(knot, row.cells, matters)
    return Limit(
        row.no, knot.line.called, knot.told, knot.told == first, own,
        clock.title if clock else "", clock.clause if clock else "",
    )  # fmt: skip


def _clock(knot: Knot, cells: Cells, matters: Sequence[Any]) -> Clock | None:
    """The clock whose day binds a row: that of the project, else that of its nearest matter."""
    loaded = knot.line.loaded
    if not knot.own:
        nearest = next((m.clock for m in matters if m.due == knot.due and m.clock), "")
        return loaded.clocks.get(nearest)
    for each in (cells, *({**cells, **m.cells} for m in matters)):
        found = clock_words.limit_of(loaded, knot.own, each)
        if found and each.get(found.until) == knot.own:
            return found
    return clock_words.limit_of(loaded, knot.own, cells)

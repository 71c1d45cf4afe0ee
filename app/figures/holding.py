"""卡在谁手里: how much of a ledger waits for whom, and how many working days (decision 4, SB 四(三)2)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from app.ledger import ledgers
from app.listing.waiting_days import LENGTHS, band_of, waited
from app.office import Office
from app.problem import Problem
from app.words.report_words import Words
from models.schema import entry as entry_table
from models.schema import item as item_table


class Waits(Struct, frozen=True):
    """What waits for one holder: how many by LENGTHS (the last: since a day nobody entered), the longest in working days."""

    holder: str
    bands: tuple[int, ...]
    longest: int

    @property
    def count(self) -> int:
        return sum(self.bands)

    def as_json(self) -> dict[str, Any]:
        return {"holder": self.holder, "count": self.count, "bands": list(self.bands), "longest": self.longest}


class Holding(Struct, frozen=True):
    """The holders of a ledger, whom most waits for first. `item`: matters are counted, not rows; `idle` wait for nobody."""

    ledger: str
    title: str
    unit: str
    words: Words
    item: bool
    on: str
    rows: tuple[Waits, ...]
    idle: int

    @property
    def who(self) -> str:
        return self.words.item if self.item else self.words.row

    @property
    def total(self) -> Waits:
        bands = tuple(sum(row.bands[at] for row in self.rows) for at in range(len(LENGTHS)))
        return Waits("合计", bands, max((row.longest for row in self.rows), default=0))

    def as_json(self) -> dict[str, Any]:
        return {
            "ledger": self.ledger, "title": self.title, "counted": "item" if self.item else "row", "on": self.on,
            "bands": list(LENGTHS), "rows": [row.as_json() for row in self.rows],
            "total": self.total.as_json(), "idle": self.idle,
        }  # fmt: skip


def of(office: Office, ledger_id: str, *, item: bool = False) -> Holding:
    """Who holds what of a ledger now, with days waiting since the day that the stage began.

    A row in 在账 is where its worst matter is; with `item` each open matter counts by itself. What nobody has to act on
    is `idle`. Raises Problem E_NO_LEDGER, E_BY where a ledger has no matters.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        if item and line.loaded.t.items is None:
            raise Problem("E_BY", f"《{line.title}》没有事项，只能按{line.loaded.t.words.row}数", field="by")
        e, i = entry_table.c, item_table.c
        t = i if item else e
        query = select(t.holder, t.since, func.count()).where(e.ledger_id == line.id, e.standing == "open")
        if item:
            query = query.select_from(item_table).join(entry_table, e.id == i.entry_id).where(i.standing == "open")
        found = connection.execute(query.group_by(t.holder, t.since)).all()
    calendar, today = office.calendar(), office.today()
    bands: dict[str, Counter[int]] = {}
    longest: dict[str, int] = {}
    for holder, since, count in found:
        days = waited(calendar, today, since) if since else None
        bands.setdefault(holder or "", Counter())[band_of(days)] += count
        longest[holder or ""] = max(days or 0, longest.get(holder or "", 0))
    idle = bands.pop("", Counter()).total()
    rows = [Waits(name, tuple(told[at] for at in range(len(LENGTHS))), longest[name]) for name, told in bands.items()]
    rows.sort(key=lambda row: (-row.count, -row.longest, row.holder))
    return Holding(
        line.id, line.title, line.unit, line.loaded.t.words, item, today.isoformat(), tuple(rows), idle
    )

"""Statistics of a large ledger by unit, matter and period, by turns with the bare SQL aggregate of the same numbers."""

from __future__ import annotations

import datetime as dt
import gc
import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.figures import figures
from app.figures.figures import Figures
from app.ids import new_id
from app.office import DATABASE
from benches import made
from benches.tasks import offices
from benches.tasks.offices import opened
from models import database
from models.schema import event as event_table
from models.schema import item as item_table

SINCE, ON = dt.date(2022, 8, 16), dt.date(2022, 8, 23)
_ITEMS = """
SELECT coalesce(dept, ''), substr(code, 1, 3), count(CASE WHEN standing = 'open' THEN 1 END),
       count(CASE WHEN standing = 'open' AND due < :today THEN 1 END),
       min(CASE WHEN standing = 'open' AND due < :today THEN due END)
FROM item WHERE ledger_id = :ledger AND standing NOT IN ('deleted', 'excluded') GROUP BY 1, 2
"""
_ROWS = """
SELECT coalesce(unit, ''), count(CASE WHEN standing = 'open' THEN 1 END),
       count(CASE WHEN standing = 'open' AND due < :today THEN 1 END),
       count(CASE WHEN standing = 'open' AND deadline < :today THEN 1 END)
FROM entry WHERE ledger_id = :ledger AND standing NOT IN ('deleted', 'excluded') GROUP BY 1
"""
_MOVED = """
SELECT coalesce(item.dept, ''), substr(item.code, 1, 3), kind, count(*) FROM event
JOIN journal ON journal.stream = (SELECT stream FROM ledger WHERE id = :ledger) AND journal.seq = event.seq
JOIN item ON item.entry_id = event.entry_id AND item.code = event.item
WHERE event.ledger_id = :ledger AND event.item IS NOT NULL AND journal."on" >= :since GROUP BY 1, 2, 3
"""


def make(folder: str, count: int) -> dict[str, Any]:
    """An office with `count` projects of eight matters, one matter in twenty of which has moved."""
    offices.make_large(folder, count)
    office, ledger = opened(folder)
    dice = random.Random(made.SEED)  # noqa: S311 - made-up data
    i = item_table.c
    with office.engine.connect() as connection, connection.begin():
        rows = [
            {"id": new_id(), "ledger_id": ledger, "entry_id": row.entry_id, "item": row.code, "kind": "approved",
             "on": ON.isoformat(), "facts": {}, "seq": dice.randint(2, count)}
            for row in connection.execute(select(i.entry_id, i.code).where(i.standing == "open"))
            if dice.random() < 0.05
        ]  # fmt: skip
        database.insert_many(connection, event_table, rows)
    office.close()
    return {}


def statistics_of(folder: str, runs: int) -> dict[str, Any]:
    """{"figures", "bare", "of_past_day"}: medians of wall seconds; both sides give the same open, red and moved matters."""
    office, ledger = opened(folder)
    raw = sqlite3.connect(Path(folder) / DATABASE)
    raw.execute("PRAGMA cache_size=-32000")
    asked = {"ledger": ledger, "today": ON.isoformat(), "since": SINCE.isoformat()}

    def ours() -> Figures:
        return figures.of(office, ledger, since=SINCE, by=("unit", "matter"))

    def bare() -> list[list[Any]]:
        return [raw.execute(text, asked).fetchall() for text in (_ITEMS, _ROWS, _MOVED)]

    def past() -> Figures:
        return figures.of(office, ledger, since=SINCE, on=ON, by=("unit", "matter"))

    found, (items, _, moved) = ours(), bare()
    for name, total in (("open.item", sum(r[2] for r in items)), ("red.item", sum(r[3] for r in items)),
                        ("approved.item", sum(r[3] for r in moved))):  # fmt: skip
        if found.total[name] != total:
            raise AssertionError(f"{name}: {found.total[name]} is not {total}")
    ours_, bare_, past_ = _by_turns(runs, ours, bare, past)
    raw.close()
    office.close()
    return {
        "figures": ours_,
        "bare": bare_,
        "past": past_,
        "columns": len(found.columns),
        "groups": len(found.rows),
    }


def _by_turns(runs: int, *sides: Callable[[], object]) -> list[float]:
    times: list[list[float]] = [[] for _ in sides]
    gc.collect()
    for _ in range(runs):
        for kept, side in zip(times, sides, strict=True):
            began = time.perf_counter()
            side()
            kept.append(time.perf_counter() - began)
    return [statistics.median(kept) for kept in times]

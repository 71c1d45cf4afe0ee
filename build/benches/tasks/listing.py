"""Sorts, filters and pages of a large ledger, by turns with the bare SQL for the same result."""

from __future__ import annotations

import gc
import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.listing import lists
from app.listing.lists import PAGE, Query
from app.office import DATABASE
from benches.tasks.offices import opened

KEPT = "ledger_id = ? AND standing != 'deleted'"
LATE = "standing = 'open' AND (due < '2022-08-23' OR deadline < '2022-08-23')"
LEFT = "coalesce(min(due, deadline), due, deadline)"
UNIT = "cells ->> '$.resp_unit'"
SORTS: dict[str, tuple[Query, str]] = {
    "number": (Query(), "number"),
    "name": (Query(sort=(("name", False),)), "pinyin IS NULL, pinyin, number"),
    "invest down": (Query(sort=(("invest", True),)), "invest IS NULL, invest DESC, number"),
    "light": (Query(sort=(("light", False),)), f"{LEFT} IS NULL, {LEFT}, number"),
    "unit (in the cells), invest": (
        Query(sort=(("resp_unit", False), ("invest", True))),
        f"{UNIT} IS NULL, {UNIT}, invest IS NULL, invest DESC, number",
    ),
    "holder": (Query(sort=(("holder", False),)), "holder IS NULL, holder, number"),
    "approval_date (in the cells)": (
        Query(sort=(("approval_date", False),)),
        "cells ->> '$.approval_date' IS NULL, cells ->> '$.approval_date', number",
    ),
}
FILTERS: dict[str, tuple[Query, str]] = {
    "name contains 公路": (Query(text="公路"), "(name_key LIKE '%公路%' OR code_key LIKE '%公路%' OR no LIKE '%公路%')"),
    "code contains 004242": (
        Query(text="004242"),
        "(name_key LIKE '%004242%' OR code_key LIKE '%004242%' OR no LIKE '%004242%' OR pinyin LIKE '%004242%')",
    ),
    "red": (Query(lights=("red",)), LATE),
    "超期": (Query(sublist="超期"), "standing = 'open' AND due < '2022-08-23'"),
    "待批": (Query(sublist="待批"), "standing = 'open' AND n_accepted > 0"),
    "未开工": (Query(where=(("build_state", ("未开工",)),)), "build_state = '未开工'"),
    "unit and red": (
        Query(where=(("resp_unit", ("水利局",)),), lights=("red",)),
        f"{UNIT} = '水利局' AND {LATE}",
    ),
    "approval_type (in the cells)": (
        Query(where=(("approval_type", ("核准",)),)),
        "cells ->> '$.approval_type' = '核准'",
    ),
    "M03 在办": (
        Query(where=(("M03.state", ("在办",)),)),
        "EXISTS (SELECT 1 FROM item WHERE entry_id = entry.id AND code = 'M03' AND state = '在办')",
    ),
}


def orders(folder: str, runs: int) -> dict[str, Any]:
    """{"sorts" | "filters": {name: [ours, bare, rows]}}: medians, both sides giving the same ids."""
    office, ledger = opened(folder)
    raw = sqlite3.connect(Path(folder) / DATABASE)
    raw.execute("PRAGMA cache_size=-32000")
    out: dict[str, dict[str, list[float]]] = {"sorts": {}, "filters": {}}
    for kind, cases in (("sorts", SORTS), ("filters", FILTERS)):
        for name, (query, words) in cases.items():
            where, order = (KEPT, words) if kind == "sorts" else (f"{KEPT} AND {words}", "number")
            sql = f"SELECT id FROM entry WHERE {where} ORDER BY {order}"

            def ours(query: Query = query) -> list[str]:
                return lists.ids(office, ledger, query)

            def bare(sql: str = sql) -> list[str]:
                return [row[0] for row in raw.execute(sql, (ledger,))]

            if ours() != bare():
                raise AssertionError(f"{name}: the two sides differ")
            out[kind][name] = [*_by_turns(runs, ours, bare), len(bare())]
    raw.close()
    office.close()
    return out


def pages(folder: str, runs: int) -> dict[str, Any]:
    """{name of the page: [ours, bare]} of 200 rows with their matters, in several places of several orders."""
    office, ledger = opened(folder)
    raw = sqlite3.connect(Path(folder) / DATABASE)
    raw.execute("PRAGMA cache_size=-32000")
    out = {}
    for order, query in (("number", Query()), ("invest", Query(sort=(("invest", True),)))):
        ids = lists.ids(office, ledger, query)
        last = (len(ids) - 1) // PAGE
        for place in (0, last // 2, last):
            wanted = ids[place * PAGE : (place + 1) * PAGE]

            def ours(wanted: list[str] = wanted) -> list[Any]:
                return lists.lines(office, wanted)

            def bare(wanted: list[str] = wanted) -> list[Any]:
                return _rows(raw, wanted)

            assert [line.id for line in ours()] == [row[0] for row in bare()]
            out[f"{order}, page {place + 1}"] = _by_turns(runs, ours, bare)
    raw.close()
    office.close()
    return out


def _rows(raw: sqlite3.Connection, wanted: list[str]) -> list[Any]:
    """Entries in the wanted order, each with its cells read and its matters with theirs."""
    marks = ",".join("?" * len(wanted))
    places = {column[1]: column[0] for column in raw.execute("PRAGMA table_info(entry)")}
    cells, item_cells = places["cells"], _ITEM_CELLS
    entries = {row[0]: row for row in raw.execute(f"SELECT * FROM entry WHERE id IN ({marks})", wanted)}
    items: dict[str, dict[str, Any]] = {}
    for row in raw.execute(f"SELECT * FROM item WHERE entry_id IN ({marks})", wanted):
        items.setdefault(row[0], {})[row[1]] = (row, json.loads(row[item_cells]))
    return [(i, entries[i], json.loads(entries[i][cells]), items[i]) for i in wanted]


_ITEM_CELLS = 14


def _by_turns(runs: int, *sides: Callable[[], object]) -> list[float]:
    times: list[list[float]] = [[] for _ in sides]
    gc.collect()
    for _ in range(runs):
        for kept, side in zip(times, sides, strict=True):
            began = time.perf_counter()
            side()
            kept.append(time.perf_counter() - began)
    return [statistics.median(kept) for kept in times]

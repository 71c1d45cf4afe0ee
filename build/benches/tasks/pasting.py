"""A block of 500 rows and 10 columns pasted, beside sqlite3 writing the rows that came of it."""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

from app.ledger import cell_blocks
from app.listing import lists
from app.office import DATABASE
from benches.tasks.offices import opened
from benches.tasks.storing import PRAGMAS

ROWS = 500
COLUMNS = (
    "name", "place", "invest", "resp_unit", "owner_org", "approval_doc", "approval_date", "scale", "build_state", "due_date",
)  # fmt: skip
TABLES = ("entry", "journal", "tally")


def paste(folder: str, out: str) -> dict[str, Any]:
    """`seconds` of the deed as the grid does it; {"peer"}: the same rows by executemany into a copy of the database."""
    work = Path(out)
    shutil.copytree(folder, work)
    office, ledger = opened(str(work))
    chosen = lists.ids(office, ledger)[:ROWS]
    texts = {entry: _row(at) for at, entry in enumerate(chosen)}
    before = work.with_name(f"{work.name}.db")
    with sqlite3.connect(work / DATABASE) as live, sqlite3.connect(before) as copy:
        live.backup(copy)
    began = time.perf_counter()
    made = cell_blocks.amend_many(office, ledger, texts)
    seconds = time.perf_counter() - began
    if made.facts["cells"] < ROWS * len(COLUMNS) // 2 or made.faults:
        raise AssertionError(f"not pasted: {made.facts}, {len(made.faults)} refused")
    office.close()
    peer = _raw(work / DATABASE, before)
    shutil.rmtree(work)
    before.unlink()
    return {"seconds": seconds, "peer": peer, "cells": made.facts["cells"]}


def _row(at: int) -> dict[str, str]:
    values = (
        f"粘贴的项目第{at}标段", f"镇{at % 7}", f"{at + 1}.5", "水利局", f"某公司{at % 60}", f"某发改字〔2022〕{at}号",
        f"2022-0{at % 8 + 1}-11", f"约{at}公里", "在建" if at % 2 else "未开工", f"2022-1{at % 3}-01",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _raw(after: Path, before: Path) -> float:
    """Wall seconds for what differs between the two, one transaction, the rows ready in memory."""
    with sqlite3.connect(after) as live, sqlite3.connect(before) as old:
        changed = {
            table: [row for row in live.execute(f"SELECT * FROM {table}") if row not in known]
            for table in TABLES
            for known in [set(old.execute(f"SELECT * FROM {table}"))]
        }
    live.close()
    old.close()
    raw = sqlite3.connect(before, isolation_level=None)
    for pragma in PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    began = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    for table, rows in changed.items():
        if rows:
            marks = ",".join("?" * len(rows[0]))
            raw.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)
    raw.execute("COMMIT")
    seconds = time.perf_counter() - began
    raw.close()
    return seconds

"""Projects and matters stored with journal and hashes, against a bare executemany of the very same rows."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from app.imports import drafting, intake
from app.ledger import entries, ledgers
from app.office import DATABASE
from app.samples import sample
from benches.tasks.offices import ANSWERS, TEMPLATE, create, new_rows

TABLES = ("entry", "item", "journal", "original")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000")


def import_rows(folder: str, count: int) -> dict[str, Any]:
    """All rows added in one transaction of a new office; the rows are made before."""
    office = create(Path(folder))
    ledger = str(ledgers.open_template(office, TEMPLATE).subject)
    rows = list(new_rows(count))
    began = time.perf_counter()
    with office.write("测速") as work:
        line = ledgers.line_of(work.connection, ledger)
        entries.add_many(work, line, office, rows, {"not_secret": sample.DECLARER})
    seconds = time.perf_counter() - began
    office.close()
    return {"seconds": seconds, "rows": count}


def import_book(folder: str, file: str) -> dict[str, Any]:
    """A workbook's rows taken in as the program does it, each with its original cells; reading it is not timed."""
    office = create(Path(folder))
    ledger = str(ledgers.open_template(office, TEMPLATE).subject)
    draft = drafting.draft(Path(file), ledgers.find(office, ledger).loaded, answers=ANSWERS)
    plan = intake.plan(office, ledger, draft)
    began = time.perf_counter()
    change = intake.commit(office, plan, not_secret=sample.DECLARER)
    seconds = time.perf_counter() - began
    office.close()
    return {"seconds": seconds, "rows": change.facts["added"]}


def raw_rows(source: str, folder: str) -> dict[str, Any]:
    """The rows of `source` into an empty database of the same schema, one transaction, ready in memory before."""
    with sqlite3.connect(Path(source) / DATABASE) as live:
        rows = {table: live.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        schema = [sql for (sql,) in live.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    live.close()
    Path(folder).mkdir()
    raw = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
    for pragma in PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    for sql in schema:
        raw.execute(sql)
    began = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    for table in filter(rows.get, TABLES):
        marks = ",".join("?" * len(rows[table][0]))
        raw.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])
    raw.execute("COMMIT")
    seconds = time.perf_counter() - began
    raw.close()
    return {"seconds": seconds, "rows": {table: len(found) for table, found in rows.items()}}

"""A block of 500 rows and 10 columns pasted, beside bare scripts that write the same with sqlite3."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from app.ledger import cell_blocks
from app.listing import lists
from app.office import DATABASE, clock_warning
from benches.tasks.offices import opened
from benches.tasks.storing import PRAGMAS

ROWS = 500
COLUMNS = (
    "name", "place", "invest", "resp_unit", "owner_org", "approval_doc", "approval_date", "scale", "build_state", "due_date",
)  # fmt: skip
TABLES = ("entry", "journal", "tally")
Rows = dict[str, list[tuple[Any, ...]]]
Names = dict[str, list[str]]


def paste(folder: str, out: str) -> dict[str, Any]:
    """Wall seconds of the deed as the grid does it, and processor seconds under `cpu`; both of the two scripts beside it.

    `made` reads the rows, sets the cells and makes JSON and hashes of the journal before it writes; `ready` only writes.
    """
    work = Path(out)
    shutil.copytree(folder, work)
    office, ledger = opened(str(work))
    clock_warning(office)  # the page a window starts on has asked already
    *chosen, other = lists.ids(office, ledger)[: ROWS + 1]
    cell_blocks.amend_many(office, ledger, {other: _row(ROWS)})  # and somebody has typed something before
    texts = {entry: _row(at) for at, entry in enumerate(chosen)}
    before = work.with_name(f"{work.name}.db")
    with closing(sqlite3.connect(work / DATABASE)) as live, closing(sqlite3.connect(before)) as copy:
        live.backup(copy)
    again = Path(shutil.copy(before, work.with_name(f"{work.name}-again.db")))
    _settle(work, before, again)
    gc.disable()  # as while a window runs: it collects between deeds
    clock = _Clock()
    made = cell_blocks.amend_many(office, ledger, texts)
    ours = clock.read()
    if made.facts["cells"] < ROWS * len(COLUMNS) // 2 or made.faults:
        raise AssertionError(f"not pasted: {made.facts}, {len(made.faults)} refused")
    office.close()
    names, rows = _moved(work / DATABASE, before)
    peers = {"made": _written(before, rows, names, making=True), "ready": _written(again, rows, names, making=False)}
    shutil.rmtree(work)
    before.unlink()
    again.unlink()
    told = {name: {"seconds": found[0], "cpu": found[1]} for name, found in peers.items()}
    return {"seconds": ours[0], "cpu": ours[1], "cells": made.facts["cells"], **told}


class _Clock:
    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def _settle(*places: Path) -> None:
    """What was copied just now is on the disk, so that no commit has to wait for it."""
    for file in [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]:
        if file.is_file():
            with file.open("rb+") as found:
                os.fsync(found.fileno())


def _row(at: int) -> dict[str, str]:
    values = (
        f"粘贴的项目第{at}标段", f"镇{at % 7}", f"{at + 1}.5", "水利局", f"某公司{at % 60}", f"某发改字〔2022〕{at}号",
        f"2022-0{at % 8 + 1}-11", f"约{at}公里", "在建" if at % 2 else "未开工", f"2022-1{at % 3}-01",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _moved(after: Path, before: Path) -> tuple[Names, Rows]:
    """The rows that differ between the two, by table, and the columns of each table."""
    with closing(sqlite3.connect(after)) as live, closing(sqlite3.connect(before)) as old:
        rows = {
            table: [row for row in live.execute(f"SELECT * FROM {table}") if row not in known]
            for table in TABLES
            for known in [set(old.execute(f"SELECT * FROM {table}"))]
        }
        names = {table: [name for _, name, *_ in live.execute(f"PRAGMA table_info({table})")] for table in TABLES}
    return names, rows


def _written(file: Path, rows: Rows, names: Names, *, making: bool) -> tuple[float, float]:
    """(wall, processor seconds) of one transaction that writes these rows."""
    raw = sqlite3.connect(file, isolation_level=None)
    for pragma in PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    at, key = names["entry"].index("cells"), names["entry"].index("id")
    values = {row[key]: {k: v for k, v in msgspec.json.decode(row[at]).items() if k in COLUMNS} for row in rows["entry"]}
    clock = _Clock()
    raw.execute("BEGIN IMMEDIATE")
    if making:
        rows = rows | dict(zip(("entry", "journal"), _made(raw, rows, names, values), strict=True))
    for table, found in rows.items():
        if found:
            marks = ",".join("?" * len(found[0]))
            raw.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", found)
    raw.execute("COMMIT")
    spent = clock.read()
    raw.close()
    return spent


def _made(
    raw: sqlite3.Connection, rows: Rows, names: Names, values: dict[str, dict[str, Any]]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The same rows of entry and journal, their cells read, set and told in the chain; all else in them is given."""
    at, key = names["entry"].index("cells"), names["entry"].index("id")
    marks = ",".join("?" * len(values))
    stood = raw.execute(f"SELECT id, cells FROM entry WHERE id IN ({marks})", list(values))
    held = {entry: msgspec.json.decode(cells) for entry, cells in stood}
    entries = [
        (*row[:at], msgspec.json.encode(held[row[key]] | values[row[key]]).decode(), *row[at + 1 :]) for row in rows["entry"]
    ]
    return entries, list(_chained(rows["journal"], names["journal"], held, values))


def _chained(
    lines: list[tuple[Any, ...]], names: list[str], held: dict[str, dict[str, Any]], values: dict[str, dict[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    encode = msgspec.json.Encoder(order="sorted").encode
    prev = lines[0][names.index("prev")]
    for line in lines:
        told = dict(zip(names, line, strict=True))
        new = values[told["subject"]]
        body = encode({"cells": new, "was": {"cells": {name: held[told["subject"]].get(name) for name in new}}})
        salt = os.urandom(16)
        digest = hashlib.sha256(salt + body).digest()
        header = {name: told[name] for name in ("stream", "seq", "at", "on", "clerk", "verb", "subject", "rev")}
        digested = hashlib.sha256(b"\x02" + prev + encode(header | {"digest": digest.hex()})).digest()
        yield tuple((told | {"body": body.decode(), "salt": salt, "digest": digest, "prev": prev, "hash": digested}).values())
        prev = digested

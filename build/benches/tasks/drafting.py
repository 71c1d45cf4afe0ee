"""A workbook read dry: every cell parsed, mapped and judged, against merely walking through it."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

import openpyxl

from app import ledgers
from app.imports import drafting, intake
from benches import made
from benches.tasks.offices import opened

ANSWERS = {"√": "办结", "×": "未办", "/": "不需办"}


def make_book(out: str, count: int, blank: int = 0) -> dict[str, Any]:
    """A list of `count` rows, then `blank` rows of blanks."""
    made.write_workbook(Path(out), (row for part in (made.league_rows(count), made.blank_rows(blank)) for row in part))
    return {"bytes": Path(out).stat().st_size}


def dry_run(folder: str, file: str) -> dict[str, Any]:
    """Draft and plan into an empty ledger; `own` and `reader` are peak MB of this process and of the reading child."""
    office, ledger = opened(folder)
    loaded = ledgers.find(office, ledger).loaded
    began = time.perf_counter()
    draft = drafting.draft(Path(file), loaded, answers=ANSWERS, context_year=2022)
    plan = intake.plan(office, ledger, draft)
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "own": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "reader": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        **plan.counts,
    }


def walk(file: str) -> dict[str, Any]:
    """openpyxl, read only: every row's values and nothing done with them."""
    began = time.perf_counter()
    book = openpyxl.load_workbook(file, read_only=True)
    rows = sum(1 for _ in book.active.iter_rows(values_only=True))
    return {"seconds": time.perf_counter() - began, "rows": rows}

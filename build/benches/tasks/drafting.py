"""A workbook read dry: every cell parsed, mapped and judged, against merely walking through it."""

from __future__ import annotations

import re
import resource
import threading
import time
from itertools import chain
from pathlib import Path
from typing import Any

import openpyxl

from app.imports import drafting, intake
from app.ledger import ledgers
from benches import made
from benches.tasks.offices import ANSWERS, opened

HIGH_WATER = re.compile(r"VmHWM:\s+(\d+) kB")


def make_book(out: str, count: int, blank: int = 0, formatted: int = 0) -> dict[str, Any]:
    """A list of `count` rows, then rows of blanks, then rows that are only formatted."""
    rows = chain(made.league_rows(count), made.idle_rows(blank, " "), made.idle_rows(formatted, None))
    made.write_workbook(Path(out), rows)
    return {"bytes": Path(out).stat().st_size}


def dry_run(folder: str, file: str, watch: bool = False) -> dict[str, Any]:
    """Draft and plan into an empty ledger. `own` and, when watched, `reader` are peak MB of the two processes."""
    watching = _Watch()
    if watch:
        watching.start()
    office, ledger = opened(folder)
    loaded = ledgers.find(office, ledger).loaded
    began = time.perf_counter()
    draft = drafting.draft(Path(file), loaded, answers=ANSWERS, context_year=2022)
    plan = intake.plan(office, ledger, draft)
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "own": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "reader": watching.ended(),
        **plan.counts,
    }


class _Watch(threading.Thread):
    """Looks at the peak of our child: what the system tells afterwards is never below our own peak at its start."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._most = 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.02):
            for listed in Path("/proc/self/task").glob("*/children"):
                for child in listed.read_text().split():
                    self._most = max(self._most, _high_water(child))

    def ended(self) -> float:
        self._over.set()
        return self._most / 1024


def _high_water(process: str) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
        program = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return 0
    found = HIGH_WATER.search(status)
    return int(found[1]) if found and b"app.imports.child" in program else 0


def walk(file: str) -> dict[str, Any]:
    """openpyxl, read only: every row's values and nothing done with them."""
    began = time.perf_counter()
    book = openpyxl.load_workbook(file, read_only=True)
    rows = sum(1 for _ in book.active.iter_rows(values_only=True))
    return {"seconds": time.perf_counter() - began, "rows": rows}

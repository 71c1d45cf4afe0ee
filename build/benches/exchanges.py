"""The measures of the exchange between offices, and what is proved by the thousands rather than timed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benches import runs as run
from benches import table
from benches.measures import LARGE_RUNS, Bench
from benches.runs import by_turns, middle, peak
from benches.table import Row

PEER = "hashing + copying"
SCHEDULES, FILE_SCHEDULES, KILLS = 20_000, 36, 300


def bundles(bench: Bench) -> Iterator[Row]:
    """a bundle with scans built and taken in, against hashing and copying the same files"""
    rows, scans = bench.size(465), bench.size(200)
    nest = bench.nest / f"pair-{rows}"
    if not nest.exists():
        bench.task("exchanging.make_pair", folder=nest, count=rows, scans=scans)
    built, taken, copied, bare = by_turns(
        bench.runs,
        lambda: bench.task("exchanging.build", nest=nest),
        lambda: bench.passing("exchanging.receive", nest=nest),
        lambda: bench.passing("exchanging.copy", nest=nest),
        lambda: bench.passing("exchanging.passes", nest=nest),
    )
    size = copied[0].said["bytes"] / 2**20
    what = f"{rows} projects, {scans} scans ({size:.0f} MB)"
    whole = middle(built, lambda one: float(one.said["whole"]))
    note = f" (on the stick and compared {table.span(whole)}; its passes bare {table.span(middle(bare))})"
    yield table.at_most(f"{what}: bundle built and proved", middle(built), middle(copied), PEER, 1.5, note)
    looked = middle(taken, lambda one: float(one.said["look"]))
    least = table.span(middle(bare, lambda one: float(one.said["take"])))
    note = f" (by the calls of the window, one process; the look alone {table.span(looked)}; its passes bare {least})"
    yield table.at_most(f"{what}: look, then receive", middle(taken), middle(copied), PEER, 3, note)


def gatherings(bench: Bench) -> Iterator[Row]:
    """received ledgers gathered into one: how it grows, and against executemany of the same rows"""
    rows = bench.size(465)
    few, many = (3, 31) if bench.quick else (10, 103)
    nests = {}
    for mirrors in (few, many):
        nests[mirrors] = bench.nest / f"mirrors-{mirrors}-{rows}"
        if not nests[mirrors].exists():
            bench.task("exchanging.make_mirrors", folder=nests[mirrors], mirrors=mirrors, count=rows)
    times = min(bench.runs, LARGE_RUNS)
    small, large, bare = by_turns(
        times,
        lambda: bench.passing("exchanging.gather", nest=nests[few]),
        lambda: bench.passing("exchanging.gather", nest=nests[many]),
        lambda: bench.passing("exchanging.raw", nest=nests[many]),
    )
    note = f" ({times} runs)"
    named = f"{few} ledgers"
    what = f"{many} received ledgers of {rows} projects gathered"
    yield table.at_most(what, middle(large), middle(small), named, 12, note)
    yield table.at_most(
        f"{what}: {large[0].said['rows']:,} rows", middle(large), middle(bare), "sqlite3 executemany", 4
    )
    least, most = peak(small), peak(large)
    yield Row(
        f"{what}: peak memory",
        f"{most:.0f} MB",
        f"{named} {least:.0f} MB",
        f"+{most - least:.0f} MB",
        "≤ +40 MB, SQLite's page cache of 32 MB among it",
        most - least <= 40,
    )
    yield from _by_hand(bench)


def _by_hand(bench: Bench) -> Iterator[Row]:
    """Ten ledgers merged here, against LibreOffice putting ten workbooks of as many rows below one another."""
    rows, books = bench.size(465), 10
    soffice, python = shutil.which("soffice"), shutil.which("python3", path="/usr/bin:/usr/local/bin")
    knows = (
        python
        and not subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode
    )
    if soffice is None or python is None or not knows:
        table.say("    LibreOffice with its Python is not installed: nothing to compare ten workbooks with")
        return
    nest = bench.nest / f"post-{books}-{rows}"
    if not nest.exists():
        bench.task("exchanging.make_post", folder=nest, bundles=books, count=rows)
    book = bench.workbook(bench.office(rows))
    copies = [bench.nest / f"book-{number}.xlsx" for number in range(books)]
    for copy in copies:
        shutil.copyfile(book, copy)
    profile = (bench.nest / "soffice").as_uri()
    merged, script = bench.nest / "merged.xlsx", Path(__file__).with_name("merge_books.py")
    command: list[str | Path] = [python, script, soffice, profile, merged]
    mine, theirs = by_turns(
        min(bench.runs, LARGE_RUNS),
        lambda: bench.passing("exchanging.merge_post", nest=nest),
        lambda: run.child([*command, *copies], bench.nest),
    )
    what = f"{books} ledgers of {rows} projects looked at, received, proved and merged"
    note = (
        f" ({table.span(middle(theirs) / books)} a workbook, opened and copied by a script, nothing checked)"
    )
    yield table.at_most(what, middle(mine), middle(theirs), "LibreOffice, ten workbooks", 0, note)


def proofs(bench: Bench) -> Iterator[Row]:
    """schedules of sticks and kills, by the thousands; not timed, each one holds or the bench fails"""
    for module, wanted in (
        ("schedules", bench.size(SCHEDULES)), ("file_schedules", bench.size(FILE_SCHEDULES)),
        ("killing", bench.size(KILLS)), ("mutations", bench.size(10_000)),
    ):  # fmt: skip
        done = run.child([sys.executable, "-m", f"tests.sync.{module}", str(wanted)], bench.nest)
        table.say(f"    {done.printed.strip()}")
        note = f"; {done.said['note']}" if "note" in done.said else ""
        held = f"all hold, {table.span(done.wall)}{note}"
        yield Row(f"{wanted:,} {NAMES[module]}", held, "", "", "0 faults", True)


NAMES = {
    "schedules": "delivery schedules (lost, doubled, overtaken, damaged, restored)",
    "file_schedules": "the same with real offices and files",
    "killing": "kills -9 in receive, send, push, merge, seal",
    "mutations": "spoilt bundles (ledger, check, return), and as many receipts, slips, registers, remarks, documents",
}
ALL: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "bundles": bundles,
    "gatherings": gatherings,
    "proofs": proofs,
}

"""The measures, each against its peer. This side only starts children and reads what they say."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benches import runs as run
from benches import table
from benches.runs import Run, by_turns, middle, peak, task
from benches.table import Row

TODAY = "2022-08-23"
LEDGER = "pending-approval"
OFFICE = "LibreOffice"
LARGE_RUNS = 3


@dataclass
class Bench:
    """Where data lies and how often to run. Offices and books are made once, when first asked for."""

    nest: Path
    runs: int
    quick: bool

    def __post_init__(self) -> None:
        self._fresh = count()

    def size(self, rows: int) -> int:
        return rows // 10 if self.quick else rows

    def fresh(self, suffix: str = "") -> Path:
        return self.nest / f"made-{next(self._fresh)}{suffix}"

    def sample(self) -> Path:
        return self._made("sample", "offices.make_sample", "folder")

    def office(self, rows: int) -> Path:
        return self._made(f"office-{rows}", "offices.make_large", "folder", count=rows)

    def book(self, rows: int, **idle: int) -> Path:
        name = "-".join(["list", str(rows), *(f"{kind}-{n}" for kind, n in idle.items())])
        return self._made(f"{name}.xlsx", "drafting.make_book", "out", count=rows, **idle)

    def workbook(self, office: Path) -> Path:
        return self._made(f"{office.name}.xlsx", "printing.workbook", "out", folder=office)

    def task(self, name: str, **args: object) -> Run:
        return task(name, self.nest, **args)

    def passing(self, name: str, **args: object) -> Run:
        """A task whose folder is thrown away."""
        folder = self.fresh()
        done = self.task(name, folder=folder, **args)
        shutil.rmtree(folder)
        return done

    def counted(self, rows: int) -> Path:
        """An office of so many projects, some of whose matters have moved."""
        return self._made(f"counted-{rows}", "counting.make", "folder", count=rows)

    def imported(self, book: Path) -> Path:
        return self._made(f"of-{book.stem}", "storing.import_book", "folder", file=book)

    def _made(self, name: str, by: str, where: str, **args: object) -> Path:
        path = self.nest / name
        if not path.exists():
            self.task(by, **{where: path}, **args)
        return path


def prints(bench: Bench) -> Iterator[Row]:
    """the ledger as PDF, against LibreOffice turning the exported workbook into PDF"""
    office = bench.sample()
    soffice = shutil.which("soffice")
    if soffice is None:
        table.say("    LibreOffice is not installed: nothing to compare the PDF with")
        yield _memory_of_print(bench)
        return
    book = bench.workbook(office)

    def ours() -> Run:
        return bench.task("printing.pdf", folder=office, out=bench.nest / "ours.pdf")

    def whole() -> Run:
        data = bench.fresh()  # a second print of the same content would only copy the first
        shutil.copytree(office, data)
        ask = ["--data", data, "--today", TODAY, "print", LEDGER, "-o", bench.nest / "whole.pdf"]
        done = run.child([sys.executable, "-m", "ui", *ask], bench.nest)
        shutil.rmtree(data)
        return done

    def peer() -> Run:
        return _convert(bench, soffice, book)

    mine, process, theirs = by_turns(bench.runs, ours, whole, peer)
    yield table.faster("465 projects, the PDF", middle(mine), middle(theirs), OFFICE, 6)
    yield table.faster("465 projects, whole `print` process", middle(process), middle(theirs), OFFICE, 1.5)
    yield from _many_prints(bench, soffice)
    yield _memory_of_print(bench)


def _many_prints(bench: Bench, soffice: str) -> Iterator[Row]:
    rows = bench.size(10_000)
    office = bench.office(rows)
    book = bench.workbook(office)
    mine, theirs = by_turns(
        min(bench.runs, LARGE_RUNS),
        lambda: bench.task("printing.pdf", folder=office, out=bench.nest / "ours.pdf"),
        lambda: _convert(bench, soffice, book),
    )
    name = f"{rows:,} projects, the PDF"
    note = f" ({len(mine)} runs)"
    yield table.faster(name, middle(mine), middle(theirs), OFFICE, 3.5, note)
    yield table.memory(f"{name}: peak memory", peak(mine), 0, OFFICE, peak(theirs))


def _memory_of_print(bench: Bench) -> Row:
    rows = bench.size(50_000)
    office = bench.office(rows)
    out = bench.nest / "ours.pdf"
    mine = [bench.task("printing.pdf", folder=office, out=out) for _ in range(min(bench.runs, LARGE_RUNS))]
    note = f" ({middle(mine):.1f} s, {mine[0].said['pages']:,} pages)"
    return table.memory(f"{rows:,} projects, the PDF: peak memory", peak(mine), 250, note=note)


def _convert(bench: Bench, soffice: str, book: Path) -> Run:
    profile = (bench.nest / "soffice").as_uri()
    out = bench.nest / "theirs"
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", out, book]
    done = run.child(command, bench.nest)
    made = out / f"{book.stem}.pdf"
    if not made.is_file():
        raise run.Failed(f"{book.name} was not converted")
    made.unlink()
    return done


def drafts(bench: Bench) -> Iterator[Row]:
    """a dry run of a list, against openpyxl merely walking through it"""
    rows = bench.size(50_000)
    book, office = bench.book(rows), bench.office(0)
    mine, theirs = by_turns(
        bench.runs,
        lambda: bench.task("drafting.dry_run", folder=office, file=book),
        lambda: bench.task("drafting.walk", file=book),
    )
    said = mine[0].said
    if said["added"] != rows:
        table.say(f"    only {said['added']} of {rows} rows would be added: {said}")
    name = f"{rows:,} × 16 dry run"
    yield table.at_most(name, middle(mine), middle(theirs), "openpyxl read_only", 1)
    said = bench.task("drafting.dry_run", folder=office, file=book, watch=True).said
    both = f"{said['own']:.0f} MB, reading child {said['reader']:.0f} MB"
    yield Row(f"{name}: peak memory", both, f"openpyxl {peak(theirs):.0f} MB", "")


def imports(bench: Bench) -> Iterator[Row]:
    """projects with their matters stored, journal and hashes included, against executemany of the same rows"""
    rows = bench.size(50_000)
    source, book = bench.office(rows), bench.book(rows)
    mine, theirs = by_turns(
        bench.runs,
        lambda: bench.passing("storing.import_rows", count=rows),
        lambda: bench.passing("storing.raw_rows", source=source),
    )
    found = theirs[0].said["rows"]
    name = f"{found['entry']:,} projects + {found['item']:,} matters imported"
    yield table.at_most(name, middle(mine), middle(theirs), "sqlite3 executemany", 6)
    source = bench.imported(book)
    mine, theirs = by_turns(
        min(bench.runs, LARGE_RUNS),
        lambda: bench.passing("storing.import_book", file=book),
        lambda: bench.passing("storing.raw_rows", source=source),
    )
    note = f" ({len(mine)} runs)"
    what = "the same from a workbook, the original cells kept"
    yield table.at_most(what, middle(mine), middle(theirs), "sqlite3 executemany", 6, note)


def lists(bench: Bench) -> Iterator[Row]:
    """sorts, filters and pages of a large ledger, against the bare SQL for the same"""
    rows = bench.size(50_000)
    office = bench.office(rows)
    times = max(5, bench.runs)
    found = bench.task("listing.orders", folder=office, runs=times).said
    for kind in ("sorts", "filters"):
        ratios = sorted((ours / bare, name, ours, bare) for name, (ours, bare, _) in found[kind].items())
        for ratio, name, ours, bare in ratios:
            table.say(f"    {kind} {name}: {table.span(ours)} / {table.span(bare)} = {ratio:.2f}")
        _, name, ours, bare = ratios[-1]
        what = f"{len(ratios)} {kind} of {rows:,} projects, the worst ({name})"
        yield table.at_most(what, ours, bare, "bare SQL", 2)
    pages = bench.task("listing.pages", folder=office, runs=times * 4).said
    ratios = sorted((ours / bare, name, ours, bare) for name, (ours, bare) in pages.items())
    _, name, ours, bare = ratios[-1]
    what = f"{len(ratios)} pages of 200 rows, the worst ({name})"
    yield table.at_most(what, ours, bare, "sqlite3 + json.loads", 4)


def window(bench: Bench) -> Iterator[Row]:
    """the window of the 465 projects until it takes keys, against a bare window; processor time, the least of the runs"""
    office = bench.sample()

    def opened(page: str) -> Run:
        (office / "window.ini").write_text(f"[window]\npage={page}\n", "utf-8")  # the page last shown
        return bench.task("window.open_office", folder=office, today=TODAY)

    today, grid, bare = by_turns(
        max(bench.runs, 7), lambda: opened("today"), lambda: opened("ledger"), lambda: bench.task("bare.window", nest=bench.nest)
    )

    def spent(runs: Sequence[Run]) -> float:
        return min(one.used for one in runs)  # what else the machine does only adds to it

    for name, mine in (("今日要办", today), ("the grid", grid)):
        what = f"Window of 465 projects at {name} until it takes keys, processor time"
        yield table.at_most(what, spent(mine), spent(bare), "bare PySide6 window", 4)


def growth(bench: Bench) -> Iterator[Row]:
    """memory of a dry run: what it grows by when rows are kept, and when they are only there"""
    rows, few = bench.size(50_000), bench.size(1_000)
    idle = rows - few
    base = _peaks(bench, bench.book(few))
    kept = [peak - least for peak, least in zip(_peaks(bench, bench.book(rows)), base, strict=True)]
    for words, book in (
        ("formatted, empty rows", bench.book(few, formatted=idle)),
        ("rows of blanks", bench.book(few, blank=idle)),
    ):
        own, reader = (peak - least for peak, least in zip(_peaks(bench, book), base, strict=True))
        ratio = max(own, 0) / kept[0]
        ours = f"{own:.0f} MB, reading child {reader:.0f} MB"
        peer = f"kept: {kept[0]:.0f} MB, reading child {kept[1]:.0f} MB"
        yield Row(f"Memory added by {idle:,} {words}", ours, peer, f"{ratio:.2f}×", "≤ 0.25×", ratio <= 0.25)


def _peaks(bench: Bench, book: Path) -> list[float]:
    """Peak MB of a dry run's own process and of its reading child."""
    office = bench.office(0)
    times = min(bench.runs, LARGE_RUNS)
    done = [bench.task("drafting.dry_run", folder=office, file=book, watch=True) for _ in range(times)]
    return [middle(done, lambda one, key=key: float(one.said[key])) for key in ("own", "reader")]


ALL: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "prints": prints,
    "drafts": drafts,
    "imports": imports,
    "lists": lists,
    "window": window,
    "growth": growth,
}

"""Periodic reports: all formats of one against its PDF alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

from benches.measures import Bench
from benches.runs import Run, by_turns, middle
from benches.table import Row, at_most


def half_month(bench: Bench) -> Iterator[Row]:
    """a banner's half-month report as PDF, .docx and .xlsx, against its PDF alone"""
    office = bench.sample()

    def made(name: str) -> Run:
        out = bench.fresh()
        out.mkdir()
        return bench.task(f"reporting.{name}", folder=office, out=out)

    def filed() -> Run:
        data, out = bench.fresh(), bench.fresh()
        shutil.copytree(office, data)  # a report that was sent makes the next one another edition
        out.mkdir()
        done = bench.task("reporting.filed", folder=data, out=out)
        shutil.rmtree(data)
        return done

    whole, alone, kept = by_turns(bench.runs, lambda: made("files"), lambda: made("pdf"), filed)
    peer = "its PDF alone"
    yield at_most("465 projects, a half-month report in three formats", middle(whole), middle(alone), peer, 5)
    yield at_most("the same, frozen and filed", middle(kept), middle(alone), peer, 5)

    def files(one: Run) -> float:
        return float(one.said["files"])

    yield at_most("the same, the files alone", middle(whole, files), middle(alone, files), peer, 5)


ALL: dict[str, Callable[[Bench], Iterator[Row]]] = {"reports": half_month}

"""The measure of statistics: every figure of a large ledger against the bare SQL aggregate."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benches import table
from benches.measures import Bench
from benches.table import Row


def statistics(bench: Bench) -> Iterator[Row]:
    """statistics by unit and matter of a period, against the bare SQL that counts 在账, red and moved"""
    rows = bench.size(100_000)
    said = bench.task("counting.statistics_of", folder=bench.counted(rows), runs=max(3, bench.runs)).said
    what = f"Statistics of {rows:,} projects and {rows * 8:,} matters by unit × matter × period"
    note = f" ({said['columns']} figures, {said['groups']} groups)"
    yield table.at_most(what, said["figures"], said["bare"], "bare SQL", 3, note)
    yield table.at_most("The same as of a past day", said["past"], said["bare"], "bare SQL", 0)


ALL: dict[str, Callable[[Bench], Iterator[Row]]] = {"statistics": statistics}

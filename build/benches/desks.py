"""The measures of the grid under the hand: key strokes, scrolling, pasting."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

from benches import table
from benches.measures import TODAY, Bench
from benches.table import Row

FRAME_MS, STALL_MS = 16, 50
PEER = "bare QTableView"


def desk(bench: Bench) -> Iterator[Row]:
    """the grid of a large ledger from key stroke to painted cell and through every scroll, against a bare table view"""
    rows = bench.size(100_000)
    mine = [bench.task("desk.under_hand", folder=bench.office(rows), today=TODAY).said for _ in range(min(bench.runs, 3))]
    bare = [bench.task("desk.bare_table", nest=bench.nest, rows=rows).said for _ in range(min(bench.runs, 3))]
    small = bench.task("desk.under_hand", folder=bench.sample(), today=TODAY).said

    def middle(of: list[dict[str, object]], name: str) -> float:
        return statistics.median(float(str(one[name])) for one in of)

    for what, name, most in (
        ("a key stroke until its cell is painted, median", "keys", FRAME_MS),
        ("the longest wait of a scroll (PgDn, wheel, slider, ends)", "stall", STALL_MS),
    ):
        ours, peer = middle(mine, name), middle(bare, name)
        yield Row(
            f"{rows:,} projects, {what}", f"{ours:.1f} ms", f"{PEER} {peer:.1f} ms", f"{ours / peer:.2f}× its time",
            f"≤ {most} ms", ours <= most,
        )  # fmt: skip
    for what, name in (("opened", "opened"), ("sorted by a column", "sorted"), ("everything selected", "all")):
        ours, peer = middle(mine, name), float(small[name])
        yield Row(f"{rows:,} projects {what}", f"{ours:.0f} ms", f"465 projects {peer:.0f} ms", f"{ours / peer:.2f}× its time")


def paste(bench: Bench) -> Iterator[Row]:
    """500 × 10 cells pasted as one deed, against scripts that write the same cells and journal lines in one synced transaction"""
    office = bench.office(bench.size(10_000))
    found = [bench.task("pasting.paste", folder=office, out=bench.fresh()).said for _ in range(max(3, bench.runs))]
    ours = statistics.median(one["seconds"] for one in found)
    used = statistics.median(one["cpu"] for one in found)

    def script(name: str, of: str) -> float:
        return statistics.median(float(one[name][of]) for one in found)

    yield table.at_most("500 × 10 cells pasted", ours, script("made", "seconds"), "a script: read, JSON, hashes, executemany", 3)
    yield table.at_most("the same, processor time", used, script("made", "cpu"), "the same script", 3)
    yield table.at_most("the same, beside rows that stood ready", ours, script("ready", "seconds"), "executemany alone", 0)


ALL: dict[str, Callable[[Bench], Iterator[Row]]] = {"desk": desk, "paste": paste}

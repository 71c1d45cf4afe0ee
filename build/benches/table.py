"""The table of a bench: its lines, its Markdown, its place in README."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
HEADS = ("What", "Ours", "Peer", "Ratio", "Target", "")


@dataclass(frozen=True)
class Row:
    """One measure. `met` is None where there is no target."""

    what: str
    ours: str
    peer: str
    ratio: str
    target: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        mark = {True: "ok", False: "**missed**", None: ""}[self.met]
        return (self.what, self.ours, self.peer, self.ratio, self.target, mark)


def faster(what: str, ours: float, peer: float, named: str, least: float, note: str = "") -> Row:
    """A measure that has to be so many times faster than its peer."""
    ratio = peer / ours
    met = ratio >= least if least else None
    target = f"≥ {least:g}×" if least else ""
    return Row(what, span(ours) + note, f"{named} {span(peer)}", f"{ratio:.2f}× faster", target, met)


def at_most(what: str, ours: float, peer: float, named: str, most: float, note: str = "") -> Row:
    """A measure that may take so many times the time of its peer; with `most` 0 it is only told."""
    ratio = ours / peer
    target, met = (f"≤ {most:g}×", ratio <= most) if most else ("", None)
    return Row(what, span(ours) + note, f"{named} {span(peer)}", f"{ratio:.2f}× its time", target, met)


def memory(what: str, ours: float, most: float, named: str = "", peer: float = 0, note: str = "") -> Row:
    """Peak MB against a peer (which it must stay under) or an absolute limit."""
    limit = most or peer
    target = f"< {most:g} MB" if most else "less"
    ratio = f"{ours / peer:.2f}×" if peer else ""
    return Row(what, f"{ours:.0f} MB{note}", f"{named} {peer:.0f} MB".strip() if peer else "", ratio, target, ours < limit)


def span(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.0995 else f"{seconds:.2f} s"


def markdown(rows: Iterable[Row], facts: str) -> str:
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    lines += ["| " + " | ".join(row.cells) + " |" for row in rows]
    return "\n".join([*lines, "", facts])


def renewed(old: str, rows: Iterable[Row], facts: str) -> str:
    """The table in `old` with these rows in the place of those of the same measure, new ones at its end."""
    fresh = {_measure(row.what): row for row in rows}
    kept = []
    for line in old.splitlines():
        if line.startswith("| ") and not line.startswith(f"| {HEADS[0]} "):
            what = line[2:].partition(" |")[0]
            row = fresh.pop(_measure(what), None)
            kept.append("| " + " | ".join(row.cells) + " |" if row else line)
    kept += ["| " + " | ".join(row.cells) + " |" for row in fresh.values()]
    return "\n".join([*markdown((), "").splitlines()[:2], *kept, "", facts])


def _measure(what: str) -> str:
    """What is measured, without which of its cases came out worst."""
    return what.partition(", the worst")[0]


def machine(runs: int, quick: bool) -> str:
    """The facts a reader needs to judge the table."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    size = "a tenth of the sizes, for a look only" if quick else f"medians of {runs} runs unless said, by turns"
    return (
        f"{size}; {cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} at the end. Ratios hold from machine to machine, seconds do not."
    )


def in_readme(readme: Path) -> str:
    """The table that stands there, '' when there is none."""
    return readme.read_text("utf-8").partition(BEGIN)[2].partition(END)[0] if readme.is_file() else ""


def into_readme(readme: Path, text: str) -> bool:
    """Put the table between the marks; False where there is nothing to put it between."""
    try:
        whole = readme.read_text("utf-8")
    except OSError:
        return False
    before, found, rest = whole.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        return False
    part = readme.with_name(f".{readme.name}.part")
    part.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")
    part.replace(readme)
    return True


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

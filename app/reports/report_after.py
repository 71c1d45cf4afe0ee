"""What a ledger recorded on a day already reported, after that report was sent: the next report tells of it as 补报."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.figures import figure_sums, figures
from app.figures.bridging import Move
from app.figures.figure_heads import ITEM, RATES, Heading, Value
from app.journals.writing import FLOWS_IN, FLOWS_OUT
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.reports.report_forms import FLOWS
from app.reports.report_numbers import MARKS, Numbers

ROW = "上期报送以后当日登记的"


def counted(
    office: Office, line: LedgerLine, numbers: Numbers, before: Numbers | None, moves: Iterable[Move]
) -> Mapping[str, int]:
    """{figure: how many} of what came after the report before on a day that it had covered.

    Flows are its moves; a figure with a day of its own is what that day holds now beyond what was reported of it.
    """
    found = Counter(f"{one.kind}{ITEM if one.item else ''}" for one in moves if one.recorded < numbers.since)
    own = [f.id for f in line.loaded.t.figures if f.day and f.of == "count" and not f.over]
    eve = dt.date.fromisoformat(numbers.since) - dt.timedelta(days=1)
    if before is None or not own or before.on != eve.isoformat():
        return found
    now = figures.of(office, line.id, on=eve, since=dt.date.fromisoformat(before.since))
    if now.head <= before.head:
        return found
    for key in own:
        told = int(before.total.get(key) or 0) - before.after.get(key, 0)
        if more := int(now.total.get(key) or 0) - told:
            found[key] = more
    return found


def laid_in(numbers: Numbers, after: Mapping[str, int]) -> Numbers:
    """The numbers with `after`: 期初 is what the report before ended with, and every table has a row of it."""
    if not after:
        return numbers
    add = Counter(after)
    for mark in MARKS:
        came, went = (sum(after.get(f"{key}{mark}", 0) for key in flows) for flows in (FLOWS_IN, FLOWS_OUT))
        add[f"base{mark}"] = went - came
    total: dict[str, Value] = dict(numbers.total)
    total |= {key: int(total.get(key) or 0) + n for key, n in add.items()}
    for rate, over in RATES.items():
        for mark in MARKS:
            if f"{rate}{mark}" in total:
                gone = sum(int(total.get(f"{key}{mark}") or 0) for key in over)
                total[f"{rate}{mark}"] = figure_sums.percent(gone, total.get(f"base{mark}"))
    tables = {by: [*rows, *_rows(by, rows, add)] for by, rows in numbers.tables.items()}
    return replace(numbers, total=total, tables=tables, after=dict(after))


def _rows(
    by: str, rows: Sequence[tuple[str, Mapping[str, Value]]], add: Mapping[str, int]
) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The row of a table that says it, where its figures do; a row has no matter: a table of matters is silent of it."""
    like = rows[0][1] if rows else {}
    counts = {key for key in like if key.removesuffix(ITEM) in FLOWS or key in add}
    row = {
        key: add.get(key, 0) if key in counts and (by != "matter" or like[key] is not None) else None
        for key in like
    }
    if any(row.values()):
        yield ROW, row


def told(after: Mapping[str, int], heads: Mapping[str, Heading]) -> str:
    """上期报送以后当日又登记了项目核减1个，计入本期。; the flows, and only where none moved the figures of the template."""
    keys = [key for key in heads if after.get(key)]
    flows = [key for key in keys if key.removesuffix(ITEM) in FLOWS]
    parts = "、".join(f"{heads[key].title}{after[key]:,}{heads[key].unit}" for key in flows or keys)
    return f"上期报送以后当日又登记了{parts}，计入本期。" if parts else ""

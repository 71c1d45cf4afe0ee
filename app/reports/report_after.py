"""What a ledger recorded of days already reported, after that report was sent: the next report tells of it as 补报."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.figures import bridging, late_days
from app.figures.bridging import Move
from app.figures.figure_heads import ITEM, Heading, Value
from app.figures.late_days import Learnt
from app.journals.writing import FLOWS_IN, FLOWS_OUT
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.reports.report_forms import FLOWS
from app.reports.report_numbers import MARKS, Numbers
from app.reports.report_rows import Filed

ROW = "上期报送以后当日登记的"
LATE_ROW = "补报以前各期的"


@dataclass(frozen=True)
class After:
    """`moves` is the list of 补报; of the figures with a day of their own `same` is what was recorded while the report
    before still ran, `whole` all that has been since."""

    moves: tuple[Move, ...]
    same: Learnt
    whole: Learnt


def found(
    office: Office, line: LedgerLine, numbers: Numbers, told: Sequence[str], filed: Sequence[Filed]
) -> After:
    """What came after the report before of days that it had covered; of figures those `told` are listed row by row.

    `filed` are the reports of this form. What a register holds before its first one was never to be in any.
    """
    since, on = (dt.date.fromisoformat(day) for day in (numbers.since, numbers.on))
    border = bridging.LAST if numbers.border is None else numbers.border
    moves = bridging.late(office, line.id, since, on, border=border, head=numbers.head)
    eve = since - dt.timedelta(days=1)
    if line.loaded.t.nature == REGISTER and not any(one.sent and one.head <= border for one in filed):
        return After(moves, Learnt({}), Learnt({}))
    asked = (office, line.id, eve, border, numbers.head, on)
    whole = late_days.learnt(*asked, told=told)
    same = late_days.learnt(*asked, evening=eve.isoformat()) if whole.parts else whole
    seen = {(move.entry, move.item, move.on) for move in moves}
    more = [move for move in whole.moves if (move.entry, move.item, move.on) not in seen]
    return After((*moves, *more), same, whole)


def laid_in(line: LedgerLine, numbers: Numbers, after: After, *, reported: bool) -> Numbers:
    """The numbers with what came after: 期初 is what the report before ended with, ratios are worked out of the whole, and
    every table has a row of it. Unless the period before was `reported`, only what came late of its days is laid in."""
    flows: Counter[str] = Counter()
    if reported:
        moved = (one for one in after.moves if one.change and one.recorded < numbers.since)
        flows.update(f"{one.kind}{ITEM if one.item else ''}" for one in moved)
    own = [f.id for f in line.loaded.t.figures if f.day and f.of == "count" and not f.over]
    same, late = Counter[str](), Counter[str]()
    for key in own:
        same[key], late[key] = _parted(after.same.parts.get(key, 0), after.whole.parts.get(key, 0))
    told = {key: n for key, n in (flows + Counter()).items()} | dict(+same)
    behind = {key: n for key, n in late.items() if n}
    if not told and not after.whole.parts:
        return numbers
    assert numbers.basis is not None
    total = numbers.basis.grown(flows, _grown(after.whole.parts))
    base = {f"base{mark}": _went(flows, FLOWS_OUT, mark) - _went(flows, FLOWS_IN, mark) for mark in MARKS}
    tables = {
        by: [*rows, *_rows(by, rows, told | base, ROW), *_rows(by, rows, +late, LATE_ROW)]
        for by, rows in numbers.tables.items()
    }
    return replace(numbers, total=total, tables=tables, after=told, late=behind)


def _parted(same: int, whole: int) -> tuple[int, int]:
    """What was recorded on the last day of the report before, and since: both less than none only where the whole is."""
    first = min(max(same, 0), max(whole, 0))
    return first, whole - first


def _grown(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What there is more of. What there is less of was told too high before; it lowers no number of this period."""
    grown = {key: +value if isinstance(value, Counter) else value for key, value in parts.items()}
    less = {_of(key) for key, value in grown.items() if not isinstance(value, Counter) and value < 0}
    return {key: value for key, value in grown.items() if _of(key) not in less}


def _of(part: str) -> str:
    """The figure that a part is of: a mean has its sum and how many there are."""
    return part.removesuffix("#")


def _went(flows: Mapping[str, int], keys: Iterable[str], mark: str) -> int:
    return sum(flows.get(f"{key}{mark}", 0) for key in keys)


def _rows(
    by: str, rows: Sequence[tuple[str, Mapping[str, Value]]], add: Mapping[str, Any], name: str
) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The row of a table that says it, where its figures do; a row has no matter: a table of matters is silent of it."""
    like = rows[0][1] if rows else {}
    counts = {key for key in like if key.removesuffix(ITEM) in FLOWS or key in add}
    row = {
        key: add.get(key, 0) if key in counts and (by != "matter" or like[key] is not None) else None
        for key in like
    }
    if any(row.values()):
        yield name, row


def told(numbers: Numbers, heads: Mapping[str, Heading], wanted: Sequence[str]) -> str:
    """上期报送以后当日又登记了项目核减1个，计入本期。, 另补报以前各期的受理1项，计入本期。 and of what was told too high before
    另更正以前各期的受理减1项，本期的数不减。; of the first the flows, and only where none moved the figures of the template;
    of the others those `wanted` in the tables."""
    keys = [key for key in heads if numbers.after.get(key)]
    flows = [key for key in keys if key.removesuffix(ITEM) in FLOWS]
    more, less = ([key for key, n in numbers.late.items() if (n > 0) == high] for high in (True, False))
    said = (
        (flows or keys, numbers.after, "上期报送以后当日又登记了", "计入本期"),
        (_wanted(more, wanted), numbers.late, "另补报以前各期的", "计入本期"),
        (_wanted(less, wanted), numbers.late, "另更正以前各期的", "本期的数不减"),
    )
    return "\n".join(f"{words}{_parts(keys, of, heads)}，{end}。" for keys, of, words, end in said if keys)


def _wanted(keys: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
    return [key for key in keys if key in wanted] or keys


def _parts(keys: Iterable[str], of: Mapping[str, int], heads: Mapping[str, Heading]) -> str:
    """受理1项; where there are fewer: 受理减1项."""
    return "、".join(
        f"{heads[key].title}{'减' if of[key] < 0 else ''}{abs(of[key]):,}{heads[key].unit}"
        for key in keys
        if key in heads
    )

"""What stood in 在账 at the end of each of many days, and what had come and gone by then: one pass over what moved."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby, pairwise
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from app.engine import remains
from app.engine.remains import Remains
from app.figures import past
from app.figures.figure_heads import FLOWS_IN, FLOWS_OUT, ITEM
from app.ledger import ledgers
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import journal as journal_table

DAILY = 62
"""So many days are told one by one; of a longer time the 15th and the last of each month."""
READ = 2000
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Point:
    """The end of one day (ISO). `values` by the ids of `figures`: open, base, approved… and the same of matters."""

    day: str
    values: Mapping[str, int]


@dataclass(frozen=True)
class Mark:
    """A day the plan itself names."""

    day: str
    what: str
    clause: str = ""


@dataclass(frozen=True)
class Series:
    """The points of one ledger from its seal on, of a register from the day it was opened; none before the seal.

    `since` and `on` are its first and last day, `ends` the last of the plan (ISO); `daily` whether each day has its point.
    """

    ledger: str
    title: str
    since: str
    on: str
    ends: str
    daily: bool
    points: tuple[Point, ...]
    marks: tuple[Mark, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def series(office: Office, ledger_id: str, *, on: dt.date | None = None) -> Series:
    """The ledger from the seal (a register: from its opening) to today or the past day `on`.

    Every value of a point equals that of `figures.of` for its day. Memory does not grow with the rows.
    Raises Problem E_NO_LEDGER, E_FUTURE.
    """
    today = office.today()
    if on is not None and on > today:
        raise Problem("E_FUTURE", f"{on} 还没有到，请写今天（{today}）或以前的日期", field="on")
    last = on or today
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        seal = past.seal_of(connection, line)
        begun = seal[1] if seal else line.opened_on if line.loaded.t.nature == REGISTER else ""
        first = dt.date.fromisoformat(begun) if begun else None
        asked = days(first, last) if first and first <= last else ()
        points = counted(connection, line, asked)
    t = line.loaded.t
    marks = tuple(
        Mark(each.on.isoformat(), each.what, each.clause) for each in sorted(t.dates, key=lambda d: d.on)
    )
    daily = len(asked) == (last - first).days + 1 if first else True
    return Series(line.id, line.title, begun, last.isoformat(), t.ends.isoformat(), daily, points, marks)


def days(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """The days that are told of: each one, or of a long time the first, the 15th and last of each month, and the last."""
    if (last - first).days < DAILY:
        return tuple(first + _DAY * n for n in range((last - first).days + 1))
    found = {first, last}
    month = first.replace(day=1)
    while month <= last:
        end = calendar.monthrange(month.year, month.month)[1]
        found |= {day for day in (month.replace(day=15), month.replace(day=end)) if first < day < last}
        month = month.replace(day=end) + _DAY
    return tuple(sorted(found))


def counted(connection: Connection, line: LedgerLine, asked: Sequence[dt.date]) -> tuple[Point, ...]:
    """A point for each of these days, which are in order."""
    if not asked:
        return ()
    told = [day.isoformat() for day in asked]
    changes = [Counter[str]() for _ in told]
    moved = _moved_after(line, told[0])
    _still(connection, line, moved, changes[0])
    for turned in _turns(connection, line, moved):
        _place(told, changes, turned)
    _flows(connection, line, told, changes)
    ends = ("", ITEM) if line.loaded.t.items is not None else ("",)
    found, now = [], Counter[str]()
    for day, change in zip(told, changes, strict=True):
        now.update(change)
        found.append(Point(day, _values(now, ends)))
    return tuple(found)


def _values(now: Mapping[str, int], ends: Sequence[str]) -> dict[str, int]:
    """期初 is what stands open and what has left, less what has come: the identity of decision 2 turned round."""
    out: dict[str, int] = {}
    for end in ends:
        got = {key: now.get(key + end, 0) for key in ("open", *FLOWS_IN, *FLOWS_OUT)}
        base = got["open"] + sum(got[key] for key in FLOWS_OUT) - sum(got[key] for key in FLOWS_IN)
        out |= {f"base{end}": base, **{key + end: value for key, value in got.items()}}
    return out


def _moved_after(line: LedgerLine, day: str) -> Select[Any]:
    """The ids of all that has a line written after that day."""
    t = journal_table.c
    return select(t.subject).where(t.stream == line.stream, t.on > day)


def _still(connection: Connection, line: LedgerLine, moved: Select[Any], into: Counter[str]) -> None:
    """What has not moved since the first day is counted where it lies."""
    e, i = entry_table.c, item_table.c
    for table, key, end in ((entry_table, e.id, ""), (item_table, i.entry_id, ITEM)):
        mine = (table.c.ledger_id == line.id, table.c.standing == "open", key.not_in(moved))
        into[f"open{end}"] += connection.scalar(select(func.count()).select_from(table).where(*mine)) or 0


class _New(msgspec.Struct):
    standing: str
    standings: dict[str, str] = {}
    items: dict[str, msgspec.Raw] = {}


class _Told(msgspec.Struct):
    """What a line says of how a row and its matters stand; everything else in it is passed over."""

    new: _New | None = None
    standing: str | None = None
    standings: dict[str, str | None] = {}
    items: dict[str, msgspec.Raw] = {}
    gone: list[str] = []


_READ = msgspec.json.Decoder(_Told)
_Turn = tuple[str, int, int]
"""A day, and by how much rows and matters in 在账 became more on it."""


@dataclass
class _Stands:
    """How one row stands after the lines so far, as `played` has it."""

    there: bool = False
    standing: str = ""
    standings: dict[str, str | None] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)

    def take(self, told: _Told) -> None:
        if told.new is not None:
            self.there, self.standing = True, told.new.standing
            self.standings, self.items = dict(told.new.standings), set(told.new.items)
        elif self.there:
            self.items |= told.items.keys()
            self.items -= set(told.gone)
            self.standing = told.standing or self.standing
            self.standings |= told.standings

    @property
    def open(self) -> tuple[int, int]:
        return int(self.standing == "open"), sum(self.standings.get(code) == "open" for code in self.items)


def _turns(connection: Connection, line: LedgerLine, moved: Select[Any]) -> Iterator[_Turn]:
    """Every turn of the rows that moved, one row in memory at a time.

    The index of subjects has the lines of a row together. `coalesce` keeps the database from going by stream instead,
    when it would have to hold all bodies to sort them.
    """
    left, t = remains.of_stream(connection, line.stream), journal_table.c
    mine = (func.coalesce(t.stream, "") == line.stream, t.subject.in_(moved))
    lines = select(t.subject, t.seq, t.on, t.body).where(*mine).order_by(t.subject, t.stream, t.seq)
    lines = lines.execution_options(yield_per=READ)
    for _, own in groupby(connection.execute(lines), key=lambda row: row.subject):
        told = [(row.on, _told(left, row)) for row in own]
        yield from _of_row([(on, each) for on, each in told if each is not None])


def _told(left: Remains, row: Any) -> _Told | None:
    if row.body is not None:
        return _READ.decode(row.body)
    kept = left.bodies.get(row.seq)
    return msgspec.convert(kept, _Told) if kept is not None else None


def _of_row(told: Sequence[tuple[str, _Told]]) -> Iterator[_Turn]:
    """The turns of one row. Of a day counts what was written by it, in order of seq, however the clock went (domain A5)."""
    was = (0, 0)
    stands = _Stands()
    rising = all(one[0] <= after[0] for one, after in pairwise(told))
    for day in sorted({on for on, _ in told}):
        if rising:
            lines = [each for on, each in told if on == day]
        else:  # the clock was set back in between: worked out anew for each day
            stands, lines = _Stands(), [each for on, each in told if on <= day]
        for each in lines:
            stands.take(each)
        now = stands.open
        if now != was:
            yield day, now[0] - was[0], now[1] - was[1]
        was = now


def _place(told: Sequence[str], changes: Sequence[Counter[str]], turned: _Turn) -> None:
    at = bisect_left(told, turned[0])
    if at < len(told):
        changes[at]["open"] += turned[1]
        changes[at][f"open{ITEM}"] += turned[2]


def _flows(
    connection: Connection, line: LedgerLine, told: Sequence[str], changes: Sequence[Counter[str]]
) -> None:
    """What came and went, by the day it was recorded."""
    v, j = event_table.c, journal_table.c
    tables = event_table.join(journal_table, (j.stream == line.stream) & (j.seq == v.seq))
    of_item = v.item.is_not(None).label("of_item")
    query = select(j.on, v.kind, of_item, func.count()).select_from(tables)
    query = query.where(v.ledger_id == line.id).group_by(j.on, v.kind, of_item)
    for on, kind, item, number in connection.execute(query):
        at = bisect_left(told, on)
        if at < len(told):
            changes[at][kind + (ITEM if item else "")] += number

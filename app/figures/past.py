"""A ledger as it stood at the end of a past day: its journal lines of that day and before, in order of seq."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from app.engine import played, remains, storing
from app.engine.rows import Held
from app.figures import known_then
from app.ledger import ruling, template_history
from app.ledger.ledgers import LedgerLine
from app.ledger.row_numbers import Place
from app.ledger.ruling import Knot
from app.values.workdays import Calendar
from models import database, scratch
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import journal as journal_table
from models.schema import seal as seal_table

CHUNK = 500
MOST = 20_000
"""Rows that a statement may name one by one."""
LAST = "9999-12-31"


@dataclass(frozen=True)
class Past:
    """A ledger at the end of `day` (ISO). `line` carries the template that ruled then; `head` is its last journal line.

    `moved` selects the ids of all that has moved since, None when nothing has. The rows that it does not name stood
    then as they stand now, unless `whole`: then the template or the calendar was another and every row is played.
    `calendar` is the one known then, None where it is the one of today.
    """

    line: LedgerLine
    day: str
    head: int
    sealed: bool
    moved: Select[Any] | None
    whole: bool = False
    calendar: Calendar | None = None


@dataclass
class Played:
    """One row played up to a day: `seq` is its last line, `told` the lines that carry events with their bodies.

    `turned` is the day on which the row ('') and each of its matters came to stand as they do.
    """

    held: Held
    seq: int
    told: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    turned: dict[str, str] = field(default_factory=dict)


def seal_of(connection: Connection, line: LedgerLine) -> tuple[int, str] | None:
    """(seq, day) of the line that sealed the ledger; None before."""
    t, s = journal_table.c, seal_table.c
    query = select(t.seq, t.on).join(seal_table, s.seq == t.seq)
    found = connection.execute(query.where(t.stream == line.stream, s.ledger_id == line.id)).first()
    return (found.seq, found.on) if found else None


def of(connection: Connection, line: LedgerLine, day: dt.date | None, upto: int | None = None) -> Past:
    """The ledger as of that day (and at line `upto`); None: as its tables stand now, whatever day its lines carry.

    Of what was destroyed since only number, standings and events are left.
    """
    t = journal_table.c
    if day is None:
        return Past(line, LAST, line.head_seq, line.sealed, None)
    on, calendar = day.isoformat(), known_then.calendar(connection, day.isoformat())
    lines = _seqs(line)
    kept = t.on <= on if upto is None else and_(t.on <= on, t.seq <= upto)
    gone = not_(kept)
    later = connection.scalar(lines.where(gone).order_by(t.seq).limit(1))
    bound = ruling.moved_with(connection, line, on)
    if later is None and calendar is None and not bound:
        return Past(line, on, line.head_seq, line.sealed, None)
    head = _last(connection, line, kept)
    loaded, seal = template_history.of_ledger(connection, line).at(head), seal_of(connection, line)
    whole = loaded.digest != line.loaded.digest or calendar is not None
    moved = select(t.subject).where(t.stream == line.stream)
    others = t.subject.in_(bound) if len(bound) <= MOST else t.subject.in_(ruling.following(line.id))
    moved = moved.where(kept) if whole else moved.where(or_(and_(gone, t.seq >= (later or 0)), others))
    was_sealed = bool(seal and seal[1] <= on and (upto is None or seal[0] <= upto))
    return Past(replace(line, loaded=loaded), on, head, was_sealed, moved, whole, calendar)


def _seqs(line: LedgerLine) -> Select[Any]:
    t = journal_table.c
    return select(t.seq).where(t.stream == line.stream)


def _last(connection: Connection, line: LedgerLine, kept: ColumnElement[bool]) -> int:
    return connection.scalar(_seqs(line).where(kept).order_by(journal_table.c.seq.desc()).limit(1)) or 0


def rows(
    connection: Connection, line: LedgerLine, ids: Sequence[str], day: str, upto: int | None = None
) -> Iterator[Played]:
    """These rows as they stood at the end of `day` (and at line `upto`), some hundred in memory at a time.

    Those not yet there are left out, each line is read under the template of its time (decision 21). `coalesce` keeps the
    database from reading the whole chain for each part instead of going by the index of subjects.
    """
    templates = template_history.of_ledger(connection, line)
    left = remains.of_stream(connection, line.stream)
    t = journal_table.c
    mine = func.coalesce(t.stream, "") == line.stream
    lines = select(journal_table).where(mine, t.on <= day).order_by(t.seq)
    if upto is not None:
        lines = lines.where(t.seq <= upto)
    for start in range(0, len(ids), CHUNK):
        found: dict[str, Played] = {}
        for row in connection.execute(lines.where(t.subject.in_(ids[start : start + CHUNK]))).mappings():
            if (body := left.body(row)) is not None:
                _take(found, templates, row, body)
        yield from found.values()


def _take(
    found: dict[str, Played], templates: template_history.Templates, row: Any, body: dict[str, Any]
) -> None:
    subject = row["subject"]
    one = found.get(subject)
    stood = {"": one.held.standing, **one.held.standings} if one else {}
    held = played.apply(templates.at(row["seq"]), one.held if one else None, subject, row["rev"], body)
    if held is None:
        return
    held.buried(row["seq"], destroyed="purge" in body)
    if one is None:
        one = found[subject] = Played(held, row["seq"])
    one.held, one.seq = held, row["seq"]
    stands = {"": held.standing, **held.standings}
    one.turned |= {code: row["on"] for code, standing in stands.items() if stood.get(code) != standing}
    if body.get("events"):
        one.told.append((row, body))


@contextmanager
def laid_out(connection: Connection, then: Past, calendar: Calendar) -> Iterator[Connection]:
    """Tables of their own with the rows, matters and events of that day of all that has moved since.

    The same SQL runs over them as over the tables of today; only `body` of the journal is left empty.
    """
    assert then.moved is not None
    with scratch.opened(entry_table, item_table, event_table, journal_table, attachment_table) as there:
        ids = list(connection.scalars(then.moved.distinct()))
        batch = _Batch()
        for one in rows(connection, then.line, ids, then.day, then.head):
            batch.take(then.line, calendar, one)
            if len(batch.entries) >= CHUNK:
                batch.put(connection, there, then, calendar)
        batch.put(connection, there, then, calendar)
        yield there


def _rule(connection: Connection, then: Past, calendar: Calendar, entries: list[dict[str, Any]]) -> None:
    """Set the limits that ruled these rows that day, by the rows that they followed then, as those stood then."""
    knots = [knot for row in entries if (knot := ruling.knot_of(then.line, row)).named]
    if not knots:
        return

    def load(places: Sequence[Place]) -> Iterator[Knot]:
        lines = {place.line.id: place.line for place in places}
        for line in lines.values():
            ids = [place.id for place in places if place.line.id == line.id]
            head = _last(connection, line, journal_table.c.on <= then.day)
            was = replace(line, loaded=template_history.of_ledger(connection, line).at(head))
            for one in rows(connection, line, ids, then.day):
                yield ruling.knot_of(
                    was, storing.columns(was.loaded, calendar, line.id, one.held, one.seq)[0]
                )

    net = ruling.Net(connection, knots, load, gone=True)
    for row in entries:
        if row["id"] in net.followed:
            row["deadline"] = net.limit(row["id"])


class _Batch:
    """Rows on their way into the tables of that day."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []

    def take(self, line: LedgerLine, calendar: Calendar, one: Played) -> None:
        entry, items = storing.columns(line.loaded, calendar, line.id, one.held, one.seq)
        self.entries.append(entry)
        self.items.extend(items)
        for row, body in one.told:
            self.lines.append({**row, "body": None})
            self.events.extend(
                {
                    **event,
                    "item": event.get("item"),
                    "ledger_id": line.id,
                    "entry_id": one.held.id,
                    "seq": row["seq"],
                }
                for event in body["events"]
            )

    def put(self, connection: Connection, there: Connection, then: Past, calendar: Calendar) -> None:
        _rule(connection, then, calendar, self.entries)
        database.insert_many(there, entry_table, self.entries)
        database.insert_many(there, item_table, self.items)
        database.insert_many(there, event_table, self.events)
        database.insert_many(there, journal_table, self.lines)
        a, t = attachment_table.c, journal_table.c
        filed = select(attachment_table).join(
            journal_table, (t.stream == then.line.stream) & (t.seq == a.seq)
        )
        ids = [row["id"] for row in self.entries]
        known = (a.entry_id.in_(ids), t.on <= then.day, t.seq <= then.head)
        found = connection.execute(filed.where(*known)).mappings()
        database.insert_many(there, attachment_table, [dict(row) for row in found])
        self.__init__()  # type: ignore[misc]

"""What a received ledger brings since it was last gathered: changed rows, their events and corrections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from app.engine import remains, storing
from app.engine.rows import Held
from app.engine.storing import Stored
from app.ids import standing_for, standings_for
from app.ledger.ledgers import MERGED, LedgerLine
from app.ledger.recording import Event
from app.rounds import pushing, rounds
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import seal as seal_table

MOST_TWINS = 5000


@dataclass(frozen=True)
class Since:
    """Up to which line of the mirror all was gathered; `pending` rows, refused so far, only up to theirs."""

    upto: int = 0
    pending: Mapping[str, int] = field(default_factory=dict)

    def of(self, row: str) -> int:
        return self.pending.get(row, self.upto)


@dataclass
class Deeds:
    """What was done to one row at the lower office since: events that move counts, and the facts of 更正单."""

    events: list[Event] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Named:
    """Cells of one row, and of its matters, that the lower office moved by a registered deed and not by mere typing."""

    cells: set[str] = field(default_factory=set)
    items: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Chunk:
    """Some hundred rows, all by the mirror's row id: theirs now, mine, and theirs as last gathered."""

    stored: dict[str, Stored]
    theirs: dict[str, Held]
    mine: dict[str, Held]
    base: dict[str, Held]


def since(connection: Connection, line: LedgerLine, mirror_id: str) -> Since:
    """Where the last gathering of this mirror stopped; one that was taken back is to be done again."""
    found: dict[str, tuple[Since, Since]] = {}
    now = Since()
    for row, body in rounds.told(connection, line.stream):
        told = body.get("merge", {})
        if told.get("withdrawn") and row.subject in found:
            before, _ = found.pop(row.subject)
            upto = min(now.upto, before.upto)
            now = Since(upto, {r: min(seq, upto) for r, seq in {**now.pending, **before.pending}.items()})
        elif told.get("origin") == mirror_id and "upto" in told:
            after = Since(told["upto"], {r["row"]: r.get("since", now.upto) for r in told["refused"]})
            found[row.subject] = (now, after)
            now = after
    return now


def chunks(connection: Connection, line: LedgerLine, mirror: LedgerLine, since: Since) -> Iterator[Chunk]:
    """The rows that changed or are pending, in the order of the mirror."""
    ids = _wanted(connection, mirror, since)
    for start in range(0, len(ids), pushing.CHUNK):
        part = ids[start : start + pushing.CHUNK]
        stored = storing.stored_of(connection, part)
        mine = _own(connection, line, part)
        theirs = {i: stored[i].held for i in part}
        yield Chunk(stored, theirs, mine, _base(connection, mirror, list(mine), since))


def deeds(
    connection: Connection, mirror: LedgerLine, ids: Sequence[str], since: Since, *, whole: frozenset[str]
) -> dict[str, Deeds]:
    """Events and corrections of these rows since they were gathered; of `whole` rows all there ever were."""
    found = {i: Deeds() for i in ids}
    e = event_table.c
    for row in connection.execute(select(event_table).where(e.entry_id.in_(ids)).order_by(e.seq, e.id)):
        if row.seq > since.of(row.entry_id) or row.entry_id in whole:
            facts = {**row.facts, "of": row.id}
            found[row.entry_id].events.append(Event(row.kind, row.on, row.item, facts))
    j = journal_table.c
    query = select(journal_table).where(j.stream == mirror.stream, j.subject.in_(ids), j.verb == "correct")
    left = remains.of_stream(connection, mirror.stream)
    for told in connection.execute(query.order_by(j.seq)).mappings():
        body = left.body(told)
        if body and told["seq"] > since.of(told["subject"]):
            found[told["subject"]].corrections.append({"on": told["on"], **body.get("facts", {})})
    return found


def named(connection: Connection, mirror: LedgerLine, row: str, seq: int) -> Named | None:
    """What of a row was moved by 更正单 or an event after line `seq`; None: all that was frozen, it being sealed then.

    From its seal on a ledger moves frozen cells by named deeds alone; before it, only its 更正单 name what they move.
    """
    sealed = connection.scalar(select(seal_table.c.seq).where(seal_table.c.ledger_id == mirror.id))
    if sealed is not None and sealed <= seq:
        return None
    found = Named()
    j = journal_table.c
    query = select(journal_table).where(j.stream == mirror.stream, j.subject == row, j.seq > seq)
    left = remains.of_stream(connection, mirror.stream)
    for told in connection.execute(query).mappings():
        body = left.body(told) or {}
        if told["verb"] == "correct" or (sealed is not None and told["seq"] > sealed):
            found.cells |= body.get("cells", {}).keys()
            for code, cells in body.get("items", {}).items():
                found.items.setdefault(code, set()).update(cells)
    return found


def used(connection: Connection, ledger: str, rows: Collection[str]) -> set[str]:
    """The ids in this ledger for these rows of others that are used up, tombstones among them."""
    query = select(entry_table.c.id)
    first = query.where(entry_table.c.id.in_([standing_for(ledger, row) for row in rows]))
    if connection.execute(first.limit(1)).first() is None:
        return set()
    every = [each for row in rows for each in standings_for(ledger, row)]
    return set(connection.scalars(query.where(entry_table.c.id.in_(every))))


def twice(connection: Connection, line: LedgerLine, mirror: LedgerLine, rows: Mapping[str, Held]) -> set[str]:
    """Those of these rows of the mirror that stand in the own ledger already, by way of another office's ledger."""
    e, t = entry_table.c, ledger_table.c
    where = (t.own.is_(False), t.purpose == MERGED, t.id != mirror.id)
    others = connection.scalars(select(t.id).where(*where)).all()
    if not others and mirror.purpose != MERGED:
        return set()
    first = {i: held.source or i for i, held in rows.items()}
    query = select(e.id, e.source).where(e.ledger_id.in_(others), e.source.in_([*first.values()]))
    for_them = {row.id: row.source for row in connection.execute(query.where(e.standing != "deleted"))}
    for_them |= {i: i for i in first.values() if i not in rows}
    mine = select(e.source).where(e.ledger_id == line.id, e.source.in_([*for_them]), e.standing != "deleted")
    here = {for_them[source] for source in connection.scalars(mine)}
    return {i for i, source in first.items() if source in here}


def destroyed(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of these rows whose content was destroyed here."""
    t = journal_table.c
    return set(connection.scalars(select(t.subject).where(t.subject.in_(ids), t.verb == remains.PURGE)))


def twins(connection: Connection, line: LedgerLine, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Rows from different ledgers gathered here that carry one of these project codes (as `code_key` has them):
    [{code, rows: [{id, no, name, office}]}].

    They are named and never merged (decision 14): which is which, a person says.
    """
    e, source, mirror = entry_table.alias(), entry_table.alias(), ledger_table.alias()
    query = (
        select(e.c.code_key, e.c.id, e.c.no, e.c.name, mirror.c.owner_name, mirror.c.id.label("ledger"))
        .join(source, source.c.id == e.c.source)
        .join(mirror, mirror.c.id == source.c.ledger_id)
        .where(e.c.ledger_id == line.id, e.c.standing.not_in(("deleted", "excluded")))
        .order_by(e.c.code_key, e.c.number)
    )
    rows: list[Any] = []
    for part in _parts(sorted(codes)):
        rows += connection.execute(query.where(e.c.code_key.in_(part)))
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.code_key, []).append(row)
    same = {code: rows for code, rows in found.items() if len({row.ledger for row in rows}) > 1}
    return [
        {
            "code": code,
            "rows": [{"id": r.id, "no": r.no, "name": r.name, "office": r.owner_name} for r in rows],
        }
        for code, rows in list(same.items())[:MOST_TWINS]
    ]


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + pushing.CHUNK] for start in range(0, len(ids), pushing.CHUNK))


def _wanted(connection: Connection, mirror: LedgerLine, since: Since) -> list[str]:
    """The ids of changed and pending rows in the order of the mirror."""
    t = entry_table.c
    query = select(t.id, t.number).where(t.ledger_id == mirror.id)
    found = {row.id: row.number for row in connection.execute(query.where(t.seq > since.upto))}
    pending = list(since.pending)
    for start in range(0, len(pending), pushing.CHUNK):
        part = query.where(t.id.in_(pending[start : start + pushing.CHUNK]))
        found |= {row.id: row.number for row in connection.execute(part)}
    return sorted(found, key=lambda i: found[i])


def waiting(connection: Connection, mirror: LedgerLine, since: Since) -> int:
    """How many rows changed, or are pending, since it was gathered."""
    if since.pending:
        return len(_wanted(connection, mirror, since))
    t = entry_table.c
    query = select(func.count()).where(t.ledger_id == mirror.id, t.seq > since.upto)
    return connection.scalar(query) or 0


def _own(connection: Connection, line: LedgerLine, ids: Sequence[str]) -> dict[str, Held]:
    """The own rows that stand for these; a row whose gathering was taken back stands for nothing any more."""
    t = entry_table.c
    rows = connection.execute(
        select(t.id, t.source).where(t.ledger_id == line.id, t.source.in_(ids), t.standing != "deleted")
    ).all()
    held = storing.held_of(connection, [row.id for row in rows])
    return {row.source: held[row.id] for row in rows}


def _base(connection: Connection, mirror: LedgerLine, ids: Sequence[str], since: Since) -> dict[str, Held]:
    by: dict[int, list[str]] = {}
    for i in ids:
        by.setdefault(since.of(i), []).append(i)
    found: dict[str, Held] = {}
    for seq, part in by.items():
        found |= pushing.as_of(connection, mirror, part, seq)
    return found

"""Who did what: the deeds of some days, counted by clerk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.listing import history
from app.office import Office
from app.people import clerks
from app.people.clerks import Clerk
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import office as office_table


@dataclass(frozen=True)
class Done:
    """What one person did: `deeds` {新增: 3}, the most first; `first` and `last` are UTC instants, '' when nothing was done."""

    name: str
    role: str = ""
    deeds: dict[str, int] = field(default_factory=dict)
    first: str = ""
    last: str = ""

    @property
    def total(self) -> int:
        return sum(self.deeds.values())


def of(office: Office, first: str, last: str) -> list[Done]:
    """Every clerk in use, and everybody else who did something from `first` to `last` (ISO business days).

    Deeds are journal lines in words; of an import its one line counts, not its rows. What other offices did in the
    ledgers they sent is theirs and left out. A name that somebody bore once counts under his name of today.
    """
    t = journal_table.c
    own = select(ledger_table.c.stream).where(ledger_table.c.own).union(select(office_table.c.stream))
    query = (
        select(t.clerk, t.verb, func.count(), func.min(t.at), func.max(t.at))
        .where(t.on.between(first, last), t.stream.in_(own), ~history.of_imports())
        .group_by(t.clerk, t.verb)
    )
    with office.read() as connection:
        rows = connection.execute(query).all()
    listed = clerks.all(office, gone=True)
    counted: dict[str, Counter[str]] = {c.name: Counter() for c in listed if not c.until}
    at: dict[str, list[str]] = {}
    for by, verb, many, begun, ended in rows:
        name = _named(listed, by)
        counted.setdefault(name, Counter())[history.VERBS.get(verb, verb)] += many
        at.setdefault(name, []).extend((begun, ended))
    roles = {c.name: c.role for c in listed}
    return [
        Done(name, roles.get(name, ""), dict(deeds.most_common()), min(at.get(name, [""])), max(at.get(name, [""])))
        for name, deeds in counted.items()
    ]


def people(office: Office) -> list[str]:
    """The names records can be looked through by: who is on the list, then who only stands in the records."""
    listed = clerks.all(office, gone=True)
    return list(dict.fromkeys([c.name for c in listed] + sorted(_named(listed, name) for name in _written(office))))


def _written(office: Office) -> set[str]:
    """Every name in the office's own records; what was read once is not read again, for a line never changes."""
    names, seen = office.cache.setdefault("written", (set(), {}))
    t = journal_table.c
    own = select(ledger_table.c.stream, ledger_table.c.head_seq).where(ledger_table.c.own)
    with office.read() as connection:
        for stream, head in connection.execute(own.union(select(office_table.c.stream, office_table.c.head_seq))).all():
            if head > seen.get(stream, 0):
                later = select(t.clerk).where(t.stream == stream, t.seq > seen.get(stream, 0)).distinct()
                names.update(connection.scalars(later))
                seen[stream] = head
    return set(names)


def names(office: Office, name: str) -> tuple[str, ...]:
    """Under which names the records of this person stand."""
    found = clerks.known(office, name)
    return (found.name, *found.former) if found else (name,)


def _named(listed: tuple[Clerk, ...], name: str) -> str:
    return next((c.name for c in listed if c.called(name)), name)

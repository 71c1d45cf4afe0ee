"""What was sent and what was received, as the desk lists it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from app.journals import sent_lines
from app.office import Office
from app.rounds import remarks
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table
from sync.letters import slips
from sync.letters.slips import Reason


@dataclass(frozen=True)
class Sent:
    """One bundle of the outbox: `state` is built, copied, receipted or returned; `kind` ledger, check or return."""

    bundle: str
    title: str
    to_name: str
    on: str
    file: str
    state: str
    facts: dict[str, Any] = field(default_factory=dict)
    kind: str = ""
    ledger: str = ""
    to: str = ""
    answered_on: str = ""  # when its receipt or return slip was entered here

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the receiver gave it back, or did not adopt all of its rows."""
        slip = slips.kept(self.facts.get("slip") or self.facts.get("rows"))
        return slip.reasons if slip else ()


@dataclass(frozen=True)
class Received:
    """One bundle of the inbox with the verdict it got."""

    bundle: str
    title: str
    from_name: str
    on: str
    verdict: str
    ledger: str
    facts: dict[str, Any] = field(default_factory=dict)
    kind: str = ""
    reasons: tuple[Reason, ...] = ()


def titled(box: Table) -> Select[Any]:
    """The rows of the outbox or the inbox with the titles of their ledgers, newest first."""
    return (
        select(box, ledger_table.c.title)
        .join(ledger_table, ledger_table.c.id == box.c.ledger_id, isouter=True)
        .order_by(box.c.on.desc(), box.c.bundle_id.desc())
    )


def newest_remarks(connection: Connection, office: Office, to: str) -> Row[Any] | None:
    """The outbox row of the last file of remarks to that office; it says all that the former ones said."""
    t = outbox_table.c
    query = select(outbox_table).where(t.kind == remarks.KIND, t.to_office == to)
    return connection.execute(query.order_by(*sent_lines.newest_first(office.stream)).limit(1)).first()


def keys_since(connection: Connection, office: Office, row: Row[Any]) -> bool:
    """Whether the key of this office or of the receiver changed after this was written: it may not open there."""
    j = journal_table.c
    query = select(j.verb).where(j.stream == office.stream, j.verb.in_(("send", "trust", "keys")))
    about = j.subject.in_((row.bundle_id, row.to_office, office.id))
    return connection.scalar(query.where(about).order_by(j.seq.desc()).limit(1)) != "send"


def newest_at(connection: Connection, office: Office, file: str) -> Row[Any] | None:
    """The last row of the outbox that lies at this place in the folder."""
    query = select(outbox_table).where(outbox_table.c.file == file)
    return connection.execute(query.order_by(*sent_lines.newest_first(office.stream)).limit(1)).first()


def sent(office: Office) -> list[Sent]:
    """Everything sent, newest first; remarks that went only with a later file of them are told by that one."""
    j = journal_table.c
    answers = (
        select(j.subject, j.on)
        .where(j.stream == office.stream, j.verb.in_(("receipt", "slip")))
        .order_by(j.seq)
    )
    with office.read() as connection:
        rows = connection.execute(titled(outbox_table)).all()
        days = {subject: on for subject, on in connection.execute(answers)}
        letters = {r.to_office for r in rows if r.kind == remarks.KIND}
        last = [newest_remarks(connection, office, to) for to in letters]
    newest = {row.bundle_id for row in last if row is not None}
    return [
        Sent(
            r.bundle_id, r.title or str((r.facts or {}).get("title", "")), r.to_name, r.on, r.file, r.state,
            r.facts or {}, r.kind, r.ledger_id or "",
            r.to_office or "", days.get(r.bundle_id, ""),
        )
        for r in rows
        if r.kind != remarks.KIND or r.state != "built" or r.bundle_id in newest
    ]  # fmt: skip


def received(office: Office) -> list[Received]:
    """Everything received, newest first."""
    with office.read() as connection:
        rows = connection.execute(titled(inbox_table)).all()
    return [
        Received(
            r.bundle_id, r.title or str((r.facts or {}).get("title", "")), r.from_name, r.on, r.verdict,
            r.ledger_id or "", r.facts or {}, r.kind,
            _reasons(r.verdict, r.receipt, r.facts or {}),
        )
        for r in rows
    ]  # fmt: skip


def _reasons(verdict: str, answer: dict[str, Any], facts: dict[str, Any]) -> tuple[Reason, ...]:
    slip = slips.kept(answer if verdict == slips.RETURNED else facts.get("rows"))
    return slip.reasons if slip else ()

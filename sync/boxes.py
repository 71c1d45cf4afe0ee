"""What was sent and what was received, as the desk lists it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, Table, select

from app.office import Office
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table
from sync import slips
from sync.slips import Reason


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


def sent(office: Office) -> list[Sent]:
    """Everything sent, newest first."""
    j = journal_table.c
    answers = (
        select(j.subject, j.on)
        .where(j.stream == office.stream, j.verb.in_(("receipt", "slip")))
        .order_by(j.seq)
    )
    with office.read() as connection:
        rows = connection.execute(titled(outbox_table)).all()
        days = {subject: on for subject, on in connection.execute(answers)}
    return [
        Sent(
            r.bundle_id, r.title or str((r.facts or {}).get("title", "")), r.to_name, r.on, r.file, r.state,
            r.facts or {}, r.kind, r.ledger_id or "",
            r.to_office or "", days.get(r.bundle_id, ""),
        )
        for r in rows
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

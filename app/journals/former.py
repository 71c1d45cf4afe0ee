"""Streams a ledger had before: what names them, and destroying what they still say of a row."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from app.journals import journal
from app.journals.journal import Head, Stamp
from models import database
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table

VERB = "restream"
PURGE = "purge"


def parents(connection: Connection, stream: str) -> list[dict[str, Any]]:
    """What the lines of a stream name as its parents, the oldest first."""
    t = journal_table.c
    bodies = connection.scalars(select(t.body).where(t.stream == stream, t.verb == VERB).order_by(t.seq))
    return [msgspec.json.decode(body)["parent"] for body in bodies]


def of_ledger(connection: Connection, ledger: str, stream: str) -> list[str]:
    """The former streams of a ledger: those its lines name, and of a received one those a person let go for another."""
    t = inbox_table.c
    facts = connection.scalars(select(t.facts).where(t.ledger_id == ledger, t.verdict == "accepted"))
    left = [str(told["anew"]["was"]) for told in facts if told.get("anew")]
    return list(dict.fromkeys([each["stream"] for each in parents(connection, stream)] + left))


def erase(connection: Connection, stamp: Stamp, stream: str, subject: str) -> None:
    """Destroy what the former streams of `stream` still say of a row; a last line of theirs tells of it."""
    t = journal_table.c
    ledger = connection.scalar(select(ledger_table.c.id).where(ledger_table.c.stream == stream)) or ""
    for former in of_ledger(connection, ledger, stream):
        lines = select(t.seq, t.verb, t.body).where(
            t.stream == former, t.subject == subject, t.body.is_not(None), t.verb.not_in((VERB, "open"))
        )
        seqs = [r.seq for r in connection.execute(lines) if r.verb != PURGE or _keeps(r.body)]
        last = connection.execute(
            select(t.seq, t.hash).where(t.stream == former).order_by(t.seq.desc()).limit(1)
        ).first()
        if not seqs or last is None:
            continue
        told = {"what": "record", "lines": {str(seq): {} for seq in seqs}, "leaves": {}, "files": []}
        head = Head(former, last.seq, bytes(last.hash))
        row = journal.line(head, stamp, PURGE, subject, 1, {"purge": told})
        database.insert_many(connection, journal_table, [row])
        connection.execute(
            update(journal_table)
            .where(t.stream == former, t.subject == subject, t.seq.in_(seqs))
            .values(body=None, salt=b"")
        )


def _keeps(body: str) -> bool:
    """Whether a purge line about what is no row still holds something of the lines it stands for."""
    purge = msgspec.json.decode(body)["purge"]
    return purge["what"] != "entry" and any(purge["lines"].values())

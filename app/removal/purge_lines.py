"""Purge lines about what is no row: what one keeps of a destroyed line can be destroyed in its turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from app.engine import remains
from app.engine.remains import PURGE
from app.engine.traces import Traces
from app.journals.writing import Write
from models.schema import journal as journal_table

Facts = Mapping[str, Any]
Bodies = dict[int, dict[str, Any]]
KEEPING = ("import", "record")
"""What is told of a row is a skeleton; only these keep texts of the line they stand for."""


def kept(connection: Connection, stream: str, subject: str) -> tuple[Bodies, set[int]]:
    """What the lines about `subject` say by now, destroyed ones as they were left, and which have their own body still."""
    t = journal_table.c
    left = remains.of_stream(connection, stream)
    rows = select(journal_table).where(t.stream == stream, t.subject == subject, t.verb != PURGE)
    bodies: Bodies = {}
    live: set[int] = set()
    for row in connection.execute(rows.order_by(t.seq)).mappings():
        body = left.body(row)
        if body is not None:
            bodies[row["seq"]] = body
            live |= {row["seq"]} if row["body"] is not None else set()
    return bodies, live


def naming(connection: Connection, lines: Select[Any], named: Traces) -> Iterator[tuple[str, Bodies]]:
    """(subject, what they keep, cleaned) of those purge lines among `lines` that name it."""
    for row in list(named.rows(connection, lines, [journal_table.c.body])):
        body = msgspec.json.decode(row["body"])
        if body["purge"]["what"] in KEEPING:
            told = {**_kept_in(body), row["seq"]: _bare(body)}
            yield row["subject"], {seq: named.cleaned(each) for seq, each in told.items()}


def record(
    work: Write, ledger_id: str, stream: str, subject: str, what: str, told: Mapping[int, Any], facts: Facts
) -> None:
    """The purge line of something that is no row, then its bodies go. An empty `ledger_id`: the office's stream.

    A line of `told` may be destroyed already: the purge line that kept it until now goes too, and this one keeps the
    rest of it.
    """
    lines = {**_before(work.connection, stream, subject, told.keys()), **told}
    purge = {
        "what": what,
        "lines": {str(seq): body for seq, body in lines.items()},
        "leaves": {},
        "files": [],
    }
    body = {"purge": purge, "facts": dict(facts)}
    if ledger_id:
        work.line(ledger_id, PURGE, subject, 1, body)
    else:
        work.office_line(PURGE, subject, body)
    work.erase(ledger_id, subject, list(lines))


def _before(connection: Connection, stream: str, subject: str, seqs: Collection[int]) -> Bodies:
    """What earlier purge lines keep of these lines and of others beside them; of themselves that they were."""
    t = journal_table.c
    rows = select(t.seq, t.body).where(
        t.stream == stream, t.subject == subject, t.verb == PURGE, t.body.is_not(None)
    )
    out: Bodies = {}
    for seq, text in connection.execute(rows.order_by(t.seq)):
        body = msgspec.json.decode(text)
        told = _kept_in(body)
        if body["purge"]["what"] in KEEPING and not {seq, *told}.isdisjoint(seqs):
            out |= {**told, seq: _bare(body)}
    return out


def _kept_in(body: Facts) -> Bodies:
    return {int(seq): each for seq, each in body["purge"]["lines"].items()}


def _bare(body: Facts) -> dict[str, Any]:
    """A purge line without what it keeps: who asked for it and why stays."""
    return {**body, "purge": {**body["purge"], "lines": {}}}

"""The streams a ledger had before it was begun anew: kept for reading and proved, never played (decision 16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, update

from app.engine import played
from app.ids import new_id
from app.journals import journal
from app.journals.comparing import Difference
from app.journals.former import VERB
from app.journals.journal import GENESIS, Head
from app.journals.writing import Write
from app.ledger.ledgers import LedgerLine
from models import database
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table


def begin_anew(work: Write, line: LedgerLine, parent: dict[str, Any]) -> str:
    """Give the ledger a new stream: every line again under it, at its own seq, then one that names `parent`.

    `parent` is {"stream", "seq", "head"}: up to there others hold the former stream. Returns the new stream.
    """
    head = Head(new_id(), 0, GENESIS)
    batch: list[dict[str, Any]] = []
    for row in played.lines(work.connection, line.stream):
        batch.append(_again(head, row))
        if len(batch) == played.READ:
            database.insert_many(work.connection, journal_table, batch)
            batch = []
    database.insert_many(work.connection, journal_table, batch)
    work.connection.execute(
        update(ledger_table)
        .where(ledger_table.c.id == line.id)
        .values(stream=head.stream, head_seq=head.seq, head_hash=head.hash)
    )
    work.line(line.id, VERB, line.id, 1, {"parent": parent})
    return head.stream


def differences(connection: Connection, title: str, named: Sequence[dict[str, Any]]) -> Iterator[Difference]:
    """Former streams that are there and are no whole chain, or do not hold the head that was named."""
    for parent in named:
        prev, seq, wrong = GENESIS, 0, ""
        for row in played.lines(connection, parent["stream"]):
            seq += 1
            if wrong := journal.fault(prev, seq, dict(row)):
                break
            prev = bytes(row["hash"])
            if seq == parent["seq"] and prev.hex() != parent["head"]:
                wrong = f"第 {seq} 条不是另起记录时写明的那一条"
                break
        if not wrong and 0 < seq < parent["seq"]:
            wrong = f"只到第 {seq} 条，而另起记录时写明有 {parent['seq']} 条"
        if wrong:
            yield Difference(title, f"另起记录以前的操作记录：{wrong}", "journal")


def _again(head: Head, row: Any) -> dict[str, Any]:
    """The same line at the same seq of another stream."""
    made = {**dict(row), "stream": head.stream, "prev": head.hash}
    made["hash"] = journal.link(head.hash, made, bytes(row["digest"]))
    head.seq, head.hash = row["seq"], made["hash"]
    return made

"""Receipts as deeds: written for the sender, made once more, entered against what was sent (decision 30)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select, update

from app.change import Change
from app.journals import sent_lines
from app.journals.trust import Keys
from app.office import Office
from app.problem import Problem
from app.rounds import remarks
from app.storage import files
from models.schema import inbox as inbox_table
from models.schema import outbox as outbox_table
from sync.letters import receipts, returning
from sync.letters.slips import RETURNED
from sync.peers import peers, statements


def take(office: Office, file: Path) -> Change:
    """Enter a receipt against what was sent; an older one never moves anything back (decision 30).

    Raises Problem E_RECEIPT_OTHER and those of `receipts.read`.
    """
    receipt = receipts.read(file, peers.lookup(office))
    t = outbox_table.c
    with office.write("登记回执") as work:
        row = returning.answered(work.connection, office, receipt, "E_RECEIPT_OTHER", "回执")
        if (row.digest, row.to_seq, row.head) != (receipt.digest, receipt.seq, receipt.head):
            raise Problem("E_RECEIPT_OTHER", "回执上的内容与发出的包不符，没有登记", bundle=receipt.bundle)
        again_ = row.state == "receipted"
        for one in [] if again_ else [row, *_others(work.connection, office, row)]:
            work.connection.execute(
                update(outbox_table)
                .where(t.bundle_id == one.bundle_id)
                .values(
                    state="receipted",
                    to_office=receipt.issuer,
                    facts={k: v for k, v in one.facts.items() if k != returning.KEPT[RETURNED]},
                )
            )
            work.office_line("receipt", one.bundle_id, receipt.claims())
    said = f"{receipt.issuer_name}已于 {receipt.on} 收到《{row.file.rpartition('/')[2]}》"
    return Change(
        said + ("（以前已登记）" if again_ else "，回执已登记"),
        frozenset(filter(None, (row.ledger_id,))),
        receipt.bundle,
        {
            "bundle": receipt.bundle,
            "from": receipt.issuer,
            "seq": receipt.seq,
            "rows": receipt.rows,
            "again": again_,
        },
    )


def _others(connection: Connection, office: Office, row: Row[Any]) -> list[Row[Any]]:
    """What the receipt is for as well: the other volumes of the delivery, of which the receiver takes none in before all
    are there; and remarks written before, which every later file brings again."""
    t = outbox_table.c
    if row.kind == remarks.KIND:
        earlier = select(outbox_table).where(
            t.kind == row.kind,
            t.to_office == row.to_office,
            sent_lines.seq(office.stream) < sent_lines.at(connection, office.stream, row.bundle_id),
            t.state != "receipted",
        )
        return list(connection.execute(earlier))
    if "group" not in row.facts:
        return []
    same = connection.execute(
        select(outbox_table).where(
            t.ledger_id == row.ledger_id,
            t.to_seq == row.to_seq,
            t.state != "receipted",
            t.bundle_id != row.bundle_id,
        )
    )
    return [one for one in same if one.facts.get("group") == row.facts["group"]]


def answer(office: Office, sender: str, bundle_id: str) -> list[dict[str, Any]] | None:
    """What was given for a bundle: its receipt or slip, then the slip for rows not adopted; None when never met."""
    t = inbox_table.c
    with office.read() as connection:
        row = connection.execute(
            select(t.receipt, t.facts).where(t.bundle_id == bundle_id, t.from_office == sender)
        ).first()
    if row is None:
        return None
    given = [row.receipt, *([row.facts["rows"]] if "rows" in row.facts else [])]
    return [one for one in given if "signature" in one]


def remade(office: Office, receipt: dict[str, Any], own: Keys) -> Path:
    """The receipt given before as a file again."""
    return write(office, receipts.resigned(receipt, own))


def files_of(office: Office, given: Sequence[dict[str, Any]], own: Keys) -> list[Path]:
    """The receipts and slips kept of a bundle or a letter (those of `answer`), as files in the outbox again."""
    return [
        returning.remade(office, one, own) if "QIDI_SLIP" in one else remade(office, one, own)
        for one in given
    ]


def write(office: Office, receipt: dict[str, Any]) -> Path:
    """The receipt as a file in the outbox, to be carried back; always the same bytes for the same bundle."""
    out = office.folder / "outbox" / f"{returning.answer_name(office, '回执', receipt)}{receipts.SUFFIX}"
    files.write_whole(out, statements.to_bytes(receipt))
    return out

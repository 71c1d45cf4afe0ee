"""An attachment that the sender took off its row again, taken off the received one."""

from __future__ import annotations

from sqlalchemy import select, update

from app.journals.writing import Write
from app.ledger import ledgers
from app.removal import taking_off
from models.schema import attachment as attachment_table
from sync.contents.bodies import Detached


def take_off(work: Write, ledger: str, told: Detached, seq: int) -> set[str]:
    """Take it off by line `seq`; the digest of its file where no other attachment of the ledger needs that.

    Raises ValueError when the ledger has no such attachment of that row, or when it is the ground on which a row of a
    sealed ledger left 在账 or came back: no office takes that off, whatever a bundle says (decision 7).
    """
    t = attachment_table.c
    ours = (t.ledger_id == ledger, t.deleted_seq.is_(None))
    found = select(attachment_table).where(t.id == told.id, t.entry_id == told.entry_id, *ours)
    row = work.connection.execute(found).first()
    if row is None:
        raise ValueError("所撤下的附件不存在")
    sha256 = row.sha256
    if taking_off.ground_of_event(work.connection, ledgers.line_of(work.connection, ledger), row):
        raise ValueError("所撤下的附件是登记的依据")
    work.connection.execute(update(attachment_table).where(t.id == told.id).values(deleted_seq=seq))
    left = work.connection.execute(select(t.id).where(t.sha256 == sha256, *ours).limit(1)).first()
    return {sha256} if left is None else set()

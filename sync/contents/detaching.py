"""An attachment that the sender took off its row again, taken off the received one."""

from __future__ import annotations

from sqlalchemy import select, update

from app.journals.writing import Write
from models.schema import attachment as attachment_table
from sync.contents.bodies import Detached


def take_off(work: Write, ledger: str, told: Detached, seq: int) -> set[str]:
    """Take it off by line `seq`; the digest of its file where no other attachment of the ledger needs that.

    Raises ValueError when the ledger has no such attachment of that row.
    """
    t = attachment_table.c
    ours = (t.ledger_id == ledger, t.deleted_seq.is_(None))
    found = select(t.sha256).where(t.id == told.id, t.entry_id == told.entry_id, *ours)
    sha256 = work.connection.scalar(found)
    if sha256 is None:
        raise ValueError("所撤下的附件不存在")
    work.connection.execute(update(attachment_table).where(t.id == told.id).values(deleted_seq=seq))
    left = work.connection.execute(select(t.id).where(t.sha256 == sha256, *ours).limit(1)).first()
    return {sha256} if left is None else set()

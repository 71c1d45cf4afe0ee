"""An attachment filed by mistake, taken off its row; taking that back files it again (decision 19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.change import Change
from app.journals import heard
from app.journals.heard import Span
from app.ledger import attachments, entries
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.removal import withdrawing
from models.schema import attachment as attachment_table
from models.schema import journal as journal_table

VERB = "detach"


def take_off(office: Office, attachment_id: str) -> Change:
    """Take an attachment off its row; its file stays in the store.

    Raises Problem E_NO_FILE, E_FOREIGN, E_EVIDENCE, E_SENT, E_SIGNED and those of rows that may not be written.
    """
    with office.write("撤下附件") as work:
        t = attachment_table.c
        found = select(attachment_table).where(t.id == attachment_id, t.deleted_seq.is_(None))
        row = work.connection.execute(found).first()
        if row is None or row.entry_id is None:
            raise Problem("E_NO_FILE", "这个附件已经撤下，请刷新后再看", attachment=attachment_id)
        held, line = entries.held_for(work, row.entry_id)
        _refuse_needed(work.connection, line, row)
        attachments.take_off(work, line.id, attachment_id, VERB, rev=held.rev)
    said = f"已撤下附件：{row.name}"
    return Change(said, frozenset({line.id}), row.entry_id, {"attachment": attachment_id})


def _refuse_needed(connection: Connection, line: LedgerLine, row: Any) -> None:
    if _ground(connection, line, row) or heard.issued({"attach": {"kind": row.kind}}):
        said = f"“{row.name}”是登记时附的依据或程序归档的文件，不能撤下；附错了请另附一份"
        raise Problem("E_EVIDENCE", said, attachment=row.id)
    if to := withdrawing.sent_since(connection, line.id, row.seq):
        raise Problem("E_SENT", f"“{row.name}”已经报送给“{to}”，不能撤下", attachment=row.id)
    if label := withdrawing.signed_since(connection, line.id, row.seq):
        raise Problem("E_SIGNED", f"“{row.name}”在{label}签字以前就附上了，不能撤下", attachment=row.id)


def _ground(connection: Connection, line: LedgerLine, row: Any) -> bool:
    """Whether it came with an event of its row (办结, 开工…), whose ground it is: the deed has a line besides."""
    return any({"attach", "detach"}.isdisjoint(body) for _, body in _deed(connection, line, row.seq, row.entry_id))


def cut(connection: Connection, line: LedgerLine, filed: Mapping[str, Any], span: Span) -> bool:
    """Whether the lines of a span hold the filing of a ground (a journal line), but not the deed it is the ground of."""
    deed = _deed(connection, line, filed["seq"], filed["subject"])
    return any(not span.first <= seq <= span.last for seq, body in deed if {"attach", "detach"}.isdisjoint(body))


def ground_of_event(connection: Connection, line: LedgerLine, row: Any) -> bool:
    """Whether it is the ground of an event that moved the count of a sealed ledger (办结, 移除…)."""
    return any(heard.moved(body) for _, body in _deed(connection, line, row.seq, row.entry_id))


def _deed(connection: Connection, line: LedgerLine, seq: int, entry_id: str) -> list[tuple[int, dict[str, Any]]]:
    """The lines of the row that were written with line `seq`."""
    t = journal_table.c
    filed = select(t.at, t.clerk).where(t.stream == line.stream, t.seq == seq)
    at, clerk = connection.execute(filed).one()
    same = select(t.seq, t.body).where(t.stream == line.stream, t.subject == entry_id, t.at == at, t.clerk == clerk)
    found = connection.execute(same.where(t.body.is_not(None)))
    return [(row.seq, msgspec.json.decode(row.body)) for row in found]

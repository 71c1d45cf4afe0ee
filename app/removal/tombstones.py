"""回收站: rows entered by mistake, deleted before they went out, and brought back whole (decision 19)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from app.change import Change
from app.engine import freezing, storing
from app.engine.rows import Held, fresh_items
from app.journals.writing import Write
from app.ledger import entries, ledgers
from app.ledger.ledgers import CHECK, MAIN, MERGED, LedgerLine
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.removal import undoing, withdrawing
from app.words import wording
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table

DELETE, UNDELETE = "delete", "undelete"
Made = Callable[[Write, LedgerLine, Held], Held]
LAID = (DELETE, undoing.UNDO, undoing.REDO)
"""The verbs of lines that lay a row in the bin; what was withdrawn with an import comes back with another import."""


@dataclass(frozen=True)
class Buried:
    """A row in the bin: whose it is, and who laid it there, when (ISO day and UTC instant), why, by which deed."""

    id: str
    ledger: str
    title: str
    no: str
    name: str
    on: str
    at: str
    clerk: str
    verb: str
    reason: str
    files: int


def delete(office: Office, entry_ids: Sequence[str], *, reason: str) -> Change:
    """Delete rows of ledgers that are not sealed, and which nobody was sent or has signed: they wait in the bin.

    A row keeps its number, items and attachments, counts for nothing, and is brought back by `undelete`.
    Raises Problem E_BLANK, E_NOTHING, E_NO_ENTRY, E_FOREIGN, E_CHECK_ONLY, E_MERGED_ROW, E_SEALED, E_SENT, E_SIGNED,
    E_LOCKED, E_LINKED, E_ISSUED; nothing is written then.
    """
    reason = wording.clean(reason)
    if not reason:
        raise Problem("E_BLANK", "删除一行要写明原因，如“重复录入”，请填写", field="reason")

    def laid(work: Write, line: LedgerLine, old: Held) -> Held:
        refuse(work, line, old)
        new = old.copy()
        new.standing, new.standings = undoing.GONE, dict.fromkeys(old.items, undoing.GONE)
        return new

    return _each(office, "删除", DELETE, entry_ids, laid, {"reason": reason}, "已删除")


def undelete(office: Office, entry_ids: Sequence[str]) -> Change:
    """Bring rows back from the bin as they were; matters that every row has since come to them as 待核.

    Raises Problem E_NOTHING, E_NO_ENTRY, E_FOREIGN, E_SEALED.
    """

    def raised(work: Write, line: LedgerLine, old: Held) -> Held:
        if line.sealed:
            said = f"《{line.title}》已确定，“{old.name}”不能放回；确要列入请用“新增项目”补录，写明依据"
            raise Problem("E_SEALED", said, entry=old.id)
        t = journal_table.c
        told = select(t.verb, t.body).where(t.stream == line.stream, t.seq == old.deleted_seq)
        row = work.connection.execute(told).first()
        if row is None or row.verb not in LAID or row.body is None:
            raise Problem("E_NO_ENTRY", f"“{old.name}”不在回收站里", entry=old.id)
        new = old.copy()
        withdrawing.put_back(line, new, [msgspec.json.decode(row.body)])
        if line.purpose == MAIN:  # a newer template may have brought matters while it lay in the bin
            new.items = fresh_items(line.loaded) | new.items
        return new

    return _each(office, "放回", UNDELETE, entry_ids, raised, {}, "已放回")


def refuse(work: Write, line: LedgerLine, held: Held) -> None:
    """Raise the Problem for which a row cannot be deleted."""
    connection = work.connection
    if line.purpose == MERGED:
        said = f"“{held.name}”由下级台账汇总而来，不能在这里删除；请下级删除后重新汇总，或用“核查剔除”"
        raise Problem("E_MERGED_ROW", said, entry=held.id)
    if line.purpose == CHECK and held.source:
        ledgers.refuse_part(line)
    if line.sealed:
        said = f"《{line.title}》已确定，“{held.name}”不能删除；请用“移除”或“更正单”（写明原因、附扫描件）"
        raise Problem("E_SEALED", said, entry=held.id)
    if freezing.locked(line.loaded, held):
        raise Problem("E_LOCKED", f"“{held.name}”已经报出、锁定，不能删除", entry=held.id)
    born = _born(connection, line, held)
    if to := withdrawing.sent_since(connection, line.id, born):
        ways = f"重复或不该列的请用“{line.loaded.t.words.excluded}”"
        raise Problem("E_SENT", f"“{held.name}”已经报送给“{to}”，不能删除；{ways}", entry=held.id)
    if label := withdrawing.signed_since(connection, line.id, born):
        raise Problem("E_SIGNED", f"“{held.name}”已经印在签过字的{label}上，不能删除", entry=held.id)
    rows, who = withdrawing.pushed_since(connection, line, born, [held.id])
    if rows:
        raise Problem("E_SENT", f"“{held.name}”已推送给{'、'.join(who)}核查，不能删除", entry=held.id)
    undoing.refuse_named(connection, line, held)


def _born(connection: Connection, line: LedgerLine, held: Held) -> int:
    """The line that brought the row. Raises Problem E_ISSUED where the program did, with a number or a file of its own."""
    t = journal_table.c
    lines = select(t.seq, t.body).where(t.stream == line.stream, t.subject == held.id)
    row = connection.execute(lines.order_by(t.seq).limit(1)).one()
    facts = msgspec.json.decode(row.body or "{}").get("facts", {})
    if facts and {"not_secret", "import", "merge"}.isdisjoint(facts):
        said = f"“{held.name}”是程序编号、归档或抽取的，不能删除；不作数的请登记作废"
        raise Problem("E_ISSUED", said, entry=held.id)
    return int(row.seq)


def why_not(office: Office, entry_id: str) -> str:
    """Why a row cannot be deleted, '' when it can; what is said in the menu."""
    with office.read() as connection:
        line = ledgers.line_of(connection, entries.ledger_of(connection, entry_id))
    if not line.own:
        return f"这本台账由{line.origin}报来，只能查看"
    if line.purpose == MERGED:
        return "汇总台账的行由下级报来，不能在这里删除"
    return "台账已确定，不能删除；请用“移除”或“更正单”" if line.sealed else ""


def buried(office: Office, ledger_id: str = "") -> list[Buried]:
    """What is in the bin of one ledger, or of all own ones, last laid first."""
    with office.read() as connection:
        found = [_read(connection, row) for row in _buried(connection, ledger_id)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _buried(connection: Connection, ledger_id: str) -> Sequence[Any]:
    e, j, k, a = entry_table.c, journal_table.c, ledger_table.c, attachment_table.c
    files = select(func.count()).where(a.entry_id == e.id, a.deleted_seq.is_(None)).scalar_subquery()
    told = (j.on, j.at, j.clerk, j.verb, j.body)
    query = (
        select(e.id, e.ledger_id, k.title, e.no, e.name, *told, files.label("files"))
        .join(ledger_table, k.id == e.ledger_id)
        .join(journal_table, (j.stream == k.stream) & (j.seq == e.deleted_seq))
        .where(k.own, e.standing == undoing.GONE, j.verb.in_(LAID), j.body.is_not(None))
    )
    return connection.execute(query.where(e.ledger_id == ledger_id) if ledger_id else query).all()


def _read(connection: Connection, row: Any) -> Buried:
    """One of them; what was deleted, brought back and taken back again tells the reason it was deleted for."""
    told = row._mapping
    given = {key: told[key] for key in ("id", "title", "no", "on", "at", "clerk", "verb", "files")}
    body = told["body"]
    if told["verb"] != DELETE:
        t = journal_table.c
        last = select(t.body).where(t.subject == told["id"], t.verb == DELETE, t.body.is_not(None))
        body = connection.scalar(last.order_by(t.seq.desc()).limit(1)) or body
    reason = str(msgspec.json.decode(body).get("facts", {}).get("reason", ""))
    return Buried(ledger=told["ledger_id"], name=told["name"] or told["no"], reason=reason, **given)


def _each(
    office: Office, title: str, verb: str, entry_ids: Sequence[str], made: Made, facts: dict[str, str], said: str
) -> Change:
    """One deed over rows of one ledger or several; `made` gives a row as it is to be."""
    if not entry_ids:
        raise Problem("E_NOTHING", "没有选中任何行")
    recorders: dict[str, Recorder] = {}
    held: dict[str, Held] = {}
    with office.write(title) as work:
        for entry_id in dict.fromkeys(entry_ids):
            ledger = entries.ledger_of(work.connection, entry_id)
            if ledger not in recorders:
                line = ledgers.line_of(work.connection, ledger)
                ledgers.refuse_foreign(line)
                recorders[ledger] = Recorder(work, line, office.calendar())
            old = held[entry_id] = storing.held_of(work.connection, [entry_id])[entry_id]
            if (old.standing == undoing.GONE) == (verb == DELETE):
                now = "已经删除" if verb == DELETE else "不在回收站里"
                raise Problem("E_NO_ENTRY", f"“{old.name}”{now}，请刷新后再看", entry=entry_id)
            recorders[ledger].put(old, made(work, recorders[ledger].ledger, old), verb, facts)
        for recorder in recorders.values():
            recorder.flush()
    first = held[entry_ids[0]]
    many = first.name if len(held) == 1 else f"{len(held):,} 行"
    kept = "，在回收站里可以放回" if verb == DELETE else ""
    told = {"rows": len(held), "gone" if verb == DELETE else "back": len(held)}
    return Change(f"{said}：{many}{kept}", frozenset(recorders), entry_ids[0], told)

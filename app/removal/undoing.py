"""Taking back what was done, and doing it again: compensating deeds made from the journal (decision 19)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.engine import played, storing
from app.engine.freezing import refuse_frozen, refuse_locked
from app.engine.rows import Held, difference
from app.journals import heard
from app.journals.heard import Span
from app.journals.writing import Write
from app.ledger import attachments, checks, ledgers, row_numbers, template_history
from app.ledger.attachments import Kept
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.removal import built_on, taking_off, withdrawing
from app.removal.undone import VERBS, Undone
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import journal as journal_table
from models.schema import link as link_table
from models.schema import seal as seal_table

UNDO, REDO, GONE = "undo", "redo", "deleted"
Tell = Callable[[int, int], None]
Body = dict[str, Any]


@dataclass
class _Found:
    cells: list[tuple[str, str]] = field(default_factory=list)
    items: int = 0
    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    off: int = 0
    filed: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def said(self) -> str:
        """“示范水库” 2 格; of several rows without their names."""
        told = (
            (len(self.cells) + self.items, "{:,} 格"),
            (len(self.gone), "拿掉 {:,} 行（在回收站里）"),
            (len(self.back), "放回 {:,} 行"),
            (self.off, "撤下附件 {:,} 个"),
            (self.filed, "放回附件 {:,} 个"),
        )
        what = "，".join(words.format(number) for number, words in told if number) or "没有改动"
        return f"“{next(iter(self.names.values()))}” {what}" if len(self.names) == 1 else what


def undo(office: Office, ledger_id: str, first_seq: int, last_seq: int) -> Undone:
    """Take back the lines of this stretch of one ledger's stream by a new deed; see `take_back`."""
    return take_back(office, [Span(ledger_id, first_seq, last_seq)])


def redo(office: Office, ledger_id: str, first_seq: int, last_seq: int) -> Undone:
    """Do again what the taking back in this stretch undid: it is taken back in its turn."""
    return take_back(office, [Span(ledger_id, first_seq, last_seq)], again=True)


def take_back(
    office: Office,
    spans: Sequence[Span],
    *,
    again: bool = False,
    drafts: Collection[str] = (),
    tell: Tell | None = None,
) -> Undone:
    """Take back what these stretches did, the last first, as one deed: cells get what they held before, rows and
    attachments that came go, those that went come back. `again` calls it 重做; rows in `drafts` are being written in a
    form and wait for that.

    Raises Problem E_UNDO_DRAFT, E_UNDO_SENT, E_UNDO_SIGNED, E_UNDO_SEALED, E_UNDO_LATER (naming row and field),
    E_UNDO_DONE, E_UNDO_KIND, E_LINKED, E_FOREIGN, E_FROZEN, E_LOCKED; nothing is written then.
    """
    found, own, stretches = _Found(), list[Span](), list[_Stretch]()
    with office.write("重做" if again else "撤销") as work:
        for span in reversed(spans):
            stretch = _Stretch(work, office, span, REDO if again else UNDO, found)
            stretch.run(drafts, tell)
            stretches.append(stretch)
        for stretch in stretches:
            stretch.refuse_misnamed()
        for ledger in dict.fromkeys(span.ledger for span in spans):
            head = work.ledger(ledger).head.seq
            if written := work.written(ledger):
                own.append(Span(ledger, written, head))
    if not own:
        raise Problem("E_UNDO_DONE", "这一步已经撤销过了")
    facts: dict[str, Any] = {"rows": len({*(e for e, _ in found.cells), *found.gone, *found.back})}
    facts |= {"cells": len(found.cells) + found.items, "gone": len(found.gone), "back": len(found.back)}
    if len(own) == 1:
        facts |= {"ledger": own[0].ledger, "seqs": (own[0].first, own[0].last)}
    said = f"已{'重做' if again else '撤销'}：{found.said()}"
    touched = frozenset(span.ledger for span in spans)
    rows = tuple(found.gone), tuple(found.back)
    cells = tuple(dict.fromkeys(found.cells))
    one = next(iter(found.names)) if len(found.names) == 1 else None
    return Undone(said, touched, one, facts, tuple(spans), tuple(own), again, cells, *rows)


def stretch_of(office: Office, stream: str, seq: int) -> Span | None:
    """The whole deed that line `seq` is a part of: the lines around it with its clerk and instant. None: no ledger's."""
    t = journal_table.c
    with office.read() as connection:
        line = next((one for one in ledgers.lines_in(connection) if one.stream == stream), None)
        row = connection.execute(select(t.at, t.clerk).where(t.stream == stream, t.seq == seq)).first()
        if line is None or row is None:
            return None
        others = (t.at != row.at) | (t.clerk != row.clerk)
        before = select(t.seq).where(t.stream == stream, t.seq < seq, others).order_by(t.seq.desc()).limit(1)
        after = select(t.seq).where(t.stream == stream, t.seq > seq, others).order_by(t.seq).limit(1)
        first = (connection.scalar(before) or 0) + 1
        end = connection.scalar(after)
    return Span(line.id, first, end - 1 if end else line.head_seq)


class _Stretch:
    """One stretch of one ledger being taken back in the open transaction."""

    def __init__(self, work: Write, office: Office, span: Span, verb: str, found: _Found) -> None:
        self.work, self.span, self.verb, self.found = work, span, verb, found
        self.line = ledgers.line_of(work.connection, span.ledger)
        ledgers.refuse_foreign(self.line)
        self.office = office
        self.recorder = Recorder(work, self.line, office.calendar())
        self.facts = {"undoes": [span.first, span.last]}
        self.revs: dict[str, int] = {}
        self.named: list[tuple[Held, Body]] = []

    def run(self, drafts: Collection[str], tell: Tell | None) -> None:
        connection, span = self.work.connection, self.span
        bodies, files = self._read()
        _refuse_gone_out(connection, self.line, span)
        held = storing.held_of(connection, [*bodies, *{told["entry_id"] for _, told in files}])
        self._refuse_pushed(list(bodies), held)
        for done, (entry, told) in enumerate(bodies.items()):
            if tell is not None and not done % 500:
                tell(done, len(bodies))
            if entry in drafts:
                raise _unsaved(held[entry])
            self._row(held[entry], told)
        self.recorder.flush()
        for key, about in reversed(files):
            self.found.names[about["entry_id"]] = held[about["entry_id"]].name
            self._file(key, about, held[about["entry_id"]].rev)

    def _read(self) -> tuple[dict[str, list[Body]], list[tuple[str, Body]]]:
        """What the lines say: of the rows by id, and of attachments in order."""
        connection, span = self.work.connection, self.span
        bodies: dict[str, list[Body]] = {}
        files: list[tuple[str, Body]] = []
        if template_history.of_ledger(connection, self.line).at(span.first).digest != self.line.loaded.digest:
            said = "这一步以后台账换过模板版本，不能撤销；要改请直接改"
            raise Problem("E_UNDO_LATER", said, ledger=self.line.id)
        for row in played.lines(connection, self.line.stream, span.first - 1, span.last):
            if row["verb"] not in VERBS or row["body"] is None:
                raise Problem("E_UNDO_KIND", "这一步不是改台账内容，不能这样撤销", verb=row["verb"], seq=row["seq"])
            body: Body = msgspec.json.decode(row["body"])
            if heard.moved(body):
                raise _sealed(row["verb"])
            if heard.issued(body):
                said = "这一步是程序编号、归档或抽取的（通知书、报告、抽样），不能撤销；不作数的请登记作废"
                raise Problem("E_UNDO_KIND", said, verb=row["verb"], seq=row["seq"])
            if key := next((key for key in ("attach", "detach") if key in body), ""):
                if key == "attach" and taking_off.cut(connection, self.line, row, span):
                    said = f"“{body[key]['name']}”是登记时附的依据，不能单独撤销；附错了请另附一份"
                    raise Problem("E_UNDO_KIND", said, verb=row["verb"], seq=row["seq"])
                files.append((key, body[key]))
            elif "new" in body or "was" in body:
                bodies.setdefault(row["subject"], []).append(body)
                self.revs[row["subject"]] = row["rev"]
        return bodies, files

    def _refuse_pushed(self, entries: list[str], held: dict[str, Held]) -> None:
        """What a department was asked about stays as it was asked (旗方案 四(一))."""
        rows, who = withdrawing.pushed_since(self.work.connection, self.line, self.span.first, entries)
        if rows:
            raise Problem(
                "E_UNDO_SENT",
                f"“{held[rows[0]].name}”已推送给{'、'.join(who)}核查，不能撤销；要改请直接改",
                rows=[held[i].no for i in rows],
            )

    def _row(self, old: Held, bodies: list[Body]) -> None:
        new = old.copy()
        withdrawing.put_back(self.line, new, bodies)
        if old.rev != self.revs[old.id]:
            built_on.refuse_rewritten(self.work.connection, self.line, old, bodies, self.span)
        built_on.refuse_other(self.line, old, new, bodies)
        if new.standing == GONE and old.standing != GONE:
            self._refuse_leaned_on(old)
        elif old.standing != GONE:
            refuse_locked(self.line.loaded, old, new)
        if self.work.ledger(self.line.id).sealed:
            refuse_frozen(self.line.loaded, old, new)
        if new.standing != GONE:
            self._refuse_unfit(old, new)
        if self.recorder.put(old, new, self.verb, self.facts):
            self.found.names[old.id] = new.name
            self._count(old, new)

    def _refuse_unfit(self, old: Held, new: Held) -> None:
        """What was written since may not fit what stood before: the checks hold as when it is typed."""
        own = set(difference(old.cells, new.cells))
        if old.rev != self.revs[old.id]:
            codes = old.items.keys() | new.items.keys()
            items = {code: set(difference(old.items.get(code, {}), new.items.get(code, {}))) for code in codes}
            if fault := checks.hard_fault(self.office, self.line, new, own, items):
                raise built_on.unfit(old, fault)
        back = new.cells if old.standing == GONE else {key: new.cells.get(key) for key in own}
        if linked := {f.id: back[f.id] for f in row_numbers.row_fields(self.line.loaded) if back.get(f.id)}:
            self.named.append((new, linked))

    def refuse_misnamed(self) -> None:
        """Of the links that were put back, once every row stands as it is to be. Raises Problem E_UNDO_LATER."""
        connection = self.work.connection
        for held, linked in self.named:
            try:
                row_numbers.refuse_misnamed(connection, self.line, held.id, held.source, linked)
                row_numbers.refuse_buried(connection, self.line, held.source, linked)
            except Problem as fault:
                raise built_on.unfit(held, fault) from fault

    def _count(self, old: Held, new: Held) -> None:
        if old.standing != new.standing and GONE in (old.standing, new.standing):
            (self.found.gone if new.standing == GONE else self.found.back).append(old.id)
            return
        keys = sorted(old.cells.keys() | new.cells.keys())
        self.found.cells += [(old.id, key) for key in keys if old.cells.get(key) != new.cells.get(key)]
        for code in old.items.keys() | new.items.keys():
            was, now = old.items.get(code, {}), new.items.get(code, {})
            self.found.items += sum(was.get(key) != now.get(key) for key in was.keys() | now.keys())

    def _refuse_leaned_on(self, held: Held) -> None:
        connection, t = self.work.connection, attachment_table.c
        filed = select(t.name).where(t.entry_id == held.id, t.deleted_seq.is_(None), t.seq > self.span.last)
        if name := connection.scalar(filed.limit(1)):
            said = f"“{held.name}”后来附上了“{name}”，不能撤销；不要这一行，请用“删除这一行”"
            raise Problem("E_UNDO_LATER", said, rows=[held.no], entry=held.id)
        refuse_named(connection, self.line, held)

    def _file(self, key: str, told: Body, rev: int) -> None:
        t, connection = attachment_table.c, self.work.connection
        if key == "attach":
            live = select(t.id).where(t.id == told["id"], t.deleted_seq.is_(None))
            if told.get("version_id") or connection.scalar(live) is None:
                raise Problem("E_UNDO_DONE", f"附件“{told['name']}”已经撤下了")
            attachments.take_off(self.work, self.line.id, told["id"], self.verb, rev=rev)
            self.found.off += 1
            return
        row = connection.execute(select(attachment_table).where(t.id == told["id"])).one()
        if self._put_back(row):
            raise Problem("E_UNDO_DONE", f"附件“{row.name}”已经放回了")
        kept = Kept(row.sha256, row.name, row.kind, row.size)
        place = {"subject": row.entry_id, "entry_id": row.entry_id, "rev": rev, "verb": self.verb, "again": row.id}
        attachments.file_with(self.work, self.line.id, kept, **place)
        self.found.filed += 1


    def _put_back(self, row: Any) -> bool:
        """Whether an attachment that was taken off is there again under a new id."""
        t, a, connection = journal_table.c, attachment_table.c, self.work.connection
        told = select(t.body).where(t.subject == row.entry_id, t.stream == self.line.stream, t.seq > row.deleted_seq)
        bodies = map(msgspec.json.decode, connection.scalars(told.where(t.body.contains(row.id))))
        new = [body["attach"]["id"] for body in bodies if body.get("again") == row.id]
        live = select(a.id).where(a.id.in_(new), a.deleted_seq.is_(None))
        return connection.scalar(live.limit(1)) is not None


def refuse_named(connection: Connection, line: LedgerLine, held: Held) -> None:
    """A row that others follow as the same project does not go before they let it. Raises Problem E_LINKED."""
    t, e = link_table.c, entry_table.c
    naming = select(e.name, e.no).join(link_table, t.entry_id == e.id).where(t.no == held.no, e.id != held.id)
    if (found := connection.execute(naming.where(e.standing != "deleted").limit(1)).first()) is not None:
        said = f"“{found.name or found.no}”关联着“{held.name}”这一行；请先在那一行的“相关”里取消关联"
        raise Problem("E_LINKED", said, rows=[found.no], entry=held.id)


def _refuse_gone_out(connection: Connection, line: LedgerLine, span: Span) -> None:
    facts: dict[str, Any] = {"ledger": line.id, "seqs": [span.first, span.last]}
    if to := withdrawing.sent_since(connection, line.id, span.first):
        raise Problem("E_UNDO_SENT", f"这一步的内容已经报送给“{to}”，不能撤销；要改请直接改", **facts)
    sealed = connection.scalar(select(seal_table.c.seq).where(seal_table.c.ledger_id == line.id))
    if sealed is not None and sealed > span.first:
        raise Problem("E_UNDO_SIGNED", "台账已经确定，确定以前的改动不能撤销；确需更改请走“更正单”", **facts)
    if label := withdrawing.signed_since(connection, line.id, span.first):
        raise Problem("E_UNDO_SIGNED", f"这一步的内容已经在{label}上签字，不能撤销；要改请直接改", **facts)


def _unsaved(held: Held) -> Problem:
    said = f"“{held.name}”在表单里有没保存的改动，请先在表单里保存（Ctrl+S）或撤销，再撤销这一步"
    return Problem("E_UNDO_DRAFT", said, entry=held.id)


def _sealed(verb: str) -> Problem:
    """What moved a count after the seal goes back by its own event only (decision 7)."""
    ways = {"add": "“更正单”", "reopen": "“办结”或“移除”"}
    said = f"台账已确定，这一步动了在账的数，不能直接撤销；请用{ways.get(verb, '“恢复”')}登记"
    return Problem("E_UNDO_SEALED", said, verb=verb)

"""误入处置: a secret project that got in by mistake is destroyed in this office; its place and its count stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.change import Change
from app.engine import played, remains, traces
from app.engine.remains import PURGE, Remains
from app.engine.traces import Traces
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.people import locking
from app.problem import Problem
from app.removal import destroying, merge_traces, purge_report, sweeping
from app.removal.destroying import Destroyed
from app.values import kinds
from app.words import wording
from models import database
from models.schema import entry as entry_table
from models.schema import import_run as run_table
from models.schema import journal as journal_table


@dataclass(frozen=True)
class Target:
    """What is to be destroyed: rows of one ledger, and the import that brought them when a whole one goes.

    `merge` is a merging of which the texts go that it kept beside its rows.
    """

    ledger: str
    entries: list[str]
    run: str = ""
    merge: str = ""


@dataclass(frozen=True)
class Waiting:
    """A row of a received ledger that its sender destroyed and whose content still lies here."""

    entry_id: str
    ledger_id: str
    no: str
    origin: str


@dataclass
class _Deed:
    """Who asks for it, with whom and why."""

    by: str
    second: str
    reason: str
    facts: dict[str, Any] = field(default_factory=dict)


def purge(office: Office, ref: str, *, by: str, second: str, reason: str, backups: bool = False) -> Change:
    """Destroy a row (by id, 台账编号, code or name) or a whole import (by id) everywhere in this office folder.

    Of a merging (by id) all texts go that it kept beside the rows it wrote: rows of the returned list that could not be
    placed or read, or were turned down; rows it added are destroyed one by one.

    涉密 projects never enter (S53 三(二), decision 11). Table rows, journal bodies, attachments, prints and scans on
    which it stood, bundles and logs go; of each journal line the header with the salted digest stays, the salt goes.
    The backups that hold it are named and with `backups` destroyed. A report says what the office must do outside.

    Counting: before the seal the row becomes a tombstone and leaves 列入, for it should never have been listed
    (decision 19, as with a withdrawn import); after the seal 期初 stays and what is still in 在账 leaves it by 更正,
    named 误入处置; what had left before stays where it was counted. Doing it again finishes what was left over.

    Raises Problem E_NO_ENTRY, E_WHICH_ENTRY, E_FOREIGN, E_BLANK, E_SECOND, E_NAMED, E_READONLY, E_OFFICE_BUSY.
    """
    deed = _deed(office, by, second, reason)
    office.hold(timeout=3)
    try:
        done = _in_database(office, ref, deed)
        swept = sweeping.sweep(office, done, backups=backups)
        report = purge_report.write(office, done, swept, deed.facts)
        office.note_head()
    finally:
        office.lock.release()
    return _said(done, swept, str(report))


def waiting(office: Office) -> list[Waiting]:
    """Rows that other offices have destroyed and that are still to be destroyed here, by their ledgers."""
    found = []
    with office.read() as connection:
        for line in ledgers.lines_in(connection):
            left = remains.of_stream(connection, line.stream) if not line.own else Remains()
            for row in connection.execute(select(entry_table).where(entry_table.c.id.in_(left.entries))):
                if destroying.bodies_left(connection, line.stream, row.id, left):
                    found.append(Waiting(row.id, line.id, row.no, line.origin))
    return found


def _deed(office: Office, by: str, second: str, reason: str) -> _Deed:
    by, second, reason = wording.one_line(by), wording.one_line(second), wording.clean(reason)
    for key, value, title in (("by", by, "提出人"), ("second", second, "第二人"), ("reason", reason, "原因")):
        if not value:
            raise Problem("E_BLANK", f"误入处置要写明{title}，请填写", field=key)
    locking.refuse_same(office, second)
    if wording.key(second) in (wording.key(by), wording.key(office.clerk)):
        raise Problem(
            "E_SECOND", "第二人要是另一个人（不能是提出人或经办人自己），请写明姓名", field="second"
        )
    return _Deed(by, second, reason, {"asked_by": by, "second": second, "reason": reason})


def _in_database(office: Office, ref: str, deed: _Deed) -> Destroyed:
    """The one transaction: bodies, rows, events; the content is gone for every reader when it ends."""
    with office.write("误入处置") as work:
        connection = work.connection
        database.forget_deleted(connection)
        target = _find(connection, ref)
        line = ledgers.line_of(connection, target.ledger)
        left = remains.of_stream(connection, line.stream)
        named = _traces(connection, line, target.entries)
        _refuse_named(deed, named)
        mergings = merge_traces.sharing(connection, line.stream, target.merge) if target.merge else ()
        done = Destroyed(line, target.entries, target.run or target.merge, named, tuple(mergings))
        if not line.own:
            _refuse_unasked(line, left, target)
            destroying.mirrored(work, done, left, deed.facts)
            destroying.mentions(work, office, done, deed.facts)
            done.settle(connection)
            return done
        for entry in target.entries:
            if entry not in left.entries:
                destroying.row(work, office, done, entry, deed.facts)
        if target.run:
            destroying.run(work, done, deed.facts)
        if target.merge:
            destroying.merging(work, done, deed.facts)
        destroying.brought(work, done, deed.facts)
        destroying.mentions(work, office, done, deed.facts)
        done.settle(connection)
    return done


def _find(connection: Connection, ref: str) -> Target:
    """The import or the row meant; rows that were withdrawn count too, their content is still there."""
    run = connection.execute(select(run_table).where(run_table.c.id == ref)).first()
    if run is not None:
        line = ledgers.line_of(connection, run.ledger_id)
        left = remains.of_stream(connection, line.stream)
        added = [
            row["subject"]
            for row, body in played.told(connection, line.stream, left, run.last_seq)
            if row["seq"] >= run.first_seq and "new" in body and body.get("facts", {}).get("import") == ref
        ]
        return Target(run.ledger_id, added, ref)
    if ledger := merge_traces.ledger_of(connection, ref):
        return Target(ledger, [], merge=ref)
    t = entry_table.c
    for rule in (
        t.id == ref,
        t.no == ref,
        t.code_key == kinds.code_key(ref),
        t.name_key == kinds.name_key(ref),
    ):
        rows = connection.execute(select(t.id, t.no, t.ledger_id).where(rule).limit(9)).all()
        own = {line.id for line in ledgers.lines_in(connection) if line.own}
        rows = [r for r in rows if r.ledger_id in own] or rows
        if len(rows) == 1:
            return Target(rows[0].ledger_id, [rows[0].id])
        if rows:
            raise Problem(
                "E_WHICH_ENTRY",
                f"这个名称或代码对应 {len(rows):,} 行，请改用编号：{'、'.join(f'{r.no}（{r.id}）' for r in rows)}",
                entries=[r.id for r in rows],
            )
    raise Problem(
        "E_NO_ENTRY",
        "没有这一行，也没有这次导入或合并；请用台账编号、项目代码、项目名称、导入编号或合并编号",
        entry=ref,
    )


def _traces(connection: Connection, line: LedgerLine, entries: Sequence[str]) -> Traces:
    named = Traces()
    for entry in entries:
        t = journal_table.c
        rows = connection.execute(
            select(journal_table).where(t.stream == line.stream, t.subject == entry, t.body.is_not(None))
        ).mappings()
        named |= traces.of_bodies(Remains().body(row) or {} for row in rows if row["verb"] != PURGE)
    return named


def _refuse_named(deed: _Deed, named: Traces) -> None:
    """The deed itself stays in the journal for ever and must not name the project."""
    for key, value in (("by", deed.by), ("second", deed.second), ("reason", deed.reason)):
        if named.hits(value):
            raise Problem("E_NAMED", "误入处置的记录会永久保留，请不要在原因里写项目名称或代码", field=key)


def _refuse_unasked(line: LedgerLine, left: Remains, target: Target) -> None:
    if not set(target.entries) <= left.entries:
        raise Problem(
            "E_FOREIGN",
            f"这一行由{line.origin}报来，请先通知对方做误入处置并重新报送；收到以后再在本单位处置",
            ledger=line.id,
        )


def _said(done: Destroyed, swept: sweeping.Swept, report: str) -> Change:
    what = done.called()
    kept = f"；还有 {len(swept.backups_left):,} 个备份含有它，请核对后销毁" if swept.backups_left else ""
    more = f"；{swept.unscrubbed}后再做一次" if swept.unscrubbed else ""
    more += f"；新备份没有做成（{swept.unbacked}），旧备份先没有销毁，处理后再做一次" if swept.unbacked else ""
    found = f"；还有 {len(swept.found):,} 处要人工处理，见报告" if swept.found else ""
    found += f"；{len(swept.unread):,} 个文件读不出文字，没有查，见报告" if swept.unread else ""
    facts = {
        "entries": done.entries,
        "no": done.numbers,
        "report": report,
        "lines": done.lines,
        "files": swept.files,
        "bundles": swept.bundles,
        "receivers": swept.receivers,
        "backups_destroyed": swept.backups_gone,
        "backups_left": swept.backups_left,
        "unbacked": swept.unbacked,
        "found": swept.found,
        "unread": swept.unread,
        "scrubbed": not swept.unscrubbed,
    }
    said = f"误入处置完成：{what}，内容已在本单位销毁{kept}{found}{more}"
    return Change(said, frozenset({done.line.id}), done.run or done.entries[0], facts)

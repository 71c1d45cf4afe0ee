"""`verify`: the journal played back, and whether tables, files, counters and papers are what it says (decision 23)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from app.engine import remains
from app.engine.played import apply, lines
from app.engine.remains import Remains
from app.journals import former, journal
from app.journals.comparing import Difference
from app.ledger import attachments, handover_records, kept_forms, ledgers
from app.office import Office
from app.problem import Problem
from app.proof import ancestry, proving
from app.proof.told_ledger import LedgerTale
from app.proof.told_office import NAME, OfficeTale
from app.storage import files
from app.values import known_days, workdays
from app.values.workdays import Calendar
from models import database
from models.schema import attachment as attachment_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import office as office_table
from models.schema import outbox as outbox_table
from models.schema import version as version_table

__all__ = ["Difference", "apply", "lines", "verify", "walk"]
MOST = 1000
Use = Callable[[Any, dict[str, Any]], None]


def verify(office: Office) -> list[Difference]:
    """Every difference between journal, tables, files and counters of this office; [] when all agrees.

    At most MOST are told. Raises Problem E_DB_DAMAGED when the database file itself is spoiled.
    """
    try:
        with office.read() as connection:
            return list(islice(_verify(connection, office), MOST))
    except (ValueError, LookupError, TypeError) as error:
        raise _spoiled(office, str(error)) from error


def _spoiled(office: Office, detail: str) -> Problem:
    return Problem(
        "E_DB_DAMAGED", "数据文件已损坏，请从备份恢复；原文件没有动", folder=str(office.folder), detail=detail
    )


def _verify(connection: Connection, office: Office) -> Iterator[Difference]:
    if (wrong := connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()) != "ok":
        raise _spoiled(office, str(wrong))
    if database.unguarded(connection):
        yield Difference("操作记录", "“只能添加”的保护被去掉了，请从备份恢复", "journal")
    told = OfficeTale()
    left = remains.of_stream(connection, office.stream)
    yield from walk(connection, office.stream, NAME, left, told.take)
    try:
        calendar = known_days.load(connection, office.division)
    except (Problem, ValueError) as error:
        yield Difference("工作日历", f"导入的放假安排读不出：{error}", "calendar_year.text")
        calendar = Calendar(workdays.published().values())
    streams, gone, mine = {office.stream}, set(left.files), set(left.files)
    for line in ledgers.lines_in(connection):
        left = remains.of_stream(connection, line.stream)
        tale = LedgerTale(line, left)
        yield from _verify_ledger(connection, tale, told, calendar)
        past = former.of_ledger(connection, line.id, line.stream)
        named = {parent["stream"] for parent in tale.parents}
        let_go = [{"stream": each, "seq": 0, "head": ""} for each in past if each not in named]
        yield from ancestry.differences(connection, f"《{line.title}》", [*tale.parents, *let_go])
        streams |= {line.stream, *past}
        gone |= left.files
        mine |= left.files if line.own else set()
    yield from told.differences(connection)
    yield from proving.unread(connection, streams)
    yield from _heads(connection, office)
    yield from _files(connection, office, gone)
    yield from _undestroyed(connection, office, mine)


def _verify_ledger(
    connection: Connection, tale: LedgerTale, told: OfficeTale, calendar: Calendar
) -> Iterator[Difference]:
    line = tale.line
    yield from walk(connection, line.stream, f"《{line.title}》", tale.left, tale.take)
    yield from proving.ledger(connection, tale, told, calendar)


def walk(connection: Connection, stream: str, name: str, left: Remains, use: Use) -> Iterator[Difference]:
    """Follow a stream from its first line to its noted head; every body that is left goes to `use`."""
    prev, seq = journal.GENESIS, 0
    for row in lines(connection, stream):
        seq += 1
        if wrong := journal.fault(prev, seq, dict(row)):
            yield Difference(name, wrong, "journal")
            return
        prev = bytes(row["hash"])
        body = left.body(row)
        if body is not None:
            use(row, body)
    head = connection.execute(
        select(ledger_table.c.head_seq, ledger_table.c.head_hash)
        .where(ledger_table.c.stream == stream)
        .union_all(
            select(office_table.c.head_seq, office_table.c.head_hash).where(office_table.c.stream == stream)
        )
    ).first()
    if head is None or head.head_seq != seq or bytes(head.head_hash) != prev:
        known = head.head_seq if head else 0
        yield Difference(
            name, f"操作记录只到第 {seq} 条，而记着应有 {known} 条，丢了一截或换了一截", "journal"
        )


def _heads(connection: Connection, office: Office) -> Iterator[Difference]:
    """What was noted of the chain outside it: beside the database, and in what others have received."""
    for stream, seq, hashed in _noted(connection, office):
        t = journal_table.c
        streams = [stream, *(parent["stream"] for parent in former.parents(connection, stream))]
        found = connection.scalars(select(t.hash).where(t.stream.in_(streams), t.seq == seq))
        if seq and hashed not in {bytes(each).hex() for each in found}:
            yield Difference(
                "操作记录",
                f"第 {seq} 条与以前记下或报出的不是同一条，可能恢复过旧数据或被整段改写",
                "journal",
            )


def _noted(connection: Connection, office: Office) -> Iterator[tuple[str, int, str]]:
    try:
        noted = json.loads((office.folder / "head").read_text())
        yield from ((str(stream), int(seq), str(hashed)) for stream, (seq, hashed) in noted.items())
    except (OSError, ValueError, TypeError, AttributeError):  # no such note, or not one of ours
        noted = {}
    o = outbox_table.c
    sent = select(ledger_table.c.stream, o.to_seq, o.head).where(o.kind == "ledger")
    sent = sent.join(ledger_table, ledger_table.c.id == o.ledger_id)
    yield from ((r.stream, r.to_seq, r.head) for r in connection.execute(sent))


def _files(connection: Connection, office: Office, gone: set[str]) -> Iterator[Difference]:
    t, v = attachment_table.c, version_table.c
    mine = select(ledger_table.c.id).where(ledger_table.c.own)  # what was taken off does not travel
    held = select(t.sha256, t.name).where(t.deleted_seq.is_(None) | t.ledger_id.in_(mine))
    wanted = {row.sha256: row.name for row in connection.execute(held)}
    wanted |= {row.pdf: f"{row.label}.pdf" for row in connection.execute(select(v.pdf, v.label))}
    wanted |= kept_forms.files(connection) | handover_records.files(connection)
    for sha, name in wanted.items():
        path = attachments.path_of(office.folder, sha)
        if not path.is_file():
            if sha not in gone:
                yield Difference(name, "附件文件不见了", "files")
        elif files.digest_of(path) != sha:
            yield Difference(name, "附件文件被改动", "files")


def _undestroyed(connection: Connection, office: Office, gone: set[str]) -> Iterator[Difference]:
    """A file that was to be destroyed with a row and lies there still, unless another row has it by now."""
    t = attachment_table.c
    for sha in sorted(gone):
        if attachments.path_of(office.folder, sha).is_file():
            used = connection.execute(
                select(t.id).where(t.sha256 == sha, t.entry_id.is_not(None)).limit(1)
            ).first()
            if used is None:
                yield Difference(
                    f"文件 {sha[:12]}", "误入处置时应销毁的文件还在，请再做一次误入处置", "files"
                )

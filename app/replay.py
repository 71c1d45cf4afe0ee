"""The journal played back: what the tables must hold, and whether they do (decision 23)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app import attachments, counts, journal, ledgers, storing, wire
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rows import Held, patched
from app.templates import Loaded
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import office as office_table
from models.schema import version as version_table

READ = 2000


@dataclass(frozen=True)
class Difference:
    """Something that does not agree: where, and in what words."""

    where: str
    text: str


def verify(office: Office) -> list[Difference]:
    """Every difference between journal, tables, files and counters of this office; [] when all agrees.

    Raises Problem E_DB_DAMAGED when the database file itself is spoiled.
    """
    try:
        return _verify(office)
    except (ValueError, LookupError, TypeError) as error:
        raise _spoiled(office, str(error)) from error


def _spoiled(office: Office, detail: str) -> Problem:
    return Problem(
        "E_DB_DAMAGED", "数据文件已损坏，请从备份恢复；原文件没有动", folder=str(office.folder), detail=detail
    )


def _verify(office: Office) -> list[Difference]:
    found: list[Difference] = []
    with office.read() as connection:
        if (wrong := connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()) != "ok":
            raise _spoiled(office, str(wrong))
        found.extend(_walk(connection, office.stream, "单位记录", lambda row, body: None))
        for line in ledgers.lines_in(connection):
            found.extend(_verify_ledger(connection, line))
        found.extend(_verify_files(connection, office))
    return found


def apply(loaded: Loaded, held: Held | None, subject: str, rev: int, body: dict[str, Any]) -> Held | None:
    """What one journal line makes of an entry; None for a line that concerns no entry."""
    if "new" in body:
        new = body["new"]
        held = Held(
            subject,
            new["number"],
            new["no"],
            wire.from_wire(loaded, new["cells"]),
            wire.items_from_wire(loaded, new["items"]),
            new["standing"],
            new.get("added", False),
            rev,
            dict(new["standings"]),
            set(new["items"]) if new.get("added") else set(),
        )
    elif held is not None:
        _change(loaded, held, body)
        held.rev = rev
    return held


def _change(loaded: Loaded, held: Held, body: dict[str, Any]) -> None:
    held.cells = patched(held.cells, wire.from_wire(loaded, body.get("cells", {})))
    for code, changes in body.get("items", {}).items():
        held.items[code] = patched(held.items.get(code, {}), wire.from_wire(loaded, changes, item=True))
    for code in body.get("gone", ()):
        held.items.pop(code, None)
    held.standing = body.get("standing", held.standing)
    held.standings = patched(held.standings, body.get("standings", {}))
    if "added_items" in body:
        held.added_items = set(body["added_items"])
    if "added" in body:
        held.added = body["added"]


def lines(connection: Connection, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Any]:
    """The rows of a stream in order, a few thousand in memory at a time."""
    t = journal_table.c
    while True:
        query = select(journal_table).where(t.stream == stream, t.seq > after).order_by(t.seq).limit(READ)
        if upto is not None:
            query = query.where(t.seq <= upto)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        yield from rows
        after = rows[-1]["seq"]


def _walk(connection: Connection, stream: str, name: str, use: Any) -> Iterator[Difference]:
    prev, seq = journal.GENESIS, 0
    for row in lines(connection, stream):
        seq += 1
        if wrong := journal.fault(prev, seq, dict(row)):
            yield Difference(name, wrong)
            return
        prev = bytes(row["hash"])
        if row["body"] is not None:
            use(row, msgspec.json.decode(row["body"]))
    head = connection.execute(
        select(ledger_table.c.head_seq, ledger_table.c.head_hash)
        .where(ledger_table.c.stream == stream)
        .union_all(select(office_table.c.head_seq, office_table.c.head_hash).where(office_table.c.stream == stream))
    ).one()
    if head.head_seq != seq or bytes(head.head_hash) != prev:
        yield Difference(name, f"操作记录只到第 {seq} 条，而记着应有 {head.head_seq} 条，丢了一截")


def _verify_ledger(connection: Connection, line: LedgerLine) -> Iterator[Difference]:
    played: dict[str, Held] = {}
    seqs: dict[str, int] = {}
    events: dict[str, tuple[str, str | None]] = {}

    def use(row: Any, body: dict[str, Any]) -> None:
        if "new" in body or row["subject"] in played:
            held = apply(line.loaded, played.get(row["subject"]), row["subject"], row["rev"], body)
            if held is not None:
                played[row["subject"]] = held
                seqs[row["subject"]] = row["seq"]
        for event in body.get("events", ()):
            events[event["id"]] = (event["kind"], event.get("item"))

    yield from _walk(connection, line.stream, f"《{line.title}》", use)
    for held in storing.every_held(connection, line.id):
        other = played.pop(held.id, None)
        if other is None:
            yield Difference(held.no, f"“{held.name}”没有录入记录")
        elif text := _unlike(other, held):
            yield Difference(held.no, f"“{held.name}”的{text}与操作记录不一致")
    yield from (Difference(held.no, f"“{held.name}”有录入记录，台账里却没有") for held in played.values())
    stored = {
        row.id: (row.kind, row.item)
        for row in connection.execute(select(event_table).where(event_table.c.ledger_id == line.id))
    }
    if stored != events:
        yield Difference(f"《{line.title}》", "核减、移除等事件与操作记录不一致")
    yield from _verify_columns(connection, line)
    if counts.recount(connection, line.id) != counts.stored(connection, line.id):
        yield Difference(f"《{line.title}》", "重新点数与台账数字不一致")


def _verify_columns(connection: Connection, line: LedgerLine) -> Iterator[Difference]:
    """The indexed columns must say what the cells say."""
    t = entry_table.c
    for row in connection.execute(select(t.no, t.name, t.cells, t.invest).where(t.ledger_id == line.id)):
        if row.name != row.cells.get("name") or row.invest != row.cells.get("invest"):
            yield Difference(row.no, "列表里的名称或投资与该行内容不一致")


def _unlike(played: Held, held: Held) -> str:
    pairs = (
        ("内容", played.cells, held.cells),
        ("审批事项", played.items, held.items),
        ("状态", played.standing, held.standing),
        ("事项状态", played.standings, held.standings),
        ("次数", played.rev, held.rev),
    )
    return "、".join(name for name, a, b in pairs if a != b)


def _verify_files(connection: Connection, office: Office) -> Iterator[Difference]:
    wanted = {sha: name for sha, name in connection.execute(select(attachment_table.c.sha256, attachment_table.c.name))}
    wanted |= {row.pdf: row.label for row in connection.execute(select(version_table.c.pdf, version_table.c.label))}
    for sha, name in wanted.items():
        path = attachments.path_of(office.folder, sha)
        if not path.is_file():
            yield Difference(name, "附件文件不见了")
        elif attachments.digest_of(path) != sha:
            yield Difference(name, "附件文件被改动")

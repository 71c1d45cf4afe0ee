"""What changed in the period of a report: the rows that did, and what they say of problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.engine import storing
from app.engine.rows import Held
from app.ledger.ledgers import LedgerLine
from app.signing import later
from app.signing.later import Moved
from app.values import masking
from app.words import wording
from app.words.templates import Field
from models.schema import entry as entry_table
from models.schema import journal as journal_table

TEXTS = ("text", "longtext")
HINTS = 20
BORN, LISTED = "补录", "列入台账"
TOLD = 4
"""Changes of one row that are told one by one."""
SHORTEST = 2
"""Characters of a word two titles must share: 存在问题 and 存在的问题."""


@dataclass(frozen=True)
class Changed:
    """A row that changed: what of it in one sentence, by what documents or for what reasons, on what day last."""

    no: str
    name: str
    told: str
    why: str
    on: str

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.no, self.name, self.told, self.why, self.on)


def head_on(connection: Connection, line: LedgerLine, day: dt.date) -> int:
    """The last journal line of the ledger that was written by the end of that day, 0 before its first (decision 18)."""
    t = journal_table.c
    found = connection.scalar(select(func.max(t.seq)).where(t.stream == line.stream, t.on <= day.isoformat()))
    return int(found or 0)


def changed(connection: Connection, line: LedgerLine, after: int, upto: int) -> tuple[Changed, ...]:
    """The rows that changed and only those, a line each: events and cells in the order they were first touched."""
    rows: dict[str, list[Moved]] = {}
    for one in later.changes_since(connection, line, after, upto):
        rows.setdefault(one.no or one.name, []).append(one)
    t = entry_table.c
    added = set(connection.scalars(select(t.no).where(t.ledger_id == line.id, t.added)))
    return tuple(_changed(moved, added=no in added) for no, moved in rows.items())


def _changed(moved: Sequence[Moved], *, added: bool) -> Changed:
    told = [_told(one, added) for one in moved]
    more = (f"等 {len(told):,} 处",) if len(told) > TOLD else ()
    whys = dict.fromkeys(one.why for one in moved if one.why)
    said, why = "；".join((*told[:TOLD], *more)), "；".join(list(whys)[:TOLD])
    return Changed(moved[0].no, moved[0].name, said, why, moved[-1].on)


def _told(one: Moved, added: bool) -> str:
    """土地预审：在账→办结核减; a row is 补录 when it came after the seal, on the list before it 列入."""
    if one.old:
        return f"{one.what}：{one.old}→{one.new}"
    return LISTED if one.new == BORN and not added else f"{one.what}：{one.new}"


def hints(connection: Connection, line: LedgerLine, ask: str, moved: Sequence[Changed]) -> tuple[str, ...]:
    """What the rows that changed say of this in their own fields, to be taken up or not: “项目：…”."""
    fields = [each for each in line.loaded.t.fields if _speaks_of(each, ask)]
    if not fields:
        return ()
    found = (said for held in _rows(connection, line, moved) for said in _said(held, fields))
    return tuple(dict.fromkeys(found))[:HINTS]


def _rows(connection: Connection, line: LedgerLine, moved: Sequence[Changed]) -> Iterator[Held]:
    t = entry_table.c
    numbers = list(dict.fromkeys(one.no for one in moved if one.no))
    for start in range(0, len(numbers), storing.CHUNK):
        part = numbers[start : start + storing.CHUNK]
        ids = connection.scalars(
            select(t.id).where(t.ledger_id == line.id, t.no.in_(part), t.standing == "open")
        )
        yield from storing.held_of(connection, list(ids)).values()


def _said(held: Held, fields: Sequence[Field]) -> Iterator[str]:
    for field in fields:
        text = wording.one_line(str(held.cells.get(field.id) or ""))
        if text and not wording.is_filler(text):
            yield masking.mask_in(f"{held.name}：{text}")


def _speaks_of(field: Field, ask: str) -> bool:
    """Whether a field is the one asked for: 存在问题 of 存在问题, 工作建议 of 下一步工作建议."""
    if field.kind not in TEXTS or field.private:
        return False
    return any(len(name) >= SHORTEST and (name in ask or ask in name) for name in (field.title, *field.words))

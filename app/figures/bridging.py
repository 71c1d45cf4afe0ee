"""Why a number changed: every row and matter that moved between two days, from 期初 to 期末 (SB 四(一))."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from app.engine import calling
from app.engine.rows import Held, item_order
from app.figures import figures, past
from app.figures.past import Played
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.words.report_words import Words
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import journal as journal_table

COMING = {"listed": "列入", "relisted": "重新计入", "added": "新增", "restored": "恢复"}
LEAVING = ("excluded", "complete", "withdrawn", "approved", "started", "removed", "corrected")
UNBALANCED = "（对不上：期初与各项变动相加不等于期末，请运行校验并查明原因）"
_DAY = dt.timedelta(days=1)
LAST = 2**62
"""A journal line after all there can be."""
_BASIS = ("basis", "evidence", "reason", "detail", "conclusion")


@dataclass(frozen=True)
class Move:
    """One row (`item` '') or one of its matters that came or left. `change` is 1 or -1 in 在账.

    `on` is its business day and `recorded` the day of its journal line (ISO); `late`: that business day lies before the
    period, so it is a 补报 of an older one.
    """

    kind: str
    word: str
    change: int
    entry: str
    no: str
    name: str
    item: str
    matter: str
    doc_no: str
    basis: str
    on: str
    recorded: str
    late: bool
    seq: int = 0


@dataclass(frozen=True)
class Side:
    """What rows, or matters, come to: opening + every move = closing. `counts` by kind of move."""

    word: str
    opening: int
    closing: int
    counts: Mapping[str, int]

    @property
    def balanced(self) -> bool:
        moved = sum(n if kind in COMING else -n for kind, n in self.counts.items())
        return self.opening + moved == self.closing


@dataclass(frozen=True)
class Bridge:
    """From the evening before `since` to the evening of `on` (ISO), rows first, then matters; by the day of record."""

    ledger: str
    title: str
    unit: str
    since: str
    on: str
    words: Words
    projects: Side
    items: Side | None
    moves: tuple[Move, ...]

    @property
    def sides(self) -> tuple[Side, ...]:
        return (self.projects, self.items) if self.items else (self.projects,)

    @property
    def balanced(self) -> bool:
        return all(side.balanced for side in self.sides)

    @property
    def late(self) -> int:
        return sum(move.late for move in self.moves)

    def line(self, side: Side) -> str:
        """The sum in words: 项目：期初 465 + 新增 1 − 核减 3 = 期末 463."""
        told = "".join(
            f" {'+' if kind in COMING else '−'} {word(self.words, kind)} {side.counts[kind]:,}"
            for kind in (*COMING, *LEAVING)
            if side.counts.get(kind)
        )
        return f"{side.word}：期初 {side.opening:,}{told} = 期末 {side.closing:,}"

    def told(self, side: Side) -> str:
        """The sum, and that it does not come out where it does not: never passed over in silence."""
        return self.line(side) if side.balanced else f"{self.line(side)}　{UNBALANCED}"

    def as_json(self) -> dict[str, Any]:
        sides = {"projects": self.projects, "items": self.items}
        return {
            "ledger": self.ledger, "title": self.title, "since": self.since, "on": self.on, "balanced": self.balanced,
            **{key: asdict(side) if side else None for key, side in sides.items()},
            "late": self.late, "moves": [asdict(move) for move in self.moves],
        }  # fmt: skip


def word(words: Words, kind: str) -> str:
    """What happened to a row, in the ledger's words: 核减, 手续齐全不计入."""
    if kind in COMING:
        return COMING[kind]
    if kind == "withdrawn":
        return "撤回"
    return f"{words.complete}不计入" if kind == "complete" else calling.flow(words, kind)


def bridge(office: Office, ledger_id: str, since: dt.date, on: dt.date) -> Bridge:
    """Every row and matter that moved from `since` to `on` inclusive, by the day it was recorded.

    After the seal these are its events; before it what the list gained and lost (列入, 剔除, 手续齐全, 撤回). They add up
    from what stood in 在账 the evening before to what stands there in the evening of `on`, and kind by kind to the
    flows of `figures.of` for the period. Raises Problem E_NO_LEDGER, E_DATE_ORDER, E_FUTURE.
    """
    if on < since:
        raise Problem("E_DATE_ORDER", f"止日 {on} 早于起日 {since}，请核对", field="on")
    calendar = office.calendar()
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        before = figures.of_line(connection, office, line, calendar, on=since - _DAY).total
        after = figures.of_line(connection, office, line, calendar, on=on).total
        then = past.of(connection, line, on)
        days = since.isoformat(), on.isoformat()
        moves = [*_before_seal(connection, line, *days), *_events(connection, line, *days)]
    moves.sort(key=lambda move: (bool(move.item), move.recorded, move.seq, move.no))
    words = then.line.loaded.t.words
    sides = [
        Side(who, _int(before.get(f"open{end}")), _int(after.get(f"open{end}")),
             dict(Counter(move.kind for move in moves if bool(move.item) == bool(end))))
        for who, end in ((words.row, ""), (words.item, ".item"))
    ]  # fmt: skip
    items = sides[1] if line.loaded.t.items is not None else None
    return Bridge(line.id, line.title, line.unit, *days, words, sides[0], items, tuple(moves))


def late(
    office: Office, ledger_id: str, since: dt.date, on: dt.date, *, border: int = LAST, head: int = LAST
) -> tuple[Move, ...]:
    """The moves recorded in these days whose business day lies before them (补报), alone and without their sums.

    With `border`, the journal line that the report before ended with, also what came after it on an earlier day; nothing
    after line `head`.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        moves = _events(connection, line, since.isoformat(), on.isoformat(), border)
        return tuple(move for move in moves if move.late and move.seq <= head)


def _int(value: Any) -> int:
    return int(value or 0)


def _events(
    connection: Connection, line: LedgerLine, since: str, on: str, border: int = LAST
) -> Iterator[Move]:
    """The named events recorded in the period, and earlier ones after line `border`; a project that leaves with its
    matters carries their document."""
    v, j, e, i = event_table.c, journal_table.c, entry_table.c, item_table.c
    tables = event_table.join(journal_table, and_(j.stream == line.stream, j.seq == v.seq))
    tables = tables.join(entry_table, e.id == v.entry_id)
    tables = tables.outerjoin(item_table, and_(i.entry_id == v.entry_id, i.code == v.item))
    query = select(
        v.entry_id, v.item, v.kind, v.on, v.facts, v.seq, j.on.label("recorded"), e.no, e.name, i.cells
    ).select_from(tables)
    recorded = or_(j.on.between(since, on), and_(v.seq > border, j.on < since))
    rows = connection.execute(query.where(v.ledger_id == line.id, recorded).order_by(v.seq)).all()
    papers: dict[tuple[int, str], dict[str, None]] = {}
    for row in rows:
        if row.facts.get("doc_no"):
            papers.setdefault((row.seq, row.entry_id), {})[row.facts["doc_no"]] = None
    words, loaded = line.loaded.t.words, line.loaded
    for row in rows:
        own = row.facts.get("doc_no", "")
        paper = own or ("" if row.item else "、".join(papers.get((row.seq, row.entry_id), ())))
        basis = "；".join(dict.fromkeys(str(row.facts[key]) for key in _BASIS if row.facts.get(key)))
        yield Move(
            row.kind, word(words, row.kind), 1 if row.kind in COMING else -1, row.entry_id, row.no, row.name or row.no,
            row.item or "", calling.matter(loaded, row.item, row.cells or {}) if row.item else "", paper, basis,
            row.on, row.recorded, row.on < since, row.seq,
        )  # fmt: skip


def _before_seal(connection: Connection, line: LedgerLine, since: str, on: str) -> Iterator[Move]:
    """How rows stood before the period beside how they stood at its end, or when the ledger was sealed in it."""
    seal = past.seal_of(connection, line)
    if seal and seal[1] < since:
        return
    j = journal_table.c
    lines = select(j.subject).where(j.stream == line.stream, j.on.between(since, on))
    upto = seal[0] - 1 if seal else None
    ids = list(connection.scalars((lines.where(j.seq <= upto) if upto else lines).distinct()))
    for start in range(0, len(ids), past.CHUNK):
        part = ids[start : start + past.CHUNK]
        eve = (dt.date.fromisoformat(since) - _DAY).isoformat()
        before = {one.held.id: one.held for one in past.rows(connection, line, part, eve)}
        for one in past.rows(connection, line, part, on, upto):
            yield from _turned(line, before.get(one.held.id), one)


def _turned(line: LedgerLine, old: Held | None, one: Played) -> Iterator[Move]:
    stood = {"": old.standing, **old.standings} if old else {}
    stands = {"": one.held.standing, **one.held.standings}
    for code in ("", *item_order(line.loaded, (stood.keys() | stands.keys()) - {""})):
        for kind in _kinds(code, stood.get(code), stands.get(code, "deleted")):
            yield _move(line, one, code, kind)


def _kinds(code: str, was: str | None, now: str) -> Iterator[str]:
    """What a row or a matter did to get from one standing to the other; a matter never open did nothing."""
    left = {"deleted": "withdrawn"}.get(now, now)
    if was in (None, "deleted"):
        if now == "open" or (not code and now != "deleted"):
            yield "listed"
        if now not in ("open", "deleted") and not code:
            yield left
    elif was == "open" and now != "open":
        yield left
    elif was != "open" and now == "open":
        yield "relisted"


def _move(line: LedgerLine, one: Played, code: str, kind: str) -> Move:
    held, loaded = one.held, line.loaded
    reasons = ("excluded", "exclude_reason") if kind == "excluded" else ()
    basis = "；".join(str(held.cells[key]) for key in reasons if held.cells.get(key))
    day = one.turned.get(code, "") or one.turned[""]
    matter = calling.matter(loaded, code, held.items.get(code, {})) if code else ""
    return Move(
        kind, word(loaded.t.words, kind), 1 if kind in COMING else -1, held.id, held.no, held.name, code, matter, "",
        basis, day, day, False, one.seq,
    )  # fmt: skip

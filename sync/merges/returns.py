"""What came back in the check rounds, as the desk shows it: objections, additions, refusals, and what still waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.engine import remains, storing, wire
from app.ledger import ledgers
from app.ledger.ledgers import CHECK, LedgerLine
from app.office import Office
from app.problem import Problem
from app.rounds import pushing, rounds
from app.rounds.rounds import NOT_NEEDED
from models.schema import journal as journal_table
from sync.checking import checking, crossings
from sync.checking.checking import Crossing
from sync.comparing.merging import CHANGED, CLASH, HEAD, Key
from sync.merges import merges

Place = tuple[str, str]
"""(entry id, item code)."""
VERIFIED = "verified"  # 核查情况: filled in, the matter was checked even where nothing else had to be changed


@dataclass(frozen=True)
class Objection:
    """A matter that its department does not take as it stands, in the words of the list and its own."""

    entry: str
    name: str
    item: str
    matter: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Said:
    """A row with the reason that goes with it: why it was added, or why something of it was not taken."""

    entry: str
    name: str
    what: str
    reason: str


@dataclass(frozen=True)
class Answer:
    """What one department gave back in one round. `merge` is its last merging, `mirror` the ledger its returns are in,
    each '' when there is none."""

    dept: str
    objections: tuple[Objection, ...]
    added: tuple[Said, ...]
    refused: tuple[Said, ...]
    missing: tuple[str, ...]
    merge: str
    mirror: str


@dataclass(frozen=True)
class Pending:
    """A return that was taken in and not wholly merged: how many cells or rows a person must decide."""

    mirror: str
    dept: str
    office_name: str
    number: int
    decide: int


@dataclass(frozen=True)
class Mine:
    """What the office holds of its own check list: counts, by when it is wanted ('' when no day was set), and what the
    sender said with it. `filled` matters are those it checked: 核查情况 written, or any own cell not as it was sent."""

    projects: int
    matters: int
    objections: int
    added: int
    number: int
    due: str
    note: str = ""
    filled: int = 0
    first: Place = field(default=("", ""), compare=False)  # the first matter with nothing filled in
    bare: tuple[Objection, ...] = field(default=(), compare=False)  # objections without a word why
    crossed: tuple[Crossing, ...] = field(default=(), compare=False)  # what the sponsor wrote otherwise since

    @property
    def blank(self) -> int:
        """Matters in which nothing was filled in yet."""
        return self.matters - self.filled


def answer(office: Office, ledger_id: str, round_id: str, dept: str) -> Answer:
    """What the department said in that round, as the sponsor's ledger and journal hold it."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        standing = _standing(connection, line, round_id, dept)
        merge, told = next(reversed(standing.items()), ("", {}))
        added, reasons = _added(connection, line, standing)
        refused = told.get("refused", ())
        ids = [*added, *told.get("missing", ())]
        held = storing.held_of(connection, ids) if ids else {}
        mirrors = _mirrors(connection, office, line.id, dept)
        return Answer(
            dept,
            tuple(_objections(connection, line, dept)),
            tuple(Said(i, held[i].name, "", reasons[i]) for i in added if i in held),
            tuple(Said(r["row"], r["name"], _what(line, r), r["reason"]) for r in refused),
            tuple(held[i].name for i in told.get("missing", ()) if i in held),
            merge,
            mirrors[0].id if mirrors else "",
        )


def pending(office: Office) -> list[Pending]:
    """The returns of which something is still to be merged, by department."""
    with office.read() as connection:
        lines = [x for x in ledgers.lines_in(connection) if _is_return(office, x)]
    out = []
    for mirror in lines:
        try:
            arrival, plan = merges.rehearse(office, mirror.id)
        except Problem:
            continue  # of a round this office never sent, or its ledger is gone: nothing to merge
        past = left_out(office, arrival.line.id, mirror.id)
        needs = [key for key in merges.needs(plan) if key not in past]
        if needs or plan.counts[CHANGED] or plan.counts[CLASH]:
            out.append(Pending(mirror.id, mirror.dept, arrival.office_name, arrival.round.number, len(needs)))
    return sorted(out, key=lambda one: one.dept)


def left_out(office: Office, ledger_id: str, mirror_id: str) -> frozenset[Key]:
    """The added rows of a return that a person has turned down in an earlier merging of it."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        found: dict[str, Sequence[str]] = {}
        for row, body in rounds.told(connection, line.stream):
            told = body.get("merge", {})
            if told.get("origin") == mirror_id:
                found[row.subject] = told["left_out"]
            elif told.get("withdrawn"):
                found.pop(row.subject, None)
    return frozenset((row, HEAD, "") for rows in found.values() for row in rows)


def mine(office: Office, ledger_id: str) -> Mine:
    """What a return of this check list would say. Raises Problem E_NO_ROUND for a ledger without check rounds."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        rule = rounds.rule_of(line)
        told = rounds.in_(connection, line)
        rows = [h for h in storing.every_held(connection, ledger_id) if h.standing != "deleted"]
        base = checking.sent_before(connection, line, [h.id for h in rows])
        crossed = crossings.standing(connection, line, rows, base)
    items = [
        ((held.id, code), base.get(held.id, {}).get(code, {}), cells)
        for held in rows
        for code, cells in held.items.items()
        if cells.get("state") != NOT_NEEDED and pushing.dept_of(line.loaded, code, cells) == line.dept
    ]
    last = told[-1] if told else None
    bare = tuple(
        Objection(
            held.id,
            held.name,
            code,
            pushing.matter_title(line.loaded, code, cells),
            str(cells[rule.contest]),
            "",
        )
        for held in rows
        for code, cells in held.items.items()
        if cells.get(rule.contest) and not str(cells.get(rule.reason) or "").strip()
    )
    blank = [place for place, sent, cells in items if not _filled(line, sent, cells)]
    return Mine(
        len(rows), len(items), sum(1 for _, _, cells in items if cells.get(rule.contest)),
        sum(1 for held in rows if not held.source), last.number if last else 0, last.due if last else "",
        last.note if last else "", len(items) - len(blank), blank[0] if blank else ("", ""),
        bare, crossed,
    )  # fmt: skip


def _filled(line: LedgerLine, sent: Mapping[str, Any], cells: Mapping[str, Any]) -> bool:
    """Whether the department did anything in a matter of which it was sent `sent` (wire form)."""
    rule = rounds.rule_of(line)
    own = (*rule.fills, rule.contest, rule.reason)
    here = wire.to_wire(line.loaded, {k: cells[k] for k in own if k in cells}, item=True)
    return bool(here.get(VERIFIED)) or any(here.get(k) != sent.get(k) for k in own)


def _is_return(office: Office, line: LedgerLine) -> bool:
    return not line.own and line.purpose == CHECK and line.origin_office == office.id


def _mirrors(connection: Connection, office: Office, ledger_id: str, dept: str) -> list[LedgerLine]:
    return [
        x
        for x in ledgers.lines_in(connection)
        if _is_return(office, x) and x.origin_ledger == ledger_id and x.dept == dept
    ]


def _standing(
    connection: Connection, line: LedgerLine, round_id: str, dept: str
) -> dict[str, Mapping[str, Any]]:
    """The mergings of that department in the round that still stand, oldest first: {id: what it told}."""
    found: dict[str, Mapping[str, Any]] = {}
    for row, body in rounds.told(connection, line.stream):
        told = body.get("merge", {})
        if told.get("round") != round_id or told.get("dept") != dept:
            continue
        if told.get("withdrawn"):
            found.pop(row.subject, None)
        else:
            found[row.subject] = told
    return found


def _objections(connection: Connection, line: LedgerLine, dept: str) -> list[Objection]:
    rule = rounds.rule_of(line)
    return [
        Objection(
            row.id, row.name, code, pushing.matter_title(line.loaded, code, cells), str(cells[rule.contest]),
            str(cells.get(rule.reason) or ""),
        )
        for row in pushing.pushed(connection, line, dept)
        for code, cells in row.items.items()
        if cells.get(rule.contest)
    ]  # fmt: skip


def _added(
    connection: Connection, line: LedgerLine, merges_: Collection[str]
) -> tuple[list[str], dict[str, str]]:
    """The rows that these mergings brought in, with the reasons the department gave."""
    if not merges_:
        return [], {}
    t = journal_table.c
    left = remains.of_stream(connection, line.stream)
    query = select(journal_table).where(t.stream == line.stream, t.verb == "add").order_by(t.seq)
    found: dict[str, str] = {}
    for row in connection.execute(query).mappings():
        facts = (left.body(row) or {}).get("facts") or {}
        if facts.get("merge") in merges_:
            found[row["subject"]] = str(facts.get("reason", ""))
    return list(found), found


def _what(line: LedgerLine, told: Mapping[str, str]) -> str:
    """Which matter and field a refusal is about, '' for the whole row."""
    code, key = told.get("item", ""), told.get("field", "")
    if not code:
        return ""
    field = line.loaded.item_fields.get(key)
    title = line.loaded.preset_of(code).title
    return f"{title} · {field.title}" if field else title

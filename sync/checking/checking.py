"""推送: the part of a check round as a bundle, and taken in at the department as a ledger of its own (旗方案 四(一))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import Connection, select

from app.engine import calling, remains, storing, wire
from app.engine.rows import Held, patched
from app.ids import derived
from app.journals.writing import Write
from app.ledger import ledgers
from app.ledger.ledgers import CHECK, LedgerLine, Origin
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.rounds import pushing, rounds
from app.rounds.pushing import Pushed
from app.rounds.rounds import Part, Round
from app.templating import template_reading
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from sync.bundles.bag import Info
from sync.bundles.bundle import Opened
from sync.bundles.packing import Contents
from sync.comparing import merging
from sync.comparing.merging import HEAD, MINE, Parts, Row
from sync.contents import new_templates, values
from sync.contents.opening_bodies import Short, Strict, Uuid
from sync.contents.values import Cells
from sync.letters import sending
from sync.peers.peers import Address

MOST_ROWS, MOST_NOTE, MOST_PARTS = 200_000, 32_767, 10_000
ASKED = "asked"
"""The journal verb of a row as the sponsor sent it."""


class RowFile(Strict):
    """One project of a part: `id` is the sponsor's; items by code."""

    id: Uuid
    no: Short
    cells: Cells
    items: Annotated[dict[str, Cells], Meta(min_length=1)]


class RoundFile(Strict):
    id: Uuid
    number: Annotated[int, Meta(ge=1, le=999)]
    due: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9][0-9]-[0-9][0-9])?\Z")]
    note: Annotated[str, Meta(max_length=MOST_NOTE)]


class CheckFile(Strict):
    """data/check.json of a bundle."""

    round: RoundFile
    dept: Short
    rows: Annotated[list[RowFile], Meta(max_length=MOST_ROWS)]
    before: Annotated[list[Uuid], Meta(max_length=MOST_PARTS)] = msgspec.field(default_factory=list)
    """The bundles in which the part went out before this one, as the sponsor's record knows them."""


@dataclass(frozen=True)
class Crossing:
    """A cell that the department had filled in when a newer word of the sponsor came: its own stands (`mine`)."""

    entry: str
    name: str
    item: str
    matter: str
    field: str
    title: str
    theirs: str
    mine: str

    @property
    def said(self) -> str:
        return f"{self.name} {self.matter}“{self.title}”对方写的是“{self.theirs}”，本单位填的是“{self.mine}”"


@dataclass
class Filled:
    """What taking a part did, by own entry id; `told` is what the inbox keeps of it."""

    ledger: str
    title: str
    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    kept: list[Crossing] = field(default_factory=list)
    gone: int = 0
    rows: int = 0
    told: dict[str, Any] = field(default_factory=dict)


def contents(
    office: Office,
    connection: Connection,
    line: LedgerLine,
    now: Round,
    part: Part,
    to: Address,
    rows: Sequence[Pushed],
) -> Contents:
    """The bundle of one part: no line of the sponsor's journal travels, only what the department may see."""
    base = sending.contents(office, connection, line, to, kind="check")
    sent = [p for r in rounds.in_(connection, line) if (p := r.part(part.dept)) is not None]
    before = [push.bundle for each in sent for push in each.pushes if push.bundle]
    info = replace(base.info, base_seq=base.info.to_seq, base_head=base.info.head, seal="")
    told = {"id": now.id, "number": now.number, "due": now.due, "note": now.note}
    check = {
        "round": told,
        "dept": part.dept,
        "rows": [{"id": r.id, "no": r.no, "cells": r.cells, "items": dict(r.items)} for r in rows],
        **({"before": before} if before else {}),
    }
    about = {"id": line.id, "title": line.title, "unit": line.unit, "opened_on": line.opened_on}
    return Contents(info=info, journal=(), ledger=about, template=line.loaded.source, check=check)


def take(work: Write, office: Office, opened: Opened) -> Filled:
    """Make or complete the department's own check ledger from a part.

    What the department has typed stands, and is told where the sponsor changed it too (`kept`); what it has not
    touched since the last part follows the sponsor.
    Raises Problem E_CONTENT, E_TEMPLATE, E_NOT_ALLOWED, E_TEMPLATE_CHANGED, E_OLDER_PART, E_FORK.
    """
    told, loaded = _read(opened)
    line, known = _ledger(work, office, opened, loaded, told)
    part = Filled(line.id, line.title)
    part.told = {"dept": told.dept, "before": _past(work.connection, line, opened, told)}
    recorder = Recorder(work, line, office.calendar())
    mine = storing.held_of(work.connection, list(known.values()))
    base = sent_before(work.connection, line, list(known.values()))
    facts: dict[str, Any] = {"round": told.round.id, "bundle": opened.info.id}
    for row in told.rows:
        own = known.pop(row.id, "")
        if own:
            _complete(recorder, line, part, mine[own], row, base.get(own, {}), facts)
        else:
            _add(work, recorder, line, part, row, facts)
    recorder.flush()
    part.gone = len(known)
    if told.round.id not in {r.id for r in rounds.in_(work.connection, line)}:
        body = {"number": told.round.number, "due": told.round.due, "note": told.round.note}
        work.line(line.id, "round", told.round.id, 1, {"round": body})
    part.rows = len(told.rows)
    return part


def sent_before(connection: Connection, line: LedgerLine, ids: Sequence[str]) -> dict[str, Parts]:
    """What the sponsor last sent of each row, by own entry id: in wire form, heads under ''."""
    t = journal_table.c
    left = remains.of_stream(connection, line.stream)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for start in range(0, len(ids), pushing.CHUNK):
        chunk = ids[start : start + pushing.CHUNK]
        query = select(journal_table).where(t.stream == line.stream, t.subject.in_(chunk), t.verb == ASKED)
        for row in connection.execute(query.order_by(t.seq)).mappings():
            for code, cells in ((left.body(row) or {}).get("facts") or {}).get("sent", {}).items():
                parts = found.setdefault(row["subject"], {})
                parts[code] = patched(parts.get(code, {}), cells)
    return {key: parts for key, parts in found.items()}


def _read(opened: Opened) -> tuple[CheckFile, Loaded]:
    info = opened.info
    loaded = template_reading.read(opened.template, "包里的模板")
    if (loaded.t.id, loaded.digest) != (info.template, info.template_digest) or loaded.t.round is None:
        raise Problem("E_CONTENT", "包里的模板与包上写的不符，没有收", template=info.template)
    try:
        told = msgspec.convert(opened.check, CheckFile)
        if told.round.due:
            dt.date.fromisoformat(told.round.due)
        seen: set[str] = set()
        for row in told.rows:
            values.refuse_row(loaded, row.cells, row.items)
            _refuse_strange(loaded, row, seen)
    except (msgspec.ValidationError, ValueError) as error:
        raise Problem("E_CONTENT", f"包里的核查清单有误（{error}），没有收", detail=str(error)) from error
    return told, loaded


def _refuse_strange(loaded: Loaded, row: RowFile, seen: set[str]) -> None:
    rule = loaded.t.round
    assert rule is not None
    if row.id in seen:
        raise ValueError("同一行出现两次")
    seen.add(row.id)
    wanted = set(pushing.fields_of(loaded))
    if row.cells.keys() - set(rule.head) or any(cells.keys() - wanted for cells in row.items.values()):
        raise ValueError("有不该有的栏目")


def _ledger(
    work: Write, office: Office, opened: Opened, loaded: Loaded, told: CheckFile
) -> tuple[LedgerLine, dict[str, str]]:
    """The check ledger, made when this is its first part, and {sponsor's entry id: own entry id}."""
    info = opened.info
    id_ = derived(info.ledger, office.id + told.dept)
    row = work.connection.execute(
        select(ledger_table.c.origin_office).where(ledger_table.c.id == id_)
    ).first()
    if row is None:
        origin = Origin(info.ledger, info.sender, info.sender_name, told.dept)
        ledgers.begin(work, office, loaded, purpose=CHECK, origin=origin, given=id_)
    elif row.origin_office != info.sender:
        raise Problem("E_NOT_ALLOWED", "这份核查清单不是原来那个单位发的，没有收", sender=info.sender)
    new_templates.refuse_other(ledgers.line_of(work.connection, id_), opened)
    t = entry_table.c
    known = work.connection.execute(select(t.source, t.id).where(t.ledger_id == id_, t.source.is_not(None)))
    return ledgers.line_of(work.connection, id_), {r.source: r.id for r in known}


def _past(connection: Connection, line: LedgerLine, opened: Opened, told: CheckFile) -> list[str]:
    """The bundles that this part comes after. Sticks come in any order: an older part is E_OLDER_PART; one that does
    not know of the last that came is E_FORK (its sponsor was restored), until a person takes it all the same."""
    t, info = inbox_table.c, opened.info
    query = select(t.bundle_id, t.facts, t.receipt).where(
        t.ledger_id == info.ledger, t.from_office == info.sender, t.kind == "check", t.verdict == "accepted"
    )
    came = connection.execute(query).all()
    facts = {r.bundle_id: r.facts for r in came if r.facts.get("dept") == told.dept}
    past = {bundle for each in facts.values() for bundle in each["before"]}
    untold = {r.bundle_id: r.receipt for r in came if "dept" not in r.facts}
    if info.id in past or _later(
        info, untold, {*brought(connection, line)} - {*told.before} if untold else set()
    ):
        raise Problem(
            "E_OLDER_PART",
            "这份核查清单比以前收到的旧，没有收，数据没有动；请收对方最近推送的那一份",
            ledger=line.id,
        )
    unknown = facts.keys() - past - set(told.before)
    if unknown and not opened.accepted:
        raise Problem(
            "E_FORK",
            f"“{info.sender_name}”的记录里没有以前推送给本单位的核查清单（可能恢复过旧备份），没有收，数据没有动；"
            "请先打电话问清，确是这样的，可看过差别后接受（receive --anew）",
            ledger=line.id, acceptable=True,
        )  # fmt: skip
    return sorted({*told.before, *unknown})


def _later(info: Info, untold: Mapping[str, Mapping[str, Any]], here: Set[str]) -> bool:
    """Whether one of the parts `here` was read from the ledger after this one was. Those taken in when nothing was
    kept of what they come after (`untold`) are judged by the lines in their receipts."""
    receipts = [receipt for bundle, receipt in untold.items() if bundle in here]
    return any(each["stream"] == info.stream and each["seq"] > info.to_seq for each in receipts)


def brought(connection: Connection, line: LedgerLine) -> list[str]:
    """The ids of the bundles whose parts stand in a check ledger, own or mirrored, in the order they were taken in."""
    t = journal_table.c
    left = remains.of_stream(connection, line.stream)
    found: dict[str, None] = {}
    query = select(journal_table).where(t.stream == line.stream, t.verb == ASKED).order_by(t.seq)
    for row in connection.execute(query).mappings():
        if bundle := ((left.body(row) or {}).get("facts") or {}).get("bundle"):
            found[str(bundle)] = None
    return list(found)


def _add(
    work: Write, recorder: Recorder, line: LedgerLine, part: Filled, row: RowFile, facts: dict[str, Any]
) -> None:
    head = work.ledger(line.id)
    loaded = line.loaded
    held = Held(
        derived(line.id, row.id), head.next_no, row.no, wire.from_wire(loaded, row.cells),
        wire.items_from_wire(loaded, row.items), source=row.id,
    )  # fmt: skip
    head.next_no += 1
    recorder.put(None, held, ASKED, facts | {"sent": _parts(row)})
    part.added.add(held.id)


def _complete(
    recorder: Recorder,
    line: LedgerLine,
    part: Filled,
    mine: Held,
    row: RowFile,
    base: Parts,
    facts: dict[str, Any],
) -> None:
    """Heads follow the sponsor; of the matters what the department has not changed does."""
    loaded, theirs = line.loaded, _parts(row)
    here = Row(mine.id, mine.name, {HEAD: theirs[HEAD], **wire.items_to_wire(loaded, mine.items)})
    came = Row(mine.id, mine.name, _whole(theirs, base))
    out = merging.settle(merging.compare({mine.id: here}, {mine.id: came}, {mine.id: base}), default=MINE)
    new = mine.copy()
    new.cells = wire.from_wire(loaded, row.cells)
    for code, cells in out.writes.get(mine.id, {}).items():
        new.items[code] = patched(new.items.get(code, {}), wire.from_wire(loaded, cells, item=True))
    for code in theirs.keys() - {HEAD} - new.items.keys():
        new.items[code] = wire.from_wire(loaded, row.items[code], item=True)
    part.kept += in_words(
        loaded, mine, _moved(base, theirs), [(x.code, x.field) for x in out.lost.get(mine.id, ())]
    )
    if theirs != base:
        recorder.note(mine, new, ASKED, facts | {"sent": _moved(base, theirs)})
        part.changed.add(mine.id)


def in_words(
    loaded: Loaded, mine: Held, came: Mapping[str, Cells], places: Sequence[tuple[str, str]]
) -> list[Crossing]:
    """Those of the cells in which something new `came`, in the words of the list."""
    out = []
    for code, key in places:
        if code == HEAD or key not in came.get(code, {}):
            continue
        here, theirs = mine.items.get(code, {}), wire.from_wire(loaded, {key: came[code][key]}, item=True)
        shown = [
            "空" if c.get(key) is None else calling.text(loaded, loaded.item_fields[key], c[key])
            for c in (theirs, here)
        ]
        matter = pushing.matter_title(loaded, code, here)
        title = loaded.item_fields[key].title
        out.append(Crossing(mine.id, mine.name, code, matter, key, title, *shown))
    return out


def _parts(row: RowFile) -> dict[str, Cells]:
    return {HEAD: row.cells, **row.items}


def _whole(theirs: Mapping[str, Cells], base: Parts) -> Parts:
    """`theirs` with None for what the sponsor had sent and now leaves empty."""
    return {code: {**dict.fromkeys(base.get(code, {})), **cells} for code, cells in theirs.items()}


def _moved(base: Parts, theirs: Mapping[str, Cells]) -> dict[str, Cells]:
    out = {}
    for code, cells in _whole(theirs, base).items():
        changed = {k: v for k, v in cells.items() if base.get(code, {}).get(k) != v}
        if changed:
            out[code] = changed
    return out

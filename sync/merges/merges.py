"""Merging as a deed: what a plan decides is written with its losers kept, and can be taken back as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.change import Change
from app.checking.check_answers import BLANK
from app.engine import storing, wire
from app.engine.freezing import refuse_frozen
from app.engine.rows import Held
from app.ids import new_id
from app.imports.check_reading import Returned
from app.journals.writing import Write
from app.keeping import before_deeds
from app.ledger import checks, entries, ledgers
from app.ledger.entries import NewRow
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.removal import merge_traces, withdrawing
from app.rounds import rounds
from app.words import wording
from sync.checking import joining
from sync.checking.joining import Arrival
from sync.comparing import merging
from sync.comparing.merging import ASK, HEAD, MINE, NEW, THEIRS, Key, Losing, Outcome, Plan, Row
from sync.merges import merge_records, returned_lists

FOLLOWED = "随采用的内容一起变动"
VERB = "merged"
"""The journal verb of a row written by merging."""


@dataclass
class Done:
    """What merging one arrival did; `refused` are rows that could not be written, with the reason.

    `joined` are own projects that got matters from projects the department added.
    """

    id: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    lost: int = 0
    joined: list[str] = field(default_factory=list)


What = str | Returned
"""What is merged: the id of a mirrored return, or a workbook as it came back (`imports.check_reading.look`)."""


def rehearse(office: Office, what: What, answers: Mapping[str, Any] | None = None) -> tuple[Arrival, Plan]:
    """What came back, and what merging it would do; writes nothing."""
    with office.read() as connection:
        arrival = _arrival(connection, office, what, answers)
        return arrival, joining.compared(connection, arrival)


def _arrival(
    connection: Connection, office: Office, what: What, answers: Mapping[str, Any] | None
) -> Arrival:
    if isinstance(what, Returned):
        return returned_lists.arrival(connection, office, what, answers)
    return joining.of_mirror(connection, office, what)


def needs(plan: Plan) -> tuple[Key, ...]:
    """What a person must decide: cells both sides changed, and rows the department added."""
    return (*plan.needs, *((row.id, HEAD, "") for row in plan.rows if row.kind == NEW))


def merge(
    office: Office,
    what: What,
    choices: Mapping[Key, Any] | None = None,
    *,
    default: str = ASK,
    keep: bool = True,
    confirmed: bool = False,
    blank: bool = False,
    answers: Mapping[str, Any] | None = None,
) -> Change:
    """Merge what a department gave back into the own ledger it answers.

    One-sided changes are taken. `choices` decide clashes ('mine', 'theirs', {"value": …}) by (own row, item, field)
    and added rows by (their row, '', ''); what is not in it goes by `default`. The losing values stay in the journal.
    With `keep` a backup is written before. A workbook is signed by nobody: a person says that it is theirs
    (`confirmed`, decision 32), and that one in which nothing was filled in is an answer all the same (`blank`).
    Raises Problem E_UNDECIDED, E_CHOICE, E_CONFIRM, E_BLANK and those of `rehearse`.
    """
    given = dict(choices or {})
    arrival, plan = rehearse(office, what, answers)
    _refuse_blank(arrival, blank)
    if not arrival.signed and not confirmed:
        raise Problem(
            "E_CONFIRM", f"这份表没有签名，谁都能填；请核实是{arrival.office_name}交回的，再确认合并",
            dept=arrival.part.dept,
        )  # fmt: skip
    _refuse_undecided(arrival, plan, given, default)
    if keep:
        before_deeds.make(office, "合并前")
    with office.write("合并回传") as work:
        arrival = _arrival(work.connection, office, what, answers)
        done = write(work, office, arrival, given, default)
    said = f"已合并{arrival.part.dept}的回传：更新 {len(done.changed):,} 行，新增 {len(done.added):,} 行"
    if done.joined:
        said += f"，给已有的 {len(done.joined):,} 个项目补了事项"
    if done.refused:
        said += f"；{len(done.refused):,} 处没有采用（{done.refused[0]['reason']}）"
    facts = {
        "merge": done.id, "dept": arrival.part.dept, "changed": done.changed, "added": done.added,
        "left_out": done.left_out, "refused": done.refused, "lost": done.lost, "counts": plan.counts,
        "joined": done.joined, "before": arrival.before,
    }  # fmt: skip
    said = f"以前合并过（{arrival.before}）：{said}" if arrival.before else said
    if arrival.read is not None:
        said += f"；{arrival.read.left_out}" if arrival.read.left_out else ""
        facts["sheet"] = merge_records.sheet(arrival.read)
    return Change(said, frozenset({arrival.line.id}), done.id, facts)


def write(work: Write, office: Office, arrival: Arrival, given: Mapping[Key, Any], default: str) -> Done:
    """Write what the arrival and the choices come to, in the open transaction."""
    plan = joining.compared(work.connection, arrival)
    _refuse_undecided(arrival, plan, given, default)
    out = merging.settle(plan, given, default=default, by=work.stamp.clerk)
    done = Done(new_id())
    first = arrival.line.head_seq + 1
    _rows(work, office, arrival, plan, out, done)
    _added(work, office, arrival, given, default, done)
    closed = [row for row in plan.rows if row.reason and row.differences and not work.destroyed(row.id)]
    told = {
        "dept": arrival.part.dept, "office": arrival.office, "office_name": arrival.office_name,
        "round": arrival.round.id, "number": arrival.round.number, "medium": arrival.medium, "origin": arrival.origin,
        "signed": arrival.signed, "late": arrival.late, "counts": plan.counts, "first": first,
        "contested": _contested(work.connection, arrival), "added": len(done.added), "refused": done.refused,
        "left_out": done.left_out, "missing": [row.id for row in plan.rows if row.kind == merging.MISSING],
        "changed": len(done.changed), "lost": done.lost, "joined": len(done.joined),
        **merge_records.beside(arrival, done.left_out, closed),
    }  # fmt: skip
    work.line(arrival.line.id, "merge", done.id, 1, {"merge": told})
    return done


def withdraw(office: Office, ledger_id: str, merge_id: str) -> Change:
    """Take a whole merging back, while nothing was built on it.

    Raises Problem E_NO_MERGE, E_WITHDRAWN, E_SEALED, E_SENT, E_SIGNED, E_BUILT_ON.
    """
    with office.write("撤回合并") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        told, last = _told(work.connection, line, merge_id)
        run = {"id": merge_id, "ledger_id": line.id, "first_seq": told["first"], "last_seq": last}
        undone = withdrawing.undo(work, office, line, run, "merge")
        body = {"withdrawn": True, "round": told["round"], "dept": told["dept"]}
        work.line(line.id, "merge", merge_id, 2, {"merge": body})
    what = f"{told['dept']}回传的合并" if told["dept"] else f"{told['office_name']}台账的汇总"
    said = f"已撤回{what}：还原 {undone.restored:,} 行，取消 {undone.removed:,} 行新增"
    return Change(
        said, frozenset({line.id}), merge_id, {"removed": undone.removed, "restored": undone.restored}
    )


def why_not_withdrawn(office: Office, ledger_id: str, merge_id: str) -> str:
    """Why this merging cannot be taken back, '' while it can; nothing is written."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        try:
            told, last = _told(connection, line, merge_id)
            run = {"id": merge_id, "ledger_id": line.id, "first_seq": told["first"], "last_seq": last}
            withdrawing.undoable(connection, line, run, "merge")
        except Problem as problem:
            return problem.text
    return ""


def ledger_of(office: Office, merge_id: str) -> str:
    """The own ledger in which this merging was done, '' when there is no such merging."""
    with office.read() as connection:
        return merge_traces.ledger_of(connection, merge_id)


def _told(connection: Connection, line: LedgerLine, merge_id: str) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] | None = None
    last = 0
    for row, body in rounds.told(connection, line.stream):
        if row.subject == merge_id and "merge" in body:
            if body["merge"].get("withdrawn"):
                raise Problem("E_WITHDRAWN", "这次合并已经撤回过", merge=merge_id)
            found, last = body["merge"], row.seq
    if found is None:
        raise Problem("E_NO_MERGE", "没有这次合并", merge=merge_id)
    return found, last


def _refuse_undecided(arrival: Arrival, plan: Plan, given: Mapping[Key, Any], default: str) -> None:
    left = [key for key in needs(plan) if key not in given] if default == ASK else []
    if left:
        new = sum(1 for key in left if key[1:] == (HEAD, ""))
        guessed = {key for key, d in plan.differences() if d.doubt} & set(left)
        both = len(left) - new - len(guessed)
        here = len({key[0] for key in left} & arrival.known.keys())
        told = f"行是对方补报的（其中 {here:,} 行台账里已有同名或同代码的项目）" if here else "行是对方补报的"
        words = ((both, "处两边都改过"), (len(guessed), "处日期是猜的"), (new, told))
        said = "，".join(f"{n:,} {w}" for n, w in words if n)
        raise Problem("E_UNDECIDED", f"还有 {said}，请逐处决定以哪边为准", left=[list(key) for key in left])


def _rows(work: Write, office: Office, arrival: Arrival, plan: Plan, out: Outcome, done: Done) -> None:
    line = arrival.line
    rows = [row for row in plan.rows if row.kind not in (NEW, merging.MISSING) and row.differences]
    held = storing.held_of(work.connection, [row.id for row in rows])
    recorder = Recorder(work, line, office.calendar())
    for row in rows:
        old = held.get(row.id)
        lost = list(out.lost.get(row.id, ()))
        if old is None or row.reason:
            done.refused.append({"row": row.id, "name": row.name, "reason": row.reason})
            continue
        new, wrong = _written(office, line, old, out.writes.get(row.id, {}), work.ledger(line.id).sealed)
        lost += _followed(arrival, old, new, out.writes.get(row.id, {}))
        if wrong is not None:
            lost += [
                Losing(code, key, value, THEIRS, "", wrong.text)
                for code, cells in out.writes.get(row.id, {}).items()
                for key, value in cells.items()
            ]
            done.refused.append({"row": row.id, "name": row.name, "code": wrong.code, "reason": wrong.text})
        done.refused += [
            {"row": row.id, "name": row.name, "item": d.code, "field": d.field, "reason": d.reason}
            for d in row.differences
            if d.verdict == merging.REFUSED
        ]
        done.lost += len(lost)
        facts = _facts(arrival, done.id, row, lost)
        recorder.note(old, new, VERB, facts)
        if wrong is None and out.writes.get(row.id):
            done.changed.append(row.id)
    recorder.flush()


def _followed(
    arrival: Arrival, old: Held, new: Held, writes: Mapping[str, Mapping[str, Any]]
) -> list[Losing]:
    """What was typed here since the last exchange and now follows from what was taken: a state from a date."""
    loaded = arrival.line.loaded
    was, now = (wire.items_to_wire(loaded, held.items) for held in (old, new))
    base = arrival.base.get(old.id, {})
    return [
        Losing(code, key, value, MINE, "", FOLLOWED)
        for code, cells in writes.items()
        for key, value in was.get(code, {}).items()
        if key not in cells
        and key in base.get(code, {})
        and value not in (now[code].get(key), base[code][key])
    ]


def _written(
    office: Office, line: LedgerLine, old: Held, writes: Mapping[str, Mapping[str, Any]], sealed: bool
) -> tuple[Held, Problem | None]:
    """The row with what it takes over, or as it was with the reason why it takes nothing."""
    items = {code: wire.from_wire(line.loaded, dict(cells), item=True) for code, cells in writes.items()}
    if not items:
        return old.copy(), None
    try:
        new = entries.amended(line, old, {}, items)
        if sealed:
            refuse_frozen(line.loaded, old, new)
        fault = checks.hard_fault(
            office, line, new, set(), {code: set(cells) for code, cells in items.items()}
        )
    except Problem as problem:
        return old.copy(), problem
    return (old.copy(), fault) if fault else (new, None)


def _facts(arrival: Arrival, merge: str, row: merging.RowPlan, lost: list[Losing]) -> dict[str, Any]:
    """What the line of a merged row says beside the change: what came, and what was lost to whom."""
    got: dict[str, dict[str, Any]] = {}
    for d in row.differences:
        if d.theirs != d.base:
            got.setdefault(d.code, {})[d.field] = d.theirs
    told: dict[str, Any] = {
        "merge": merge, "dept": arrival.part.dept, "round": arrival.round.id, "office": arrival.office,
    }  # fmt: skip
    if got:
        told["got"] = got
    if lost:
        told["lost"] = [
            {
                "item": one.code,
                "field": one.field,
                "value": one.value,
                "side": one.side,
                "by": one.by,
                "reason": one.reason,
            }
            for one in lost
        ]
    return told


def _added(
    work: Write, office: Office, arrival: Arrival, given: Mapping[Key, Any], default: str, done: Done
) -> None:
    """Rows the department added come in only where a person said so; in a sealed ledger as 补录 with its reason."""
    line, loaded = arrival.line, arrival.line.loaded
    for row in arrival.added.values():
        choice = given.get((row.id, HEAD, ""), default)
        reason = wording.clean(arrival.reasons.get(row.id, ""))
        if choice != THEIRS:
            done.left_out.append(row.id)
            continue
        known = arrival.known.get(row.id)
        if known is not None and known.joins:
            _join(work, office, arrival, row, known.entry, done)
            continue
        cells = wire.from_wire(loaded, dict(row.parts[HEAD]))
        items = {c: wire.from_wire(loaded, dict(v), item=True) for c, v in row.parts.items() if c != HEAD}
        facts = {"merge": done.id, "dept": arrival.part.dept, "round": arrival.round.id, "reason": reason}
        try:
            done.added += entries.add_many(
                work, line, office, [NewRow(cells, items, source=row.id)], facts,
                basis=f"{arrival.part.dept}核查补报：{reason}" if line.sealed else "",
            )  # fmt: skip
        except Problem as problem:
            done.refused.append(
                {"row": row.id, "name": row.name, "code": problem.code, "reason": problem.text}
            )


def _join(work: Write, office: Office, arrival: Arrival, row: Row, entry: str, done: Done) -> None:
    """The matters of an added project go to the own project it is; what stood there is kept as the losing value."""
    line = arrival.line
    old = storing.held_of(work.connection, [entry])[entry]
    writes = {code: cells for code, cells in row.parts.items() if code != HEAD}
    new, wrong = _written(office, line, old, writes, work.ledger(line.id).sealed)
    here = wire.items_to_wire(line.loaded, old.items)
    said = [(code, key, value) for code, cells in writes.items() for key, value in cells.items()]
    if wrong is not None:
        lost = [Losing(code, key, value, THEIRS, "", wrong.text) for code, key, value in said]
        done.refused.append({"row": entry, "name": old.name, "code": wrong.code, "reason": wrong.text})
    else:
        stood = [(code, key, here.get(code, {}).get(key), value) for code, key, value in said]
        lost = [
            Losing(code, key, mine, MINE, work.stamp.clerk)
            for code, key, mine, value in stood
            if mine not in (None, value)
        ]
        done.joined.append(entry)
    done.lost += len(lost)
    came = tuple(merging.Difference(code, key, None, None, value, THEIRS) for code, key, value in said)
    plan = merging.RowPlan(entry, old.name, NEW, came)
    reason = wording.clean(arrival.reasons.get(row.id, ""))
    facts = {**_facts(arrival, done.id, plan, lost), "reason": reason, "added": row.id}
    recorder = Recorder(work, line, office.calendar())
    recorder.note(old, new, VERB, facts)
    recorder.flush()


def _refuse_blank(arrival: Arrival, insisted: bool) -> None:
    if arrival.read is not None and arrival.read.blank and not insisted:
        raise Problem(
            "E_BLANK",
            f"“{arrival.read.file}”{BLANK}，没有合并，{arrival.part.dept}仍算没有回传；"
            "对方确实核查过、没有要改的，请核实后再确认合并",
            dept=arrival.part.dept,
        )


def _contested(connection: Connection, arrival: Arrival) -> int:
    """The matters objected to; what another copy of an unsigned list objected to stands beside this one's."""
    key = rounds.rule_of(arrival.line).contest
    rows: dict[str, merging.Parts] = {i: row.parts for i, row in arrival.rows.items()}
    found = {(i, code) for i, parts in rows.items() for code, cells in parts.items() if cells.get(key)}
    if not arrival.signed:
        held = storing.held_of(connection, list(arrival.base))
        found |= {(i, c) for i, h in held.items() for c in arrival.base[i] if h.items.get(c, {}).get(key)}
    return len(found)

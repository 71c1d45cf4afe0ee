"""A return judged against the sponsor's own ledger: theirs, mine and what was last exchanged, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, select

from app.checking.check_answers import CheckReturn
from app.engine import remains, storing, wire
from app.engine.rows import Held
from app.ledger import ledgers
from app.ledger.ledgers import CHECK, LedgerLine
from app.office import Office
from app.problem import Problem
from app.rounds import pushing, rounds
from app.rounds.rounds import Part, Round
from models.schema import entry as entry_table
from models.schema import journal as journal_table
from sync.checking import checking, crossings, doubled
from sync.comparing import additions, merging
from sync.comparing.additions import Known, Placed
from sync.comparing.merging import HEAD, Parts, Plan, Row, Rules

STATE = "state"
DESTROYED = "本单位已做误入处置，请在贵单位也做误入处置"
NEVER_PUSHED = "没有向该部门推送过这一行"
GONE = {
    "removed": "已移除",
    "approved": "已核减",
    "started": "已开工",
    "corrected": "已更正",
    "deleted": "已撤回",
}


@dataclass(frozen=True)
class Arrival:
    """What came back of one part, ready to be compared.

    `rows` by the sponsor's entry id in wire form, only the fields the department may write; `added` are rows of its
    own with their reason, `read` what a workbook said besides; `base` is what was last exchanged; `signed` is False
    for a workbook that anybody may have filled; `strange` are own rows it claims that were never pushed to them;
    `upto` is the last line of the return's `stream` that is held here; `why` says of cells of a further copy of a list
    why they are taken, or not; `before` is the day on which the very same workbook (`digest` of its cells) was merged;
    `known` are own projects that added rows are matters of, or look like, by the added row's id.
    """

    line: LedgerLine
    round: Round
    part: Part
    office: str
    office_name: str
    medium: str
    origin: str
    signed: bool
    rows: Mapping[str, Row]
    base: Mapping[str, Parts]
    added: Mapping[str, Row] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    late: bool = False
    read: CheckReturn | None = None
    strange: frozenset[str] = frozenset()
    upto: int = 0
    stream: str = ""
    why: Mapping[merging.Key, str] = field(default_factory=dict)
    before: str = ""
    digest: str = ""
    known: Mapping[str, Known] = field(default_factory=dict)


def of_mirror(connection: Connection, office: Office, mirror_id: str) -> Arrival:
    """The return held in a mirrored check ledger. Raises Problem E_NO_LEDGER, E_NOT_RETURN, E_NOT_PUSHED."""
    mirror = ledgers.line_of(connection, mirror_id)
    if mirror.own or mirror.purpose != CHECK or mirror.origin_office != office.id:
        raise Problem("E_NOT_RETURN", f"《{mirror.title}》不是各部门回传的核查清单", ledger=mirror_id)
    line = ledgers.line_of(connection, mirror.origin_ledger)
    now, part, late = asked(connection, line, mirror)
    rows, added, reasons = _rows(connection, line, mirror)
    found = placed(connection, line, now, part, rows, added)
    claimed, rows, added = list(rows), found.rows, found.added
    base = exchanged(connection, line, now, part, rows, _taken_upto(connection, part, mirror), mirror)
    return Arrival(
        line, now, part, mirror.origin_id, mirror.origin, rounds.BUNDLE, mirror.id, True, rows, base, added, reasons,
        late, strange=_never_pushed(connection, line, mirror, [i for i in claimed if i not in base]),
        upto=mirror.head_seq, stream=mirror.stream, known=found.known,
    )  # fmt: skip


def placed(
    connection: Connection,
    line: LedgerLine,
    now: Round,
    part: Part,
    rows: Mapping[str, Row],
    added: Mapping[str, Row],
) -> Placed:
    """What a department adds, looked up in the own ledger: a project that stands here gets no second row."""

    def answered(ids: list[str]) -> set[tuple[str, str]]:
        told = _answers(connection, line, now, part, ids)
        return {(subject, code) for subject, _, facts in told for code in facts.get("got", {})}

    return additions.placed(connection, line, part.dept, rows, added, writable(line), answered)


def compared(connection: Connection, arrival: Arrival) -> Plan:
    """What merging the arrival would do; nothing is written."""
    line = arrival.line
    ids = list(dict.fromkeys([*arrival.rows, *arrival.base]))
    held = storing.held_of(connection, ids)
    here = {i: h for i, h in held.items() if h.standing in ("open", "complete") and i not in arrival.strange}
    gone = {i: GONE.get(h.standing, "已核查剔除") for i, h in held.items() if i not in here}
    gone |= dict.fromkeys(arrival.strange, NEVER_PUSHED)
    gone |= {i: "本单位台账里没有这一行" for i in arrival.rows if i not in held}
    destroyed = _destroyed(connection, line, [i for i in gone if i in held])
    gone |= dict.fromkeys(destroyed, DESTROYED)
    mine = {i: row_of(line, h) for i, h in here.items()}
    plan = merging.compare(mine, arrival.rows, arrival.base, _rules(line, arrival.part.dept, here), gone=gone)
    plan = merging.explained(plan, arrival.why) if arrival.why else plan
    guesses = {(*g.key, g.field): g.brief for g in arrival.read.guesses} if arrival.read else {}
    plan = merging.doubted(plan, guesses) if guesses else plan
    if destroyed:  # neither its content nor its name comes in again
        plan = Plan(tuple(replace(row, name="") if row.id in destroyed else row for row in plan.rows))
    return Plan(plan.rows + tuple(_new(row) for row in arrival.added.values())) if arrival.added else plan


def _destroyed(connection: Connection, line: LedgerLine, ids: Sequence[str]) -> frozenset[str]:
    """Which of these rows were destroyed here (误入处置)."""
    t = journal_table.c
    query = select(t.subject).where(t.stream == line.stream, t.subject.in_(ids), t.verb == "purge")
    return frozenset(connection.scalars(query)) if ids else frozenset()


def exchanged(
    connection: Connection,
    line: LedgerLine,
    now: Round,
    part: Part,
    rows: Mapping[str, Row],
    upto: int = 0,
    mirror: LedgerLine | None = None,
) -> dict[str, Parts]:
    """What that department and this office last agreed that each row says: the later of the pushing and the answer.

    `upto` is the line up to which the ledger was read when it was pushed, the last time when not given. Of a return
    held in `mirror` a cell that was typed before that pushing came, and left so, is still answered against the one
    before; and an answer that its restored office does not know of any more is none.
    """
    upto = upto or part.upto
    sent = _pushed(connection, line, part, upto)
    crossed = crossings.of_return(connection, mirror, sent) if mirror else {}
    sent = _over(sent, crossed.items())
    lost = crossings.forgotten(connection, line, mirror) if mirror else frozenset()
    told = [
        (subject, seq > upto, facts.get("got", {}))
        for subject, seq, facts in _answers(connection, line, now, part, rows)
        if facts.get("merge") not in lost
    ]
    since = _over(sent, [(i, got) for i, later, got in told if later])
    ever = _over(sent, [(i, got) for i, _, got in told])
    ever = _over(
        ever,
        [
            (i, {c: {k: since[i][c][k] for k in keys} for c, keys in parts.items()})
            for i, parts in crossed.items()
        ],
    )
    return merging.nearest(rows, since, ever, (together(line),))


def copied(
    connection: Connection, line: LedgerLine, now: Round, part: Part, rows: Mapping[str, Row], upto: int
) -> tuple[dict[str, Parts], dict[merging.Key, str]]:
    """The same of a copy of a list, which was written from that pushing alone and knows no answer since.

    Saying the very same again is no change; a cell that was answered before and is answered otherwise in a copy that
    carries on that answer is their later word. Beside it comes why such cells are taken, and others not.
    """
    sent = _pushed(connection, line, part, upto)
    told = [one for one in _answers(connection, line, now, part, rows) if one[1] > upto]
    since = _over(sent, [(i, facts.get("got", {})) for i, _, facts in told])
    by: dict[str, dict[merging.Key, Any]] = {}
    for subject, _, facts in sorted(told, key=lambda one: one[1]):
        for code, cells in facts.get("got", {}).items():
            by.setdefault(str(facts.get("merge")), {}).update(
                {(subject, code, k): v for k, v in cells.items()}
            )
    mine = {i: row_of(line, held) for i, held in storing.held_of(connection, list(rows)).items()}
    groups = (together(line),)
    new = merging.amended(mine, rows, sent, list(by.values()), groups)
    base = merging.nearest(rows, sent, since, groups)
    for row, code, key in new:
        alike = next((group for group in groups if key in group), frozenset({key}))
        cells = since[row][code]
        base[row] = {**base[row], code: {**base[row][code], **{k: cells.get(k) for k in alike if k in cells}}}
    as_sent = {
        (row, code, key)
        for said in by.values()
        for row, code, key in said
        if row in rows and rows[row].parts.get(code, {}).get(key) == sent.get(row, {}).get(code, {}).get(key)
    }
    return base, dict.fromkeys(as_sent, merging.STANDING) | dict.fromkeys(new, merging.AMENDED)


def _pushed(connection: Connection, line: LedgerLine, part: Part, upto: int) -> dict[str, Parts]:
    keys = writable(line)
    every = pushing.pushed_then(connection, line, listed(connection, line), part.dept, upto)
    return {
        i: {code: {k: cells.get(k) for k in keys} for code, cells in row.items.items()}
        for i, row in every.items()
    }


def _answers(
    connection: Connection, line: LedgerLine, now: Round, part: Part, rows: Iterable[str]
) -> list[tuple[str, int, Mapping[str, Any]]]:
    """(row, line, facts) of what that department answered in the round, merged and not taken back."""
    return [
        one
        for one in _merged_lines(connection, line, list(rows))
        if one[2].get("round") == now.id and one[2].get("dept") == part.dept
    ]


def _over(
    sent: Mapping[str, Parts], answers: Iterable[tuple[str, Mapping[str, Mapping[str, Any]]]]
) -> dict[str, Parts]:
    """What was pushed with these answers laid over it, the last one on top."""
    found = {i: dict(parts) for i, parts in sent.items()}
    for subject, got in answers:
        parts = found.setdefault(subject, {})
        for code, cells in got.items():
            parts[code] = {**parts.get(code, {}), **cells}
    return dict(found)


def writable(line: LedgerLine) -> tuple[str, ...]:
    """The fields of a matter that the department may write."""
    rule = rounds.rule_of(line)
    return (*rule.fills, rule.contest, rule.reason)


def row_of(line: LedgerLine, held: Held) -> Row:
    """A row as merging compares it: its matters, every writable field, None where empty."""
    keys = writable(line)
    items = wire.items_to_wire(line.loaded, held.items)
    return Row(held.id, held.name, {code: {k: cells.get(k) for k in keys} for code, cells in items.items()})


def _rows(
    connection: Connection, line: LedgerLine, mirror: LedgerLine
) -> tuple[dict[str, Row], dict[str, Row], dict[str, str]]:
    """Rows by the sponsor's id, rows the department added by their id there, and why it added them."""
    known = _taken_before(connection, line, mirror)
    made = frozenset(known.values())
    rows: dict[str, Row] = {}
    added: dict[str, Row] = {}
    twins: dict[str, list[Held]] = {}
    for held in storing.every_held(connection, mirror.id):
        if held.standing == "deleted":
            continue
        mine = held.source or known.get(held.id, "")
        row = row_of(mirror, held)
        if mine in made:
            twins.setdefault(mine, []).append(held)
        if mine in rows:
            same = twins.get(mine, [held, held])
            rows[mine] = doubled.one(connection, line, mirror, mine, same, row_of, together(line))
        elif mine:
            rows[mine] = Row(mine, held.name, row.parts)
        else:
            head = wire.to_wire(mirror.loaded, held.cells)
            added[held.id] = Row(
                held.id, held.name, {HEAD: head, **wire.items_to_wire(mirror.loaded, held.items)}
            )
    return rows, added, _reasons(connection, mirror, list(added))


def _taken_upto(connection: Connection, part: Part, mirror: LedgerLine) -> int:
    """Up to which line they have our ledger: a pushing may have been lost on its way; 0 when they say nothing of it."""
    brought = set(checking.brought(connection, mirror))
    return max((push.upto for push in part.pushes if push.bundle in brought), default=0)


def _never_pushed(
    connection: Connection, line: LedgerLine, mirror: LedgerLine, claimed: Sequence[str]
) -> frozenset[str]:
    """Which of these rows were in no part of any round for that department, and were not made of its own."""
    made = set(_taken_before(connection, line, mirror).values())
    left = [i for i in claimed if i not in made]
    parts = [now.part(mirror.dept) for now in rounds.in_(connection, line)] if left else []
    for push in (push for part in parts if part is not None for push in part.pushes):
        known = pushing.pushed_then(connection, line, left, mirror.dept, push.upto)
        left = [i for i in left if i not in known]
    return frozenset(left)


def _taken_before(connection: Connection, line: LedgerLine, mirror: LedgerLine) -> dict[str, str]:
    """{id of a row the department added: own entry made of it}."""
    return made_of(connection, line, select(entry_table.c.id).where(entry_table.c.ledger_id == mirror.id))


def made_of(connection: Connection, line: LedgerLine, sources: Sequence[str] | Select[Any]) -> dict[str, str]:
    """{source: own entry made of it}. One that was taken back may come anew; one that was destroyed never does."""
    t = entry_table.c
    query = select(t.source, t.id, t.standing).where(t.ledger_id == line.id, t.source.in_(sources))
    rows = connection.execute(query.order_by(t.number)).all()
    destroyed = _destroyed(connection, line, [r.id for r in rows if r.standing == "deleted"])
    return {r.source: r.id for r in rows if r.standing != "deleted" or r.id in destroyed}


def _reasons(connection: Connection, mirror: LedgerLine, ids: Sequence[str]) -> dict[str, str]:
    t = journal_table.c
    left = remains.of_stream(connection, mirror.stream)
    found = {}
    for start in range(0, len(ids), pushing.CHUNK):
        query = select(journal_table).where(
            t.stream == mirror.stream, t.subject.in_(ids[start : start + pushing.CHUNK]), t.verb == "add"
        )
        for row in connection.execute(query).mappings():
            found[row["subject"]] = str(((left.body(row) or {}).get("facts") or {}).get("reason", ""))
    return found


def asked(connection: Connection, line: LedgerLine, mirror: LedgerLine) -> tuple[Round, Part, bool]:
    """The round and part of `line` a return answers, and whether a later round was opened since.

    Raises Problem E_NOT_PUSHED when its department was not asked, or another office was (decision 32).
    """
    told = rounds.in_(connection, mirror)
    round_id = told[-1].id if told else ""
    past = rounds.in_(connection, line)
    for now in past:
        part = now.part(mirror.dept)
        asked_ = {push.office for push in part.pushes} if part is not None else set()
        if now.id == round_id and part is not None and mirror.origin_id in asked_:
            return now, part, now.id != past[-1].id
    raise Problem(
        "E_NOT_PUSHED",
        f"本单位没有向“{mirror.origin}”推送过这一轮“{mirror.dept}”的核查，没有采用",
        ledger=mirror.id,
    )


def _rules(line: LedgerLine, dept: str, here: Mapping[str, Held]) -> Rules:
    loaded = line.loaded
    allowed = frozenset(writable(line))

    def refusal(row: str, code: str, key: str) -> str:
        held = here[row]
        if key not in allowed:
            return "不由各部门填写"
        cells = held.items.get(code)
        if cells is not None and pushing.dept_of(loaded, code, cells) != dept:
            return "现已不归该部门办理"
        if line.sealed and held.standings.get(code, "open") != "open":
            return "台账已确定，该事项已不在账"
        return ""

    return Rules(refusal, (together(line),))


def together(line: LedgerLine) -> frozenset[str]:
    """The fields of a matter that say one thing: its state, and what closing it writes."""
    answers = {key for c in line.loaded.closings("item", "approved") for key in c.writes}
    return frozenset({STATE, *answers}) & frozenset(writable(line))


def _new(row: Row) -> merging.RowPlan:
    plan = merging.compare({}, {row.id: row}, {})
    return plan.rows[0]


def listed(connection: Connection, line: LedgerLine) -> list[str]:
    """All rows there ever were, in the order of the ledger."""
    t = entry_table.c
    return list(connection.scalars(select(t.id).where(t.ledger_id == line.id).order_by(t.number)))


def _merged_lines(
    connection: Connection, line: LedgerLine, ids: Sequence[str]
) -> Iterable[tuple[str, int, Mapping[str, Any]]]:
    t = journal_table.c
    left = remains.of_stream(connection, line.stream)
    back = {
        row.subject
        for row, body in rounds.told(connection, line.stream)
        if body.get("merge", {}).get("withdrawn")
    }
    for start in range(0, len(ids), pushing.CHUNK):
        query = select(journal_table).where(
            t.stream == line.stream, t.subject.in_(ids[start : start + pushing.CHUNK]), t.verb == "merged"
        )
        for row in connection.execute(query.order_by(t.seq)).mappings():
            facts = (left.body(row) or {}).get("facts") or {}
            if facts.get("merge") not in back:
                yield row["subject"], row["seq"], facts

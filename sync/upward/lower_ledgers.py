"""Which lower offices' ledgers have come, which have not, and gathering several of them as one deed of a clerk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.change import Change
from app.engine import storing
from app.keeping import before_deeds
from app.ledger import ledgers, versions
from app.ledger.ledgers import CHECK, MAIN, MERGED, LedgerLine
from app.listing import counts
from app.office import Office
from app.problem import Problem
from app.rollups import rollups
from app.rollups.rollups import Numbers
from app.rounds import remarks
from app.rounds.remarks import Remark
from models.schema import entry as entry_table
from models.schema import inbox as inbox_table
from models.schema import peer as peer_table
from sync.comparing import merging, mirrored
from sync.comparing.merging import Key, Plan, RowPlan
from sync.letters import offered_templates
from sync.merges import merge_records, merges
from sync.merges.merge_records import VALID, Record
from sync.upward import gathering
from sync.upward.gathering import Gathered

Tell = Any


@dataclass(frozen=True)
class Source:
    """One ledger that can be gathered. Days are ISO text, '' for never; `code` is what the sealed print carries.

    `waiting` rows changed or were refused since it was last gathered by the merging `merge` on `gathered_on`; `own`
    is the office's own ledger as 立项部门 (decision 10). `remarks` were written on its rows here, `answered` of them.
    """

    ledger: str
    office: str
    office_id: str
    title: str
    own: bool
    sealed: bool
    sealed_on: str
    last_on: str
    rows: int
    projects: Numbers
    items: Numbers
    code: str = ""
    waiting: int = 0
    merge: str = ""
    gathered_on: str = ""
    remarks: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Absent:
    """An office of the register that reports here and whose ledger has not come."""

    office: str
    office_id: str


@dataclass(frozen=True)
class Board:
    """All that concerns one kind of ledger; `target` is the own gathered one, None before it is opened."""

    template: str
    title: str
    target: LedgerLine | None
    sources: tuple[Source, ...]
    absent: tuple[Absent, ...]


@dataclass(frozen=True)
class Trial:
    """What gathering one source would come to. `plan` names rows both sides changed, `refused` as the deed would name
    them, `withdrawn` rows the lower office took back; `fault` says why it cannot be gathered at all."""

    source: str
    office: str
    sealed: bool
    plan: Plan
    refused: tuple[Mapping[str, Any], ...] = ()
    withdrawn: tuple[str, ...] = ()
    fault: str = ""


@dataclass
class Outcome:
    """What became of each source: merging id and numbers, or the reason why nothing was taken."""

    target: str
    done: list[dict[str, Any]] = field(default_factory=list)


def kinds(office: Office) -> list[tuple[str, str]]:
    """(template id, title) of every kind of ledger that was received or is gathered here."""
    found = {x.template_id: x.title for x in ledgers.all(office) if x.purpose != CHECK and not _plain(x)}
    return list(found.items())


def _plain(line: LedgerLine) -> bool:
    return line.own and line.purpose == MAIN


def board(office: Office, template: str) -> Board:
    """The ledgers of that template that lie here, and who has not reported; template '' where nothing came yet."""
    with office.read() as connection:
        every = [x for x in ledgers.lines_in(connection) if x.template_id == template and x.purpose != CHECK]
        target = next((x for x in every if x.own and x.purpose == MERGED), None)
        found = [x for x in every if not x.own or (_plain(x) and "lead" in office.roles)]
        past = list(merge_records.in_(connection, target)) if target else []
        said = [r for r in remarks.every(connection, office) if not r.re and r.office == office.id]
        sources = tuple(
            _remarked(_source(connection, line, target, past), said) for line in sorted(found, key=_order)
        )
        here = {source.office_id for source in sources}
        absent = tuple(_absent(connection, office, here))
    title = target.title if target else every[0].title if every else ""
    return Board(template, title, target, sources, absent)


def _order(line: LedgerLine) -> tuple[bool, str, str]:
    return line.own, line.origin, line.id


def _source(
    connection: Connection, line: LedgerLine, target: LedgerLine | None, past: Sequence[Record]
) -> Source:
    stored = counts.stored(connection, line.id)
    merge, on, waiting = "", "", line.rows
    if target is not None:
        last = next((r for r in reversed(past) if r.told.get("origin") == line.id and r.state == VALID), None)
        merge, on = (last.id, last.on) if last else ("", "")
        waiting = mirrored.waiting(connection, line, mirrored.since(connection, target, line.id))
    sealed = next((v for v in versions.of_ledger(connection, line.id) if v.sealed), None)
    return Source(
        line.id, line.origin, line.origin_id, line.title, line.own, line.sealed, line.sealed_on,
        _last(connection, line.id), line.rows, dict(stored["project"]), dict(stored["item"]),
        sealed.code if sealed else "", waiting, merge, on,
    )  # fmt: skip


def _remarked(source: Source, said: Sequence[Remark]) -> Source:
    on = [r for r in said if r.ledger == source.ledger]
    return replace(source, remarks=len(on), answered=sum(bool(r.answers) for r in on))


def _last(connection: Connection, ledger: str) -> str:
    t = inbox_table.c
    query = select(func.max(t.on)).where(t.ledger_id == ledger, t.verdict == "accepted")
    return connection.scalar(query) or ""


def _absent(connection: Connection, office: Office, here: set[str]) -> list[Absent]:
    rows = connection.execute(select(peer_table).order_by(peer_table.c.division, peer_table.c.name))
    return [
        Absent(row.name, row.office_id)
        for row in rows
        if row.state == "trusted" and row.office_id not in here
        and rollups.reports_here(office, row.division, row.card["card"].get("roles", ()))
    ]  # fmt: skip


def open_target(office: Office, template: str) -> str:
    """Open the own gathered ledger by the template that rules here; its id."""
    one = offered_templates.ruling(office, template)
    change = ledgers.open_template(office, one.ref if one else template, merged=True)
    return str(change.subject)


def rehearse(
    office: Office, found: Board, wanted: Sequence[str], basis: str = "", tell: Tell = None
) -> list[Trial]:
    """What gathering these ledgers would do, one trial each; nothing is kept of it."""
    chosen = [s for s in found.sources if s.ledger in wanted]
    out = []
    for number, source in enumerate(chosen):
        if tell:
            tell(number, len(chosen))
        try:
            out.append(_trial(office, found, source, basis))
        except Problem as problem:
            out.append(Trial(source.ledger, source.office, source.sealed, Plan(()), fault=problem.text))
    return out


def _trial(office: Office, found: Board, source: Source, basis: str) -> Trial:
    if found.target is None:
        with office.read() as connection:
            rows = [h for h in storing.every_held(connection, source.ledger) if h.standing != "deleted"]
        return Trial(
            source.ledger, source.office, source.sealed,
            Plan(tuple(RowPlan(h.id, h.name, merging.NEW) for h in rows)),
        )  # fmt: skip
    plan = gathering.rehearse(office, found.target.id, source.ledger)
    done: Gathered = gathering.tried(office, found.target.id, source.ledger, basis=basis)
    with office.read() as connection:
        gone = tuple(_withdrawn(connection, found.target.id, source.ledger))
    return Trial(source.ledger, source.office, source.sealed, plan, tuple(done.refused), gone)


def _withdrawn(connection: Connection, target: str, mirror: str) -> list[str]:
    """Names of gathered rows that the lower office has taken back since."""
    mine, theirs = entry_table.alias(), entry_table.alias()
    query = select(mine.c.name).join(theirs, theirs.c.id == mine.c.source)
    rows = query.where(
        mine.c.ledger_id == target, theirs.c.ledger_id == mirror,
        mine.c.standing != "deleted", theirs.c.standing == "deleted",
    )  # fmt: skip
    return [str(name) for name in connection.scalars(rows)]


def gather(
    office: Office,
    template: str,
    wanted: Sequence[str],
    choices: Mapping[Key, Any],
    basis: str = "",
    tell: Tell = None,
) -> Change:
    """Gather these ledgers into the own one, opened first where there is none; a bad one never blocks the others.

    The facts hold `target` and `done`, one {ledger, office, said, code?, merge?, added?, changed?, refused?} a source;
    those left out when `tell` raises after the first are named with E_CANCELLED. Before it, it is raised.
    """
    found = board(office, template)
    chosen = [s for s in found.sources if s.ledger in wanted]
    if tell:
        tell(0, len(chosen))
    target = found.target.id if found.target else open_target(office, template)
    with before_deeds.once():
        before_deeds.make(office, "汇总前")
        out = _gathered(office, target, chosen, choices, basis, tell)
    good = [one for one in out.done if "merge" in one]
    rows = sum(one["added"] + one["changed"] for one in good)
    said = f"已汇总 {len(good):,} 个单位，{rows:,} 行"
    if len(good) < len(out.done):
        said += f"；{len(out.done) - len(good):,} 个没有汇总"
    return Change(said, frozenset({target}), facts={"target": target, "done": out.done, "quiet": True})


def _gathered(
    office: Office, target: str, chosen: Sequence[Source], choices: Mapping[Key, Any], basis: str, tell: Tell
) -> Outcome:
    out = Outcome(target)
    for number, source in enumerate(chosen):
        try:
            if tell and number:
                tell(number, len(chosen))
        except Exception:  # given up: what is gathered stays gathered, and is said
            out.done += [
                _named(s) | {"said": "您取消了，没有汇总", "code": "E_CANCELLED"} for s in chosen[number:]
            ]
            break
        told = _named(source)
        try:
            change = gathering.gather(office, target, source.ledger, choices, basis=basis, keep=False)
            told |= {"said": change.said, **change.facts}
        except Problem as problem:
            told |= {"said": problem.text, "code": problem.code}
        out.done.append(told)
    return out


def _named(source: Source) -> dict[str, Any]:
    return {"ledger": source.ledger, "office": source.office}


def withdraw(office: Office, target: str, done: Sequence[str]) -> Change:
    """Take these mergings back, the last one first, passing over those taken back before.

    One that cannot be taken back stops no other: it is named in the fact `left`, {merge, code, text}. Raises those of
    `merges.withdraw` when none was taken back.
    """
    changes: list[Change] = []
    refused: list[tuple[str, Problem]] = []
    with before_deeds.once():
        for merge in reversed(done):
            try:
                changes.append(merges.withdraw(office, target, merge))
            except Problem as problem:
                refused.append((merge, problem))
    left = [(merge, problem) for merge, problem in refused if problem.code != "E_WITHDRAWN"]
    if refused and not changes:
        raise (left or refused)[0][1]
    removed, restored = (sum(c.facts[key] for c in changes) for key in ("removed", "restored"))
    said = f"已撤回 {len(changes):,} 个单位的汇总：还原 {restored:,} 行，取消 {removed:,} 行新增"
    if left:
        said += f"；{len(left):,} 个没有撤回：{left[0][1].text}"
    named = [{"merge": merge, "code": problem.code, "text": problem.text} for merge, problem in left]
    return Change(said, frozenset({target}), facts={"removed": removed, "restored": restored, "left": named})

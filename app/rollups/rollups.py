"""What lower offices have reported, summed without counting a row twice, and who has not reported in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.engine.calling import PLAIN
from app.ledger import ledgers
from app.ledger.ledgers import CHECK, MERGED, LedgerLine
from app.links import counting_once
from app.listing import counts
from app.office import Office
from app.problem import Problem
from app.rollups import rollup_doubles, rollup_reds, rollup_reports
from app.templating import template_shelf
from app.values import divisions
from app.words import cadence
from app.words.report_words import Words
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import inbox as inbox_table
from models.schema import peer as peer_table

FLOWS = ("listed", "base", "added", "restored", "open", "approved", "removed", "started", "corrected")
UNITS = {"project": "projects", "item": "items"}
Numbers = dict[str, int]


@dataclass(frozen=True)
class Lower:
    """One ledger a lower office reported. Days are ISO text, '' for never; `number` counts its bundles.

    `within` names the office in whose gathered ledger its rows are: it is then not in the sum, `outside` of its rows
    excepted, which nobody gathered yet. `shared` of its rows are projects of another ledger of the list too, gathered from
    the same row or linked, and are counted there alone. `odd`: its template is none of this office's.
    `red` {projects, items: 审批超期; deadline: projects past 完成时限} (decision 4).
    """

    ledger: str
    office: str
    office_id: str
    division: str
    title: str
    purpose: str
    sealed: bool
    sealed_on: str
    last_on: str
    number: int
    projects: Numbers
    items: Numbers
    red: Numbers
    within: str = ""
    outside: int = 0
    shared: int = 0
    odd: str = ""

    @property
    def counted(self) -> bool:
        return not self.within

    @property
    def doubtful(self) -> bool:
        """Whether its numbers may not mean what they seem to: `Rollup.doubts` says why."""
        return bool(self.odd or (self.shared and self.counted))

    @property
    def shared_words(self) -> str:
        return f"有 {self.shared:,} 行也在别的单位的台账里，只计一次"


@dataclass(frozen=True)
class Overdue:
    """An office that should have reported by `due` and did not; `last_on` its last report, '' for never.

    `form` is the title of the periodic report that its 报送登记 does not tell as sent, '' for the ledger's own bundle.
    """

    office: str
    office_id: str
    division: str
    due: str
    last_on: str
    form: str = ""

    @property
    def said(self) -> str:
        if self.form:
            return f"逾期未报：{self.office}《{self.form}》（应于 {self.due} 前报送，它的报送登记里还没有）"
        last = f"最近一次 {self.last_on}" if self.last_on else "从未报送"
        return f"逾期未报：{self.office}（应于 {self.due} 前报送，{last}）"


@dataclass(frozen=True)
class Rollup:
    """All lower offices of one kind of ledger, their sum, and beside it what was gathered here into an own ledger.

    `twins` project codes stand in more than one counted ledger: named, never merged (decision 14).
    """

    template: str
    title: str
    on: str
    rows: tuple[Lower, ...]
    projects: Numbers
    items: Numbers
    red: Numbers
    own: Mapping[str, Any] | None = None
    overdue: tuple[Overdue, ...] = field(default=())
    twins: int = 0
    words: Words = PLAIN

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why rows add up to more than the sum, what may be one project twice, whose template is another."""
        out = []
        shared = [row for row in self.rows if row.counted and row.shared]
        if shared:
            who = "；".join(f"{row.office}{row.shared_words}" for row in shared)
            out.append(f"{who}，所以各行相加比合计多")
        if self.twins:
            out.append(f"有 {self.twins} 个项目代码在两个单位的台账里都有，没有合并，请核对是不是同一个{self.words.row}")
        out += [f"{row.office}：{row.odd}" for row in self.rows if row.odd]
        return tuple(out)

    def as_json(self) -> dict[str, Any]:
        rows = [{**asdict(row), "counted": row.counted} for row in self.rows]
        return {key: value for key, value in asdict(replace(self, words=PLAIN)).items() if key != "words"} | {"rows": rows}


def rollup(office: Office, template: str) -> Rollup:
    """Counts by lower office and their sum, for every received ledger of this template (id or title).

    A ledger whose rows stand in another received gathered ledger, be it by way of one that is not held here, is listed
    and not counted again; of rows that two gathered ledgers hold, or that are linked as one project, one is counted, with
    the matters that only another of them has. Raises Problem
    E_NOTHING_RECEIVED.
    """
    with office.read() as connection:
        every = ledgers.lines_in(connection)
        wanted = [x for x in every if x.purpose != CHECK and template in (x.template_id, x.title)]
        mirrors = [x for x in wanted if not x.own]
        if not wanted:
            raise Problem("E_NOTHING_RECEIVED", f"还没有收到过下级报来的“{template}”台账", template=template)
        mine = next((x for x in wanted if x.own and x.purpose == MERGED), None)
        also = _gathered(connection, mine) if mine else []
        rows = tuple(_rows(connection, office, [*mirrors, *(x for x in wanted if x.own and x.id in also)]))
        counted = [row for row in rows if row.counted]
        groups = counting_once.groups(connection, [row.ledger for row in counted])
        again = [entry for group in groups for entry in group[1:]]
        shared = rollup_doubles.by_ledger(connection, again)
        repeated = rollup_doubles.repeated(connection, groups, {x.id: x.loaded for x in wanted})
        flows = rollup_doubles.flows(connection, again, repeated)
        today = office.today().isoformat()
        return Rollup(
            template=wanted[0].template_id,
            title=wanted[0].title,
            on=today,
            rows=tuple(replace(row, shared=shared.get(row.ledger, 0)) for row in rows),
            projects=rollup_doubles.less(_sum(row.projects for row in counted), flows["project"]),
            items=rollup_doubles.less(_sum(row.items for row in counted), flows["item"]),
            red=rollup_doubles.less(
                _sum(row.red for row in counted), rollup_reds.of_rows(connection, again, today, repeated)
            ),
            own=_own(connection, mine) if mine else None,
            overdue=(
                *_overdue(connection, office, wanted[0].loaded, rows),
                *_unsent(connection, office, every, wanted[0].loaded),
            ),
            twins=rollup_doubles.twins(connection, [row.ledger for row in counted], again),
            words=wanted[0].loaded.t.words,
        )


def lines(found: Rollup) -> list[str]:
    """The roll-up as text: one line an office, the sum, who is late."""
    out = [f"《{found.title}》汇总（{found.on}）"]
    for row in found.rows:
        state = f"已确定（{row.sealed_on}）" if row.sealed else "未确定"
        mark = f"，已并入{row.within}的汇总台账，不重复计" if row.within else ""
        mark += f"（还有 {row.outside:,} 行没有并入）" if row.outside else ""
        mark += f"，{row.shared_words}" if row.shared else ""
        out.append(f"{row.office}　{state}　第 {row.number} 次报送（{row.last_on}）{mark}")
        out += _told(row.projects, row.items, row.red, found.words)
    out.append(f"合计（{sum(row.counted for row in found.rows)} 本）")
    out += _told(found.projects, found.items, found.red, found.words)
    out += found.doubts
    if found.own:
        same = "与各单位之和一致" if found.own["agrees"] else "与各单位之和不一致，请先汇总再核对"
        out.append(f"本单位汇总台账：{same}")
        out += _told(found.own["projects"], found.own["items"], {}, found.words)
    return [*out, *(late.said for late in found.overdue)]


def _rows(connection: Connection, office: Office, mirrors: list[LedgerLine]) -> Iterable[Lower]:
    ids = [line.id for line in mirrors]
    red, last = rollup_reds.of_ledgers(connection, ids, office.today().isoformat()), _last(connection, ids)
    within = _within(connection, mirrors)
    texts = {line.loaded.digest: line.loaded for line in mirrors}
    odd = {digest: template_shelf.odd(connection, loaded) for digest, loaded in texts.items()}
    where = {row.office_id: row.division for row in connection.execute(select(peer_table))}
    for line in sorted(mirrors, key=lambda x: (where.get(x.origin_id, ""), x.origin, x.id)):
        stored = counts.stored(connection, line.id)
        upper, outside = within.get(line.id, ("", 0))
        yield Lower(
            ledger=line.id, office=line.origin, office_id=line.origin_id, division=where.get(line.origin_id, ""),
            title=line.title, purpose=line.purpose, sealed=line.sealed, sealed_on=line.sealed_on,
            last_on=last[line.id][0], number=last[line.id][1], projects=_flows(stored["project"]),
            items=_flows(stored["item"]), red=red[line.id], within=upper, outside=outside,
            odd=odd[line.loaded.digest],
        )  # fmt: skip


def _within(connection: Connection, mirrors: list[LedgerLine]) -> dict[str, tuple[str, int]]:
    """{ledger: (the office whose gathered ledger holds its rows, how many rows it does not hold)}."""
    outer, inner = entry_table.alias(), entry_table.alias()
    merged = {line.id: line for line in mirrors if line.purpose == MERGED}
    found: dict[str, tuple[str, int]] = {}
    if not merged:
        return found
    pairs = connection.execute(
        select(
            inner.c.ledger_id, outer.c.ledger_id.label("upper"), func.count(inner.c.id.distinct()).label("n")
        )
        .join(outer, outer.c.source == inner.c.id)
        .where(outer.c.ledger_id.in_(list(merged)), inner.c.ledger_id.in_([line.id for line in mirrors]))
        .where(inner.c.standing != "deleted", outer.c.standing != "deleted")
        .group_by(inner.c.ledger_id, outer.c.ledger_id)
    )
    rows = {line.id: line.rows for line in mirrors}
    for pair in pairs:
        found[pair.ledger_id] = (merged[pair.upper].origin, max(rows[pair.ledger_id] - pair.n, 0))
    for (ledger, upper), number in rollup_doubles.through_unheld(connection, mirrors).items():
        found.setdefault(ledger, (merged[upper].origin, max(rows[ledger] - number, 0)))
    return found


def _last(connection: Connection, ids: list[str]) -> dict[str, tuple[str, int]]:
    """{ledger: (day of its last bundle, how many came)}."""
    t = inbox_table.c
    rows = connection.execute(
        select(t.ledger_id, func.max(t.on).label("on"), func.count().label("n"))
        .where(t.ledger_id.in_(ids), t.verdict == "accepted")
        .group_by(t.ledger_id)
    )
    return dict.fromkeys(ids, ("", 0)) | {row.ledger_id: (row.on, row.n) for row in rows}


def _own(connection: Connection, line: LedgerLine) -> dict[str, Any]:
    """The own gathered ledger, and whether it says what the received ones add up to."""
    stored = counts.stored(connection, line.id)
    numbers = {UNITS[unit]: _flows(stored[unit]) for unit in UNITS}
    parts = _gathered(connection, line)
    sums = [counts.stored(connection, ledger) for ledger in parts]
    double = rollup_doubles.gathered_twice(connection, parts, line.id)
    twice = rollup_doubles.flows(connection, double)
    agrees = all(
        stored[unit]["open"] == sum(one[unit]["open"] for one in sums) - twice[unit]["open"] for unit in UNITS
    )
    return {"ledger": line.id, "sealed": line.sealed, "agrees": agrees, **numbers}


def _gathered(connection: Connection, line: LedgerLine) -> list[str]:
    """The ledgers whose rows stand in this one, an own one of this office among them (decision 10)."""
    e, source = entry_table.alias(), entry_table.alias()
    query = select(source.c.ledger_id).distinct().join(e, e.c.source == source.c.id)
    return list(connection.scalars(query.where(e.c.ledger_id == line.id, e.c.standing != "deleted")))


def _overdue(
    connection: Connection, office: Office, loaded: Loaded, rows: Iterable[Lower]
) -> Iterable[Overdue]:
    """Offices that report to this one and sent nothing since the report before the last one was due."""
    due, before = _dues(loaded, office.today())
    if not due:
        return
    last: dict[str, str] = {}
    for row in rows:
        last[row.office_id] = max(last.get(row.office_id, ""), row.last_on)
    for peer in connection.execute(select(peer_table).order_by(peer_table.c.division, peer_table.c.name)):
        wanted = peer.office_id in last or reports_here(
            office, peer.division, peer.card["card"].get("roles", ())
        )
        if wanted and peer.state == "trusted" and last.get(peer.office_id, "") <= before:
            yield Overdue(peer.name, peer.office_id, peer.division, due, last.get(peer.office_id, ""))


def _unsent(
    connection: Connection, office: Office, every: list[LedgerLine], loaded: Loaded
) -> Iterable[Overdue]:
    """The same for reports that are proved by the report itself, of the offices whose 报送登记 is held here."""
    received = {ledger: day for ledger, (day, _) in _last(connection, [x.id for x in every if not x.own]).items()}
    forms = {form.id: form.title for form in loaded.t.reports}
    peers = {peer.office_id: peer for peer in connection.execute(select(peer_table))}
    for office_id, form, due in rollup_reports.unsent(connection, every, loaded, office.today(), received):
        if office_id in peers and peers[office_id].state == "trusted":
            peer = peers[office_id]
            title = forms.get(form, form).replace("{division}", "")
            yield Overdue(peer.name, office_id, peer.division, due, "", title)


def _dues(loaded: Loaded, today: dt.date) -> tuple[str, str]:
    """The last report that was due before today, and the one before it; '' when there was none."""
    days = {
        day.isoformat()
        for each in loaded.t.cadences
        if each.proof == "bundle"
        for day in cadence.due_days(each, loaded.t.starts, loaded.t.ends)
        if day < today
    }
    past = sorted(days)
    return (past[-1], past[-2] if len(past) > 1 else "") if past else ("", "")


def reports_here(office: Office, division: str, roles: Iterable[str]) -> bool:
    """Whether such an office reports here: 立项部门 of the same place, the leads and superiors one level below."""
    below = divisions.find(division)
    if division == office.division:
        return "sponsor" in roles and "lead" not in roles and "lead" in office.roles
    return below is not None and below.parent == office.division and bool({"lead", "superior"} & set(roles))


def _flows(row: Mapping[str, int]) -> Numbers:
    return {name: row[name] for name in FLOWS}


def _sum(rows: Iterable[Numbers]) -> Numbers:
    out: Numbers = {}
    for row in rows:
        for name, number in row.items():
            out[name] = out.get(name, 0) + number
    return out


def _told(projects: Numbers, items: Numbers, red: Numbers, words: Words) -> list[str]:
    both = ((projects, words.row), (items, words.item))
    out = [f"  {counts.identity_line(row, unit, words)}" for row, unit in both if row]
    if red:
        rows, matters = f"{words.count}{words.row}", words.item
        out.append(
            f"  红灯：审批超期 {red['projects']:,} {rows}、{red['items']:,} 个{matters}；"
            f"完成时限已过 {red['deadline']:,} {rows}"
        )
    return out

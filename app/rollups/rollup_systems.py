"""条: what each approval system has come to, over all ledgers of a campaign, 块 and 条 together (S54 四(一), 六(二))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from app.engine import calling
from app.ledger import ledgers, units
from app.ledger.ledgers import CHECK, MERGED, LedgerLine
from app.links import counting_once
from app.office import Office
from app.problem import Problem
from app.rollups import rollup_doubles
from app.rollups.rollup_reds import REDS
from app.templating import template_reading
from app.words.report_words import Words
from app.words.template_words import Code
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table

NAMES = "pending-region"
"""The template whose code list names the approval systems (S54 四(一))."""
SYSTEM = "system"
NONE, UNSAID = "没有要办的事项", "（未填）"
WHOSE = (SYSTEM, "ministry", "resp_unit")
"""What says whose a row is in a ledger without matters: its system, the ministry above it, who answers for it."""
MOST = 200
Numbers = dict[str, int]


@dataclass(frozen=True)
class System:
    """One approval system, or all of them: the projects that have a matter of it, and those matters.

    `red` {projects, items: 审批超期; deadline: projects past 完成时限} (decision 4).
    """

    title: str
    projects: Numbers
    items: Numbers
    red: Numbers


@dataclass(frozen=True)
class Double:
    """One project that stands in several rows; it is counted as the first of them says."""

    name: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class BySystem:
    """The systems of a campaign, the largest first, and all of them.

    `ledgers` are those counted. `several` projects have matters of more than one system; `doubled` stand in more than
    one row, the first MOST of them are `doubles`.
    """

    template: str
    title: str
    on: str
    rows: tuple[System, ...]
    total: System
    ledgers: tuple[str, ...]
    several: int
    doubled: int
    doubles: tuple[Double, ...]
    words: Words

    @property
    def beside(self) -> tuple[str, ...]:
        """What was counted, and why the rows add up to more than the sum."""
        count, row = self.words.count, self.words.row
        out = [f"数自 {len(self.ledgers):,} 本台账：{'、'.join(self.ledgers)}"]
        if self.several:
            out.append(f"有 {self.several:,} {count}{row}的事项分属两个以上系统，各系统都列，合计只算一次")
        if self.doubled:
            out.append(f"有 {self.doubled:,} {count}{row}在不止一处报了（块上、条上、汇总），同一{row}、同一事项只算一次")
        return tuple(out)

    def as_json(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in ("template", "title", "on", "ledgers", "several", "doubled")}
        told |= {"by": SYSTEM, "rows": [asdict(row) for row in self.rows], "total": asdict(self.total)}
        return told | {"doubles": [asdict(each) for each in self.doubles], "beside": self.beside}


def by_system(office: Office, template: str) -> BySystem:
    """Counts by approval system, over all ledgers held here of the campaign of this template (id or title).

    Rows that are linked, gathered or reported over two ways are one project: it stands once in each system that has a
    matter of it, each matter once, and once in the sum. Raises Problem E_NOTHING_RECEIVED.
    """
    with office.read() as connection:
        every = [x for x in ledgers.lines_in(connection) if x.purpose != CHECK]
        asked = next((x for x in every if template in (x.template_id, x.title)), None)
        if asked is None:
            raise Problem("E_NOTHING_RECEIVED", f"还没有“{template}”的台账，本单位没有，也没有收到过", template=template)
        lines = _counted(connection, [x for x in every if _beside(x, asked)])
        sums = _Sums(connection, lines, office.today().isoformat(), units.of(connection, office.division))
    found = {key: tally.system(sums.title(key)) for key, tally in sums.systems.items()}
    last = (NONE, UNSAID)
    rows = sorted(found.values(), key=lambda x: (x.title in last, -x.items["open"], -x.projects["open"], x.title))
    return BySystem(
        asked.template_id, asked.loaded.t.campaign or asked.title, office.today().isoformat(), tuple(rows),
        sums.total.system("合计"), tuple(line.called for line in lines), sums.several, len(sums.groups),
        tuple(sums.double(group) for group in sums.groups[:MOST]), asked.loaded.t.words,
    )  # fmt: skip


def lines(found: BySystem) -> list[str]:
    """One line a system, the sum, then what was counted once."""
    words = found.words
    out = [f"《{found.title}》按审批系统汇总（{found.on}）"]
    for each in (*found.rows, found.total):
        p, i, red = each.projects, each.items, each.red
        out.append(
            f"{each.title}：{words.row}列入 {p['listed']:,} {words.count}、{words.open} {p['open']:,}；"
            f"{words.item}列入 {i['listed']:,} 个、{words.open} {i['open']:,}；审批超期 {red['projects']:,} {words.count}"
            f"{words.row}、{red['items']:,} 个{words.item}，完成时限已过 {red['deadline']:,} {words.count}"
        )
    return [*out, *found.beside, *(f"  {one.name}：{'；'.join(one.rows)}" for one in found.doubles)]


def system_of(text: str, known: Sequence[Code]) -> str:
    """The approval system that a department belongs to: 旗生态环境分局 → 生态环境; its own name where none fits."""
    for code in known:
        if any(word in text for word in (code.code, *code.words)):
            return code.label
    return text or UNSAID


def _beside(line: LedgerLine, asked: LedgerLine) -> bool:
    """Whether a ledger is counted with the one asked for: of the same campaign, be it by place or by system."""
    t, other = line.loaded.t, asked.loaded.t
    return line.template_id == asked.template_id or bool(
        other.campaign and t.campaign == other.campaign and t.nature == other.nature
    )


def _counted(connection: Connection, every: list[LedgerLine]) -> list[LedgerLine]:
    """Received ledgers first, so that a project is told as its own office tells it; none whose rows stand in another by way
    of one that is not held here."""
    mirrors = [x for x in every if not x.own]
    inside = {ledger for ledger, _ in rollup_doubles.through_unheld(connection, mirrors)}
    ordered = sorted(every, key=lambda x: (x.purpose == MERGED, x.own, x.origin, x.id))
    return [x for x in ordered if x.id not in inside]


@dataclass(frozen=True)
class _Row:
    id: str
    line: LedgerLine
    told: str
    name: str
    moves: tuple[str, ...]
    red: bool
    late: bool
    whose: str


@dataclass(frozen=True)
class _Matter:
    row: str
    title: str
    system: str
    moves: tuple[str, ...]
    red: bool


@dataclass
class _Tally:
    """What a system's projects and matters moved, and how they stand."""

    projects: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    red: Counter[str] = field(default_factory=Counter)

    def project(self, row: _Row, *, red: bool) -> None:
        self.projects.update(row.moves)
        self.red.update(projects=red, deadline=row.late)

    def matter(self, one: _Matter) -> None:
        self.items.update(one.moves)
        self.red.update(items=one.red)

    def system(self, title: str) -> System:
        red = {name: self.red[name] for name in REDS}
        return System(title, rollup_doubles.balanced(self.projects), rollup_doubles.balanced(self.items), red)


class _Sums:
    """What the rows of some ledgers come to: each project once, each matter of it once."""

    def __init__(
        self, connection: Connection, lines: Sequence[LedgerLine], today: str, known: units.Units
    ) -> None:
        self._connection, self._today = connection, today
        self._lines = {line.id: line for line in lines}
        self._known = _known(lines)
        self._units = known
        self._names: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self.systems: dict[str, _Tally] = {}
        self.total, self.several = _Tally(), 0
        self._moved = self._events()
        self._rows = {row.id: row for row in self._read()}
        self.groups = counting_once.groups(connection, list(self._lines))
        self._count()

    def double(self, group: Sequence[str]) -> Double:
        return Double(self._rows[group[0]].name, tuple(self._rows[one].told for one in group))

    def _count(self) -> None:
        grouped: dict[str, list[_Matter]] = {one: [] for group in self.groups for one in group}
        alone = self._rows.keys() - grouped.keys()
        for entry, matters in self._matters():
            if entry in grouped:
                grouped[entry] = matters
            elif entry in alone:
                alone.discard(entry)
                self._project([self._rows[entry]], matters)
        for entry in alone:
            self._project([self._rows[entry]], [])
        for group in self.groups:
            self._project([self._rows[one] for one in group], [m for one in group for m in grouped[one]])

    def _project(self, rows: Sequence[_Row], matters: Sequence[_Matter]) -> None:
        """`rows` are one project, the one that is counted first; a matter counts as the first of them tells it."""
        once = {one.title: one for one in reversed(matters)}.values() if len(rows) > 1 else matters
        first: dict[str, _Row] = {}
        for row in rows:
            mine = {one.system for one in matters if one.row == row.id} or {row.whose}
            for system in mine:
                first.setdefault(system, row)
        named = first.keys() - {NONE}
        if named and NONE in first:  # another row of it has matters to be done
            del first[NONE]
        self.several += len(named) > 1
        for system, row in first.items():
            red = any(one.red for one in once if one.system == system) if matters else row.red
            self._tally(system).project(row, red=red)
        self.total.project(rows[0], red=any(one.red for one in once) if matters else rows[0].red)
        for one in once:
            self._tally(one.system).matter(one)
            self.total.matter(one)

    def _tally(self, system: str) -> _Tally:
        return self.systems.setdefault(system, _Tally())

    def _system(self, text: str) -> str:
        if text not in self._names:
            found = system_of(text, self._known)
            self._names[text] = key = self._units.counted(text) if found == text else found
            self._titles[key] = min(self._titles.get(key, found), found, key=lambda name: (-len(name), name))
        return self._names[text]

    def title(self, key: str) -> str:
        """A system as it is called; of a unit that is of none the fullest of its names."""
        return self._titles.get(key, key)

    def _read(self) -> Iterator[_Row]:
        e = entry_table.c
        for line in self._lines.values():
            fields = [key for key in WHOSE if key in line.loaded.fields]
            whose = func.coalesce(*(e.cells[key].as_string() for key in fields), e.unit, "")
            query = select(e.id, e.no, e.name, e.standing, e.due, e.deadline, whose.label("whose"))
            for row in self._connection.execute(query.where(e.ledger_id == line.id, e.standing != "deleted")):
                still = row.standing == "open"
                yield _Row(
                    row.id, line, f"{line.called} {row.no}", row.name or row.no,
                    ("listed", row.standing, *self._moved.get((row.id, ""), ())) if still else
                    ("listed", *self._moved.get((row.id, ""), ())),
                    still and (row.due or self._today) < self._today, still and (row.deadline or self._today) < self._today,
                    NONE if line.loaded.t.items else self._system(row.whose),
                )  # fmt: skip

    def _matters(self) -> Iterator[tuple[str, list[_Matter]]]:
        """The matters that are to be done, row by row; a row whose ledger is by system has all of them in its own."""
        e, i = entry_table.c, item_table.c
        homes = [line.id for line in self._lines.values() if line.loaded.t.items]
        query = select(
            i.entry_id, i.code, i.standing, i.due, i.dept, i.ledger_id, e.cells[SYSTEM].as_string().label("own"),
            i.cells["matter_name"].as_string().label("matter_name"),
        ).join_from(item_table, entry_table, e.id == i.entry_id)  # fmt: skip
        wanted = query.where(i.ledger_id.in_(homes), i.state != "不需办", e.standing != "deleted").order_by(i.entry_id, i.code)
        for entry, found in groupby(self._connection.execute(wanted), key=lambda row: str(row.entry_id)):
            yield entry, [self._matter(row) for row in found]

    def _matter(self, row: Any) -> _Matter:
        moves = self._moved.get((row.entry_id, row.code), ())
        still = row.standing == "open"
        return _Matter(
            row.entry_id,
            calling.matter(self._lines[row.ledger_id].loaded, row.code, {"matter_name": row.matter_name}),
            self._system(row.own or row.dept or ""),
            ("listed", "open", *moves) if still else ("listed", *moves),
            still and (row.due or self._today) < self._today,
        )

    def _events(self) -> dict[tuple[str, str], list[str]]:
        v = event_table.c
        out: dict[tuple[str, str], list[str]] = {}
        query = select(v.entry_id, v.item, v.kind).where(v.ledger_id.in_(list(self._lines)))
        for row in self._connection.execute(query):
            out.setdefault((row.entry_id, row.item or ""), []).append(row.kind)
        return out


def _known(lines: Sequence[LedgerLine]) -> tuple[Code, ...]:
    """The approval systems that the templates name, those of S54 四(一) where none does."""
    for loaded in (*(line.loaded for line in lines), template_reading.builtin(NAMES)):
        if SYSTEM in loaded.codes:
            return loaded.codes[SYSTEM].codes
    return ()

"""Upward: rows of lower offices' ledgers gathered into one of this office (全旗台账 and above, decision 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.change import Change
from app.engine import freezing, remains, wire
from app.engine.rows import Held, patched
from app.engine.storing import Stored
from app.ids import new_id, standing_for, standings_for
from app.journals.writing import Write
from app.keeping import before_deeds
from app.ledger import checks, entries, ledgers
from app.ledger.ledgers import CHECK, MERGED, LedgerLine
from app.ledger.recording import Event, Recorder
from app.office import Office
from app.problem import Problem
from app.values import kinds
from app.words import wording
from sync.comparing import merging, mirrored, movements
from sync.comparing.merging import ASK, HEAD, Key, Plan, Row, Rules
from sync.comparing.mirrored import Chunk, Deeds, Since
from sync.comparing.movements import Moved

VERB = "merged"
STRUCK = ("removed", "corrected", "excluded")
"""What leaves the list altogether when it happened before this office sealed; 核减 and 开工 are then 手续齐全."""

MOST_REFUSED = 2000
"""More than these are not kept as single rows to be offered again: their common reason is to be mended first."""


@dataclass(frozen=True)
class Pair:
    """The own ledger and the mirrored one whose rows go into it, and how far that was done before."""

    line: LedgerLine
    mirror: LedgerLine
    since: Since


@dataclass
class Gathered:
    """What one gathering did. `refused` rows stay pending: the next gathering offers them again.

    `codes` are the project codes, as `code_key` has them, of the rows that were written.
    """

    id: str
    first: int = 0
    added: int = 0
    changed: int = 0
    lost: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)


def pair(connection: Connection, ledger_id: str, mirror_id: str) -> Pair:
    """The two ledgers of a gathering. Raises Problem E_NOT_MERGED, E_NOT_RECEIVED, E_OTHER_TEMPLATE."""
    line, mirror = ledgers.line_of(connection, ledger_id), ledgers.line_of(connection, mirror_id)
    if not line.own or line.purpose != MERGED:
        raise Problem(
            "E_NOT_MERGED",
            f"《{line.title}》不是汇总台账，请先打开一本汇总台账（--merged）",
            ledger=ledger_id,
        )
    if (
        mirror.purpose == CHECK or mirror.id == line.id
    ):  # an office may be 立项部门 and 汇总 at once (decision 10)
        raise Problem("E_NOT_RECEIVED", f"《{mirror.title}》不是下级报来的台账", ledger=mirror_id)
    if mirror.template_id != line.template_id:
        raise Problem(
            "E_OTHER_TEMPLATE", f"{mirror.origin}报来的《{mirror.title}》不是《{line.title}》这一类，不能汇总在一起",
            template=mirror.template_id,
        )  # fmt: skip
    _refuse_wider(line, mirror)
    return Pair(line, mirror, mirrored.since(connection, line, mirror_id))


def _refuse_wider(line: LedgerLine, mirror: LedgerLine) -> None:
    """Another version of the template may have other clocks and notes, but no column that this ledger lacks."""
    if mirror.loaded.digest == line.loaded.digest:
        return
    ours, theirs = line.loaded, mirror.loaded
    both = ((ours.fields, theirs.fields), (ours.item_fields, theirs.item_fields))
    odd = [
        field.title for here, there in both for key, field in there.items()
        if key not in here or here[key].kind != field.kind
    ]  # fmt: skip
    odd += [preset.title for code, preset in theirs.presets.items() if code not in ours.presets]
    if odd:
        raise Problem(
            "E_OTHER_TEMPLATE",
            f"{mirror.origin}用的是另一版模板，有本单位台账没有的{'、'.join(f'“{t}”' for t in odd[:5])}，不能汇总在一起",
            template=mirror.template_id,
        )


def compared(connection: Connection, two: Pair) -> Plan:
    """What gathering would do to each row that changed since it was last gathered."""
    rows: list[merging.RowPlan] = []
    for chunk in mirrored.chunks(connection, two.line, two.mirror, two.since):
        rows += _plan(two, chunk).rows
    return Plan(tuple(rows))


def rehearse(office: Office, ledger_id: str, mirror_id: str) -> Plan:
    """The plan of a gathering; writes nothing. Raises those of `pair`."""
    with office.read() as connection:
        return compared(connection, pair(connection, ledger_id, mirror_id))


def gather(
    office: Office,
    ledger_id: str,
    mirror_id: str,
    choices: Mapping[Key, Any] | None = None,
    *,
    default: str = ASK,
    basis: str = "",
    keep: bool = True,
) -> Change:
    """Take what is new in a received ledger into the own one; only a cell both sides changed asks a person.

    Once the own ledger is sealed, counts move by the lower office's named events alone, and a row it had before
    comes in only upon `basis`, as 补录 of this office (decision 2). What cannot be taken is named in the Change and
    offered again by the next gathering. Twins, one project code from two offices, are named when either comes.
    Raises Problem E_UNDECIDED, E_CHOICE, and those of `pair`.
    """
    if keep:
        before_deeds.make(office, "汇总前")
    with office.write("汇总台账") as work:
        two = pair(work.connection, ledger_id, mirror_id)
        done = _Gathering(work, office, two, choices or {}, default, wording.clean(basis)).run()
        twins = mirrored.twins(work.connection, two.line, done.codes - {""})
    said = f"已汇总{two.mirror.origin}的台账：新增 {done.added:,} 行，更新 {done.changed:,} 行"
    if done.refused:
        said += f"；{len(done.refused):,} 行没有采用（{done.refused[0]['reason']}）"
    if twins:
        said += f"；有 {len(twins):,} 个项目代码在两个单位的台账里都有，没有合并，请核对是不是同一个项目"
    if not two.mirror.sealed:
        said += "；注意：对方台账还没有确定"
    facts = {
        "merge": done.id, "added": done.added, "changed": done.changed, "refused": done.refused, "lost": done.lost,
        "twins": twins,
    }  # fmt: skip
    return Change(said, frozenset({ledger_id}), done.id, facts)


class _Undone(Exception):
    """Ends a trial: its transaction is rolled back, what it came to is kept."""

    def __init__(self, done: Gathered) -> None:
        super().__init__()
        self.done = done


def tried(office: Office, ledger_id: str, mirror_id: str, *, basis: str = "") -> Gathered:
    """What gathering would come to, refusals among them; clashes stay as here. Nothing of it is kept. Raises as `gather`."""
    try:
        with office.write("试汇总") as work:
            two = pair(work.connection, ledger_id, mirror_id)
            raise _Undone(_Gathering(work, office, two, {}, merging.MINE, wording.clean(basis)).run())
    except _Undone as undone:
        return undone.done


class _Gathering:
    """One gathering inside the open transaction, some hundred rows at a time."""

    def __init__(
        self, work: Write, office: Office, two: Pair, given: Mapping[Key, Any], default: str, basis: str
    ) -> None:
        self.work, self.office, self.two = work, office, two
        self.given, self.default, self.basis = given, default, basis
        self.line, self.loaded = two.line, two.line.loaded
        self.head = work.ledger(two.line.id)
        self.sealed = self.head.sealed
        self.stem = entries.stem_of(office, two.line)
        self.recorder = Recorder(work, two.line, office.calendar())
        self.done = Gathered(new_id(), self.head.head.seq + 1)
        self.left: list[Key] = []
        self.used: set[str] = set()

    def run(self) -> Gathered:
        for chunk in mirrored.chunks(self.work.connection, self.line, self.two.mirror, self.two.since):
            self._chunk(chunk)
        if self.left:
            raise Problem(
                "E_UNDECIDED",
                f"还有 {len(self.left):,} 处两边都改过，请逐处决定以哪边为准",
                left=[list(k) for k in self.left],
            )
        if len(self.done.refused) > MOST_REFUSED:
            raise Problem(
                "E_MANY_REFUSED",
                f"有 {len(self.done.refused):,} 行不能采用（{self.done.refused[0]['reason']}），太多，没有汇总；请先解决这个原因",
                code=self.done.refused[0]["code"],
                rows=len(self.done.refused),
            )
        self.recorder.flush()
        told = {
            "origin": self.two.mirror.id, "office": self.two.mirror.origin_id, "office_name": self.two.mirror.origin,
            "medium": "ledger", "upto": self.two.mirror.head_seq, "first": self.done.first, "added": self.done.added,
            "changed": self.done.changed, "refused": self.done.refused, "signed": True, "round": "", "dept": "",
            "contested": 0,
        }  # fmt: skip
        self.work.line(self.line.id, "merge", self.done.id, 1, {"merge": told})
        return self.done

    def _chunk(self, chunk: Chunk) -> None:
        plan = _plan(self.two, chunk, brief=True)
        if self.default == ASK:
            self.left += [key for key in plan.needs if key not in self.given]
        if self.left:
            return  # all that is undecided is told at once, and nothing written
        out = merging.settle(plan, self.given, default=self.default, by=self.work.stamp.clerk)
        new = frozenset(row.id for row in plan.rows if row.kind == merging.NEW)
        self.used = mirrored.used(self.work.connection, self.line.id, new)
        twice = mirrored.twice(
            self.work.connection, self.line, self.two.mirror, {i: chunk.theirs[i] for i in new}
        )
        gone = mirrored.destroyed(self.work.connection, [held.id for held in chunk.mine.values()])
        deeds = mirrored.deeds(
            self.work.connection, self.two.mirror, list(chunk.theirs), self.two.since, whole=new
        ) if self.sealed else {}  # fmt: skip
        for row in plan.rows:
            theirs, told = chunk.theirs[row.id], deeds.get(row.id, Deeds())
            try:
                if theirs.cells.get("name") == remains.DESTROYED or (
                    row.id in chunk.mine and chunk.mine[row.id].id in gone
                ):
                    raise _destroyed(theirs)
                if row.id in twice:
                    raise _twice(theirs)
                if row.kind == merging.NEW:
                    self._add(chunk.stored[row.id], told)
                else:
                    self._change(row, chunk.mine[row.id], theirs, out, told)
            except Problem as problem:
                self._refuse(row.id, theirs.name, problem)

    def _refuse(self, row: str, name: str, problem: Problem) -> None:
        told = {"row": row, "name": name, "code": problem.code, "reason": problem.text}
        self.done.refused.append({**told, "since": self.two.since.of(row)})

    def _add(self, stored: Stored, told: Deeds) -> None:
        theirs = stored.held
        held = Held(
            standing_for(self.line.id, theirs.id), 0, "", theirs.cells, theirs.items, theirs.standing,
            standings=dict(theirs.standings), source=theirs.id,
        )  # fmt: skip
        events: tuple[Event, ...] = ()
        if self.sealed:
            moved = self._late(held, theirs, told)
            _place(held, moved)
            events = tuple(moved.events)
        else:
            _follow(held, theirs)
        if held.id in self.used:  # its first gathering was taken back: a tombstone is never used again
            later = standings_for(self.line.id, theirs.id)
            held.id = next((i for i in later if i not in self.used), "") or new_id()
        held.number, held.no = self.head.next_no, f"{self.stem}-{self.head.next_no:04}"
        self.head.next_no += 1
        same = not self.sealed and self.two.mirror.loaded.digest == self.loaded.digest
        self.recorder.put(None, held, VERB, self._facts(), events, like=stored if same else None)
        self.done.added += 1
        self.done.codes.add(kinds.code_key(str(held.cells.get("project_code", ""))))

    def _late(self, held: Held, theirs: Held, told: Deeds) -> Moved:
        """A row that comes after the own seal: registered as 补录 there, or here upon a basis."""
        if theirs.added:
            return movements.walk(None, held, theirs, told.events)
        if not self.basis:
            raise Problem(
                "E_ADD_BASIS",
                f"本单位台账已确定，“{theirs.name}”对方没有作补录登记，要收进来请写明依据（--basis）",
            )
        if theirs.standing != "open":
            raise Problem("E_ADD_COMPLETE", f"“{theirs.name}”在对方台账里不在账，不需要补录")
        return movements.own_addition(held, self.work.on, self.basis)

    def _change(
        self, row: merging.RowPlan, mine: Held, theirs: Held, out: merging.Outcome, told: Deeds
    ) -> None:
        writes = out.writes.get(row.id, {})
        cells = wire.from_wire(self.loaded, dict(writes.get(HEAD, {})))
        items = {c: wire.from_wire(self.loaded, dict(v), item=True) for c, v in writes.items() if c != HEAD}
        new = _patched(mine.copy(), cells, items)
        events: tuple[Event, ...] = ()
        if self.sealed:
            events = self._moved(row.id, mine, new, theirs, told)
        else:
            _follow(new, theirs)
        if fault := checks.hard_fault(
            self.office, self.line, new, set(cells), {c: set(v) for c, v in items.items()}
        ):
            raise fault
        lost = out.lost.get(row.id, [])
        facts = self._facts(lost, told.corrections)
        if self.recorder.put(mine, new, VERB, facts, events):
            self.done.changed += 1
            self.done.codes.add(kinds.code_key(str(new.cells.get("project_code", ""))))
        elif lost:
            self.recorder.note(mine, new, VERB, facts)
        self.done.lost += len(lost)

    def _moved(self, row: str, mine: Held, new: Held, theirs: Held, told: Deeds) -> tuple[Event, ...]:
        """Frozen cells and counts of a sealed row move by what the lower office registered, and by nothing else."""
        if theirs.standing == "deleted":
            raise Problem("E_SEALED", f"对方撤回了“{mine.name}”；本单位台账已确定，不能撤，请走“更正单”")
        registered = mirrored.named(self.work.connection, self.two.mirror, theirs.id, self.two.since.of(row))
        freezing.refuse_frozen(self.loaded, movements.named_aside(mine, new, theirs, registered), new)
        moved = movements.walk(mine, new, theirs, told.events)
        _place(new, moved)
        return tuple(moved.events)

    def _facts(
        self, lost: Sequence[merging.Losing] = (), corrections: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        facts: dict[str, Any] = {"merge": self.done.id, "office": self.two.mirror.origin_id}
        if corrections:
            facts["corrections"] = [dict(one) for one in corrections]
        if lost:
            facts["lost"] = [
                {"item": one.code, "field": one.field, "value": one.value, "side": one.side, "by": one.by}
                for one in lost
            ]
        return facts


def _plan(two: Pair, chunk: Chunk, *, brief: bool = False) -> Plan:
    """The judgement of every row; with `brief` a new one is only named, its cells not listed."""
    before = {i: _parts(two, h) for i, h in chunk.base.items()}
    here = {i: Row(i, h.name, _parts(two, h)) for i, h in chunk.mine.items()}
    came = {}
    for i, held in chunk.theirs.items():
        if i not in chunk.mine and (brief or held.standing == "deleted"):
            continue
        parts, was = _parts(two, held), before.get(i, {})
        emptied = {
            code: {**dict.fromkeys(was.get(code, {})), **parts.get(code, {})}
            for code in dict.fromkeys((*parts, *was))
        }
        came[i] = Row(i, held.name, emptied)
    tied = [frozenset({"state", "needed"})] if two.line.loaded.t.items else []
    judged = merging.compare(here, came, before, Rules(together=tuple(tied)))
    new = [(i, h) for i, h in chunk.theirs.items() if i not in chunk.mine and h.standing != "deleted"]
    named = [merging.RowPlan(i, held.name, merging.NEW) for i, held in new] if brief else []
    return Plan((*judged.rows, *named))


def _parts(two: Pair, held: Held) -> dict[str, dict[str, Any]]:
    loaded = two.line.loaded
    return {HEAD: wire.to_wire(loaded, held.cells), **wire.items_to_wire(loaded, held.items)}


def _follow(new: Held, theirs: Held) -> None:
    """Before the own seal a row stands as its cells say; what left the list there, be it one matter, leaves it here."""
    if theirs.standing == "deleted":
        new.standing, new.standings = "deleted", dict.fromkeys(new.items, "deleted")
    else:
        new.standing = "excluded" if theirs.standing in STRUCK else "open"
        new.standings = {
            code: "excluded" if theirs.standings.get(code) in STRUCK and new.standing == "open" else "open"
            for code in new.items
        }


def _place(held: Held, moved: Moved) -> None:
    held.standing, held.standings = moved.standing, moved.standings
    held.added, held.added_items = moved.added, moved.added_items


def _patched(held: Held, cells: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]) -> Held:
    """The row as the lower office made it: nothing is worked out anew; a matter it took away goes."""
    held.cells = patched(held.cells, dict(cells))
    for code, patch in items.items():
        held.items[code] = patched(held.items.get(code, {}), dict(patch))
        if held.items[code]:
            held.standings.setdefault(code, "open")
        else:
            del held.items[code]
            held.standings.pop(code, None)
    return held


def _twice(theirs: Held) -> Problem:
    """One row that two lower offices hold is counted once (SB 四(一))."""
    return Problem("E_TWICE", f"“{theirs.name}”已随另一个单位的台账汇总进来，没有再收；请核对该由哪个单位报")


def _destroyed(theirs: Held) -> Problem:
    """Content destroyed on either side is not written again (decision 11)."""
    return Problem("E_remains.DESTROYED", f"{theirs.no} 已作误入处置，不再汇总；本单位有它的内容时请也作误入处置")

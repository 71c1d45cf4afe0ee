"""Bringing a drafted list into a ledger: what each row becomes, then all of it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from sqlalchemy import insert, select

from app import entries, ledgers, storing
from app.change import Change
from app.entries import NewRow, RowChange
from app.ids import new_id
from app.imports.drafts import CellProblem, Draft, DraftRow
from app.imports.matching import Existing, LookAlike, Match, Verdict, look_alikes, match, owner_key
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rows import OPEN_STATES, Cells, Held, fresh_items, in_base
from app.templates import Loaded
from models.schema import entry as entry_table
from models.schema import import_run as run_table

Tell = Callable[[int, int], object]
Row = TypeVar("Row")
_TOLD_EVERY = 500
_UNSAID = (None, "待核")


@dataclass(slots=True)
class PlanRow:
    """What one row becomes. `cells` and `items` are what an update would write."""

    row: int
    verdict: Verdict
    source: DraftRow
    reason: str = ""
    entry_id: str = ""
    cells: Cells = field(default_factory=dict)
    items: dict[str, Cells] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)


@dataclass
class Plan:
    """The fate of every row of a draft. It holds as long as the ledger's journal stands at `head_seq`."""

    ledger_id: str
    head_seq: int
    draft: Draft
    rows: list[PlanRow]
    look_alikes: list[LookAlike]
    overwrite: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """rows = added + updated + skipped + problem, of the rows of the list; titles and totals stand in `aside`."""
        found = Counter(row.verdict for row in self.rows)
        return {"rows": len(self.rows)} | {v: found[v] for v in ("added", "updated", "skipped", "problem")}

    @property
    def problems(self) -> list[CellProblem]:
        return [problem for row in self.rows for problem in row.problems]

    @property
    def said(self) -> str:
        n = self.counts
        bad = f"，{n['problem']} 行有错未入账" if n["problem"] else ""
        return f"{n['rows']} 行：新增 {n['added']}，更新 {n['updated']}，跳过 {n['skipped']}{bad}"

    def as_json(self) -> dict[str, Any]:
        """The answer of `import`: {"rows","added","updated","skipped","problems":[{"row","field","code","text"}], …}."""
        n = self.counts
        skipped = [r for r in self.rows if r.verdict == "skipped"]
        return {
            "rows": n["rows"],
            "added": n["added"],
            "updated": n["updated"],
            "skipped": n["skipped"],
            "problems": [
                {
                    "row": p.row,
                    "field": p.field,
                    "code": p.code,
                    "text": p.text,
                    "raw": p.raw,
                    "near": list(p.near),
                }
                for p in self.problems
            ],
            "skipped_rows": [{"row": r.row, "reason": r.reason} for r in skipped],
            "aside": [asdict(a) for a in self.draft.skipped],
            "look_alikes": [asdict(x) for x in self.look_alikes],
            "sheet": self.draft.sheet,
            "head_rows": list(self.draft.head_rows),
            "columns": [
                {
                    "head": c.head,
                    "target": c.target,
                    "confidence": c.confidence,
                    "reason": c.reason,
                    "unit": c.unit,
                }
                for c in self.draft.columns
            ],
            "unmapped": [c.head for c in self.draft.unmapped],
            "groups": [asdict(g) for g in self.draft.groups],
            "questions": [q.as_json() for q in self.draft.questions],
            "notes": self.draft.notes,
        }


def plan(office: Office, ledger: LedgerLine | str, draft: Draft, *, overwrite: bool = False) -> Plan:
    """Match every row and say what it becomes; nothing is written.

    An update fills blanks only, unless `overwrite`; a sealed ledger's frozen fields are never touched.
    Raises Problem E_NO_LEDGER, E_FOREIGN.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger if isinstance(ledger, str) else ledger.id)
        ledgers.refuse_foreign(line)
        existing = _existing(connection, line.id)
        good = [row for row in draft.rows if not row.problems]

        def owners(ids: Sequence[str]) -> Mapping[str, str]:
            t = entry_table.c
            found: dict[str, str] = {}
            for start in range(0, len(ids), 500):
                query = select(t.id, t.cells).where(t.id.in_(ids[start : start + 500]))
                found.update((r.id, owner_key(r.cells)) for r in connection.execute(query))
            return found

        matches = match(good, existing, owners)
        held = storing.held_of(connection, [m.entry_id for m in matches if m.entry_id and m.problem is None])
    alike = look_alikes(matches, existing)
    fates = {m.row.row: _fate(line, m, held.get(m.entry_id), overwrite) for m in matches}
    rows = [fates.get(row.row) or _refused(row) for row in draft.rows]
    return Plan(line.id, line.head_seq, draft, rows, alike, overwrite)


def commit(
    office: Office, plan: Plan, *, not_secret: str, basis: str = "", on: str = "", tell: Tell | None = None
) -> Change:
    """Write the good rows in ONE transaction; rows with problems stay out with their reasons.

    `not_secret` names who declares that nothing in it is 涉密 (decision 11). Facts of the Change: `import` (its id,
    for withdrawing), rows, added, updated, skipped, problem. Raises Problem E_SECRET, E_ASK (unanswered marks),
    E_STALE (the ledger moved since the plan), E_ADD_BASIS and what the entries refuse.
    """
    person = entries.declare(not_secret)
    if plan.draft.questions:
        marks = "、".join(dict.fromkeys(q.mark for q in plan.draft.questions))
        questions = [q.as_json() for q in plan.draft.questions]
        raise Problem("E_ASK", f"表里的“{marks}”没有说明含义，请先逐列确认", questions=questions)
    with office.write("导入清单") as work:
        line = ledgers.line_of(work.connection, plan.ledger_id)
        head = work.ledger(line.id).head
        if head.seq != plan.head_seq:
            raise Problem("E_STALE", "核对之后台账又有改动，请重新核对一遍再入账")
        run = new_id()
        facts = {"import": run, "not_secret": person}
        about = {
            "file": plan.draft.file,
            "sha256": plan.draft.sha256,
            "sheet": plan.draft.sheet,
            **plan.counts,
        }
        first = work.line(line.id, "import", run, 1, {"import": about, "not_secret": person})
        told = _Told(tell, sum(r.verdict in ("added", "updated") for r in plan.rows))
        if plan.counts["added"]:
            rows = told.each(_new_rows(plan))
            entries.add_many(work, line, office, rows, facts, basis=basis, on=on, import_id=run)
        entries.update_many(work, line, office, told.each(_changes(plan)), facts, import_id=run)
        work.connection.execute(
            insert(run_table).values(
                id=run,
                ledger_id=line.id,
                file=plan.draft.file,
                sha256=plan.draft.sha256,
                sheet=plan.draft.sheet,
                on=work.on,
                clerk=work.stamp.clerk,
                not_secret=person,
                report=_report(plan),
                first_seq=first,
                last_seq=head.seq,
                state="done",
            )
        )
    return Change(f"已导入 {plan.said}", frozenset({line.id}), run, {"import": run, **plan.counts})


class _Told:
    """Counts rows as they go by."""

    def __init__(self, tell: Tell | None, total: int) -> None:
        self._tell = tell
        self._total = total
        self._done = 0

    def each(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self._done += 1
            if self._tell and (self._done % _TOLD_EVERY == 0 or self._done == self._total):
                self._tell(self._done, self._total)
            yield row


def _new_rows(plan: Plan) -> Iterator[NewRow]:
    for row in plan.rows:
        if row.verdict == "added":
            yield NewRow(row.source.cells, row.source.items, row.source.raw, row.row)


def _changes(plan: Plan) -> Iterator[RowChange]:
    for row in plan.rows:
        if row.verdict == "updated":
            yield RowChange(row.entry_id, row.cells, row.items, row.source.raw, row.row)


def _report(plan: Plan) -> dict[str, Any]:
    data = plan.as_json()
    return {**data, "problems": data["problems"][:1000], "aside": data["aside"][:1000]}


def _existing(connection: Any, ledger_id: str) -> list[Existing]:
    t = entry_table.c
    query = select(t.id, t.no, t.name, t.name_key, t.code_key).where(
        t.ledger_id == ledger_id, t.standing != "deleted"
    )
    return [
        Existing(r.id, r.no, r.name or "", r.name_key or "", r.code_key or "")
        for r in connection.execute(query)
    ]


def _refused(row: DraftRow) -> PlanRow:
    return PlanRow(row.row, "problem", row, row.problems[0].text, problems=row.problems)


def _fate(line: LedgerLine, one: Match, held: Held | None, overwrite: bool) -> PlanRow:
    row = one.row
    if one.problem is not None:
        return PlanRow(row.row, "problem", row, one.problem.text, problems=[one.problem])
    if one.twin:
        return PlanRow(row.row, "skipped", row, f"与第 {one.twin} 行重复")
    if held is None and line.sealed and not in_base(row.cells, fresh_items(line.loaded) | row.items):
        return PlanRow(row.row, "skipped", row, "台账已确定，手续齐全且已开工的项目不需要补录")
    if held is None:
        return PlanRow(row.row, "added", row)
    if held.standing not in ("open", "complete", "excluded"):
        return PlanRow(row.row, "skipped", row, f"台账里的这一行（{held.no}）已不在账", held.id)
    cells = _cell_changes(row.cells, held.cells, overwrite)
    items = _item_changes(row.items, held.items, overwrite)
    withheld = _take_out_frozen(line.loaded, held, cells, items) if line.sealed else []
    if cells or items:
        reason = one.reason + (f"；已确定的不改：{'、'.join(withheld)}" if withheld else "")
        return PlanRow(row.row, "updated", row, reason, held.id, cells, items)
    reason = f"台账已确定，{'、'.join(withheld)}不能由导入更改" if withheld else f"与台账一致（{one.reason}）"
    return PlanRow(row.row, "skipped", row, reason, held.id)


def _cell_changes(new: Cells, old: Cells, overwrite: bool) -> Cells:
    return {k: v for k, v in new.items() if old.get(k) is None or (overwrite and old[k] != v)}


def _item_changes(new: Mapping[str, Cells], old: Mapping[str, Cells], overwrite: bool) -> dict[str, Cells]:
    """A state that is 待核 counts as blank, on either side."""
    out: dict[str, Cells] = {}
    for code, cells in new.items():
        had = old.get(code, {})
        changes = {
            k: v
            for k, v in cells.items()
            if had.get(k) != v
            and (had.get(k) in _UNSAID or overwrite)
            and not (k in ("state", "needed") and v == "待核" and k in had)
        }
        if changes:
            out[code] = changes
    return out


def _take_out_frozen(loaded: Loaded, held: Held, cells: Cells, items: dict[str, Cells]) -> list[str]:
    """Drop what a sealed ledger would refuse (decision 7); returns the titles dropped."""
    dropped = [
        f.title for f in loaded.t.fields if (f.frozen or f.id == "build_state") and cells.pop(f.id, None)
    ]
    for code in list(items):
        before = held.items.get(code)
        if before is None:
            del items[code]
            dropped.append(loaded.preset_of(code).title)
            continue
        frozen = {f.id for f in loaded.item_fields.values() if f.frozen}
        if (items[code].get("state", "待核") in OPEN_STATES) != (before.get("state") in OPEN_STATES):
            frozen.add("state")
        if any(items[code].pop(k, None) is not None for k in frozen):
            dropped.append(loaded.preset_of(code).title)
        if not items[code]:
            del items[code]
    return dropped

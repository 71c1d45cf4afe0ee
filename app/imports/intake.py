"""Bringing a drafted list into a ledger: what each row becomes, then all of it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import insert, select

from app import canon
from app.change import Change
from app.engine import storing
from app.engine.rows import Held
from app.ids import new_id
from app.imports import readings
from app.imports.collecting import no_collecting
from app.imports.drafts import BLANK, CellProblem, Draft, text_of
from app.imports.fates import Difference, PlanRow, fate, refused
from app.imports.matches import Existing, LookAlike, Traits, traits
from app.imports.matching import look_alikes, match
from app.imports.row_faults import RowFaults
from app.ledger import entries, ledgers
from app.ledger.entries import NewRow, RowChange
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import import_run as run_table

Tell = Callable[[int, int], object]
Row = TypeVar("Row")
_TOLD_EVERY = 500
MOST_NOTED = 20
MOST_HEADS = 6
MOST_KEPT = 1000
"""How much of each list of the report stays with the import; `rows`, `skipped` and the like count all."""


@dataclass
class Plan:
    """The fate of every row of a draft. It holds as long as the ledger's journal stands at `head_seq`."""

    ledger_id: str
    head_seq: int
    draft: Draft
    rows: list[PlanRow]
    look_alikes: list[LookAlike]
    overwrite: bool = False
    loaded: Loaded | None = None

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
        """What the import would do, counted over all rows of the list."""
        return self._said(self.counts["rows"])

    @property
    def done_said(self) -> str:
        """What it did, counted over the rows it took."""
        n = self.counts
        return f"没有导入：{self.said}" if self.takes_nothing else f"已导入 {self._said(n['added'] + n['updated'])}"

    def _said(self, rows: int) -> str:
        n = self.counts
        bad = f"，{n['problem']:,} 行有错未入账" if n["problem"] else ""
        more = "".join(f"；{one}" for one in self.remarks)
        if self.takes_nothing:
            return f"{n['rows']:,} 行都有错，请照下面的原因改好原表再导入{more}"
        return f"{rows:,} 行：新增 {n['added']}，更新 {n['updated']}，跳过 {n['skipped']}{bad}{more}"

    @property
    def takes_nothing(self) -> bool:
        """Every row of the list has a fault that keeps it out."""
        n = self.counts
        return n["problem"] == n["rows"] > 0

    @property
    def remarks(self) -> list[str]:
        """What the counts alone do not say."""
        struck = sum(1 for r in self.rows if r.double_of and r.verdict == "added")
        kept = [p for r in self.rows if r.verdict != "problem" for p in r.problems]
        blank = sum(p.kept == BLANK for p in kept)
        same = sum(1 for x in self.look_alikes if x.other_row)
        told = (
            (struck, "新增里有 {} 行与清单别的行重复，记为核查剔除"),
            (len(self.differences), "{} 处与台账不同，没有改台账"),
            (len(kept) - blank, "{} 格看不出办理情况，先按“待核”入账"),
            (blank, "{} 格填的内容不能入账，没有填进去，原样留在原始内容里"),
            (same, "{} 行与清单里前面的行同名，分不清是否同一个项目，都作为新项目"),
        )
        return [*self._unknown, *(words.format(count) for count, words in told if count)]

    @property
    def _unknown(self) -> list[str]:
        """The columns with something in them that nobody knows a place for; their cells stay with the row's raw ones."""
        rows = [row.source for row in self.draft.rows]
        heads = [
            c.head for c in self.draft.unmapped if any(text_of(r[c.index]).strip() for r in rows if c.index < len(r))
        ]
        more = f"等 {len(heads):,} 列" if len(heads) > MOST_HEADS else ""
        return [f"没有认出的列：{'、'.join(heads[:MOST_HEADS])}{more}，没有填进台账，留在原始内容里"] if heads else []

    @property
    def differences(self) -> list[Difference]:
        return [difference for row in self.rows for difference in row.differences]

    def as_json(self) -> dict[str, Any]:
        """The answer of `import`: {"rows","added","updated","skipped","problems":[{"row","field","code","text"}], …}."""
        n = self.counts
        read_so = readings.readings(self.draft, self.loaded) if self.loaded else []
        unread = dict(self.draft.unread)
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
                    "kept": p.kept,
                }
                for p in self.problems
            ],
            "skipped_rows": [{"row": r.row, "reason": r.reason} for r in skipped],
            "excluded_rows": [
                {"row": r.row, "of": r.double_of, "reason": r.reason} for r in self.rows if r.double_of
            ],
            "differences": [asdict(d) for d in self.differences],
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
            "other_sheets": [
                {"sheet": name, "why": why, "rows": unread.get(name, 0)}
                for name, why in self.draft.other_sheets
            ],
            "readings": [one.as_json() for one in read_so],
            "notes": [*self.draft.notes, *self.remarks, *readings.notes(read_so, MOST_NOTED)],
        }


@no_collecting()
def plan(office: Office, ledger: LedgerLine | str, draft: Draft, *, overwrite: bool = False) -> Plan:
    """Match every row and say what it becomes; nothing is written.

    An update fills blanks only, unless `overwrite`; a sealed ledger's frozen fields are never touched.
    Raises Problem E_NO_LEDGER, E_FOREIGN.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger if isinstance(ledger, str) else ledger.id)
        ledgers.refuse_foreign(line)
        ledgers.refuse_part(line)
        existing = _existing(connection, line.id)
        good = [row for row in draft.rows if not row.refused]

        def owners(ids: Sequence[str]) -> Mapping[str, Traits]:
            t = entry_table.c
            found: dict[str, Traits] = {}
            for start in range(0, len(ids), 500):
                query = select(t.id, t.cells).where(t.id.in_(ids[start : start + 500]))
                found.update((r.id, traits(r.cells)) for r in connection.execute(query))
            return found

        def holder(ids: Sequence[str]) -> Mapping[str, Held]:
            return storing.held_of(connection, ids)

        matches = match(good, existing, owners, holder)
        held = storing.held_of(connection, [m.entry_id for m in matches if m.entry_id and m.problem is None])
    alike = look_alikes(matches, existing)
    faults = RowFaults(line.loaded, office.today(), draft.columns)
    fates = {}
    for m in matches:
        entry = held.get(m.entry_id)
        fates[m.row.row] = faults.judged(line, fate(line, m, entry, overwrite), entry)
    rows = [fates.get(row.row) or refused(row) for row in draft.rows]
    return Plan(line.id, line.head_seq, draft, rows, alike, overwrite, line.loaded)


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
        report = _report(plan)
        about = {
            "file": plan.draft.file,
            "sha256": plan.draft.sha256,
            "sheet": plan.draft.sheet,
            **plan.counts,
            "report": canon.fingerprint(report),
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
                report=report,
                first_seq=first,
                last_seq=head.seq,
                state="done",
            )
        )
    return Change(plan.done_said, frozenset({line.id}), run, {"import": run, **plan.counts})


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
            cells = {**row.source.cells, **row.cells} if row.cells else row.source.cells
            yield NewRow(cells, row.source.items, row.source.raw, row.row)


def _changes(plan: Plan) -> Iterator[RowChange]:
    for row in plan.rows:
        if row.verdict == "updated":
            yield RowChange(row.entry_id, row.cells, row.items, row.source.raw, row.row)


def _report(plan: Plan) -> dict[str, Any]:
    data = plan.as_json()
    long = ("problems", "aside", "differences", "excluded_rows", "look_alikes", "skipped_rows", "readings")
    return data | {key: data[key][:MOST_KEPT] for key in long}


def _existing(connection: Any, ledger_id: str) -> list[Existing]:
    t = entry_table.c
    query = select(t.id, t.no, t.name, t.name_key, t.code_key, t.standing).where(
        t.ledger_id == ledger_id, t.standing != "deleted"
    )
    return [
        Existing(r.id, r.no, r.name or "", r.name_key or "", r.code_key or "", r.standing == "excluded")
        for r in connection.execute(query)
    ]

"""A revised list of the superior (版本2) beside the base as it was sealed, row by row; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.engine import calling
from app.engine.rows import NEEDED_OF, Cells, Held
from app.figures import past
from app.imports import drafting, intake
from app.imports.fates import PlanRow
from app.imports.intake import Plan
from app.ledger import ledgers, settings
from app.ledger.ledgers import LedgerLine
from app.listing import pages
from app.office import Office
from app.problem import Problem
from app.words.templates import Field, Loaded
from models.schema import entry as entry_table

LAYOUTS = "layouts"
USUAL_ANSWERS = {"√": "办结", "×": "未办", "/": "不需办"}
SAME, CHANGED, NEW, LATER, GONE, DOUBLE, UNREAD = (
    "same",
    "changed",
    "new",
    "later",
    "gone",
    "double",
    "unread",
)
WORDS: Mapping[str, str] = {
    SAME: "仍在清单", CHANGED: "内容有变", NEW: "新列入", LATER: "确定后已补录", GONE: "不再列入", DOUBLE: "清单内重复",
    UNREAD: "读不出来",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A frozen cell that the list has otherwise than the base, in words; `now` is what the ledger says today."""

    field: str
    title: str
    sealed: str
    now: str
    listed: str


@dataclass(frozen=True)
class Compared:
    """One row. `row` is its line of the list, 0 where it is not there; `entry`, `no` and `standing` '' of a new one."""

    fate: str
    row: int
    entry: str
    no: str
    name: str
    standing: str
    note: str = ""
    cells: tuple[Cell, ...] = ()

    @property
    def word(self) -> str:
        return WORDS[self.fate]


@dataclass(frozen=True)
class Comparison:
    """A list beside the base. `rows` in the order of the list, what is gone behind by number."""

    ledger: str
    title: str
    unit: str
    file: str
    sealed_on: str
    rows: tuple[Compared, ...]

    @property
    def counts(self) -> Counter[str]:
        return Counter(each.fate for each in self.rows)

    @property
    def said(self) -> str:
        told = "，".join(
            f"{word} {self.counts[fate]:,} 行" for fate, word in WORDS.items() if self.counts[fate]
        )
        return f"与确定的底数（{self.sealed_on}）逐行比对：{told or '两边都没有行'}；台账没有改动"

    def as_json(self) -> dict[str, Any]:
        rows = [{**asdict(each), "word": each.word} for each in self.rows]
        about = {"ledger": self.ledger, "title": self.title, "file": self.file, "sealed_on": self.sealed_on}
        return {**about, "counts": {fate: self.counts[fate] for fate in WORDS}, "rows": rows}


def compare(office: Office, ledger_id: str, file: Path, *, sheet: str | None = None) -> Comparison:
    """Read a list as an import would and say of each row what became of it since the ledger was sealed.

    Frozen cells and whether a matter is needed are compared with what the seal froze (decision 7), not with today.
    Raises Problem E_NOT_SEALED, E_FOREIGN, and those of reading a list.
    """
    line = ledgers.get(office, ledger_id)
    if not line.sealed:
        said = f"《{line.title}》还没有确定，没有底数可比；可以先试导入，看哪些行会新增、哪些有出入"
        raise Problem("E_NOT_SEALED", said, ledger=ledger_id)
    draft = drafting.draft(
        file, line.loaded, sheet=sheet, memory=settings.get(office, LAYOUTS, {}), answers=USUAL_ANSWERS,
        unexplained="待核", context_year=office.today().year,
    )  # fmt: skip
    plan = intake.plan(office, ledger_id, draft)
    with office.read() as connection:
        rows = tuple(_rows(connection, line, plan))
    return Comparison(line.id, line.title, line.unit, file.name, line.sealed_on, rows)


def _rows(connection: Connection, line: LedgerLine, plan: Plan) -> Iterator[Compared]:
    known = {row.entry_id: row for row in plan.rows if row.entry_id and not row.double_of}
    found: list[Compared] = []
    gone: list[Compared] = []
    met: set[str] = set()
    for base, now in _base(connection, line):
        row = known.get(base.id)
        met.add(base.id)
        standing = calling.standing(line.loaded, now.standing)
        if row is None:
            gone.append(Compared(GONE, 0, base.id, base.no, base.name, standing))
        else:
            cells = tuple(_cells(line, row, base, now))
            found.append(
                Compared(
                    CHANGED if cells else SAME, row.row, base.id, base.no, base.name, standing, "", cells
                )
            )
    alike = {each.row: each for each in plan.look_alikes}
    for row in plan.rows:
        if row.entry_id not in met or row.double_of:
            found.append(
                _beside(
                    row, f"与{alike[row.row].where}“{alike[row.row].other}”相像" if row.row in alike else ""
                )
            )
    yield from sorted(found, key=lambda each: each.row)
    yield from gone


def _beside(row: PlanRow, near: str) -> Compared:
    """A row of the list that is none of the base."""
    fate = DOUBLE if row.double_of else LATER if row.entry_id else UNREAD if row.verdict == "problem" else NEW
    name = str(row.source.cells.get("name", ""))
    note = near if fate == NEW else f"与清单第 {row.double_of} 行重复" if fate == DOUBLE else row.reason
    return Compared(fate, row.row, row.entry_id, "", name, "", note)


def _base(connection: Connection, line: LedgerLine) -> Iterator[tuple[Held, Held]]:
    """Every row that was listed when the ledger was sealed, as it was then and as it is, by number."""
    seal = past.seal_of(connection, line)
    e = entry_table.c
    ids = list(connection.scalars(select(e.id).where(e.ledger_id == line.id).order_by(e.number)))
    for start in range(0, len(ids) if seal else 0, past.CHUNK):
        part = ids[start : start + past.CHUNK]
        assert seal is not None
        then = {one.held.id: one.held for one in past.rows(connection, line, part, past.LAST, seal[0])}
        now = {one.held.id: one.held for one in past.rows(connection, line, part, past.LAST)}
        yield from ((then[i], now[i]) for i in part if i in then and then[i].standing != "deleted")


def _cells(line: LedgerLine, row: PlanRow, base: Held, now: Held) -> Iterator[Cell]:
    loaded = line.loaded
    for key, value in row.source.cells.items():
        field = loaded.fields[key]
        home = base.division if field.kind == "region" else None
        if field.frozen and (base.cells.get(key) or home) != value:
            yield _cell(loaded, field, key, field.title, base.cells.get(key), now.cells.get(key), value)
    for code, given in row.source.items.items():
        was, is_now = base.items.get(code, {}), now.items.get(code, {})
        title = calling.matter(loaded, code, was)
        if cell := _needed(code, title, was, is_now, given):
            yield cell
        for key, value in given.items():
            field = loaded.item_fields[key]
            if field.frozen and key not in ("state", "needed") and was.get(key) != value:
                yield _cell(
                    loaded,
                    field,
                    f"{code}.{key}",
                    f"{title}{field.title}",
                    was.get(key),
                    is_now.get(key),
                    value,
                )


def _cell(loaded: Loaded, field: Field, key: str, title: str, *said: Any) -> Cell:
    """`said` are the values sealed, of today and listed; codes are told in their words."""
    sealed, now, listed = (pages.worded(loaded, field, value) for value in said)
    return Cell(key, title, sealed, now, listed)


def _needed(code: str, title: str, was: Cells, now: Cells, given: Cells) -> Cell | None:
    """Whether the matter is needed at all; how far it has come is no part of the base."""
    sealed, today, listed = (_said_of_need(each) for each in (was, now, given))
    if listed in ("", "待核") or listed == sealed:
        return None
    return Cell(f"{code}.needed", f"{title}是否需要", sealed or "未列", today or "未列", listed)


def _said_of_need(cells: Cells) -> str:
    needed = str(cells.get("needed") or NEEDED_OF.get(str(cells.get("state")), ""))
    return "需办" if needed == "已办" else needed

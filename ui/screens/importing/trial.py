"""One import under way: what the clerk has chosen so far, and what the file then comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from app.change import Change
from app.exports.ledger_xlsx import write_errors_xlsx, write_xlsx
from app.imports import columns, drafting, intake, mended_lists
from app.imports.doubles import DOUBLE, STRUCK, STRUCK_WHY
from app.imports.drafts import CellProblem, Draft, DraftRow
from app.imports.intake import Plan
from app.imports.mapping import ROW_ID, SEQ, Column, split_target
from app.imports.matches import LookAlike
from app.imports.mended_lists import MendedCell
from app.imports.sorting import Aside
from app.ledger import ledgers, settings
from app.ledger.ledgers import LedgerLine
from app.listing import pages
from app.office import Office
from app.values import kinds
from app.words.templates import Field, Loaded

LAYOUTS, MARKS, SPELLINGS = "layouts", "layout_marks", "spellings"
LEFT_OUT, CAME_IN = "经办人定为不导入", "上次已入账"
UNTOLD = ("date", "month", "year")
Key = TypeVar("Key")


@dataclass
class Trial:
    """The clerk's choices. Nothing of it is stored before 入账."""

    file: Path
    ledger_id: str
    sheet: str | None = None
    head_row: int | None = None
    mapping: dict[int | str, str] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    fixes: dict[tuple[int, str], str] = field(default_factory=dict)
    value_fixes: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    same: dict[int, str] = field(default_factory=dict)
    different: set[int] = field(default_factory=set)
    overwrite: bool = False
    only: frozenset[int] = frozenset()
    run: str = ""
    """Where rows of an import are taken up again: these alone, of that import."""

    def put_column(self, reading: Reading, index: int, target: str) -> None:
        """Map a column; another one that had the same target loses it."""
        for column in reading.draft.columns:
            if target and column.target == target and column.index != index:
                self.mapping[column.index] = ""
        self.mapping[index] = target

    def mend(self, reading: Reading, row: int, target: str, text: str, everywhere: bool) -> Mended | None:
        """Another text for one cell, or for every cell of the file with the same fault."""
        if not target:
            return None
        faults = {(p.row, p.field): p.raw for p in reading.plan.problems}
        raw = faults.get((row, target), "")
        if everywhere and raw:
            cells = sum((p.field, p.raw) == (target, raw) for p in reading.plan.problems)
            return Mended(cells, _put(self.value_fixes, (target, raw), text))
        return Mended(1, _put(self.fixes, (row, target), text))

    def leave_out(self, row: int) -> None:
        """A row is not to be imported, or is again."""
        self.left_out ^= {row}

    def take_mended(self, cells: Sequence[MendedCell]) -> int:
        """What a list of errors says that was mended in Excel; how many places that is."""
        for cell in cells:
            if cell.leave:
                self.left_out.add(cell.row)
            else:
                self.fixes[cell.row, cell.target] = cell.text
        return len(cells)

    def replace_cells(self, on: bool) -> None:
        """Whether cells the ledger has already are replaced."""
        self.overwrite = on

    def settle(self, reading: Reading, row: int, same: bool) -> None:
        """A look-alike is the same project, or it is not (decision 14)."""
        found = doubts(reading, self).get(row)
        if same and found is not None and not found.other_row:
            self.same[row] = found.entry_id
            return
        self.different.add(row)
        if same and found is not None:
            self.fixes[row, STRUCK] = DOUBLE
            self.fixes[row, STRUCK_WHY] = f"与清单第 {found.other_row} 行是同一个项目"


@dataclass(frozen=True)
class Mended:
    """How many cells one mending concerned, and how it is taken back."""

    cells: int
    undo: Callable[[], object]


def _put(fixes: dict[Key, str], key: Key, text: str) -> Callable[[], object]:
    before = fixes.get(key)
    fixes[key] = text
    return lambda: fixes.pop(key, None) if before is None else fixes.update({key: before})


@dataclass(frozen=True)
class Reading:
    """The file read by these choices. `known` tells that this layout was imported before."""

    draft: Draft
    plan: Plan
    line: LedgerLine
    known: bool


def read(office: Office, trial: Trial, tell: Any = None) -> Reading:
    """Read the file and plan each row; nothing is written."""
    line = next(x for x in ledgers.all(office) if x.id == trial.ledger_id)
    memory = settings.get(office, LAYOUTS, {})
    marks = settings.get(office, MARKS, {})
    known = settings.get(office, SPELLINGS, {})
    spelled = {(f, raw): text for f, pairs in known.items() for raw, text in pairs.items() if not columns.secret(raw)}

    def once(answers: Mapping[str, Any]) -> Draft:
        return drafting.draft(
            trial.file, line.loaded, sheet=trial.sheet, head_row=trial.head_row, mapping=trial.mapping, memory=memory,
            answers=answers, context_year=office.today().year, fixes=trial.fixes,
            value_fixes=spelled | trial.value_fixes, tell=tell,
        )  # fmt: skip

    draft = once(trial.answers)
    remembered = marks.get(draft.fingerprint, {})
    if draft.questions and remembered and not trial.answers:
        trial.answers = remembered
        draft = once(remembered)
    if trial.only:
        draft = _without(draft, {r.row for r in draft.rows} - trial.only, CAME_IN)
    for row in draft.rows:
        row.entry_id = trial.same.get(row.row, row.entry_id)
    planned = intake.plan(office, line, _without(draft, trial.left_out, LEFT_OUT), overwrite=trial.overwrite)
    return Reading(draft, planned, line, draft.fingerprint in memory)


def _without(draft: Draft, gone: Collection[int], why: str) -> Draft:
    """The draft without these rows; they stand among the skipped with their reason."""
    if not gone:
        return draft
    aside = [Aside(r.row, why, r.name) for r in draft.rows if r.row in gone]
    rows = [r for r in draft.rows if r.row not in gone]
    return replace(draft, rows=rows, skipped=sorted(draft.skipped + aside, key=lambda a: a.row))


def commit(office: Office, trial: Trial, reading: Reading, person: str, basis: str, tell: Any = None) -> Change:
    """入账, then remember the layout, the marks and the spellings for the next file."""
    change = intake.commit(office, reading.plan, not_secret=person, basis=basis, tell=tell)
    draft = reading.draft
    settings.put(office, LAYOUTS, {**settings.get(office, LAYOUTS, {}), **draft.remembered}, told=False)
    if trial.answers:
        known = settings.get(office, MARKS, {})
        settings.put(office, MARKS, {**known, draft.fingerprint: trial.answers}, told=False)
    fixes = {at: text for at, text in trial.value_fixes.items() if not columns.secret(at[1])}
    if fixes:
        spelled = settings.get(office, SPELLINGS, {})
        for (field_, raw), text in fixes.items():
            spelled[field_] = {**spelled.get(field_, {}), raw: text}
        settings.put(office, SPELLINGS, spelled, told=False)
    return change


def save_errors(office: Office, reading: Reading, out: Path) -> Change:
    """The list of errors as a workbook, to be mended in Excel and read again: row, what, why, the nearest words, 改为."""
    rows = mended_lists.lines(reading.draft, reading.plan.problems)
    write_errors_xlsx(rows, out)
    return Change(f"已另存 {len(rows) - 1:,} 处错误：{out.name}；在“{mended_lists.TO}”一列填好，再读回来")


def save_blank(office: Office, ledger_id: str, out: Path) -> Change:
    """An empty workbook with the heads of the ledger, to be filled in and imported."""
    line = next(x for x in ledgers.all(office) if x.id == ledger_id)
    with office.read() as connection:
        page = pages.page(office, connection, line)
        full = pages.full_sheet(connection, line, whole=True)
    write_xlsx(replace(page, rows=(), foot=()), replace(full, rows=(), ids=()), out)
    return Change(f"已另存空白模板：{out.name}")


# what the pages show


def shown_columns(draft: Draft) -> list[Column]:
    """The mapped columns a clerk checks, in the order of the sheet."""
    return [c for c in draft.columns if c.target not in ("", SEQ, ROW_ID)]


def field_of(loaded: Loaded, target: str) -> Field:
    """The field a target means."""
    if target in loaded.fields:
        return loaded.fields[target]
    return loaded.item_fields[split_target(target)[1]]


def title_of(loaded: Loaded, target: str) -> str:
    """The words a clerk knows a target by."""
    if target in loaded.fields:
        found = loaded.fields[target]
        return f"{found.title}(万元)" if found.kind == "money" and "万元" not in found.title else found.title
    code, part = split_target(target)
    title = loaded.preset_of(code).title
    return title if part == "state" else f"{title}·{loaded.item_fields[part].title}"


def shown(loaded: Loaded, row: DraftRow, target: str) -> str:
    """A cell as it would stand in the ledger, '' when it is empty."""
    if target in loaded.fields:
        value = row.cells.get(target)
    else:
        code, part = split_target(target)
        value = row.items.get(code, {}).get(part)
    return "" if value is None else kinds.show(field_of(loaded, target), value)


def telling_notes(loaded: Loaded, row: DraftRow) -> dict[str, str]:
    """Notes a clerk should look at: not that a plain date was read as a date."""
    found: dict[str, str] = {}
    for target, text in row.notes:
        known = target in loaded.fields or "." in target or target in loaded.presets
        if not known or (field_of(loaded, target).kind in UNTOLD and text.startswith("由")):
            continue
        found[target] = text
    return found


def doubts(reading: Reading, trial: Trial) -> dict[int, LookAlike]:
    """Rows that look like another project of the ledger and were not decided yet (decision 14)."""
    settled = trial.same.keys() | trial.different
    return {x.row: x for x in reading.plan.look_alikes if x.row not in settled}


def alike(reading: Reading, problem: CellProblem) -> int:
    """How many cells of the file have the same fault for the same text."""
    same = Counter((p.field, p.raw) for p in reading.plan.problems)
    return same[problem.field, problem.raw]

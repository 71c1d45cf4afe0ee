"""What one row of a list becomes: a new entry, a completion of one, a double, or nothing; and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.engine.freezing import locked, written_by_removal
from app.engine.rows import DONE, OPEN_STATES, Cells, Held, ItemRows, fresh_items, in_base
from app.imports import doubles
from app.imports.drafts import CellProblem, DraftRow
from app.imports.mapping import title_of
from app.imports.matches import Match, Verdict
from app.ledger.ledgers import LedgerLine
from app.values import kinds
from app.words.templates import Loaded

TOGETHER = ("state", "needed", "result", "doc_no", "d_done")
"""What a matter says about its answer: it moves as a whole or not at all."""
_EVIDENCE = ("result", "doc_no", "d_done")
_UNSAID = (None, "待核")
_NAMED = 4


@dataclass(frozen=True)
class Difference:
    """A cell that the ledger has otherwise than the file, and keeps. `field` is a target (`invest`, `M03.doc_no`)."""

    row: int
    entry: str
    name: str
    field: str
    title: str
    ledger: str
    incoming: str


@dataclass(slots=True)
class PlanRow:
    """What one row becomes. `cells` and `items` are what an update would write, or a new row gets beside its own.

    `double_of` is the row of the file that it repeats.
    """

    row: int
    verdict: Verdict
    source: DraftRow
    reason: str = ""
    entry_id: str = ""
    cells: Cells = field(default_factory=dict)
    items: dict[str, Cells] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    double_of: int = 0


def refused(row: DraftRow) -> PlanRow:
    """A row that a cell keeps out."""
    first = next(p for p in row.problems if not p.kept)
    return PlanRow(row.row, "problem", row, first.text, problems=row.problems)


def fate(line: LedgerLine, one: Match, held: Held | None, overwrite: bool) -> PlanRow:
    """What a matched row becomes; `held` is the entry it is, if any."""
    row = one.row
    if one.problem is not None:
        return PlanRow(row.row, "problem", row, one.problem.text, problems=[one.problem, *row.problems])
    found = _double(line, one, held) if one.twin else _single(line, one, held, overwrite)
    found.problems = row.problems
    return found


def _double(line: LedgerLine, one: Match, held: Held | None) -> PlanRow:
    """A double comes in as 核查剔除, so that the list's own number can be reconciled (decision 2)."""
    row, why = one.row, doubles.reason(one, line.loaded)
    cells = doubles.struck(one, line.loaded)
    if held is not None:
        return PlanRow(
            row.row, "skipped", row, f"{why}，台账里已是核查剔除（{held.no}）", held.id, double_of=one.twin
        )
    if line.sealed or not cells:
        return PlanRow(row.row, "skipped", row, why, double_of=one.twin)
    said = f"{why}，记为核查剔除（{doubles.DOUBLE}）"
    return PlanRow(row.row, "added", row, said, cells=cells, double_of=one.twin)


def _single(line: LedgerLine, one: Match, held: Held | None, overwrite: bool) -> PlanRow:
    row = one.row
    if held is None:
        if line.sealed and not in_base(line.loaded, row.cells, fresh_items(line.loaded) | row.items):
            return PlanRow(row.row, "skipped", row, "台账已确定，手续齐全、不算在基数里的项目不需要补录")
        return PlanRow(row.row, "added", row)
    if held.standing not in ("open", "complete", "excluded"):
        return PlanRow(row.row, "skipped", row, f"台账里的这一行（{held.no}）已不在账", held.id)
    cells = _cell_changes(_without_home(line.loaded, row.cells, held), held.cells, overwrite)
    items = _item_changes(row.items, held.items, overwrite)
    withheld = _take_out_frozen(line.loaded, held, cells, items) if line.sealed else []
    fixed = [f.title for f in locked(line.loaded, held) if cells.pop(f.id, None) is not None]
    differing = list(_differences(line.loaded, row, held, cells, items))
    reason = one.reason
    if withheld:
        reason += f"；台账已确定，{'、'.join(withheld)}不能由导入更改"
    elif fixed:
        reason += f"；这一行已锁定，{'、'.join(fixed)}不能再改"
    elif differing:
        named = list(dict.fromkeys(d.title for d in differing))
        among = "、".join(named[:_NAMED]) + ("等" if len(named) > _NAMED else "")
        reason += f"；{len(differing):,} 处与台账不同，台账没有改：{among}"
    if cells or items:
        return PlanRow(row.row, "updated", row, reason, held.id, cells, items, differences=differing)
    said = reason if withheld or fixed or differing else f"与台账一致（{reason}）"
    return PlanRow(row.row, "skipped", row, said, held.id, differences=differing)


def _without_home(loaded: Loaded, new: Cells, held: Held) -> Cells:
    """The cells without a 旗县区 that says no more than its being left empty does: the banner's own row."""
    return {
        k: v
        for k, v in new.items()
        if v != held.division or held.cells.get(k) is not None or loaded.fields[k].kind != "region"
    }


def _cell_changes(new: Cells, old: Cells, overwrite: bool) -> Cells:
    return {k: v for k, v in new.items() if old.get(k) is None or (overwrite and old[k] != v)}


def _item_changes(new: Mapping[str, Cells], old: ItemRows, overwrite: bool) -> dict[str, Cells]:
    changes = {code: _matter_changes(cells, old.get(code, {}), overwrite) for code, cells in new.items()}
    return {code: changed for code, changed in changes.items() if changed}


def _matter_changes(new: Cells, had: Cells, overwrite: bool) -> Cells:
    """A state that is 待核 counts as blank, on either side; state, number and day stay together."""
    changes = {
        k: v
        for k, v in new.items()
        if had.get(k) != v
        and (had.get(k) in _UNSAID or overwrite)
        and not (k in ("state", "needed") and v == "待核" and k in had)
    }
    if had.get("state") in _UNSAID:
        return changes
    unsaid = new.get("state") in _UNSAID
    apart = not unsaid and new["state"] != had["state"]
    if apart and overwrite:
        return changes | {k: None for k in _EVIDENCE if had.get(k) is not None and k not in new}
    if apart or (unsaid and had["state"] != DONE):
        return {k: v for k, v in changes.items() if k not in TOGETHER}
    return changes


def _differences(
    loaded: Loaded, row: DraftRow, held: Held, cells: Cells, items: Mapping[str, Cells]
) -> Iterator[Difference]:
    """The cells the file has otherwise than the ledger and that are not written."""
    home = {f.id: held.division for f in loaded.t.fields if f.kind == "region"}
    for key, value in row.cells.items():
        if key not in cells and (held.cells.get(key) or home.get(key)) != value:
            field_ = loaded.fields[key]
            yield _difference(
                loaded, row, held, key, kinds.show(field_, held.cells.get(key)), kinds.show(field_, value)
            )
    for code, given in row.items.items():
        had, written = held.items.get(code, {}), items.get(code, {})
        for key, value in given.items():
            if key in written or had.get(key) == value or (key in ("state", "needed") and value == "待核"):
                continue
            field_ = loaded.item_fields[key]
            target = code if key == "state" else f"{code}.{key}"
            yield _difference(
                loaded, row, held, target, kinds.show(field_, had.get(key)), kinds.show(field_, value)
            )


def _difference(
    loaded: Loaded, row: DraftRow, held: Held, target: str, ledger: str, incoming: str
) -> Difference:
    return Difference(row.row, held.no, held.name, target, title_of(loaded, target), ledger, incoming)


def _take_out_frozen(loaded: Loaded, held: Held, cells: Cells, items: dict[str, Cells]) -> list[str]:
    """Drop what a sealed ledger would refuse (decision 7); returns the titles dropped."""
    fixed = {"build_state", doubles.STRUCK, doubles.STRUCK_WHY} | written_by_removal(loaded).keys()
    dropped = [f.title for f in loaded.t.fields if (f.frozen or f.id in fixed) and cells.pop(f.id, None)]
    for code in list(items):
        before = held.items.get(code)
        if before is None:
            del items[code]
            dropped.append(loaded.preset_of(code).title)
            continue
        frozen = _frozen_keys(loaded, before, items[code])
        gone = [k for k in frozen if items[code].pop(k, None) is not None]
        if gone:
            dropped.append(loaded.preset_of(code).title)
        if not items[code]:
            del items[code]
    return dropped


def _frozen_keys(loaded: Loaded, before: Cells, changes: Cells) -> set[str]:
    """What of a matter stays as it is: its frozen fields, its closing, and with the state all that goes with it."""
    is_open = before.get("state") in OPEN_STATES
    frozen = {f.id for f in loaded.item_fields.values() if f.frozen}
    frozen |= {k for k in _EVIDENCE if before.get(k) is not None or (k == "d_done" and is_open)}
    if "state" in changes and (changes["state"] in OPEN_STATES) != is_open:
        frozen |= set(TOGETHER)
    return frozen

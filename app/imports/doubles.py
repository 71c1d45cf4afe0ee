"""Rows of one file that stand for the same project, and rows that only look like it (decisions 2 and 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from app.engine.rows import Cells, Held
from app.imports.drafts import CellProblem, DraftRow
from app.imports.mapping import title_of
from app.imports.matches import LookAlike, Match, owner_key
from app.words.templates import Loaded

UNSAID = (None, "", "待核")
STRUCK, STRUCK_WHY, DOUBLE = "excluded", "exclude_reason", "重复"
_TOLD = 5
_LONGEST = 190


def find_twins(matches: Sequence[Match]) -> None:
    """Mark the rows that repeat an earlier one: by code, or without code identical in every filled cell."""
    codes: dict[str, Match] = {}
    entries: dict[str, Match] = {}
    names: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for one in matches:
        if one.problem is not None or one.row.cells.get(STRUCK):
            continue
        named = names[one.name_key, owner_key(one.row.cells)]
        first = codes.get(one.code_key) if one.code_key else None
        first = first or (entries.get(one.entry_id) if one.entry_id else None)
        first = first or next((m for m in named if _identical(m.row, one.row)), None)
        if first is None or _told_apart(first.row, one.row):
            if one.code_key:
                codes.setdefault(one.code_key, one)
            if one.entry_id:
                entries.setdefault(one.entry_id, one)
            named.append(one)
        elif first.name_key == one.name_key:
            _pair(first, one)
        else:
            said = f"与第 {first.row.row} 行“{first.row.name}”的项目代码相同、名称不同，请核对代码"
            raw = str(one.row.cells.get("project_code", ""))
            one.problem = CellProblem(one.row.row, "project_code", "E_DUPLICATE", said, raw)


def alike_in_file(matches: Sequence[Match]) -> list[LookAlike]:
    """New rows with the name of an earlier row that are not certainly another project: a person says which."""
    out = []
    seen: dict[str, list[Match]] = defaultdict(list)
    for one in matches:
        if one.problem is not None or one.twin or one.row.cells.get(STRUCK):
            continue
        earlier = seen[one.name_key]
        near = next((m for m in earlier if one.fresh and _maybe(m, one)), None)
        if near is not None:
            out.append(LookAlike(one.row.row, one.row.name, "", "", near.row.name, 100, near.row.row))
        earlier.append(one)
    return out


def contradictions(row: DraftRow, held: Held) -> list[str]:
    """The targets of a row's filled cells that an entry has otherwise or not at all."""
    out = [k for k, v in row.cells.items() if held.cells.get(k) != v]
    for code, cells in row.items.items():
        had = held.items.get(code, {})
        out += [f"{code}.{k}" for k, v in cells.items() if v not in UNSAID and had.get(k) != v]
    return out


def reason(one: Match, loaded: Loaded) -> str:
    """`与清单第 2 行重复：项目代码相同（总投资、立项文号不同）`, short enough for the field."""
    named = list(dict.fromkeys(title_of(loaded, target) for target in one.differing))
    more = f"（{'、'.join(named[:_TOLD])}{'等' if len(named) > _TOLD else ''}不同）" if named else ""
    return f"与清单第 {one.twin} 行重复：{one.why}{more}"[:_LONGEST]


def struck(one: Match, loaded: Loaded) -> Cells:
    """The cells that make a double 核查剔除, {} where the template has no such field."""
    field = loaded.fields.get(STRUCK)
    listed = loaded.codes.get(field.choices) if field and field.choices else None
    if listed is None or all(code.code != DOUBLE for code in listed.codes):
        return {}
    return {STRUCK: DOUBLE} | ({STRUCK_WHY: reason(one, loaded)} if STRUCK_WHY in loaded.fields else {})


def _pair(first: Match, one: Match) -> None:
    one.twin, one.entry_id = first.row.row, ""
    same, other = _filled(first.row), _filled(one.row)
    one.differing = tuple(k for k in {**same, **other} if same.get(k) != other.get(k))
    coded = one.code_key and one.code_key == first.code_key
    one.why = "项目代码相同" if coded else "是台账里的同一行" if one.differing else "各栏都相同"


def _maybe(one: Match, other: Match) -> bool:
    """Whether two rows of one name may be the same: not where both have a code, nor where both units are known."""
    units = owner_key(one.row.cells), owner_key(other.row.cells)
    return not (one.code_key and other.code_key) and (units[0] == units[1] or not all(units))


def _identical(one: DraftRow, other: DraftRow) -> bool:
    return _filled(one) == _filled(other)


def _told_apart(one: DraftRow, other: DraftRow) -> bool:
    """Rows of an exported ledger have ids: two of them are two entries."""
    return bool(one.entry_id and other.entry_id and one.entry_id != other.entry_id)


def _filled(row: DraftRow) -> dict[str, Any]:
    cells = {k: v for k, v in row.cells.items() if v not in UNSAID}
    for code, item in row.items.items():
        cells |= {f"{code}.{k}": v for k, v in item.items() if v not in UNSAID}
    return cells

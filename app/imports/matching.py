"""Which row of a list is which entry: by row id, by code, by name and unit; look-alikes are only named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz, process

from app import kinds
from app.imports.drafts import CellProblem, DraftRow

ALIKE = 88.0
_PAIRS_AT_ONCE = 4_000_000
Verdict = Literal["added", "updated", "skipped", "problem"]


@dataclass(frozen=True)
class Existing:
    """An entry as far as matching needs it."""

    id: str
    no: str
    name: str
    name_key: str = ""
    code_key: str = ""


@dataclass(frozen=True)
class LookAlike:
    """A new row whose name is close to an entry that it is not."""

    row: int
    name: str
    entry_id: str
    no: str
    other: str
    likeness: int


@dataclass
class Match:
    """What became of one row: `entry_id` where it is an entry already, `twin` the earlier row it repeats."""

    row: DraftRow
    name_key: str
    code_key: str
    entry_id: str = ""
    reason: str = ""
    twin: int = 0
    problem: CellProblem | None = None


Owner = Callable[[Sequence[str]], Mapping[str, str]]
"""ids -> the key of the unit (建设单位) of each, asked only for rows that agree in name."""


def match(rows: Iterable[DraftRow], existing: Sequence[Existing], owners: Owner) -> list[Match]:
    """Match the rows without problems. A pure function of its arguments.

    By code first; by name and unit where a code is missing on one side. Same code under another name inside the
    file, or several entries that fit, is a problem for a person.
    """
    by_id = {e.id: e for e in existing}
    by_code: dict[str, list[Existing]] = defaultdict(list)
    by_name: dict[str, list[Existing]] = defaultdict(list)
    for entry in existing:
        if entry.code_key:
            by_code[entry.code_key].append(entry)
        by_name[entry.name_key].append(entry)
    matches = [_keys(row) for row in rows]
    if existing:
        same_name = {e.id for m in matches for e in by_name.get(m.name_key, ())}
        units = owners(sorted(same_name))
        for one in matches:
            _settle(one, by_id, by_code, by_name, units)
    _find_twins(matches)
    return matches


def look_alikes(matches: Sequence[Match], existing: Sequence[Existing]) -> list[LookAlike]:
    """New rows that resemble an entry no row of the file stands for (decision 14)."""
    taken = {m.entry_id for m in matches if m.entry_id}
    fresh = [m for m in matches if not m.entry_id and not m.twin and m.problem is None]
    left = [e for e in existing if e.id not in taken]
    if not fresh or not left:
        return []
    if len(fresh) * len(left) <= _PAIRS_AT_ONCE:
        return [found for m in fresh if (found := _closest(m, left))]
    buckets: dict[str, list[Existing]] = defaultdict(list)
    for entry in left:
        for part in _ends(entry.name_key):
            buckets[part].append(entry)
    out = []
    for one in fresh:
        near = {e.id: e for part in _ends(one.name_key) for e in buckets.get(part, ())[:200]}
        if near and (found := _closest(one, list(near.values()))):
            out.append(found)
    return out


def owner_key(cells: Mapping[str, Any]) -> str:
    return kinds.name_key(str(cells.get("owner_org", "")))


def _keys(row: DraftRow) -> Match:
    code = row.cells.get("project_code")
    return Match(row, kinds.name_key(row.name), kinds.code_key(code) if code else "")


def _settle(
    one: Match,
    by_id: Mapping[str, Existing],
    by_code: Mapping[str, list[Existing]],
    by_name: Mapping[str, list[Existing]],
    units: Mapping[str, str],
) -> None:
    if one.row.entry_id in by_id:
        one.entry_id, one.reason = one.row.entry_id, "行标识相同"
        return
    coded = by_code.get(one.code_key, ()) if one.code_key else ()
    if coded:
        found = [e for e in coded if e.name_key == one.name_key] or list(coded)
        _take(one, found, "项目代码相同" if found[0].name_key == one.name_key else "项目代码相同，名称不同")
        return
    unit = owner_key(one.row.cells)
    named = [
        e
        for e in by_name.get(one.name_key, ())
        if not (e.code_key and one.code_key) and (not unit or not units.get(e.id) or units[e.id] == unit)
    ]
    if named:
        _take(one, named, "项目名称和建设单位相同")


def _take(one: Match, found: Sequence[Existing], reason: str) -> None:
    if len(found) == 1:
        one.entry_id, one.reason = found[0].id, reason
        return
    numbers = "、".join(e.no for e in found[:5])
    said = f"台账里有 {len(found)} 行与它{reason}（{numbers}），分不清是哪一行，请改正后再导入"
    one.problem = CellProblem(one.row.row, "project_code", "E_WHICH_ENTRY", said, one.row.name)


def _find_twins(matches: Sequence[Match]) -> None:
    """Rows of one file that stand for the same project: the first is kept."""
    codes: dict[str, Match] = {}
    entries: dict[str, Match] = {}
    names: dict[tuple[str, str], Match] = {}
    for one in matches:
        if one.problem is not None:
            continue
        name = (one.name_key, owner_key(one.row.cells))
        first = codes.get(one.code_key) if one.code_key else None
        other = first or (entries.get(one.entry_id) if one.entry_id else None)
        if other is None and (same := names.get(name)) is not None and not (same.code_key and one.code_key):
            other = same
        if other is None:
            if one.code_key:
                codes[one.code_key] = one
            if one.entry_id:
                entries[one.entry_id] = one
            names.setdefault(name, one)
        elif other.name_key == one.name_key:
            one.twin = other.row.row
            one.entry_id = ""
        else:
            said = f"与第 {other.row.row} 行“{other.row.name}”的项目代码相同、名称不同，请核对代码"
            raw = str(one.row.cells.get("project_code", ""))
            one.problem = CellProblem(one.row.row, "project_code", "E_DUPLICATE", said, raw)


def _closest(one: Match, left: Sequence[Existing]) -> LookAlike | None:
    found = process.extractOne(
        one.name_key, [e.name_key for e in left], scorer=fuzz.ratio, score_cutoff=ALIKE
    )
    if found is None:
        return None
    other = left[found[2]]
    return LookAlike(one.row.row, one.row.name, other.id, other.no, other.name, round(found[1]))


def _ends(key: str) -> tuple[str, str]:
    return "<" + key[:4], key[-4:] + ">"

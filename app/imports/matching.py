"""Which row of a list is which entry: by row id, by code, by name and unit; look-alikes are only named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from app.engine.rows import Held
from app.imports import doubles
from app.imports.drafts import CellProblem, DraftRow
from app.imports.matches import NO_TRAITS, Existing, LookAlike, Match, Traits, keyed, traits
from app.values.likeness import ALIKE, ends

_PAIRS_AT_ONCE = 4_000_000
Owner = Callable[[Sequence[str]], Mapping[str, Traits]]
"""ids -> unit and 文号 of each, asked only for rows that agree in name."""
Holder = Callable[[Sequence[str]], Mapping[str, Held]]
"""ids -> the entries whole, asked only where several fit one row or several rows one entry."""


def _no_entries(ids: Sequence[str]) -> Mapping[str, Held]:
    return {}


def match(
    rows: Iterable[DraftRow], existing: Sequence[Existing], owners: Owner, holder: Holder = _no_entries
) -> list[Match]:
    """Match the rows without problems. A pure function of its arguments.

    By code first; by name and unit where a code is missing on one side (a row without unit is not the one with a
    unit). Same code under another name inside the file, or several entries that fit, is a problem for a person.
    """
    matches = [keyed(row) for row in rows]
    ledger = _Ledger(existing, holder)
    if existing:
        ledger.know(matches, owners)
        for one in matches:
            ledger.settle(one)
        ledger.part(matches)
    doubles.find_twins(matches)
    ledger.place_twins(matches)
    return matches


class _Ledger:
    """The entries there are, by the ways a row can be one of them."""

    def __init__(self, existing: Sequence[Existing], holder: Holder) -> None:
        self._holder = holder
        self._held: dict[str, Held] = {}
        self._by_id = {e.id: e for e in existing}
        self._by_code: dict[str, list[Existing]] = defaultdict(list)
        self._by_name: dict[str, list[Existing]] = defaultdict(list)
        self._traits: Mapping[str, Traits] = {}
        self._taken: set[str] = set()
        for entry in existing:
            if entry.code_key:
                self._by_code[entry.code_key].append(entry)
            self._by_name[entry.name_key].append(entry)

    def know(self, matches: Sequence[Match], owners: Owner) -> None:
        self._traits = owners(sorted({e.id for m in matches for e in self._by_name.get(m.name_key, ())}))

    def settle(self, one: Match) -> None:
        """Say which entry the row is, if any."""
        if one.row.entry_id in self._by_id:
            self._take(one, [self._by_id[one.row.entry_id]], "行标识相同")
        elif coded := self._coded(one):
            found = [e for e in coded if e.name_key == one.name_key] or coded
            same = found[0].name_key == one.name_key
            self._take(one, _living(found), "项目代码相同" if same else "项目代码相同，名称不同")
        elif named := self._named(one):
            self._take(one, _living(named), "项目名称和建设单位相同")

    def part(self, matches: Sequence[Match]) -> None:
        """Where several rows agree in name and unit with one entry, the one that agrees best is it."""
        by_entry: dict[str, list[Match]] = defaultdict(list)
        for one in matches:
            if one.entry_id and one.problem is None:
                by_entry[one.entry_id].append(one)
        crowds = {i: many for i, many in by_entry.items() if len(many) > 1}
        held = self._whole(sorted(crowds))
        for entry, many in crowds.items():
            named = [m for m in many if not self._surely(m, self._by_id[entry])]
            if len(named) == len(many) and entry in held:
                named.remove(min(many, key=lambda m: len(doubles.contradictions(m.row, held[entry]))))
            for one in named:
                one.entry_id = one.reason = ""

    def place_twins(self, matches: Sequence[Match]) -> None:
        """A row that repeats another is the entry struck off as its double, where an earlier import made one."""
        for one in matches:
            if one.twin and not one.entry_id:
                found = [
                    e
                    for e in (*self._coded(one), *self._named(one))
                    if e.excluded and e.id not in self._taken
                ]
                if found:
                    one.entry_id = found[0].id
                    self._taken.add(found[0].id)

    def _whole(self, ids: Sequence[str]) -> Mapping[str, Held]:
        if wanted := [i for i in ids if i not in self._held]:
            self._held.update(self._holder(wanted))
        return self._held

    def _coded(self, one: Match) -> list[Existing]:
        return self._by_code.get(one.code_key, []) if one.code_key else []

    def _named(self, one: Match) -> list[Existing]:
        """The entries of the row's name and unit; another 文号 tells them apart as another code does (decision 14)."""
        unit, doc = traits(one.row.cells)
        return [
            e
            for e in self._by_name.get(one.name_key, ())
            if not (e.code_key and one.code_key)
            and (known := self._traits.get(e.id, NO_TRAITS))[0] == unit
            and (not doc or not known[1] or known[1] == doc)
        ]

    def _surely(self, one: Match, entry: Existing) -> bool:
        return one.row.entry_id == entry.id or bool(one.code_key and one.code_key == entry.code_key)

    def _take(self, one: Match, found: Sequence[Existing], reason: str) -> None:
        if len(found) > 1:
            found = self._nearest(one, found)
        if len(found) == 1:
            one.entry_id, one.reason = found[0].id, reason
            self._taken.add(found[0].id)
            return
        numbers = "、".join(e.no for e in found[:5])
        said = f"台账里有 {len(found):,} 行与它{reason}（{numbers}），分不清是哪一行，请改正后再导入"
        one.problem = CellProblem(one.row.row, "project_code", "E_WHICH_ENTRY", said, one.row.name)

    def _nearest(self, one: Match, found: Sequence[Existing]) -> Sequence[Existing]:
        """The entry that says nothing else than the row, or has its 文号; of equal ones the first not taken yet."""
        held = self._whole([e.id for e in found])
        same = [e for e in found if e.id in held and not doubles.contradictions(one.row, held[e.id])]
        same = [e for e in same if e.id not in self._taken][:1] or same[:1]
        doc = one.row.cells.get("approval_doc")
        by_doc = [e for e in found if doc and e.id in held and held[e.id].cells.get("approval_doc") == doc]
        return same or (by_doc if len(by_doc) == 1 else found)


def _living(found: Sequence[Existing]) -> Sequence[Existing]:
    return [e for e in found if not e.excluded] or found


def look_alikes(matches: Sequence[Match], existing: Sequence[Existing]) -> list[LookAlike]:
    """New rows that resemble an entry no row of the file stands for, or an earlier row of the file (decision 14)."""
    inside = doubles.alike_in_file(matches)
    told = {x.row for x in inside}
    near = [x for x in _alike_in_ledger(matches, existing) if x.row not in told]
    return sorted([*inside, *near], key=lambda x: x.row)


def _alike_in_ledger(matches: Sequence[Match], existing: Sequence[Existing]) -> list[LookAlike]:
    taken = {m.entry_id for m in matches if m.entry_id}
    fresh = [m for m in matches if m.fresh]
    left = [e for e in existing if e.id not in taken]
    if not fresh or not left:
        return []
    if len(fresh) * len(left) <= _PAIRS_AT_ONCE:
        return [found for m in fresh if (found := _closest(m, left))]
    buckets: dict[str, list[Existing]] = defaultdict(list)
    for entry in left:
        for part in ends(entry.name_key):
            buckets[part].append(entry)
    out = []
    for one in fresh:
        near = {e.id: e for part in ends(one.name_key) for e in buckets.get(part, ())[:200]}
        if near and (found := _closest(one, list(near.values()))):
            out.append(found)
    return out


def _closest(one: Match, left: Sequence[Existing]) -> LookAlike | None:
    found = process.extractOne(
        one.name_key, [e.name_key for e in left], scorer=fuzz.ratio, score_cutoff=ALIKE
    )
    if found is None:
        return None
    other = left[found[2]]
    return LookAlike(one.row.row, one.row.name, other.id, other.no, other.name, round(found[1]))

"""Three-way comparing: what is here, what came in, what was last exchanged. Pure and frozen; who decides is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.problem import Problem

Cells = Mapping[str, Any]
Parts = Mapping[str, Cells]
Key = tuple[str, str, str]
HEAD = ""
MINE, THEIRS, BOTH, CLASH, REFUSED = "mine", "theirs", "both", "clash", "refused"
NEW, CHANGED, SAME, MISSING = "new", "changed", "same", "missing"
ASK = "ask"
AMENDED = "改答：先交的一份答的不一样"
STANDING = "先交的一份答过，这一份还是原样"


@dataclass(frozen=True)
class Row:
    """One row on one side. `parts` by matter code ('' is the head), then by field, in wire form; None is empty.

    A side that does not carry a field leaves its key out; a side that emptied it says None.
    """

    id: str
    name: str
    parts: Parts


@dataclass(frozen=True)
class Rules:
    """What the receiver lets the sender write.

    `refusal(row id, code, field)` is '' or the reason why that cell may not be changed by them. `together` are
    fields that only make sense as one value, so that one side's set of them is taken whole.
    """

    refusal: Callable[[str, str, str], str] = lambda _row, _code, _field: ""
    together: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True)
class Difference:
    """One cell in which the sides are not all equal. `verdict` is mine, theirs, both (the same change), clash, refused.

    `doubt` says why their value is taken by nobody but a person who looks at this very cell: it is only a guess.
    """

    code: str
    field: str
    base: Any
    mine: Any
    theirs: Any
    verdict: str
    reason: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class RowPlan:
    """What merging would do to one row: new, changed, same, missing, clash or refused."""

    id: str
    name: str
    kind: str
    differences: tuple[Difference, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """The rows of one arrival, judged. `needs` are the cells a person must decide."""

    rows: tuple[RowPlan, ...]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in (NEW, CHANGED, SAME, MISSING, CLASH, REFUSED)}

    @property
    def needs(self) -> tuple[Key, ...]:
        return tuple(key for key, d in self.differences() if d.verdict == CLASH)

    def differences(self) -> Iterator[tuple[Key, Difference]]:
        for row in self.rows:
            for d in row.differences:
                yield (row.id, d.code, d.field), d


@dataclass(frozen=True)
class Losing:
    """A value that did not make it into the result; `side` is whose it was, `by` who decided ('' for the rule)."""

    code: str
    field: str
    value: Any
    side: str
    by: str = ""
    reason: str = ""


@dataclass
class Outcome:
    """What is to be written: {row id: parts with only the cells that change}, and what was lost on the way."""

    new: dict[str, RowPlan] = field(default_factory=dict)
    writes: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    lost: dict[str, list[Losing]] = field(default_factory=dict)


def compare(
    mine: Mapping[str, Row],
    theirs: Mapping[str, Row],
    base: Mapping[str, Parts],
    rules: Rules = Rules(),
    *,
    gone: Mapping[str, str] | None = None,
) -> Plan:
    """Judge every row of `theirs`, and every row of `base` that they no longer bring.

    All three go by the receiver's row id. `gone` says why a row of the base is no longer open to them here
    ({id: reason}); a row in neither `mine` nor `gone` is new.
    """
    closed = gone or {}
    rows = [_row(theirs[key], mine.get(key), base.get(key), rules, closed.get(key, "")) for key in theirs]
    rows += [RowPlan(key, mine[key].name, MISSING) for key in base if key not in theirs and key in mine]
    return Plan(tuple(rows))


def settle(
    plan: Plan, choices: Mapping[Key, Any] | None = None, *, default: str = ASK, by: str = ""
) -> Outcome:
    """Turn a plan into what is written. `choices` say 'mine', 'theirs' or {"value": …} for a clashing cell.

    Raises Problem E_UNDECIDED naming how many clashes are left, E_CHOICE for a choice that is none.
    """
    given = choices or {}
    left = [key for key in plan.needs if key not in given and default not in (MINE, THEIRS)]
    if left:
        raise Problem(
            "E_UNDECIDED",
            f"还有 {len(left):,} 处两边都改过，请逐处决定以哪边为准",
            left=[list(key) for key in left],
        )
    out = Outcome()
    for row in plan.rows:
        if row.kind == NEW:
            out.new[row.id] = row
        for d in row.differences:
            usual = MINE if d.doubt and default != ASK else default
            _settle_one(out, row, d, given.get((row.id, d.code, d.field), usual), by)
    return out


def nearest(
    theirs: Mapping[str, Row],
    base: Mapping[str, Parts],
    other: Mapping[str, Parts],
    together: Sequence[frozenset[str]] = (),
) -> dict[str, Parts]:
    """`base`, with the cells of `other` where they say just what stands there: that was said and judged before.

    Fields that are one value (`together`) go over as one. Rows of either are in it.
    """
    found: dict[str, Parts] = {}
    for row in {**base, **other}:
        parts: dict[str, Cells] = dict(base.get(row, {}))
        came = theirs[row].parts if row in theirs else {}
        for code in came.keys() & other.get(row, {}).keys():
            was, again = parts.get(code, {}), other[row][code]
            parts[code] = {**was, **_again(came[code], again, together)}
        found[row] = parts
    return found


def amended(
    mine: Mapping[str, Row],
    theirs: Mapping[str, Row],
    sent: Mapping[str, Parts],
    answers: Sequence[Mapping[Key, Any]],
    together: Sequence[frozenset[str]] = (),
) -> frozenset[Key]:
    """Cells in which a copy says something new where an earlier copy of the same office answered and that still stands.

    `answers` are what the earlier ones said, oldest first. It counts only in a copy that carries on all the one before
    it said: an older, a blank or another clerk's copy does not, and neither does a value that was said once before.
    Of fields that are one value (`together`) none is, unless what was answered stands here in all of them.
    """
    found: set[Key] = set()
    last = {key: said for said in answers for key in said}
    for key, said in last.items():
        row, code, field_ = key
        came = theirs[row].parts.get(code, {}) if row in theirs else {}
        here = mine[row].parts.get(code, {}) if row in mine else {}
        new = came.get(field_)
        fresh = new is not None and new not in [_sent(sent, key), *(a[key] for a in answers if key in a)]
        if fresh and here.get(field_) == said[key] and _carries_on(theirs, sent, said):
            found.add(key)
    whole = {k for k in found if _stands(k, mine, sent, last, together)}
    return frozenset(whole)


def _carries_on(theirs: Mapping[str, Row], sent: Mapping[str, Parts], said: Mapping[Key, Any]) -> bool:
    """Whether whatever was answered is answered in this copy too, be it otherwise."""
    for key, value in said.items():
        row, code, field_ = key
        came = theirs[row].parts.get(code, {}) if row in theirs else {}
        if field_ not in came or (came[field_] != value and came[field_] in (_sent(sent, key), None)):
            return False
    return True


def _stands(
    key: Key,
    mine: Mapping[str, Row],
    sent: Mapping[str, Parts],
    last: Mapping[Key, Mapping[Key, Any]],
    together: Sequence[frozenset[str]],
) -> bool:
    row, code, field_ = key
    here = mine[row].parts.get(code, {})
    for other in frozenset().union(*(group for group in together if field_ in group)):
        cell = (row, code, other)
        if here.get(other) != (last[cell][cell] if cell in last else _sent(sent, cell)):
            return False
    return True


def _sent(sent: Mapping[str, Parts], key: Key) -> Any:
    return sent.get(key[0], {}).get(key[1], {}).get(key[2])


def explained(plan: Plan, reasons: Mapping[Key, str]) -> Plan:
    """The plan with a reason at cells of one side alone, where it is not just that this side changed them."""

    def told(row: RowPlan, d: Difference) -> Difference:
        why = reasons.get((row.id, d.code, d.field), "")
        return replace(d, reason=why) if why and d.verdict in (MINE, THEIRS) else d

    return Plan(
        tuple(replace(row, differences=tuple(told(row, d) for d in row.differences)) for row in plan.rows)
    )


def doubted(plan: Plan, guesses: Mapping[Key, str]) -> Plan:
    """The plan with every cell to be decided by a person whose new value is only a guess ({cell: why})."""

    def told(row: RowPlan, d: Difference) -> Difference:
        why = guesses.get((row.id, d.code, d.field), "")
        return replace(d, verdict=CLASH, doubt=why) if why and d.verdict in (THEIRS, CLASH) else d

    rows = []
    for row in plan.rows:
        found = tuple(told(row, d) for d in row.differences)
        asked = row.kind != NEW and any(d.verdict == CLASH for d in found)
        rows.append(replace(row, differences=found, kind=CLASH if asked else row.kind))
    return Plan(tuple(rows))


def _again(came: Cells, before: Cells, together: Sequence[frozenset[str]]) -> Cells:
    """The cells of `before` that came again, those that are one value only where all of them did."""
    same = {key for key in came.keys() & before.keys() if came[key] == before[key]}
    for group in together:
        if not group & came.keys() <= same:
            same -= group
    return {key: before[key] for key in same}


def _row(theirs: Row, mine: Row | None, base: Parts | None, rules: Rules, closed: str) -> RowPlan:
    if mine is None:
        if closed:
            return RowPlan(theirs.id, theirs.name, REFUSED, _all(theirs, base or {}, REFUSED, closed), closed)
        return RowPlan(theirs.id, theirs.name, NEW, _all(theirs, {}, THEIRS, ""))
    found: list[Difference] = []
    for code, cells in theirs.parts.items():
        here, before = mine.parts.get(code, {}), (base or {}).get(code, {})
        judged = [_judge(theirs.id, code, key, before, here, cells, rules) for key in cells]
        found += _joined([d for d in judged if d is not None], before, here, cells, rules)
    verdicts = {d.verdict for d in found}
    kind = (
        CLASH
        if CLASH in verdicts
        else CHANGED
        if THEIRS in verdicts
        else REFUSED
        if REFUSED in verdicts
        else SAME
    )
    return RowPlan(theirs.id, mine.name or theirs.name, kind, tuple(found))


def _judge(
    row: str, code: str, key: str, base: Cells, mine: Cells, theirs: Cells, rules: Rules
) -> Difference | None:
    was, here, came = base.get(key), mine.get(key), theirs.get(key)
    if was == here == came:
        return None
    reason = ""
    if here == came:
        verdict = BOTH
    elif came == was:
        verdict = MINE
    elif reason := rules.refusal(row, code, key):
        verdict = REFUSED
    else:
        verdict = THEIRS if here == was else CLASH
    return Difference(code, key, was, here, came, verdict, reason)


def _joined(
    found: list[Difference], base: Cells, mine: Cells, theirs: Cells, rules: Rules
) -> list[Difference]:
    """Fields that belong together: where both sides changed some of them, all that differ are one clash."""
    out = found
    for group in rules.together:
        keys = [key for key in group if key in theirs]
        if any(d.field in group and d.verdict == REFUSED for d in out):
            out = [_refused_too(d) if d.field in group and d.verdict in (THEIRS, CLASH) else d for d in out]
            continue
        moved = [any(side.get(k) != base.get(k) for k in keys) for side in (mine, theirs)]
        if all(moved) and any(mine.get(k) != theirs.get(k) for k in keys):
            out = [
                Difference(d.code, d.field, d.base, d.mine, d.theirs, CLASH)
                if d.field in group and d.mine != d.theirs
                else d
                for d in out
            ]
    return out


def _refused_too(d: Difference) -> Difference:
    return Difference(d.code, d.field, d.base, d.mine, d.theirs, REFUSED, "与它相连的一栏不能改")


def _all(theirs: Row, base: Parts, verdict: str, reason: str) -> tuple[Difference, ...]:
    return tuple(
        Difference(code, key, base.get(code, {}).get(key), None, value, verdict, reason)
        for code, cells in theirs.parts.items()
        for key, value in cells.items()
        if value is not None and value != base.get(code, {}).get(key)
    )


def _settle_one(out: Outcome, row: RowPlan, d: Difference, choice: Any, by: str) -> None:
    if d.verdict == THEIRS:
        _write(out, row.id, d, d.theirs)
        if d.reason:  # what they said before stood here and goes
            _lose(out, row.id, Losing(d.code, d.field, d.mine, MINE, "", d.reason))
    elif d.verdict == REFUSED:
        _lose(out, row.id, Losing(d.code, d.field, d.theirs, THEIRS, "", d.reason))
    elif d.verdict == CLASH:
        _decide(out, row.id, d, choice, by)


def _decide(out: Outcome, row: str, d: Difference, choice: Any, by: str) -> None:
    if choice == THEIRS:
        _write(out, row, d, d.theirs)
        _lose(out, row, Losing(d.code, d.field, d.mine, MINE, by))
    elif choice == MINE:
        _lose(out, row, Losing(d.code, d.field, d.theirs, THEIRS, by))
    elif isinstance(choice, Mapping) and choice.keys() == {"value"}:
        value = choice["value"]
        if value != d.mine:
            _write(out, row, d, value)
            _lose(out, row, Losing(d.code, d.field, d.mine, MINE, by))
        if value != d.theirs:
            _lose(out, row, Losing(d.code, d.field, d.theirs, THEIRS, by))
    else:
        raise Problem(
            "E_CHOICE",
            "决定只能是“我这里”“来件”或手填的值",
            field=d.field,
            row=row,
            item=d.code,
            choice=str(choice),
        )


def _write(out: Outcome, row: str, d: Difference, value: Any) -> None:
    out.writes.setdefault(row, {}).setdefault(d.code, {})[d.field] = value


def _lose(out: Outcome, row: str, losing: Losing) -> None:
    out.lost.setdefault(row, []).append(losing)


def undecided(plan: Plan, given: Sequence[Key]) -> int:
    """How many clashes are left when these cells are decided."""
    return len(set(plan.needs) - set(given))

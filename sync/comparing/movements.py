"""How far what moved a row's counts at a lower office moves them in the gathered ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.engine.rows import OPEN_STATES, Cells, Held
from app.ledger.recording import Event
from app.problem import Problem
from sync.comparing.mirrored import Named

OUT = frozenset(("approved", "started", "removed", "corrected"))
OPEN, COMPLETE = "open", "complete"
_WORDS = {
    "approved": "核减", "started": "开工", "removed": "移除", "corrected": "更正", "restored": "恢复", "added": "新增",
}  # fmt: skip


@dataclass
class Moved:
    """Where the row and its matters stand after the events, and those events that move a count here."""

    standing: str
    standings: dict[str, str]
    added: bool = False
    added_items: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)


def walk(mine: Held | None, now: Held, theirs: Held, events: Sequence[Event]) -> Moved:
    """Lead `mine` (None: a row that comes after the seal) through the lower office's events, in a sealed ledger.

    `now` is the row with its cells as they will be. What already stands so here moves nothing, a row that was struck
    off here stays so. Raises Problem E_OUT_OF_STEP when an event presumes what does not hold here.
    """
    if mine is not None and mine.standing != OPEN and now.cells.get("excluded"):
        return Moved(
            mine.standing,
            {c: mine.standings.get(c, mine.standing) for c in now.items},
            mine.added,
            mine.added_items,
        )
    moved = Moved(mine.standing if mine else COMPLETE, _before(mine, now.items, theirs))
    if mine is not None:
        moved.added, moved.added_items = mine.added, set(mine.added_items)
    for event in events:
        _step(moved, event, now)
    if mine is None:  # a new row is 补录 with all its matters, or none
        moved.added, moved.added_items = True, set(now.items)
    _refuse_uncounted(mine, moved, now)
    stray = [c for c, s in moved.standings.items() if s == OPEN and moved.standing != OPEN]
    if stray and mine is not None and moved.standing != mine.standing:
        raise _out_of_step(now, moved.standing, f"，而本单位台账里 {stray[0]} 还没有办完")
    return moved


def named_aside(mine: Held, new: Held, theirs: Held, named: Named | None) -> Held:
    """`mine` with what a registered deed of the lower office moved already as in `new`: what still differs from it
    was typed, there or here. `named` None: all that is now as it stands there."""
    out = mine.copy()
    for key in named.cells if named else new.cells.keys() | mine.cells.keys():
        if new.cells.get(key) == theirs.cells.get(key):
            _take(out.cells, new.cells, key)
    for code in named.items if named else new.items.keys() | mine.items.keys():
        here, there = new.items.get(code, {}), theirs.items.get(code, {})
        cells = out.items.setdefault(code, {})
        for key in named.items[code] if named else here.keys() | cells.keys():
            if here.get(key) == there.get(key):
                _take(cells, here, key)
        if not cells:
            del out.items[code]
    return out


def own_addition(now: Held, on: str, basis: str) -> Moved:
    """A row of a lower office entered here as 补录 upon a basis of this office (decision 2)."""
    facts = {"basis": basis}
    moved = Moved(OPEN, {}, True, set(now.items), [Event("added", on, None, facts)])
    for code in now.items:
        moved.standings[code] = OPEN if now.standings.get(code) == OPEN else COMPLETE
        if moved.standings[code] == OPEN:
            moved.events.append(Event("added", on, code, facts))
    return moved


def _take(cells: Cells, source: Cells, key: str) -> None:
    if key in source:
        cells[key] = source[key]
    else:
        cells.pop(key, None)


def _refuse_uncounted(mine: Held | None, moved: Moved, now: Held) -> None:
    """No row, and no matter of it, comes into 在账 or leaves it without an event that says so (decision 2)."""
    was = [[mine.standing], list(mine.standings.values())] if mine else [[], []]
    by = [[e.kind for e in moved.events if bool(e.item) == items] for items in (False, True)]
    after = [[moved.standing], list(moved.standings.values())]
    for old, new, kinds in zip(was, after, by, strict=True):
        if new.count(OPEN) - old.count(OPEN) != sum(-1 if kind in OUT else 1 for kind in kinds):
            raise _unregistered(now, "在账与否")
    for code, cells in now.items.items() if mine else ():
        states = (mine.items.get(code, {}).get("state"), cells.get("state")) if mine else ()
        was_open, is_open = (state in OPEN_STATES for state in states)
        if was_open != is_open and is_open != (moved.standings[code] == OPEN):
            raise _unregistered(now, f"事项 {code} 的办理状态")


def _unregistered(now: Held, what: str) -> Problem:
    return Problem(
        "E_OUT_OF_STEP",
        f"“{now.name}”{what}变了，双方都没有登记，数字会对不上；请核对后用“更正单”处理",
        entry=now.id,
    )


def _before(mine: Held | None, codes: Iterable[str], theirs: Held) -> dict[str, str]:
    """Matters known here stand as they do; new ones are not counted until an event says so."""
    known = mine.standings if mine else {}
    return {code: known.get(code, COMPLETE) for code in codes}


def _step(moved: Moved, event: Event, now: Held) -> None:
    code = event.item
    if code and code not in moved.standings:
        raise _out_of_step(now, event.kind, f"，而本单位台账里没有事项 {code}")
    at = moved.standings[code] if code else moved.standing
    if event.kind in OUT:
        if at == event.kind:
            return
        if at != OPEN:
            raise _out_of_step(now, event.kind, "，而它在本单位台账里不在账")
        to = event.kind
    elif at == OPEN:
        return
    else:
        to = OPEN
    if code:
        moved.standings[code] = to
    else:
        moved.standing = to
    if event.kind == "added":
        moved.added = moved.added or not code
        moved.added_items |= {code} if code else set()
    moved.events.append(event)


def _out_of_step(now: Held, kind: str, why: str) -> Problem:
    word = _WORDS.get(kind, kind)
    return Problem(
        "E_OUT_OF_STEP", f"对方登记了“{now.name}”{word}{why}，请核对后用“更正单”处理", entry=now.id
    )

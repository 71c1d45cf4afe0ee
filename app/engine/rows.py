"""A row and its matters as plain data: how they are kept consistent, compared and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.engine.evaluator import Expression, compile_expression
from app.words.template_names import base_names, read_cells
from app.words.templates import Loaded, Round

Cells = dict[str, Any]
ItemRows = dict[str, Cells]
Changes = dict[str, Any]

OPEN_STATES = frozenset({"在办", "未办", "待核"})
CLOSED_STATES = frozenset({"办结", "不需办"})
DONE = "办结"
NEEDED_OF = {"办结": "已办", "在办": "需办", "未办": "需办", "不需办": "不需办", "待核": "待核"}
STATE_OF = {"不需办": "不需办", "已办": "办结", "待核": "待核"}

STANDING_WORDS = {
    "open": "在账",
    "complete": "手续齐全",
    "excluded": "核查剔除",
    "approved": "已核减",
    "started": "已开工",
    "removed": "已移除",
    "corrected": "已更正",
    "deleted": "已撤回",
}

UNCOUNTED = ("deleted", "excluded", "removed")
"""How rows of a register stand that count for nothing: withdrawn, or made void (作废)."""


@dataclass
class Held:
    """One entry in memory with its items; `standings` and `added_items` go by item code.

    `source` is the id of the row of another ledger that this one stands for, '' for a row of its own; `deleted_seq` the
    line that made it a tombstone, 0 for any other.
    """

    id: str
    number: int
    no: str
    cells: Cells
    items: ItemRows
    standing: str = "open"
    added: bool = False
    rev: int = 0
    standings: dict[str, str] = field(default_factory=dict)
    added_items: set[str] = field(default_factory=set)
    source: str = ""
    deleted_seq: int = field(default=0, compare=False)

    @property
    def division(self) -> str:
        """The banner that numbered the row: where it belongs when no 旗县区 is written."""
        return self.no.partition("-")[0]

    def copy(self, *, items: bool = True) -> Held:
        """Another row that says the same; without `items` its matters are these very ones, for who changes none of them."""
        return Held(
            self.id,
            self.number,
            self.no,
            dict(self.cells),
            {code: dict(cells) for code, cells in self.items.items()} if items else dict(self.items),
            self.standing,
            self.added,
            self.rev,
            dict(self.standings),
            set(self.added_items),
            self.source,
            self.deleted_seq,
        )

    def buried(self, seq: int, *, destroyed: bool) -> None:
        """After line `seq`: a tombstone goes on naming the line that laid it, or that destroyed its content (decision 19)."""
        if self.standing != "deleted":
            self.deleted_seq = 0
        elif destroyed or not self.deleted_seq:
            self.deleted_seq = seq

    @property
    def name(self) -> str:
        return str(self.cells.get("name", self.no))

    def open_items(self) -> list[str]:
        return [code for code, standing in self.standings.items() if standing == "open"]


def fresh_items(loaded: Loaded) -> ItemRows:
    """The items every entry has from the start (M01-M08), all 待核 (decision 13)."""
    return {
        code: {"state": "待核", "needed": "待核"} for code, preset in loaded.presets.items() if preset.always
    }


def settle_item(loaded: Loaded, before: Cells, after: Cells) -> Cells:
    """`after` with `state`, `needed` and `result` made consistent (decision 13) and a new round opened (decision 5)."""
    changed = {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
    cells = dict(after)
    again = loaded.t.items.round if loaded.t.items else None
    if again and again.again in changed and cells.get(again.again):
        _open_round(loaded, before, cells, again)
    if "state" in changed and cells.get("state"):
        state = cells["state"]
        if not (state == "办结" and cells.get("needed") == "需办"):
            cells["needed"] = NEEDED_OF[state]
    elif "needed" in changed and cells.get("needed"):
        needed = cells["needed"]
        cells["state"] = STATE_OF.get(needed) or ("在办" if _begun(loaded, cells) else "未办")
    elif any(key in changed and cells.get(key) == text for key, text in _answers(loaded)):
        cells["state"] = DONE
    elif cells.get("state") in ("未办", "待核") and _begun(loaded, cells):
        cells["state"], cells["needed"] = "在办", "需办"
    cells.setdefault("state", "待核")
    cells.setdefault("needed", NEEDED_OF[cells["state"]])
    return cells


def born_item(loaded: Loaded, before: Cells, given: Cells) -> Cells:
    """A matter as it enters with its row; the common case, a bare state, costs next to nothing."""
    if given.keys() == {"state"} and given["state"] in NEEDED_OF:
        return {**before, "state": given["state"], "needed": NEEDED_OF[given["state"]]}
    return settle_item(loaded, before, patched(before, given))


def _answers(loaded: Loaded) -> list[tuple[str, str]]:
    """(field, text) of what closing an item writes in words of its own: whoever types it closes the item."""
    if "answers" not in loaded.derived:
        loaded.derived["answers"] = [
            (key, text)
            for closing in loaded.closings("item", "approved")
            for key, text in closing.writes.items()
            if text and not text.startswith("{")
        ]
    return loaded.derived["answers"]  # type: ignore[no-any-return]


def _begun(loaded: Loaded, cells: Cells) -> bool:
    """Whether any day that starts or stops a limit is there, save those that closing the item writes."""
    if "begins" not in loaded.derived:
        ends = {key for c in loaded.closings("item", "approved", "kept") for key in c.writes}
        days = {day for c in loaded.t.clocks if c.starts for day in (c.starts, *c.stops)}
        loaded.derived["begins"] = sorted(days - ends)
    return any(cells.get(day) for day in loaded.derived["begins"])


def _open_round(loaded: Loaded, before: Cells, cells: Cells, rule: Round) -> None:
    """补正: the present submission becomes history and a new one starts on its day (decision 5).

    An answer entered together with it and dated on or after its day belongs to the new submission.
    """
    past: Cells = {}
    fresh = False
    for key in (rule.starts, *(k for k in rule.keeps if k != rule.starts)):
        value, was = cells.get(key), before.get(key)
        if key in loaded.item_fields and loaded.item_fields[key].kind == "date":
            fresh = key != rule.starts and value != was and str(value or "") >= cells[rule.again]
        old = was if fresh else cells.pop(key, None)
        if old is not None:
            past[key] = old
    if past:
        cells[rule.into] = [*cells.get(rule.into, []), past]
    cells[rule.starts] = cells.pop(rule.again)


def in_base(loaded: Loaded, cells: Cells, items: ItemRows) -> bool:
    """Whether a row counts in the base as its template says: decision 1 (SB 三(一), 四(一)) for 待批项目."""
    return kept_in_base(loaded, cells, len([1 for i in items.values() if i.get("state") in OPEN_STATES]))


def kept_in_base(loaded: Loaded, cells: Cells, n_open: int) -> bool:
    """The same for a row of which so many items are open."""
    rule = base_of(loaded)
    if rule is None:
        return n_open > 0
    read = read_cells(loaded, cells)
    return rule.holds({name: n_open if name == "n_open" else read.get(name) for name in rule.names})


def base_of(loaded: Loaded) -> Expression | None:
    """The template's `base`, compiled once; None: a row counts while an item is open."""
    if "base" not in loaded.derived:
        text = loaded.t.base
        loaded.derived["base"] = compile_expression(text, base_names(loaded)) if text else None
    return loaded.derived["base"]  # type: ignore[no-any-return]


def stand(loaded: Loaded, held: Held) -> None:
    """Set the standings of an entry of an unsealed ledger from its cells; an excluded one stays so.

    So does a matter that is excluded by itself: at the lower office it left 在账 and its project came back without it.
    """
    if held.cells.get("excluded") and held.standing != "deleted":
        held.standing = "excluded"
    struck: set[str] = set()
    if held.standing not in ("excluded", "deleted"):
        struck = {code for code, standing in held.standings.items() if standing == "excluded"}
        listed = {c: cells for c, cells in held.items.items() if c not in struck} if struck else held.items
        held.standing = "open" if in_base(loaded, held.cells, listed) else "complete"
    for code, cells in held.items.items():
        if code in struck:
            continue
        if held.standing in ("excluded", "deleted"):
            held.standings[code] = held.standing
        else:
            held.standings[code] = "open" if cells.get("state") in OPEN_STATES else "complete"
    for code in held.standings.keys() - held.items.keys():
        del held.standings[code]


def census(held: Held | None, sealed: bool) -> dict[str, Counter[str]]:
    """What an entry adds to the counters of its ledger. In a sealed ledger only `open` is read off the rows."""
    counts: dict[str, Counter[str]] = {"project": Counter(), "item": Counter()}
    if held is None or held.standing == "deleted":
        return counts
    _count_one(counts["project"], held.standing, sealed)
    for standing in held.standings.values():
        _count_one(counts["item"], standing, sealed)
    return counts


def _count_one(counts: Counter[str], standing: str, sealed: bool) -> None:
    if sealed:
        if standing == "open":
            counts["open"] += 1
        return
    counts["listed"] += 1
    if standing == "open":
        counts["base"] += 1
        counts["open"] += 1
    else:
        counts[standing] += 1


def difference(old: Cells, new: Cells) -> Changes:
    """{key: new value, or None where it went} for every key that differs."""
    changes = {k: v for k, v in new.items() if k not in old or old[k] != v}
    changes.update({k: None for k in old if k not in new})
    return changes


def patched(cells: Cells, changes: Changes) -> Cells:
    """`cells` with `changes` applied: None takes the key away."""
    out = {**cells, **changes}
    return {k: v for k, v in out.items() if v is not None}


def item_order(loaded: Loaded, codes: Iterable[str]) -> list[str]:
    """Item codes in the template's order; `M99.2` follows `M99`."""
    places: dict[str, tuple[int, int]] | None = loaded.derived.get("places")
    if places is None:
        places = loaded.derived["places"] = {code: (index, 1) for index, code in enumerate(loaded.presets)}
    known = places

    def place(code: str) -> tuple[int, int]:
        if code in known:
            return known[code]
        preset, _, nth = code.partition(".")
        return known.get(preset, (len(known), 1))[0], int(nth or 1)

    return sorted(codes, key=place)

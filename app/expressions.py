"""The rules of a template at work: what a row lacks, what is wrong with it, what it amounts to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.evaluator import Expression, WorkingDays, compile_expression
from app.problem import Problem
from app.rows import OPEN_STATES, Cells, ItemRows
from app.template_checks import entry_names, item_names
from app.templates import Check, Field, Loaded, Stage

__all__ = ["Expression", "Gap", "Said", "compile_expression", "gaps", "hard_faults", "rules_of", "said"]

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Rules:
    """A template's expressions, compiled."""

    needs: tuple[tuple[Field, Expression | None], ...]
    item_needs: tuple[tuple[Field, Expression | None], ...]
    checks: tuple[tuple[Check, Expression], ...]
    item_checks: tuple[tuple[Check, Expression], ...]
    computed: tuple[tuple[str, Expression], ...]
    sublists: tuple[tuple[str, Expression], ...]
    stages: tuple[tuple[Stage, Expression], ...]
    clock_whens: Mapping[str, Expression]


@dataclass(frozen=True)
class Gap:
    """A cell that has to be filled before signing; `item` is '' for the entry's own."""

    field: Field
    item: str = ""


@dataclass(frozen=True)
class Said:
    """A check that found something; `item` is '' for the entry's own."""

    check: Check
    item: str = ""


def rules_of(loaded: Loaded) -> Rules:
    """The compiled rules of a template, made once."""
    found: Rules | None = loaded.derived.get("rules")
    if found is None:
        found = loaded.derived["rules"] = _compiled(loaded)
    return found


def names_of_entry(loaded: Loaded, cells: Cells, items: ItemRows, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the expressions of an entry read. `facts` overrides (n_overdue, files, division, standing…)."""
    n_open = sum(1 for item in items.values() if item.get("state") in OPEN_STATES)
    return {
        **_campaign(loaded),
        "n_items": sum(1 for item in items.values() if item.get("state") != "不需办"),
        "n_accepted": sum(
            1 for item in items.values() if item.get("d_accept") and item.get("state") in OPEN_STATES
        ),
        **cells,
        "n_open": n_open,
        "n_done": sum(1 for item in items.values() if item.get("state") == "办结"),
        **facts,
    }


def names_of_item(
    loaded: Loaded, code: str, item: Cells, cells: Cells, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """What the expressions of an item read: its own cells hide the entry's; `facts` as ItemTimes gives them."""
    own = loaded.item_fields
    shared = {key: value for key, value in cells.items() if key not in own}
    named = bool(code) and loaded.preset_of(code).named
    return {**_campaign(loaded), **shared, **item, "code": code, "named": named, **facts}


def gaps(
    loaded: Loaded,
    cells: Cells,
    items: ItemRows,
    *,
    facts: Mapping[str, Any] = _NOTHING,
    today: dt.date | None = None,
) -> Iterator[Gap]:
    """The empty cells that `need` before signing asks for (decision 9), entry first, then item by item."""
    rules = rules_of(loaded)
    names = names_of_entry(loaded, cells, items, facts)
    for field, when in rules.needs:
        if cells.get(field.id) in (None, "", []) and (when is None or when.holds(names, today)):
            yield Gap(field)
    for code, item in items.items():
        names = names_of_item(loaded, code, item, cells, {})
        for field, when in rules.item_needs:
            if item.get(field.id) not in (None, "", []) or (
                field.id == "dept" and loaded.preset_of(code).dept
            ):
                continue
            if when is None or when.holds(names, today):
                yield Gap(field, code)


def said(
    loaded: Loaded,
    cells: Cells,
    items: ItemRows,
    today: dt.date,
    *,
    facts: Mapping[str, Any] = _NOTHING,
    item_facts: Mapping[str, Mapping[str, Any]] = _NOTHING,
    calendar: WorkingDays | None = None,
) -> Iterator[Said]:
    """Every check that has something to say, entry first, then item by item."""
    rules = rules_of(loaded)
    names = names_of_entry(loaded, cells, items, {"files": 0, **facts})
    for check, expression in rules.checks:
        if expression.holds(names, today, calendar):
            yield Said(check)
    for code, item in items.items():
        names = names_of_item(loaded, code, item, cells, {"files": 0, **item_facts.get(code, _NOTHING)})
        for check, expression in rules.item_checks:
            if expression.holds(names, today, calendar):
                yield Said(check, code)


def hard_faults(
    loaded: Loaded,
    cells: Cells,
    items: ItemRows,
    touched: Iterable[str],
    item_touched: Mapping[str, Iterable[str]],
    today: dt.date,
) -> Problem | None:
    """The first check of level error that reads a cell just entered, as Problem E_CHECK; None when all is well.

    `touched` are field ids of the entry, `item_touched` field ids by item code. Faults that were there before
    and are not touched do not stand in the way of other work.
    """
    rules = rules_of(loaded)
    mine = set(touched)
    names = names_of_entry(loaded, cells, items, {"files": 0})
    for check, expression in rules.checks:
        if (
            check.level == "error"
            and not mine.isdisjoint(expression.names)
            and expression.holds(names, today)
        ):
            return _problem(check, "", loaded)
    for code, fields in item_touched.items():
        theirs = set(fields)
        names = names_of_item(loaded, code, items.get(code, {}), cells, {"files": 0})
        for check, expression in rules.item_checks:
            if check.level != "error" or theirs.isdisjoint(expression.names):
                continue
            if expression.holds(names, today):
                return _problem(check, code, loaded)
    return None


def computed(loaded: Loaded, names: Mapping[str, Any], today: dt.date | None = None) -> dict[str, Any]:
    """The computed values of an entry by id; absent where they cannot be known."""
    values = {key: expression.value(names, today) for key, expression in rules_of(loaded).computed}
    return {key: value for key, value in values.items() if value is not None}


def sublists(loaded: Loaded, names: Mapping[str, Any]) -> tuple[str, ...]:
    """Titles of the lists an entry is on (decision 3). Needs n_accepted and n_overdue among the names."""
    return tuple(title for title, expression in rules_of(loaded).sublists if expression.holds(names))


def _problem(check: Check, code: str, loaded: Loaded) -> Problem:
    where = f"{code}{loaded.preset_of(code).title}：" if code else ""
    clause = f"（{check.clause}）" if check.clause else ""
    facts = {"check": check.id, "clause": check.clause}
    if code:
        facts["item"] = code
    return Problem("E_CHECK", f"{where}{check.text}{clause}", field=check.field or None, **facts)


def _campaign(loaded: Loaded) -> dict[str, Any]:
    return {"campaign_start": loaded.t.starts.isoformat(), "campaign_end": loaded.t.ends.isoformat()}


def _compiled(loaded: Loaded) -> Rules:
    entry, item = entry_names(loaded), item_names(loaded)

    def needs(fields: Iterable[Field], names: frozenset[str]) -> tuple[tuple[Field, Expression | None], ...]:
        return tuple(
            (f, compile_expression(f.when, names) if f.when else None)
            for f in fields
            if f.need in ("create", "submit", "when")
        )

    t = loaded.t
    return Rules(
        needs=needs(t.fields, entry),
        item_needs=needs(t.items.fields if t.items else (), item),
        checks=tuple((c, compile_expression(c.expr, entry)) for c in t.checks if c.scope == "entry"),
        item_checks=tuple((c, compile_expression(c.expr, item)) for c in t.checks if c.scope == "item"),
        computed=tuple((c.id, compile_expression(c.expr, entry)) for c in t.computed),
        sublists=tuple((s.title, compile_expression(s.expr, entry)) for s in t.sublists),
        stages=tuple((s, compile_expression(s.when, item)) for s in (t.items.stages if t.items else ())),
        clock_whens={c.id: compile_expression(c.when, item) for c in t.clocks if c.when},
    )

"""The rules of a template at work: what a row lacks, what is wrong with it, what it amounts to."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from app.engine.clock_runs import present_round, standing_still, stretches
from app.engine.evaluator import Expression, WorkingDays, compile_expression
from app.engine.rows import DONE, OPEN_STATES, Cells, ItemRows
from app.problem import Problem
from app.words.template_names import entry_names, item_names, read_cells
from app.words.templates import Check, Closing, Disposal, Field, Loaded, Stage

__all__ = ["Expression", "Gap", "Said", "compile_expression", "gaps", "hard_faults", "rules_of", "said"]

_NOTHING: Mapping[str, Any] = {}


class Rules(Struct, frozen=True):
    """A template's expressions, compiled."""

    needs: tuple[tuple[Field, Expression | None], ...]
    item_needs: tuple[tuple[Field, Expression | None], ...]
    checks: tuple[tuple[Check, Expression], ...]
    item_checks: tuple[tuple[Check, Expression], ...]
    stages: tuple[tuple[Stage, Expression], ...]
    entry_stages: tuple[tuple[Stage, Expression], ...]
    clock_whens: Mapping[str, Expression]
    counts_accepted: bool


class Gap(Struct, frozen=True):
    """A cell that has to be filled before signing; `item` is '' for the entry's own."""

    field: Field
    item: str = ""


class Said(Struct, frozen=True):
    """A check that found something; `item` is '' for the entry's own."""

    check: Check
    item: str = ""


def rules_of(loaded: Loaded) -> Rules:
    """The compiled rules of a template, made once."""
    found: Rules | None = loaded.derived.get("rules")
    if found is None:
        found = loaded.derived["rules"] = _compiled(loaded)
    return found


def closing_rule(loaded: Loaded, closing: Closing) -> Expression | None:
    """What a named event presumes of the row, None when nothing."""
    names = item_names(loaded) if closing.scope == "item" else entry_names(loaded)
    return compile_expression(closing.when, names) if closing.when else None


def conditions(loaded: Loaded, closing: Closing) -> list[Expression]:
    """The same condition by condition, where it is several that must all hold; else []."""
    tree = ast.parse(closing.when.strip() or "True", mode="eval").body
    if not isinstance(tree, ast.BoolOp) or not isinstance(tree.op, ast.And):
        return []
    names = item_names(loaded) if closing.scope == "item" else entry_names(loaded)
    return [compile_expression(ast.unparse(part), names) for part in tree.values]


def names_of_entry(
    loaded: Loaded,
    cells: Cells,
    items: ItemRows,
    facts: Mapping[str, Any],
    live: Collection[str] | None = None,
) -> dict[str, Any]:
    """What the expressions of an entry read. `facts` overrides (n_overdue, files, division, standing…).

    `live` are the codes of the items in 在账; without it, those whose state is open.
    """
    if live is None:
        live = [code for code, item in items.items() if item.get("state") in OPEN_STATES]
    states = [item.get("state") for item in items.values()]
    names = {
        **_campaign(loaded),
        **read_cells(loaded, cells),
        "n_items": len(states) - states.count("不需办"),
        "n_open": len(live),
        "n_done": states.count(DONE),
    }
    if rules_of(loaded).counts_accepted:
        names["n_accepted"] = sum(1 for code in live if accepted(loaded, code, items[code], cells))
    return {**names, **facts}


def accepted(loaded: Loaded, code: str, item: Cells, cells: Cells) -> bool:
    """Whether the item stands at a stage that counts as taken in (受理, decision 3)."""
    stage = stage_of(loaded, code, item, cells)
    return stage is not None and stage.accepted


def resting_stage(loaded: Loaded, cells: Cells) -> Stage | None:
    """Where a row stands of which no open item speaks."""
    names: dict[str, Any] = {}
    for stage, when in rules_of(loaded).entry_stages:
        if when.names and not names:
            names = {**_campaign(loaded), **read_cells(loaded, cells), "n_open": 0}
        if when.holds(names):
            return stage
    return None


def stage_of(loaded: Loaded, code: str, item: Cells, cells: Cells) -> Stage | None:
    """The first of the template's stages that holds of an item, or (no items: code '') of a row."""
    view = present_round(loaded.t.items, item) if loaded.t.items else item
    fields = loaded.item_fields if loaded.t.items else loaded.fields
    still = standing_still(stretches(item, (f.id for f in fields.values() if f.kind == "pauses")))
    names = names_of_item(loaded, code, view, cells, still)
    return next((stage for stage, when in rules_of(loaded).stages if when.holds(names)), None)


def names_of_item(
    loaded: Loaded, code: str, item: Mapping[str, Any], cells: Cells, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """What the expressions of an item read: its own cells hide the entry's; `facts` as ItemTimes gives them."""
    own = loaded.item_fields
    shared = {key: value for key, value in read_cells(loaded, cells).items() if key not in own}
    item = read_cells(loaded, item, item=True)
    named = bool(code) and loaded.preset_of(code).named
    return {**_campaign(loaded), **shared, **item, "code": code, "named": named, **facts}


def gaps(
    loaded: Loaded,
    cells: Cells,
    items: ItemRows,
    *,
    facts: Mapping[str, Any] = _NOTHING,
    today: dt.date | None = None,
    live: Collection[str] | None = None,
) -> Iterator[Gap]:
    """The empty cells that `need` before signing asks for (decision 9), entry first, then item by item."""
    rules = rules_of(loaded)
    names = names_of_entry(loaded, cells, items, facts, live)
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
    live: Collection[str] | None = None,
) -> Iterator[Said]:
    """Every check that has something to say, entry first, then item by item."""
    rules = rules_of(loaded)
    names = names_of_entry(loaded, cells, items, {"files": 0, **facts}, live)
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
    levels: Collection[str] = ("error",),
) -> Problem | None:
    """The first check of these levels that reads a cell just entered, as Problem E_CHECK; None when all is well.

    `touched` are field ids of the entry, `item_touched` field ids by item code. Faults that were there before
    and are not touched do not stand in the way of other work.
    """
    rules = rules_of(loaded)
    mine = set(touched)
    asked = [(c, e) for c, e in rules.checks if c.level in levels and not mine.isdisjoint(e.names)]
    names = names_of_entry(loaded, cells, items, {"files": 0}) if asked else {}
    for check, expression in asked:
        if expression.holds(names, today):
            return _problem(check, "", loaded)
    for code, fields in item_touched.items():
        theirs = set(fields)
        names = names_of_item(loaded, code, items.get(code, {}), cells, {"files": 0})
        for check, expression in rules.item_checks:
            if check.level not in levels or theirs.isdisjoint(expression.names):
                continue
            if expression.holds(names, today):
                return _problem(check, code, loaded)
    return None


def cautions(
    loaded: Loaded, cells: Cells, items: ItemRows, item_touched: Mapping[str, Iterable[str]], today: dt.date
) -> list[str]:
    """What the checks of level warn say of cells just entered: worth a look, no reason to refuse."""
    out = []
    for code, fields in item_touched.items():
        theirs = set(fields)
        names = names_of_item(loaded, code, items.get(code, {}), cells, {"files": 0})
        for check, expression in rules_of(loaded).item_checks:
            mine = check.level == "warn" and "files" not in expression.names  # what is attached is not known here
            if mine and not theirs.isdisjoint(expression.names) and expression.holds(names, today):
                out.append(f"{loaded.preset_of(code).title}{check.text}")
    return out


def _problem(check: Check, code: str, loaded: Loaded) -> Problem:
    where = f"{code}{loaded.preset_of(code).title}：" if code else ""
    clause = f"（{check.clause}）" if check.clause else ""
    facts = {"check": check.id, "clause": check.clause}
    if code:
        facts["item"] = code
    return Problem("E_CHECK", f"{where}{check.text}{clause}", field=check.field or None, **facts)


def _campaign(loaded: Loaded) -> dict[str, Any]:
    found: dict[str, Any] | None = loaded.derived.get("campaign")
    if found is None:
        days = {"campaign_start": loaded.t.starts.isoformat(), "campaign_end": loaded.t.ends.isoformat()}
        found = loaded.derived["campaign"] = days
    return found


def _compiled(loaded: Loaded) -> Rules:
    entry, item = entry_names(loaded), item_names(loaded)

    def needs(fields: Iterable[Field], names: frozenset[str]) -> tuple[tuple[Field, Expression | None], ...]:
        return tuple(
            (f, compile_expression(f.when, names) if f.when else None)
            for f in fields
            if f.need in ("create", "submit", "when")
        )

    t = loaded.t
    by_entry = tuple((c, compile_expression(c.expr, entry)) for c in t.checks if c.scope == "entry" and not c.alike)
    needed = needs(t.fields, entry)
    own_stages = item if t.items is None else entry
    asked = [rule for _, rule in by_entry] + [rule for _, rule in needed if rule is not None]
    return Rules(
        needs=needed,
        item_needs=needs(t.items.fields if t.items else (), item),
        checks=by_entry,
        item_checks=tuple((c, compile_expression(c.expr, item)) for c in t.checks if c.scope == "item"),
        stages=tuple(
            (s, compile_expression(s.when, item)) for s in (t.items.stages if t.items else t.stages)
        ),
        entry_stages=tuple((s, compile_expression(s.when, own_stages)) for s in t.stages),
        clock_whens={c.id: compile_expression(c.when, item) for c in t.clocks if c.when},
        counts_accepted=any("n_accepted" in rule.names for rule in asked)
        or any("n_accepted" in closing.when for closing in t.closings),
    )


def lacking_of_route(loaded: Loaded, scope: str, cells: Cells) -> list[tuple[Disposal, list[str]]]:
    """What the chosen route of disposal still lacks of a row (`entry`) or an item: titles, a need `a|b` as 甲或乙."""
    fields = loaded.fields if scope == "entry" else loaded.item_fields
    out = []
    for disposal in loaded.t.disposals:
        if disposal.scope != scope or cells.get(disposal.field) != disposal.title:
            continue
        parts = [need.split("|") for need in disposal.needs]
        lacking = [p for p in parts if all(cells.get(key) in (None, "", []) for key in p)]
        if lacking:
            out.append((disposal, ["或".join(fields[key].title for key in p) for p in lacking]))
    return out

"""Where a matter stands in time: stage, whose turn it is, which limit counts. Nothing here knows today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from app.engine import clock_words
from app.engine.clock_runs import (
    ClockRun,
    Stretch,
    past_rounds,
    present_round,
    run_of,
    standing_still,
    stretches,
)
from app.engine.evaluator import Expression
from app.engine.expressions import names_of_item, rules_of
from app.engine.rows import Cells
from app.values.workdays import Calendar
from app.words.templates import Clock, Items, Loaded, Stage

TimeState = Literal["running", "paused", "none", "unknown", "closed"]
_REMEMBERED = 4096


class ItemTimes(msgspec.Struct, frozen=True):
    """Where one matter stands. Days are ISO text, '' where there is none.

    `state`: running = `due` is the day that counts; paused = stopped by law or handed to the superior;
    none = nobody's limit runs (not yet submitted, waiting for the applicant, no promised limit);
    unknown = the day lies beyond the calendar (`unknown` says which year); closed = over.
    `deadline` is K5, set while somebody still has to act.
    """

    clock: str
    due: str
    upper_due: str
    state: TimeState
    holder: str
    since: str
    stage: str
    deadline: str = ""
    runs: tuple[ClockRun, ...] = ()
    accepted: bool = False
    unknown: str = ""


class _Plan(msgspec.Struct, frozen=True):
    """What the clocks of one template read, worked out once."""

    items: Items
    clocks: tuple[Clock, ...]
    untils: tuple[Clock, ...]
    stages: tuple[tuple[Stage, Expression], ...]
    whens: Mapping[str, Expression]
    moving: frozenset[str]
    quick: tuple[str, ...]
    shared: tuple[str, ...]
    of_entry: frozenset[str]
    by_code: bool
    pauses: tuple[str, ...]
    known: dict[Any, ItemTimes]


def item_clocks(
    loaded: Loaded, item: Cells, cells: Cells, calendar: Calendar, *, item_code: str = ""
) -> ItemTimes:
    """The times of one matter from its cells and its entry's (旗方案 四(二)、四(三); decisions 4, 5, 12).

    A row of a template without items is its own item: both are its cells, the code is ''.
    Never raises for a day beyond the calendar: the state is then `unknown` and the row stays.
    """
    plan = loaded.derived.get(calendar.chosen) or _plan_of(loaded, calendar)
    if not plan.moving.isdisjoint(item):
        return _worked_out(loaded, plan, item, cells, calendar, item_code)
    key = (*map(item.get, plan.quick), *map(cells.get, plan.shared), item_code if plan.by_code else "")
    try:
        return plan.known[key]
    except KeyError:
        pass
    except TypeError:
        return _worked_out(loaded, plan, item, cells, calendar, item_code)
    if len(plan.known) >= _REMEMBERED:
        plan.known.clear()
    times = plan.known[key] = _worked_out(loaded, plan, item, cells, calendar, item_code)
    return times


def read_of_entry(loaded: Loaded, calendar: Calendar) -> frozenset[str]:
    """The fields of the row itself by which what is stored of its matters may change (their deadline is not)."""
    plan = loaded.derived.get(calendar.chosen) or _plan_of(loaded, calendar)
    return plan.of_entry


def explain(
    loaded: Loaded, item: Cells, cells: Cells, calendar: Calendar, today: dt.date, item_code: str = ""
) -> list[str]:
    """Chinese sentences: where it stands, each start, pause and stop, both due days with clauses, the calendar."""
    times = item_clocks(loaded, item, cells, calendar, item_code=item_code)
    return clock_words.sentences(loaded, times, cells, item, calendar, today)


def _worked_out(
    loaded: Loaded, plan: _Plan, item: Cells, cells: Cells, calendar: Calendar, code: str
) -> ItemTimes:
    view = present_round(plan.items, item)
    pauses = stretches(item, plan.pauses)
    names = names_of_item(loaded, code, view, cells, standing_still(pauses))
    stage = next((s for s, when in plan.stages if when.holds(names)), None)
    runs = _past(plan, item, calendar) + _runs(plan, view, names, calendar, pauses, _number(plan, item))
    since = _since(stage, names) if stage else ""
    holder = stage.holder if stage else ""
    over = stage is not None and stage.clock == "closed" and not holder
    deadline = "" if over else _deadline(loaded, plan, item, cells, names)
    counting, state, unknown = _counting(stage, runs, bool(names["paused"]))
    return ItemTimes(
        clock=counting.id if counting else "",
        due=counting.due if counting and state == "running" else "",
        upper_due=counting.upper_due if counting and state == "running" else "",
        state=state,
        holder=holder,
        since=since,
        stage=stage.title if stage else "",
        deadline=deadline,
        runs=runs,
        accepted=bool(stage and stage.accepted),
        unknown=unknown,
    )


def _counting(
    stage: Stage | None, runs: tuple[ClockRun, ...], still: bool
) -> tuple[ClockRun | None, TimeState, str]:
    """The run whose due day counts (the earliest of those running), and the state it makes."""
    way = stage.clock if stage else "none"
    if way == "closed":
        return None, "closed", ""
    if way == "stopped":
        return None, "paused", ""
    if way == "none":
        return None, "none", ""
    running = [run for run in runs if run.state == "running"]
    if running:
        return min(running, key=lambda run: run.due), "running", ""
    for run in runs:
        if run.state == "unknown":
            return run, "unknown", run.unknown
    standing = next((run for run in runs if run.state == "paused"), None)
    if standing or still:
        return standing, "paused", ""
    return None, "none", ""


def _runs(
    plan: _Plan,
    view: Cells,
    names: Mapping[str, Any],
    calendar: Calendar,
    pauses: tuple[Stretch, ...],
    number: int,
) -> tuple[ClockRun, ...]:
    runs: dict[str, ClockRun] = {}
    for clock in plan.clocks:
        before = runs.get(clock.after)
        if before is not None and not before.stop:
            continue
        when = plan.whens.get(clock.id)
        if when is not None and not when.holds(names):
            continue
        run = run_of(clock, view, calendar, pauses, round_number=number)
        if run is not None:
            runs[clock.id] = run
    return tuple(runs.values())


def _past(plan: _Plan, item: Cells, calendar: Calendar) -> tuple[ClockRun, ...]:
    found = []
    for number, cells, ended in past_rounds(plan.items, item):
        for clock in plan.clocks:
            when = plan.whens.get(clock.id)
            if when is not None and not when.holds(cells):
                continue
            run = run_of(clock, cells, calendar, (), round_number=number, ended=ended)
            if run is not None:
                found.append(run)
    return tuple(found)


def _deadline(loaded: Loaded, plan: _Plan, item: Cells, cells: Cells, names: Mapping[str, Any]) -> str:
    """The earliest of the days that the clocks with `until` name, the item's own day before its entry's."""
    days = []
    for clock in plan.untils:
        when = plan.whens.get(clock.id)
        if _met(loaded, clock, item) or (when is not None and not when.holds(names)):
            continue
        days.append(str(item.get(clock.until) or cells.get(clock.until) or ""))
    return min((day for day in days if day), default="")


def _met(loaded: Loaded, until: Clock, item: Cells) -> bool:
    """Whether a row without items has what its deadline waits for; a matter's own runs until nobody has to act (K5)."""
    return loaded.t.items is None and any(item.get(field) for field in until.stops)


def _since(stage: Stage, names: Mapping[str, Any]) -> str:
    return next((str(names[field]) for field in stage.since if names.get(field)), "")


def _plan_of(loaded: Loaded, calendar: Calendar) -> _Plan:
    t = loaded.t
    items = t.items or Items(
        title=t.title, fields=t.fields, presets=(), stages=t.stages
    )  # the row is its own item
    rules = rules_of(loaded)
    clocks = tuple(_as_chosen(t.id, c, calendar) for c in t.clocks if not c.until)
    untils = tuple(c for c in loaded.t.clocks if c.until)
    ends = {c.until for c in untils}
    moving = {f.id for f in items.fields if f.kind in ("date", "pauses", "rounds")}
    moving -= ends
    asked = [rules.clock_whens[c.id] for c in untils if c.id in rules.clock_whens]
    read = {name for when in (*(when for _, when in rules.stages), *asked) for name in when.names}
    own = {f.id for f in items.fields}
    plan = _Plan(
        items=items,
        clocks=clocks,
        untils=untils,
        stages=rules.stages,
        whens=rules.clock_whens,
        moving=frozenset(moving),
        quick=tuple(sorted(((read & own) | (ends & own)) - moving)),
        shared=tuple(sorted(((read - own) | ends) & loaded.fields.keys())),
        of_entry=frozenset((read | {n for w in rules.clock_whens.values() for n in w.names}) & loaded.fields.keys()),
        by_code=bool(read & {"code", "named"}),
        pauses=tuple(f.id for f in items.fields if f.kind == "pauses"),
        known={},
    )
    loaded.derived[calendar.chosen] = plan
    return plan


def _as_chosen(template: str, clock: Clock, calendar: Calendar) -> Clock:
    """The clock from the start that this office has chosen, the superior's with it where that is as silent."""
    field = calendar.starts.get(f"{template}/{clock.id}", clock.starts)
    if field == clock.starts or field not in {choice.field for choice in clock.choices}:
        return clock
    upper = clock.upper
    if upper and upper.starts == clock.starts:
        upper = msgspec.structs.replace(upper, starts=field)
    return msgspec.structs.replace(clock, starts=field, upper=upper)


def _number(plan: _Plan, item: Cells) -> int:
    rule = plan.items.round
    return len(item.get(rule.into) or ()) + 1 if rule else 1

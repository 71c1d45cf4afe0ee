"""From a bar to the rows behind it: the filter of the grid that shows them."""

from __future__ import annotations

from typing import Any

from app.engine import calling
from app.figures.headway import STATE, Group, Headway, State
from app.figures.holding import Holding, Waits
from app.listing.list_rules import ANY, EMPTY, WHOSE
from app.listing.waiting_days import HELD, told
from app.words.templates import Loaded
from ui.screens.ledger_chips import OUT_STANDINGS, OVER_STANDINGS
from ui.screens.statistics.views import CLOSED, LATE, TIMELY

NOT_RED = ("yellow", "green", "stopped", "unknown")
Where = tuple[tuple[str, tuple[str, ...]], ...]


def to_group(loaded: Loaded, found: Headway, one: Group, part: int, *, register: bool) -> dict[str, Any]:
    """The place of 项目台账 with the rows of one bar; `part` of it, all for -1."""
    words, gone = calling.standings(loaded), OVER_STANDINGS if register else OUT_STANDINGS
    which = {CLOSED: gone, TIMELY: ("open",), LATE: ("open",)}.get(part, ("open", *gone))
    standings = tuple(dict.fromkeys(words[each] for each in which))
    if found.by == "matter":
        where: Where = ((f"{one.codes[0]}{ANY}.standing", standings),)
    elif found.item:
        where = (_belongs(loaded, found, one),)
    else:
        where = (_belongs(loaded, found, one), ("standing", standings))
    if part == TIMELY and not found.item:
        where += (("light", NOT_RED),)
    return {"ledger": found.ledger, "where": where, "lights": ("red",) if part == LATE else ()}


def to_state(found: Headway, one: State) -> dict[str, Any]:
    """The rows with a matter in that state, or in that stage."""
    key = f"{ANY}.state" if found.state_of == STATE else "stage"
    return {"ledger": found.ledger, "where": ((key, (one.code or EMPTY,)),), "lights": ()}


def to_holder(found: Holding, one: Waits, part: int) -> dict[str, Any]:
    """The rows that wait for one holder, of one length for a part of the bar."""
    key = f"{ANY}.{HELD}" if found.item else HELD
    return {"ledger": found.ledger, "where": ((key, (told(one.holder, part),)),), "lights": ()}


def choices(loaded: Loaded) -> list[str]:
    """By what a ledger can be told apart."""
    found = ["unit"]
    found += ["matter"] if loaded.t.items is not None else []
    found += ["place"] if "place" in loaded.fields else []
    return [*found, *(["division"] if region(loaded) else [])]


def region(loaded: Loaded) -> str:
    """The field that says in which banner a row lies, '' where none does."""
    return next((field.id for field in loaded.t.fields if field.kind == "region"), "")


def _belongs(loaded: Loaded, found: Headway, one: Group) -> tuple[str, tuple[str, ...]]:
    if found.by == "division":
        return region(loaded), (*one.codes, EMPTY)
    if found.by == "unit" and found.item:
        return f"{ANY}.dept", one.codes
    return WHOSE if found.by == "unit" else "place", tuple(code or EMPTY for code in one.codes)

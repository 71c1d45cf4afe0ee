"""The counts of the chips of a ledger's page: at once, of a long ledger off the screen thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject
from shiboken6 import isValid

from app.listing import lists
from app.listing.lists import Query
from app.words.templates import Loaded
from ui.desk import Desk
from ui.screens import ledger_chips
from ui.screens.ledger_chips import Chip

LONG = 5_000  # rows
NAME = "chips"


def ask(
    desk: Desk, ledger_id: str, loaded: Loaded, query: Query, rows: int, show: Callable[[Sequence[Chip]], object]
) -> None:
    """`show` the chips of a ledger with so many `rows`, filtered by `query`; those of an older question are not shown."""
    asked = ledger_chips.asked(loaded, query)
    if rows <= LONG:
        desk.lookups.forget(NAME)
        show(ledger_chips.chips(lists.tabs(desk.office, ledger_id, *asked), loaded, query))
        return

    def answered(found: Mapping[str, int]) -> None:
        page = getattr(show, "__self__", None)
        if not isinstance(page, QObject) or isValid(page):  # the page may have been left before the answer came
            show(ledger_chips.chips(found, loaded, query))

    desk.lookups.ask(
        NAME,
        answered,
        lists.tabs, desk.office, ledger_id, *asked,
    )  # fmt: skip

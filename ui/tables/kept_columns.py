"""What a clerk made of the grid of one ledger, columns, filters and order; kept at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.ledger.ledgers import LedgerLine
from app.listing.lists import Query
from ui import look
from ui.desk import Desk
from ui.tables.columns import Column
from ui.tables.fitting import Wide

FROZEN = 2


class KeptColumns:
    """Order, which are shown, widths, how many stand still, and what is filtered: per ledger and clerk.

    Where a ledger has nothing of its own yet, it takes the columns that were made for another of its template.
    """

    def __init__(self, desk: Desk, ledger: LedgerLine) -> None:
        self._desk, self._state = desk, desk.state
        self._ledger = ledger

    def _key(self, what: str, whose: str = "") -> str:
        return f"{self._desk.office.clerk}/{whose or self._ledger.id}/{what}".replace("\\", "_")

    def _text(self, what: str) -> str:
        return str(self._state.value(self._key(what)) or self._state.value(self._key(what, self._ledger.template_id)) or "")

    def _list(self, what: str) -> list[str]:
        return [key for key in self._text(what).split(",") if key]

    def ordered(self, columns: list[Column]) -> list[Column]:
        place = {key: i for i, key in enumerate(self._list("order"))}
        return sorted(columns, key=lambda c: place.get(c.key, len(place))) if place else columns

    def hides(self, column: Column) -> bool:
        shown = self._list("shown")
        return column.key not in shown if shown else not column.by_default

    def width(self, key: str) -> int:
        """The width the clerk gave a column, 0 where none."""
        return int(self._text(f"width/{key}") or 0)

    def wide(self, column: Column) -> Wide:
        """A column for `fitting`: one whose width the clerk set, the light and 剩余 do not give way."""
        kept = self.width(column.key)
        gives = not kept and not column.light and column.key != "left"
        return Wide(kept or look.sizes().grown(column.width), column.right, gives)

    def frozen(self) -> int:
        return int(self._text("frozen") or FROZEN)

    def keep_width(self, key: str, px: int) -> None:
        self._put(f"width/{key}", px)

    def keep(self, order: Sequence[str], shown: Sequence[str], frozen: int) -> None:
        self._put("order", ",".join(order))
        self._put("shown", ",".join(shown))
        self._put("frozen", frozen)

    def query(self) -> Query:
        """What was filtered and sorted by when the ledger was last looked at."""
        kept = str(self._state.value(self._key("query")) or "")
        try:
            return msgspec.json.decode(kept, type=Query) if kept else Query()
        except msgspec.MsgspecError:  # of another version of the program
            return Query()

    def keep_query(self, query: Query) -> None:
        self._state.setValue(self._key("query"), msgspec.json.encode(query).decode())

    def _put(self, what: str, value: object) -> None:
        """For this ledger, and as the start of others of its template."""
        for whose in ("", self._ledger.template_id):
            self._state.setValue(self._key(what, whose), value)

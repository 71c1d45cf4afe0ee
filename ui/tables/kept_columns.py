"""What a clerk made of the columns of one ledger's grid; kept at once."""

from __future__ import annotations

from collections.abc import Sequence

from app.ledger.ledgers import LedgerLine
from ui import look
from ui.desk import Desk
from ui.tables.columns import Column
from ui.tables.fitting import Wide

FROZEN = 2


class KeptColumns:
    """Order, which are shown, widths, how many stand still: per template and clerk."""

    def __init__(self, desk: Desk, ledger: LedgerLine) -> None:
        self._state = desk.state
        self._stem = f"{desk.office.clerk}/{ledger.template_id}/"

    def _key(self, what: str) -> str:
        return f"{self._stem}{what}".replace("\\", "_")

    def _list(self, what: str) -> list[str]:
        return [key for key in str(self._state.value(self._key(what)) or "").split(",") if key]

    def ordered(self, columns: list[Column]) -> list[Column]:
        place = {key: i for i, key in enumerate(self._list("order"))}
        return sorted(columns, key=lambda c: place.get(c.key, len(place))) if place else columns

    def hides(self, column: Column) -> bool:
        shown = self._list("shown")
        return column.key not in shown if shown else not column.by_default

    def width(self, key: str) -> int:
        """The width the clerk gave a column, 0 where none."""
        return int(str(self._state.value(self._key(f"width/{key}")) or 0))

    def wide(self, column: Column) -> Wide:
        """A column for `fitting`: one whose width the clerk set, the light and 剩余 do not give way."""
        kept = self.width(column.key)
        gives = not kept and not column.light and column.key != "left"
        return Wide(kept or look.sizes().grown(column.width), column.right, gives)

    def frozen(self) -> int:
        return int(str(self._state.value(self._key("frozen")) or FROZEN))

    def keep_width(self, key: str, px: int) -> None:
        self._state.setValue(self._key(f"width/{key}"), px)

    def keep(self, order: Sequence[str], shown: Sequence[str], frozen: int) -> None:
        self._state.setValue(self._key("order"), ",".join(order))
        self._state.setValue(self._key("shown"), ",".join(shown))
        self._state.setValue(self._key("frozen"), frozen)

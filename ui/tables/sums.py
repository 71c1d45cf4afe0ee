"""The sums of what is selected in a ledger's grid, for the status bar: any number of rows, each unit by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from app.listing import sums
from app.listing.sums import Summed
from ui.tables.copying import ranges_of

if TYPE_CHECKING:
    from ui.tables.ledger_table import LedgerTable

SETTLE_MS = 60
NAME = "sums"
AT_ONCE = 5_000  # rows that are summed before the clerk could wait for it
Chosen = dict[tuple[str, ...], list[str]]


class Sums(QObject):
    """`told(text)` when the selection rests; '' while one cell is chosen."""

    told = Signal(str)

    def __init__(self, table: LedgerTable) -> None:
        super().__init__(table)
        self._table = table
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self._tell)
        table.selected.connect(self._settling.start)

    def hint(self, text: str) -> None:
        """Say something else there until other cells are selected."""
        self._settling.stop()
        self.told.emit(text)

    def _tell(self) -> None:
        cells, red, chosen = self._chosen()
        self._table.desk.lookups.forget(NAME)
        if cells < 2:
            self.told.emit("")
            return
        head = f"选中 {cells:,} 格" + (f"（{red:,} 个红格不计）" if red else "")
        if not chosen:
            self.told.emit(head)
            return
        desk, ledger = self._table.desk, self._table.ledger
        if sum(map(len, chosen.values())) <= AT_ONCE:
            self._say(head, sums.of(desk.office, ledger.id, chosen))
            return
        self.told.emit(f"{head}  正在合计…")
        desk.lookups.ask(NAME, lambda found: self._say(head, found), sums.of, desk.office, ledger.id, chosen)

    def _say(self, head: str, found: Mapping[str, Summed]) -> None:
        if not isValid(self):  # the page was left before the answer came
            return
        told = sums.said(self._table.ledger.loaded, found)
        self.told.emit(f"{head}  {told}" if told else head)

    def _chosen(self) -> tuple[int, int, Chosen]:
        """How many cells are selected, hidden columns left out; of those with numbers how many are red, which are not
        what is stored, and which rows of which columns are not."""
        table = self._table
        model, loaded = table.ledger_model, table.ledger.loaded
        cells = 0
        rows: dict[str, list[tuple[int, int]]] = {}
        for found in ranges_of(table):
            shown = [c for c in range(found.left(), found.right() + 1) if not table.isColumnHidden(c)]
            cells += found.height() * len(shown)
            for column in shown:
                key = model.columns[column].key
                if sums.measure(loaded, key) is not None and not model.columns[column].veiled:
                    rows.setdefault(key, []).append((found.top(), found.bottom() + 1))
        refused: dict[str, set[str]] = {}
        for entry, key in model.faults:
            refused.setdefault(key, set()).add(entry)
        alike: dict[tuple[tuple[tuple[int, int], ...], frozenset[str]], list[str]] = {}
        for key, spans in rows.items():
            alike.setdefault((tuple(spans), frozenset(refused.get(key, ()))), []).append(key)
        ids, red = model.ids, 0
        chosen: Chosen = {}
        for (blocks, out), keys in alike.items():
            inside = [ids[row] for first, last in blocks for row in range(first, last)]
            counted = [each for each in inside if each not in out] if out else inside
            red += (len(inside) - len(counted)) * len(keys)
            chosen[tuple(keys)] = counted
        return cells, red, chosen

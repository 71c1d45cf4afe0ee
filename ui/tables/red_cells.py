"""Red cells outlive the view: what was typed and refused stays until it is mended, cleared or taken back."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject

from app.change import Change
from app.journals.heard import Span
from app.ledger import kept_cells
from app.ledger.kept_cells import KeptCell
from app.problem import Problem
from app.removal.undone import Undone
from ui.desk import Desk
from ui.tables.cell_facts import OUT
from ui.tables.columns import edit_text
from ui.tables.ledger_model import LedgerModel, Rows

MOST_LOOKED = 400  # red rows that are compared with what is stored after each deed
At = tuple[str, str]


class RedCells(QObject):
    """Keeps `model.faults` of one ledger on the disk, written at once."""

    def __init__(self, desk: Desk, model: LedgerModel, rows: Rows, ledger_id: str) -> None:
        super().__init__(model)
        self._desk, self._model, self._rows, self._ledger = desk, model, rows, ledger_id
        self._under: dict[At, str] = {}
        self._came: dict[tuple[Span, ...], frozenset[At]] = {}
        for kept in kept_cells.of(desk.office, ledger_id):
            at = kept.entry, kept.key
            model.faults[at] = kept.text, Problem(kept.code, kept.said, field=kept.key)
            if kept.under is not None:
                self._under[at] = kept.under
        model.faults_changed.connect(self._save)
        desk.changed.connect(self._heed)
        desk.steps.came_back.connect(self._came_back)

    def came_with_last(self, faults: Collection[At]) -> None:
        """These came with the last deed: they go when it is taken back."""
        done = self._desk.steps.done
        if faults and done:
            self._came[done[-1].spans] = frozenset(faults)

    def _save(self) -> None:
        self._look()
        faults = self._model.faults.items()
        kept = (KeptCell(*at, text, why.code, why.text, self._under.get(at)) for at, (text, why) in faults)
        kept_cells.keep(self._desk.office, self._ledger, kept)

    def _look(self) -> dict[At, str]:
        """What is stored under the red cells; a row that is gone or has left for good is not among them."""
        faults = self._model.faults
        self._under = {at: text for at, text in self._under.items() if at in faults}
        rows = {entry for entry, _ in faults}
        if not rows or len(rows) > MOST_LOOKED:
            return {at: self._under.get(at, "") for at in faults}
        columns = {c.key: c for c in self._model.columns}
        lines = {line.id: line for line in self._rows.lines(sorted(rows)) if line.standing not in OUT[2:]}
        now = {
            (entry, key): edit_text(columns[key], lines[entry])
            for entry, key in faults
            if entry in lines and key in columns
        }
        for at, text in now.items():
            self._under.setdefault(at, text)
        return now

    def _heed(self, change: Change) -> None:
        """A cell that was written by another hand is red no more; nothing of a destroyed row is kept."""
        if not self._model.faults or (change.ledgers and self._ledger not in change.ledgers):
            return
        now = self._look()
        self._drop([at for at in self._model.faults if at not in now or now[at] != self._under.get(at, now[at])])

    def _came_back(self, undone: Undone) -> None:
        if not undone.again:
            self._drop([*self._came.pop(undone.of, ()), *undone.cells])

    def _drop(self, places: Collection[At]) -> None:
        met = [at for at in places if self._model.faults.pop(at, None)]
        if met:
            self._model.reread()
            self._model.faults_changed.emit()

"""回传: asked where to, then written; the same from the ledger and from 部门核对."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.rounds import rounds
from sync import exchange
from sync.merges import returns
from sync.merges.returns import Mine
from ui.desk import Desk
from ui.screens.rounds.return_dialog import ReturnDialog


class GivingBack(QObject):
    """`done(change)` once the file was written and read back, `refused(problem)` when it could not be."""

    done = Signal(object)
    refused = Signal(object)
    went = Signal(object)  # the place where the reason of an objection is to be written

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._over = desk, parent
        self.asked: Any = None  # the dialog last opened

    def ask(self, line: LedgerLine) -> None:
        """Say what goes and choose where."""
        mine = returns.mine(self._desk.office, line.id)
        self.asked = ReturnDialog(line, mine, self._over)
        self.asked.reasons_wished.connect(lambda: self._to_reason(line, mine))
        self.asked.accepted.connect(lambda: self._write(line))
        self.asked.open()

    def _to_reason(self, line: LedgerLine, mine: Mine) -> None:
        first = mine.bare[0]
        field = rounds.rule_of(line).reason
        self.went.emit(
            {"ledger": line.id, "entry": first.entry, "item": first.item, "field": field, "form": True}
        )

    def _write(self, line: LedgerLine) -> None:
        self._desk.run(
            exchange.send, line.id, line.origin_office, self.asked.folder(), title="正在写回传", done=self._written,
            refused=self.refused.emit,
        )  # fmt: skip

    def _written(self, change: Change) -> None:
        self.done.emit(change)

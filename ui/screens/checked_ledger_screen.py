"""项目台账 with a strip above a check list: whose it is, until when, and 回传."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ledgers import CHECK
from sync import returns
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.rounds.giving_back import GivingBack
from ui.widgets.check_strip import CheckStrip


class CheckedLedgerScreen(LedgerScreen):
    """At an office without check lists it is the ledger page and nothing else."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._told = ""
        self.giving = GivingBack(desk, self)
        self.giving.refused.connect(lambda problem: self.strip.tell(problem.text))
        self.check = CheckStrip()
        self.check.wished.connect(self._give_back)
        self.body.insertWidget(self.body.indexOf(self.top) + 1, self.check)

    def refresh(self) -> None:
        self._told = ""
        super().refresh()

    def _show_state(self) -> None:
        super()._show_state()
        line = self.bench.line if self.bench is not None else None
        if line is None or line.purpose != CHECK or not line.own:
            self._told = ""
            self.check.hide()
        elif self._told != line.id:  # a filter changes nothing of it
            self._told = line.id
            self.check.tell(line, returns.mine(self.desk.office, line.id), self.desk.office.today())

    def _give_back(self) -> None:
        if self.bench is not None and self.bench.may_leave():
            self.giving.ask(self.bench.line)

"""项目台账 with a strip above a check list: whose it is, until when, and 回传."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.ledgers import CHECK
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen

if TYPE_CHECKING:
    from ui.screens.rounds.giving_back import GivingBack
    from ui.widgets.check_strip import CheckStrip


class CheckedLedgerScreen(LedgerScreen):
    """At an office without check lists it is the ledger page and nothing else, and loads no more than that."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._told = ""

    @cached_property
    def giving(self) -> GivingBack:
        from ui.screens.rounds.giving_back import GivingBack  # noqa: PLC0415 - with the first check list

        made = GivingBack(self.desk, self)
        made.refused.connect(lambda problem: self.strip.tell(problem.text))
        return made

    @cached_property
    def check(self) -> CheckStrip:
        from ui.widgets.check_strip import CheckStrip  # noqa: PLC0415 - with the first check list

        made = CheckStrip()
        made.wished.connect(self._give_back)
        self.body.insertWidget(self.body.indexOf(self.top) + 1, made)
        return made

    def refresh(self) -> None:
        self._told = ""
        super().refresh()

    def _show_state(self) -> None:
        super()._show_state()
        line = self.bench.line if self.bench is not None else None
        if line is None or line.purpose != CHECK or not line.own:
            self._told = ""
            if "check" in self.__dict__:
                self.check.hide()
        elif self._told != line.id:  # a filter changes nothing of it
            from sync import returns  # noqa: PLC0415 - with the first check list

            self._told = line.id
            self.check.tell(line, returns.mine(self.desk.office, line.id), self.desk.office.today())

    def _give_back(self) -> None:
        if self.bench is not None and self.bench.may_leave():
            self.giving.ask(self.bench.line)

"""项目台账 with a strip above the grid: of a check list whose it is and 回传, of any other the remarks on its rows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from app.change import Change
from app.ledger.ledgers import CHECK, MERGED, LedgerLine
from app.rounds import remarks
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen

if TYPE_CHECKING:
    from ui.screens.rounds.giving_back import GivingBack
    from ui.screens.upward.remarking import Remarking
    from ui.widgets.check_strip import CheckStrip


class CheckedLedgerScreen(LedgerScreen):
    """At an office without check lists and remarks it is the ledger page and nothing else, and loads no more."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._told = ""
        self._remarked = ""
        self._writers = [made for made in self.findChildren(QPushButton) if made.property("writes")]

    @cached_property
    def remarking(self) -> Remarking:
        from ui.screens.upward.remarking import Remarking  # noqa: PLC0415 - with the first remark

        made = Remarking(self.desk, self)
        made.went.connect(self.go)
        self.body.insertWidget(self.body.indexOf(self.top) + 1, made.strip)
        return made

    @cached_property
    def giving(self) -> GivingBack:
        from ui.screens.rounds.giving_back import GivingBack  # noqa: PLC0415 - with the first check list

        made = GivingBack(self.desk, self)
        made.refused.connect(lambda problem: self.strip.tell(problem.text))
        made.went.connect(self.go)
        return made

    @cached_property
    def check(self) -> CheckStrip:
        from ui.widgets.check_strip import CheckStrip  # noqa: PLC0415 - with the first check list

        made = CheckStrip()
        made.wished.connect(self._give_back)
        self.room.parts.append(made)
        self.body.insertWidget(self.body.indexOf(self.top) + 1, made)
        return made

    def refresh(self) -> None:
        self._told = self._remarked = ""
        super().refresh()

    def heed(self, change: Change) -> None:
        self._remarked = ""
        super().heed(change)

    def _open(self, line: LedgerLine) -> None:
        super()._open(line)
        if self.bench is not None:
            self.bench.table.picked.connect(lambda _index: self._show_row())

    def _show_state(self) -> None:
        super()._show_state()
        line = self.bench.line if self.bench is not None else None
        if line is not None and not line.own:  # what cannot be done takes no room
            for made in self._writers:
                made.hide()
            self.top.arrange()
        self._show_remarks(line)
        if line is None or line.purpose != CHECK or not line.own:
            self._told = ""
            if "check" in self.__dict__:
                self.check.hide()
        elif self._told != line.id:  # a filter changes nothing of it
            from sync.merges import returns  # noqa: PLC0415 - with the first check list

            self._told = line.id
            self.check.tell(line, returns.mine(self.desk.office, line.id), self.desk.office.today())
            self.room.make(self.bench)

    def _show_remarks(self, line: LedgerLine | None) -> None:
        """Read again only for another ledger, or when something was done."""
        if line is not None and line.id == self._remarked:
            return
        self._remarked = line.id if line is not None else ""
        plain = line is None or line.purpose == CHECK or (line.own and line.purpose != MERGED)
        if plain and "remarking" not in self.__dict__ and (line is None or not remarks.all(self.desk.office)):
            return
        self.remarking.show_line(line)
        self._show_row()

    def _show_row(self) -> None:
        """The current row is another one; what the strip says of a received ledger is not said twice."""
        if "remarking" in self.__dict__ and self.bench is not None:
            self.remarking.show_entry(self.bench.table.current_id())
            if self.remarking.strip.isVisibleTo(self):
                self.foreign.hide()

    def regions(self) -> list[QWidget]:
        """The deed of the strip comes between the chips and the grid."""
        parts = super().regions()
        if "remarking" not in self.__dict__:
            return parts
        strip = self.remarking.strip
        deeds = [made for made in (strip.deed, strip.answer) if made.isVisibleTo(self)]
        return [*parts[:1], *deeds[:1], *parts[1:]]

    def _give_back(self) -> None:
        if self.bench is not None and self.bench.may_leave():
            self.giving.ask(self.bench.line)

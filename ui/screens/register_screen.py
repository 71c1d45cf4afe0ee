"""One register of 登记簿: the page of a ledger for the running lists that nobody seals."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import directory, serving
from app.ledger.ledger_groups import REGISTER, REGISTERS
from ui.screens.checked_ledger_screen import CheckedLedgerScreen

if TYPE_CHECKING:
    from ui.screens.following_people_strip import FollowingStrip


class RegisterScreen(CheckedLedgerScreen):
    """Reached from 登记簿; a place is that of the ledger page. Above 部门名录 stands what has still to follow it."""

    title = REGISTERS
    nature = REGISTER
    page = "register"
    _followed = ""

    @cached_property
    def following(self) -> FollowingStrip:
        from ui.screens.following_people_strip import FollowingStrip  # noqa: PLC0415 - with the directory

        made = FollowingStrip(self.desk, self)
        made.answered.connect(lambda: self.bench.table.setFocus() if self.bench is not None else None)
        self.body.insertWidget(self.body.indexOf(self.top) + 1, made)
        return made

    def refresh(self) -> None:
        self._followed = ""
        super().refresh()

    def heed(self, change: Change) -> None:
        self._followed = ""
        super().heed(change)

    def _show_state(self) -> None:
        super()._show_state()
        line = self.bench.line if self.bench is not None else None
        now = line.id if line is not None else ""
        if now == self._followed:  # a filter changes nothing of it
            return
        self._followed = now
        if "following" in self.__dict__ or (line is not None and serving.serves(line, directory.SERVICE)):
            self.following.show_for(line)

    def regions(self) -> list[QWidget]:
        """The deed of the strip comes between the chips and the grid."""
        parts = super().regions()
        offered = "following" in self.__dict__ and self.following.isVisibleTo(self)
        return [*parts[:1], self.following.link, *parts[1:]] if offered else parts

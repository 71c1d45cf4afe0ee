"""Room for a form that lies over the grid of a low window: chips and strips of the page give way to it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui import look
from ui.screens.ledger_head import LedgerHead
from ui.screens.workbench import Workbench

LOW = 520  # in a page lower than this a form over the grid has no room beside chips and strips


class FormRoom:
    """`parts` are what gives way, beside the chips."""

    def __init__(self, page: QWidget, top: LedgerHead, parts: list[QWidget]) -> None:
        self._page, self._top, self.parts = page, top, parts
        self._given: list[QWidget] = []

    def make(self, bench: Workbench | None) -> None:
        """After the form was opened or put away, the window has another size, or the page shows something else."""
        over = bench is not None and bench.panel_shown() and not bench.docked()
        low = over and self._page.height() < look.sizes().grown(LOW)
        self._top.give_way(low)
        if not low:
            self.take_back()
            return
        for made in self.parts:
            if not made.isHidden():
                made.hide()
                self._given.append(made)

    def take_back(self) -> None:
        """Everything is shown again as the page would have it."""
        for made in self._given:
            made.show()
        self._given = []

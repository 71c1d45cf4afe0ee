"""The head of 项目台账: which ledger, the chips, the deeds; below 1300 the chips have a row of their own,
above it those without room are in a menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.ledger.ledgers import LedgerLine
from ui import look
from ui.widgets.chips import ChipRow
from ui.widgets.ledger_choice import LedgerChoice

MORE = "更多筛选"
LEAST = 96  # px: with a long title the choice of the ledger gives way, not the window


class LedgerHead(QWidget):
    """This widget is the second row; the first is the title row it is given."""

    ledger_picked = Signal(str)
    another_wished = Signal()  # a new ledger is to be opened

    def __init__(self, first: QHBoxLayout, tools: Sequence[QPushButton]) -> None:
        super().__init__()
        self._first, self._tools = first, tools
        self._filled = self._away = False
        self._beside: QPushButton | None = None
        self._beside_words, self._beside_wanted = "", False
        self.which = LedgerChoice()
        self.which.setMinimumWidth(look.sizes().grown(LEAST))
        self.which.hide()
        self.which.picked.connect(self.ledger_picked)
        self.which.another.connect(self.another_wished)
        self.chips = ChipRow("按灯号筛选")
        first.addWidget(self.which)
        first.addWidget(self.chips)
        first.addStretch(1)
        for made in tools:
            first.addWidget(made)
        self._second = QHBoxLayout(self)
        self._second.setContentsMargins(0, 0, 0, 0)
        self._second.addStretch(1)
        self.hide()

    def put_beside(self, made: QPushButton) -> None:
        """Something else to choose rows by, behind the chips; it stays in the row of the title."""
        self._first.insertWidget(self._first.indexOf(self.chips) + 1, made)
        self._beside, self._beside_words = made, made.text()

    def want_beside(self, on: bool) -> None:
        """Whether there is anything to choose behind the chips; chips without room are there besides."""
        self._beside_wanted = on
        self.arrange()

    def show_ledgers(self, known: Sequence[LedgerLine], chosen: str) -> None:
        """List the ledgers; `chosen` is the one shown. Without any the page itself offers to open one."""
        self.which.show_ledgers(known, chosen)
        self.which.setVisible(bool(known))

    def show_tools(self, filled: bool) -> None:
        """Chips and deeds only where there are rows."""
        self._filled = filled
        self.chips.setVisible(filled)
        for made in self._tools:
            made.setVisible(filled)
        self.arrange()

    def arrange(self) -> None:
        """The window has another width: chips in the row of the title, as many as there is room for, or all below it."""
        narrow = self.window().width() < look.DOCK_FROM
        inside = self._second.indexOf(self.chips) >= 0
        if narrow and not inside:
            self._first.removeWidget(self.chips)
            self._second.insertWidget(0, self.chips)
        elif not narrow and inside:
            self._second.removeWidget(self.chips)
            self._first.insertWidget(2, self.chips)
        self.setVisible(narrow and self._filled and not self._away)
        if not self._filled:
            return
        room = 0 if narrow else self._room_for_chips()
        if 0 < room < self.chips.whole():
            self.chips.fit(room)
        else:
            self.chips.unfold()
        if self._beside is not None:
            folded = bool(self.chips.folded())
            self._beside.setText(MORE if folded else self._beside_words)
            self._beside.setAccessibleName(f"{self._beside.text()}，打开菜单")
            self._beside.setVisible(folded or self._beside_wanted)

    def give_way(self, away: bool) -> None:
        """Leave the second row to a form, or take it back."""
        self._away = away
        self.arrange()

    def _room_for_chips(self) -> int:
        """What the title and the deeds leave of their row, in px; 0 before it was laid out."""
        parts = [self._first.itemAt(at).widget() for at in range(self._first.count())]
        others = [p for p in parts if p is not None and p is not self.chips and (p is self._beside or not p.isHidden())]
        taken = sum(p.sizeHint().width() for p in others) + self._first.spacing() * (len(others) + 1)
        wide = self._first.geometry().width()
        return max(wide - taken, 1) if wide > 0 else 0

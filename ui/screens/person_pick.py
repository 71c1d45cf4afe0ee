"""Whose records are shown: everybody's, or those of one person under whatever name he bore; and the sum by person."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.listing import by_person
from ui.desk import Desk
from ui.dialogs.by_person_dialog import ByPersonDialog
from ui.widgets.buttons import button

EVERYBODY = "所有人"


class PersonPick(QWidget):
    """`picked()` is called when the clerk chooses another."""

    def __init__(self, desk: Desk, picked: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._picked = desk, picked
        self.asked: ByPersonDialog | None = None
        self.who = QComboBox()
        self.who.setAccessibleName("谁做的")
        self.who.activated.connect(lambda _at: picked())
        self.sum = button("按人汇总…", self.ask, why="今天谁做了什么")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.who)
        row.addWidget(self.sum)

    def refresh(self) -> None:
        """Read the names anew; the choice stays."""
        kept = self.who.currentData()
        self.who.clear()
        self.who.addItem(EVERYBODY, "")
        for name in by_person.people(self._desk.office):
            self.who.addItem(name, name)
        self.who.setCurrentIndex(max(0, self.who.findData(kept)))

    def choose(self, name: str) -> None:
        """Show this person's."""
        self.who.setCurrentIndex(max(0, self.who.findData(name)))
        self._picked()

    def names(self) -> tuple[str, ...]:
        """The names to look for, () for everybody."""
        name = str(self.who.currentData() or "")
        return by_person.names(self._desk.office, name) if name else ()

    def ask(self) -> None:
        """按人汇总."""
        self.asked = ByPersonDialog(self._desk, self.window())
        self.asked.wished.connect(self.choose)
        self.asked.open()

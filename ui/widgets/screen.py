"""What every page of the window is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.change import Change
from ui.desk import Desk
from ui.widgets.labels import label


class Screen(QWidget):
    """A page. The window shows it, tells it of changes, asks it for its regions, and hears its wishes.

    A page overrides what it needs: `refresh` (read again), `go` (open at a place), `regions` (for F6),
    `next_problem` (F8), `search` (the box of the top bar). It fills `self.body`.
    """

    counted = Signal(str)  # first text of the status bar
    summed = Signal(str)  # second text of the status bar
    sought = Signal(str)  # what the search box of the top bar now stands for
    wished = Signal(str, object)  # (screen key, place): show that page there
    title = ""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 10, 14, 8)
        self.body.setSpacing(10)
        self._stale = True
        desk.changed.connect(self.heed)

    def head(self) -> QHBoxLayout:
        """Add the title row and return it: title, then what the page adds (stretch included)."""
        row = QHBoxLayout()
        row.setSpacing(8)
        self.heading = label(self.title, "h1")
        row.addWidget(self.heading)
        self.body.addLayout(row)
        return row

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.catch_up()

    def heed(self, change: Change) -> None:
        """Something was done: read again now, or when next shown."""
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def catch_up(self) -> None:
        """The page is shown again and something was done meanwhile."""
        self.refresh()

    def refresh(self) -> None:
        """Read everything again (F5)."""

    def go(self, place: Any) -> None:
        """Open at `place`, whatever the page understands by it."""

    def told_status(self) -> None:
        """The page came to the front: emit `counted` and `summed` again."""

    def regions(self) -> list[QWidget]:
        """The parts F6 walks through, each able to take the focus."""
        return []

    def take_focus(self) -> None:
        """The page was chosen: put the focus where the work is, its last region unless it says otherwise."""
        parts = [part for part in self.regions() if part.isVisibleTo(self)]
        if parts:
            parts[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def next_problem(self, step: int) -> None:
        """F8 (+1) and Shift+F8 (-1)."""

    def find(self, replacing: bool) -> bool:
        """Ctrl+F or Ctrl+H was pressed while this page was shown. True when the page looks through its own cells."""
        return False

    def search(self, text: str) -> bool:
        """The search box was used while this page was shown. True when the page searched itself."""
        return False

    def narrow(self, text: str) -> None:
        """The search box is being typed into while this page is shown: a page with a list shows what fits."""

    def pick_ledger(self) -> bool:
        """Ctrl+L was pressed while this page was shown. True when the page let the clerk choose a ledger itself."""
        return False

    def print_shown(self) -> bool:
        """Ctrl+P was pressed while this page was shown. True when the page printed itself."""
        return False

    def under_way(self) -> bool:
        """Whether something was begun on this page that is neither done nor given up."""
        return False

    def unsaved(self) -> list[str]:
        """What was typed on this page and is not stored, each in a few words."""
        return []

    def may_leave(self) -> bool:
        """Asked before the window closes; False keeps it open."""
        return True

"""A short list at the side of 今日要办, walked and opened by keys as the long ones are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label


class SideList(Card):
    """Two columns without heads, what and when; hidden while it is empty.

    `when` is the width of the second column. `wished(fact)` on Enter or double click, and by the button with the words
    of `deed`.
    """

    wished = Signal(object)

    def __init__(
        self, title: str, heads: tuple[str, str], deed: str, most: int, when: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._most = most
        self.model = PlainModel(heads, parent=self)
        self.table = PlainTable(title, self.model, (200, when), stretch=0, aside=True)
        self.table.horizontalHeader().hide()
        self.table.setStyleSheet("QTableView { border: none; }")
        self.table.opened.connect(self._open)
        self.go = button(deed, lambda: self._open(self.table.currentIndex().row()), kind="link")
        top = QHBoxLayout()
        top.setContentsMargins(13, 0, 8, 0)
        top.addWidget(label(title, "h2"), 1)
        top.addWidget(self.go, 0, Qt.AlignmentFlag.AlignRight)
        self.body.setContentsMargins(1, 6, 1, 1)
        self.body.setSpacing(2)
        self.body.addLayout(top)
        self.body.addWidget(self.table)
        self.hide()

    def set(self, rows: Sequence[PlainRow]) -> None:
        """Other rows; the clerk stays on the one of the same key."""
        at = self.table.currentIndex().row()
        was = self.model.row(at)
        self.model.set_rows(rows)
        kept = self.model.find(was.key) if was else -1
        self.table.choose(kept if kept >= 0 else at)
        shown = min(len(rows), self._most)
        self.table.setFixedHeight(shown * self.table.verticalHeader().defaultSectionSize() + 2)
        self.setVisible(bool(rows))

    def _open(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None:
            self.wished.emit(found.fact)

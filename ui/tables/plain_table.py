"""A quiet table whose rows are chosen whole: lists on cards, histories, matters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from ui import look
from ui.tables.delegate import CellDelegate
from ui.tables.panes import Pane
from ui.tables.plain_model import PlainModel


class PlainTable(Pane):
    """`opened(row)` on Enter or double click; `picked(row)` when another row becomes current."""

    opened = Signal(int)
    picked = Signal(int)

    def __init__(
        self, name: str, model: PlainModel, widths: Sequence[int], stretch: int = -1, *, aside: bool = False
    ) -> None:
        super().__init__(None, arrows=False)
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.setItemDelegate(CellDelegate(self, ring=False, aside=aside))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.setModel(model)
        for column, wide in enumerate(widths):
            self.setColumnWidth(column, look.sizes().grown(wide))
        if stretch >= 0:
            self.horizontalHeader().setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.picked.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def choose(self, row: int) -> None:
        """Make a row current, or the nearest one that is there."""
        last = self.model().rowCount() - 1
        if last >= 0:
            self.setCurrentIndex(self.model().index(min(max(row, 0), last), 0))

    def step(self, down: int, right: int) -> None:
        self.choose(self.currentIndex().row() + down)

"""A grid whose first columns stand still: the frozen pane lies over its left and follows it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from ui.tables.delegate import CellDelegate
from ui.tables.panes import CursorPane, FrozenPane, Move, Pane

FROZEN_SHARE = 0.45


class SplitGrid(CursorPane):
    """`set_model`, then `freeze(n)`. Both panes show the same rows, widths and selection."""

    resized = Signal(int)

    def __init__(self, name: str, *, arrows: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent, arrows)
        self.setAccessibleName(name)
        self._frozen = 0
        self.pane = FrozenPane(self, arrows)
        self._cells = CellDelegate(self)
        self.setItemDelegate(self._cells)
        self.pane.setItemDelegate(CellDelegate(self.pane))
        for own, other in ((self, self.pane), (self.pane, self)):
            own.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            own.horizontalHeader().sectionResized.connect(
                lambda section, _old, new, other=other: self._resize(other, section, new)
            )
        self.pane.hide()

    def set_model(self, model: QAbstractItemModel) -> None:
        self.setModel(model)
        self.pane.setModel(model)
        self.pane.setSelectionModel(self.selectionModel())
        model.modelReset.connect(self.place)

    def freeze(self, columns: int) -> None:
        self._frozen = columns
        self.place()

    def frozen_wish(self) -> int:
        return self._frozen

    def frozen(self) -> int:
        """The columns that really stand still, up to this one: as many of those shown as fit in 45 % of the view."""
        if self.model() is None:
            return 0
        room = self.width() * FROZEN_SHARE
        wide = fixed = count = 0
        for column in range(self.model().columnCount() if self._frozen else 0):
            if self.isColumnHidden(column):
                continue
            wide += self.columnWidth(column)
            if wide > room or fixed == self._frozen:
                break
            fixed, count = fixed + 1, column + 1
        return count

    def frozen_width(self) -> int:
        return sum(self.columnWidth(c) for c in range(self.frozen()) if not self.isColumnHidden(c))

    def place(self) -> None:
        """Lay the frozen pane over the left of the grid."""
        count = self._cells.under = self.frozen()
        self.pane.setVisible(count > 0)
        if not count:
            return
        blocked = self.pane.horizontalHeader().blockSignals(True)
        for column in range(self.model().columnCount()):
            hidden = column >= count or self.isColumnHidden(column)
            if self.pane.isColumnHidden(column) != hidden:
                self.pane.setColumnHidden(column, hidden)
            if not hidden and self.pane.columnWidth(column) != self.columnWidth(column):
                self.pane.setColumnWidth(column, self.columnWidth(column))
        self.pane.horizontalHeader().blockSignals(blocked)
        frame = self.frameWidth()
        self.pane.setGeometry(
            frame + self.verticalHeader().width(),
            frame,
            self.frozen_width(),
            self.viewport().height() + self.horizontalHeader().height(),
        )
        self.pane.verticalScrollBar().setValue(self.verticalScrollBar().value())
        self.pane.raise_()

    def _resize(self, other: Pane, section: int, new: int) -> None:
        if new and other.columnWidth(section) != new and not other.isColumnHidden(section):
            other.setColumnWidth(section, new)
        self.place()
        self.resized.emit(section)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        if hasattr(self, "pane"):
            self.place()

    def scrollTo(self, index: QModelIndex, hint: Any = QAbstractItemView.ScrollHint.EnsureVisible) -> None:
        across = self.horizontalScrollBar()
        before = across.value()
        super().scrollTo(index, hint)
        if index.column() < self.frozen():
            across.setValue(before)
            return
        under = self.frozen_width() - self.visualRect(index).left()
        if under > 0:
            across.setValue(across.value() - under)

    def moveCursor(self, action: Any, held: Qt.KeyboardModifier) -> QModelIndex:
        """Home leads to the first cell of the row that scrolls and Ctrl+Home to the topmost of them, as in Excel; the view
        goes along even where that cell is the current one. Among the frozen columns Home leads to the first of them."""
        at = self.currentIndex()
        if action != Move.MoveHome or not at.isValid():
            return super().moveCursor(action, held)
        top = bool(held & Qt.KeyboardModifier.ControlModifier)
        among = self.frozen() if top or at.column() >= self.frozen() else 0
        columns = range(among, self.model().columnCount())
        column = next((each for each in columns if not self.isColumnHidden(each)), at.column())
        found = self.model().index(0 if top else at.row(), column)
        self.scrollTo(found)
        self.horizontalScrollBar().setValue(0)
        return found

    def hide_column(self, column: int, hidden: bool) -> None:
        self.setColumnHidden(column, hidden)
        self.place()

    def mark(self, filtered: set[int], by: dict[int, tuple[int, bool]]) -> None:
        for pane in (self, self.pane):
            pane.head.mark(filtered, by)

"""A table for the hand of an Excel clerk: frozen columns, row numbers, a ring on the current cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)

from ui import look
from ui.tables.blocks import edge_from, filled
from ui.tables.delegate import CellDelegate
from ui.tables.header import FilterHeader

FROZEN_SHARE = 0.45
TYPED = (QAbstractItemView.EditTrigger.AnyKeyPressed, QAbstractItemView.EditTrigger.EditKeyPressed)
Hint = QAbstractItemDelegate.EndEditHint
Move = QAbstractItemView.CursorAction
ARROWS = {Move.MoveDown: (1, 0), Move.MoveUp: (-1, 0), Move.MoveRight: (0, 1), Move.MoveLeft: (0, -1)}
ARROW_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left)


class RowNumbers(QHeaderView):
    """The numbers at the left, always as wide; Qt would measure hundreds of them to find out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(True)
        self.setFixedWidth(look.ROW_NUMBER)

    def sizeHint(self) -> QSize:
        return QSize(look.ROW_NUMBER, 0)


class Pane(QTableView):
    """One pane of the grid: the scrolling one, or the frozen one lying over its left."""

    def __init__(self, parent: QWidget | None, arrows: bool) -> None:
        super().__init__(parent)
        self.setVerticalHeader(RowNumbers(self))
        self.setHorizontalHeader(FilterHeader(self, arrows=arrows))
        self.verticalHeader().setDefaultSectionSize(look.sizes().row)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verticalHeader().setHighlightSections(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @property
    def head(self) -> FilterHeader:
        header = self.horizontalHeader()
        assert isinstance(header, FilterHeader)
        return header


class FrozenPane(Pane):
    """Shows only the frozen columns and hands every key to the grid."""

    def __init__(self, grid: Grid, arrows: bool) -> None:
        super().__init__(grid, arrows)
        self._grid = grid
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTableView { border: none; }")
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(grid)

    def step(self, down: int, right: int) -> None:
        self._grid.step(down, right)

    def begin(self, index: QModelIndex, trigger: Any, event: QEvent | None) -> bool:
        return bool(super().edit(index, trigger, event))  # type: ignore[arg-type]

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        super().closeEditor(editor, Hint.NoHint)
        self._grid.after_edit(hint)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        wide = self.viewport().width()
        painter.fillRect(wide - 2, 0, 2, self.viewport().height(), QColor(look.INK2))
        painter.end()


class CursorPane(Pane):
    """A pane whose current cell moves as in Excel."""

    def setCurrentIndex(self, index: QModelIndex) -> None:
        """Go to a cell and choose it alone; Qt would add it to the selection while Ctrl of a short cut is held."""
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def moveCursor(self, action: Any, held: Qt.KeyboardModifier) -> QModelIndex:
        """Ctrl and an arrow go to the edge of the filled cells; Shift besides extends the selection there."""
        if action in ARROWS and held & Qt.KeyboardModifier.ControlModifier and self.currentIndex().isValid():
            at = self.currentIndex()
            return edge_from(self, at, *ARROWS[action], self.fullness(at.column()))
        return super().moveCursor(action, held)

    def fullness(self, column: int) -> Callable[[int], bool]:
        """Which rows of a column show anything; a long table knows it without reading them all."""
        return lambda row: filled(self.model().index(row, column))

    def selectionCommand(self, index: Any, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        if isinstance(event, QKeyEvent) and Qt.Key(event.key()) in ARROW_KEYS:
            flags = QItemSelectionModel.SelectionFlag
            held = event.modifiers()
            if held & Qt.KeyboardModifier.ControlModifier:
                return (
                    flags.SelectCurrent if held & Qt.KeyboardModifier.ShiftModifier else flags.ClearAndSelect
                )
        return super().selectionCommand(index, event)

    def keyboardSearch(self, search: str) -> None:
        """What is typed onto a cell that takes no typing does not lead elsewhere."""


class Grid(CursorPane):
    """`set_model`, then `freeze(n)`. Enter goes down, Tab right, typing edits, Ctrl+C copies the block."""

    filter_wished = Signal(int, QPoint)
    menu_wished = Signal(QPoint)
    opened = Signal(QModelIndex)  # F4, or a double click on a cell that is not edited here
    picked = Signal(QModelIndex)  # the current cell moved
    refused = Signal(QModelIndex)  # a cell that is not edited here was typed into
    resized = Signal(int)
    selected = Signal()
    today_wished = Signal()
    cleared = Signal()

    def __init__(self, name: str, *, arrows: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent, arrows)
        self.setAccessibleName(name)
        self._frozen = 0
        self.pane = FrozenPane(self, arrows)
        self._cells = CellDelegate(self)
        self.setItemDelegate(self._cells)
        self.pane.setItemDelegate(CellDelegate(self.pane))
        self.setTabKeyNavigation(True)
        for own, other in ((self, self.pane), (self.pane, self)):
            own.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            own.horizontalHeader().sectionResized.connect(
                lambda section, _old, new, other=other: self._resize(other, section, new)
            )
            own.head.filter_wished.connect(self.filter_wished)
            own.customContextMenuRequested.connect(
                lambda at, own=own: self.menu_wished.emit(own.viewport().mapToGlobal(at))
            )
            own.doubleClicked.connect(self._double)
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
        """How many columns really stand still: as many as fit in 45 % of the view."""
        if self.model() is None:
            return 0
        room = self.width() * FROZEN_SHARE
        wide, count = 0, 0
        for column in range(min(self._frozen, self.model().columnCount())):
            wide += 0 if self.isColumnHidden(column) else self.columnWidth(column)
            if count and wide > room:
                break
            count += 1
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

    # moving

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

    def step(self, down: int, right: int) -> None:
        """Move the current cell, skipping hidden columns, staying inside."""
        at = self.currentIndex()
        model = self.model()
        if model is None or not at.isValid():
            return
        row = min(max(at.row() + down, 0), model.rowCount() - 1)
        column = at.column()
        while right:
            column += 1 if right > 0 else -1
            if not 0 <= column < model.columnCount():
                break
            if not self.isColumnHidden(column):
                at = at.siblingAtColumn(column)
                break
        self.setCurrentIndex(model.index(row, at.column()))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self.pane.viewport().update()
        self.viewport().update()
        self.picked.emit(current)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selected.emit()

    # editing

    def edit(self, index: QModelIndex, trigger: Any = None, event: QEvent | None = None) -> bool:
        if trigger is None:
            trigger = QAbstractItemView.EditTrigger.AllEditTriggers
        if index.isValid() and index.column() < self.frozen():
            begun = self.pane.begin(index, trigger, event)
        else:
            begun = bool(super().edit(index, trigger, event))  # type: ignore[arg-type]
        if (
            not begun
            and trigger in TYPED
            and index.isValid()
            and not index.flags() & Qt.ItemFlag.ItemIsEditable
        ):
            self.refused.emit(index)
        return begun

    def editing(self) -> bool:
        state = QAbstractItemView.State.EditingState
        return self.state() == state or self.pane.state() == state

    def settle(self) -> None:
        """Store what is being typed and shut its editor: a reset would drop both, and the focus leaving then is too late."""
        for pane in (self, self.pane):
            editor = pane.indexWidget(self.currentIndex())
            if editor is not None:
                pane.commitData(editor)
                QTableView.closeEditor(pane, editor, Hint.NoHint)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self.currentIndex().column() < self.frozen():
            self.pane.inputMethodEvent(event)
        else:
            super().inputMethodEvent(event)

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        super().closeEditor(editor, Hint.NoHint)
        self.after_edit(hint)

    def after_edit(self, hint: Hint) -> None:
        """Enter goes down, Tab right, Backtab left; none of them opens the next cell."""
        moves = {Hint.SubmitModelCache: (1, 0), Hint.EditNextItem: (0, 1), Hint.EditPreviousItem: (0, -1)}
        self.setFocus()
        if hint in moves:
            self.step(*moves[hint])

    def _double(self, index: QModelIndex) -> None:
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.opened.emit(index)

    def drop_down(self) -> None:
        """Alt+Down: edit the cell with its list open, or the filter of the column where it has none."""
        at = self.currentIndex()
        if at.isValid() and at.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(at)
            for pane in (self, self.pane):
                box = pane.indexWidget(at) or pane.viewport().focusWidget()
                if isinstance(box, QComboBox):
                    box.showPopup()
        elif at.isValid():
            self.refused.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
        if self.editing():
            event.ignore()  # the editor has seen it; its delegate commits and moves
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == none:
            self.step(1, 0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.ShiftModifier:
            self.step(-1, 0)
        elif key == Qt.Key.Key_F4 and held == none and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        elif key == Qt.Key.Key_Down and held == Qt.KeyboardModifier.AltModifier:
            self.drop_down()
        elif key == Qt.Key.Key_Semicolon and held == ctrl:
            self.today_wished.emit()
        elif key == Qt.Key.Key_Delete and held == none:
            self.cleared.emit()
        else:
            super().keyPressEvent(event)

    # columns

    def show_filter(self) -> None:
        """Ctrl+Shift+L: the filter of the current column."""
        column = max(0, self.currentIndex().column())
        (self.pane if column < self.frozen() else self).head.wish(column)

    def hide_column(self, column: int, hidden: bool) -> None:
        self.setColumnHidden(column, hidden)
        self.place()

    def mark(self, filtered: set[int], by: tuple[int, bool] | None) -> None:
        for pane in (self, self.pane):
            pane.head.mark(filtered, by)

"""A table for the hand of an Excel clerk: frozen columns, row numbers, a ring on the current cell."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit, QTableView, QWidget

from ui.tables.blocks import round_selection
from ui.tables.panes import Hint
from ui.tables.split_grid import SplitGrid

TYPED = (QAbstractItemView.EditTrigger.AnyKeyPressed, QAbstractItemView.EditTrigger.EditKeyPressed)


class Grid(SplitGrid):
    """Enter goes down, Tab right, typing edits, Ctrl+C copies the block."""

    filter_wished = Signal(int, QPoint)
    menu_wished = Signal(QPoint)
    opened = Signal(QModelIndex)  # F4, or a double click on a cell that is not edited here
    picked = Signal(QModelIndex)  # the current cell moved
    refused = Signal(QModelIndex)  # a cell that is not edited here was typed into
    selected = Signal()
    today_wished = Signal()
    cleared = Signal()
    spread = Signal(str)  # Ctrl+Enter in an editor: what was typed is for the whole selection
    at_end = Signal()  # Enter or Down on the last row, which leads nowhere

    def __init__(self, name: str, *, arrows: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(name, arrows=arrows, parent=parent)
        self._typed = False
        self._tabbed = -1  # the column in which a run of Tab began: Enter goes down there
        self.setTabKeyNavigation(True)
        for own in (self, self.pane):
            own.head.filter_wished.connect(self.filter_wished)
            own.customContextMenuRequested.connect(
                lambda at, own=own: self.menu_wished.emit(own.viewport().mapToGlobal(at))
            )
            own.doubleClicked.connect(self._double)

    # moving

    def step(self, down: int, right: int) -> None:
        """Move the current cell, skipping hidden columns, staying inside."""
        at = self.currentIndex()
        model = self.model()
        if model is None or not at.isValid():
            return
        row, column = self._below(down), at.column()
        while right:
            column += 1 if right > 0 else -1
            if not 0 <= column < model.columnCount():
                break
            if not self.isColumnHidden(column):
                at = at.siblingAtColumn(column)
                break
        self.setCurrentIndex(model.index(row, at.column()))

    def _below(self, down: int) -> int:
        """The row so many further down, inside the table."""
        at, last = self.currentIndex().row(), self.model().rowCount() - 1
        if down > 0 and at == last:
            self.at_end.emit()
        return min(max(at + down, 0), last)

    def walk(self, down: int, right: int) -> None:
        """Enter and Tab, as in Excel: inside a selection of several cells round it; Enter after Tab back to where Tab began."""
        at = self.currentIndex()
        if (onward := round_selection(self, down, right)) is not None:
            self.selectionModel().setCurrentIndex(onward, QItemSelectionModel.SelectionFlag.NoUpdate)
            return
        began = self._tabbed if self._tabbed >= 0 else at.column()
        if down > 0 and self._tabbed >= 0 and not self.isColumnHidden(began):
            self.setCurrentIndex(self.model().index(self._below(down), began))
            return
        self.step(down, right)
        if right and self.currentIndex() != at:
            self._tabbed = began

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self._tabbed = -1
        self.picked.emit(current)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if self.handle is not None:
            self.handle.moved()
        self.selected.emit()

    # editing

    def edit(self, index: QModelIndex, trigger: Any = None, event: QEvent | None = None) -> bool:
        if trigger is None:
            trigger = QAbstractItemView.EditTrigger.AllEditTriggers
        if not self.editing():
            self._typed = trigger == QAbstractItemView.EditTrigger.AnyKeyPressed
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

    def typed_into(self) -> bool:
        """Whether typing straight onto the cell began the editing, so that Left and Right lead to the next cell."""
        return self._typed

    def caret_moves(self) -> None:
        """F2 while typing: from here on Left and Right move in the text."""
        self._typed = False

    def fill_with(self, text: str) -> None:
        """Ctrl+Enter while typing: the text for every selected cell."""
        self.spread.emit(text)

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
            self.walk(*moves[hint])

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

    def _begin_empty(self) -> None:
        """Backspace: edit the cell, empty; the line edit of a drop-down too."""
        at = self.currentIndex()
        if self.edit(at, QAbstractItemView.EditTrigger.EditKeyPressed):
            self._typed = True
            for pane in (self, self.pane):
                made = pane.indexWidget(at)
                line = made.lineEdit() if isinstance(made, QComboBox) else made
                if isinstance(line, QLineEdit):
                    line.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
        if self.editing():
            event.ignore()  # the editor has seen it; its delegate commits and moves
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == none:
            self.walk(1, 0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.ShiftModifier:
            self.walk(-1, 0)
        elif key == Qt.Key.Key_Tab and held == none:
            self.walk(0, 1)
        elif key == Qt.Key.Key_Backtab:
            self.walk(0, -1)
        elif key == Qt.Key.Key_Space and held:
            event.ignore()  # Ctrl+Space and Shift+Space belong to the input method
        elif key == Qt.Key.Key_F4 and held == none and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        elif key == Qt.Key.Key_Down and held == Qt.KeyboardModifier.AltModifier:
            self.drop_down()
        elif key == Qt.Key.Key_Semicolon and held == ctrl:
            self.today_wished.emit()
        elif key == Qt.Key.Key_Backspace and held == none:
            self._begin_empty()
        elif key == Qt.Key.Key_Delete and held == none:
            self.cleared.emit()
        elif key == Qt.Key.Key_Escape:
            event.accept()  # as in Excel: whoever presses it out of habit keeps the place
        else:
            if key == Qt.Key.Key_Down and held == none and not event.isAutoRepeat() and self.currentIndex().isValid():
                self._below(1)
            super().keyPressEvent(event)

    # columns

    def show_filter(self) -> None:
        """Ctrl+Shift+L: the filter of the current column."""
        column = max(0, self.currentIndex().column())
        (self.pane if column < self.frozen() else self).head.wish(column)

"""The panes a grid is made of: the scrolling one, and the one of the frozen columns lying over its left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)

from ui import look
from ui.tables.blocks import edge_from, filled
from ui.tables.header import FilterHeader

if TYPE_CHECKING:
    from ui.tables.fill_handle import FillHandle

Hint = QAbstractItemDelegate.EndEditHint
Move = QAbstractItemView.CursorAction
ARROWS = {Move.MoveDown: (1, 0), Move.MoveUp: (-1, 0), Move.MoveRight: (0, 1), Move.MoveLeft: (0, -1)}
MOVING_KEYS = (
    *(Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left),
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
)


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
        self.handle: FillHandle | None = None
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

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.handle is not None:
            self.handle.paint(self)

    @property
    def head(self) -> FilterHeader:
        header = self.horizontalHeader()
        assert isinstance(header, FilterHeader)
        return header


class FrozenPane(Pane):
    """Shows only the frozen columns and hands every key to the grid."""

    def __init__(self, grid: Pane, arrows: bool) -> None:
        super().__init__(grid, arrows)
        self._grid: Any = grid
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTableView { border: none; }")
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(grid)

    def sizeHintForColumn(self, column: int) -> int:
        return int(self._grid.sizeHintForColumn(column))

    def step(self, down: int, right: int) -> None:
        self._grid.step(down, right)

    def fill_with(self, text: str) -> None:
        self._grid.fill_with(text)

    def typed_into(self) -> bool:
        return bool(self._grid.typed_into())

    def caret_moves(self) -> None:
        self._grid.caret_moves()

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
    """A pane whose current cell moves as in Excel. No cell looks otherwise for having the focus, so none is painted anew
    when it comes or goes: an editor opens within a frame."""

    _jumping = False

    def setCurrentIndex(self, index: QModelIndex) -> None:
        """Go to a cell and choose it alone; Qt would add it to the selection while Ctrl of a short cut is held."""
        self._jumping = True
        super().setCurrentIndex(index)  # from here on Shift extends from this cell
        self._jumping = False

    def moveCursor(self, action: Any, held: Qt.KeyboardModifier) -> QModelIndex:
        """Ctrl and an arrow go to the edge of the filled cells; Shift besides extends the selection there."""
        if action in ARROWS and held & Qt.KeyboardModifier.ControlModifier and self.currentIndex().isValid():
            at = self.currentIndex()
            return edge_from(self, at, *ARROWS[action], self.fullness(at.column()))
        return super().moveCursor(action, held)

    def focusInEvent(self, event: QFocusEvent) -> None:
        at = self.currentIndex()
        if not at.isValid():
            super().focusInEvent(event)
            return
        self._draw_frame()
        typed = bool(at.flags() & Qt.ItemFlag.ItemIsEditable)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, typed)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._draw_frame()

    def _draw_frame(self) -> None:
        """The border alone tells of the focus."""
        wide = self.frameWidth() + 1
        inner = self.rect().adjusted(wide, wide, -wide, -wide)
        QWidget.update(self, QRegion(self.rect()).subtracted(QRegion(inner)))

    def fullness(self, column: int) -> Callable[[int], bool]:
        """Which rows of a column show anything; a long table knows it without reading them all."""
        return lambda row: filled(self.model().index(row, column))

    def selectionCommand(self, index: Any, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        if self._jumping and event is None:
            return QItemSelectionModel.SelectionFlag.ClearAndSelect
        if isinstance(event, QKeyEvent) and Qt.Key(event.key()) in MOVING_KEYS:
            flags = QItemSelectionModel.SelectionFlag
            held = event.modifiers()
            if held & Qt.KeyboardModifier.ControlModifier:
                return (
                    flags.SelectCurrent if held & Qt.KeyboardModifier.ShiftModifier else flags.ClearAndSelect
                )
        return super().selectionCommand(index, event)

    def keyboardSearch(self, search: str) -> None:
        """What is typed onto a cell that takes no typing does not lead elsewhere."""

"""The little square at the corner of the selection: drawn over other cells it fills them, double clicked down to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from ui import look
from ui.tables.blocks import filled
from ui.tables.copying import ranges_of

if TYPE_CHECKING:
    from ui.tables.grid import Grid
    from ui.tables.panes import Pane

SIDE, REACH = 7, 5  # px: the square, and how near to its middle the mouse takes it
SCROLL_MS = 60
Move, Press, Release, Twice = (
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
)


class FillHandle(QObject):
    """`filled(rows, columns)`: the selected block is to go on over these cells. `missed()`: nothing to fill down beside."""

    filled = Signal(object, object)
    missed = Signal()

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._panes: tuple[Pane, ...] = (grid, grid.pane)
        self._source: QItemSelectionRange | None = None
        self._goal: tuple[range, list[int]] | None = None
        self._at = QPoint()
        self._seen: dict[Pane, QRect] = {}
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll)
        for pane in self._panes:
            pane.handle = self
            pane.viewport().setMouseTracking(True)
            pane.viewport().installEventFilter(self)

    # where it is

    def block(self) -> QItemSelectionRange | None:
        """The selected rectangle whose corner has the square, None where cells are chosen apart or take no typing."""
        found = ranges_of(self._grid)
        if len(found) != 1 or self._grid.editing():
            return None
        return found[0] if self._shown(found[0]) and self._corner(found[0]).flags() & Qt.ItemFlag.ItemIsEditable else None

    def _shown(self, block: QItemSelectionRange) -> list[int]:
        return [c for c in range(block.left(), block.right() + 1) if not self._grid.isColumnHidden(c)]

    def _corner(self, block: QItemSelectionRange) -> QModelIndex:
        return self._grid.model().index(block.bottom(), self._shown(block)[-1])

    def place(self, pane: Pane) -> QRect:
        """The square in a pane's viewport, empty where it is not there."""
        block = self.block()
        if block is None:
            return QRect()
        corner = self._corner(block)
        inside = corner.column() < self._grid.frozen()
        if inside != (pane is self._grid.pane):
            return QRect()
        box = pane.visualRect(corner)
        if not inside and box.right() < self._grid.frozen_width():
            return QRect()
        left = min(box.right() - SIDE // 2 - 1, pane.viewport().width() - SIDE)
        return QRect(left, box.bottom() - SIDE // 2 - 1, SIDE, SIDE)

    def moved(self) -> None:
        """The selection changed: the square goes, and comes where it belongs now."""
        for pane in self._panes:
            now = self.place(pane)
            for square in (self._seen.get(pane, QRect()), now):
                if not square.isEmpty():
                    pane.viewport().update(square.adjusted(-2, -2, 2, 2))
            self._seen[pane] = now

    def paint(self, pane: Pane) -> None:
        """Called by a pane after its cells."""
        square = self.place(pane)
        if square.isEmpty() and self._goal is None:
            return
        painter = QPainter(pane.viewport())
        if self._goal is not None:
            self._frame(painter, pane)
        if not square.isEmpty():
            painter.fillRect(square.adjusted(-1, -1, 1, 1), QColor(look.WHITE))
            painter.fillRect(square, QColor(look.ACCENT))
        painter.end()

    def _frame(self, painter: QPainter, pane: Pane) -> None:
        assert self._goal is not None
        rows, columns = self._goal
        model = self._grid.model()
        inside = [c for c in columns if (c < self._grid.frozen()) == (pane is self._grid.pane)]
        if inside:
            first = pane.visualRect(model.index(rows[0], inside[0]))
            last = pane.visualRect(model.index(rows[-1], inside[-1]))
            painter.setPen(QPen(QColor(look.ACCENT), 2, Qt.PenStyle.DashLine))
            painter.drawRect(first.united(last).adjusted(0, 0, -1, -1))

    # the mouse

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        pane = next((p for p in self._panes if p.viewport() is watched), None)
        if pane is None:
            return False
        kind, at = event.type(), event.position().toPoint()
        if self._source is not None:
            if kind == Move:
                self._drag(pane.viewport().mapTo(self._grid, at))
            elif kind == Release:
                self._drop()
            return True
        square = self.place(pane)
        near = not square.isEmpty() and (square.center() - at).manhattanLength() <= 2 * REACH
        pane.viewport().setCursor(Qt.CursorShape.CrossCursor if near else Qt.CursorShape.ArrowCursor)
        if not near or event.button() != Qt.MouseButton.LeftButton:
            return False
        if kind == Press:
            self._source = self.block()
            self._at = pane.viewport().mapTo(self._grid, at)
            self._scrolling.start()
        elif kind == Twice:
            self._to_the_end()
        return kind in (Press, Twice)

    def _drag(self, at: QPoint) -> None:
        """The mouse is at a point of the grid."""
        self._at = at
        self._goal = self._goal_at(at)
        self._repaint()

    def _goal_at(self, at: QPoint) -> tuple[range, list[int]] | None:
        assert self._source is not None
        grid, source = self._grid, self._source
        inner = self._grid.viewport().mapFrom(grid, at)
        row, column = self._row_at(inner.y()), self._column_at(inner.x())
        own = self._shown(source)
        shown = [c for c in range(grid.model().columnCount()) if not grid.isColumnHidden(c)]
        below, above = row - source.bottom(), source.top() - row
        right = shown.index(column) - shown.index(own[-1])
        left = shown.index(own[0]) - shown.index(column)
        rows, columns = max(below, above, 0), max(left, right, 0)
        high = grid.verticalHeader().defaultSectionSize()
        if rows and rows * high >= columns * grid.columnWidth(column):
            down = range(source.bottom() + 1, row + 1) if below > 0 else range(row, source.top())
            return down, own
        if columns:
            first, last = shown.index(own[0]), shown.index(own[-1])
            across = shown[last + 1 : last + 1 + right] if right > 0 else shown[first - left : first]
            return range(source.top(), source.bottom() + 1), across
        return None

    def _row_at(self, y: int) -> int:
        row = self._grid.rowAt(y)
        if row >= 0:
            return row
        return 0 if y < 0 else self._grid.model().rowCount() - 1

    def _column_at(self, x: int) -> int:
        pane = self._grid.pane if x < self._grid.frozen_width() else self._grid
        column = pane.columnAt(max(0, x))
        shown = [c for c in range(self._grid.model().columnCount()) if not self._grid.isColumnHidden(c)]
        return column if column >= 0 else shown[-1]

    def _scroll(self) -> None:
        """While the mouse is held beyond an edge the table goes on there."""
        at, port = self._grid.viewport().mapFrom(self._grid, self._at), self._grid.viewport()
        step = self._grid.verticalHeader().defaultSectionSize()
        down, across = self._grid.verticalScrollBar(), self._grid.horizontalScrollBar()
        if at.y() > port.height() or at.y() < 0:
            down.setValue(down.value() + (step if at.y() > 0 else -step))
        if at.x() > port.width() or at.x() < 0:
            across.setValue(across.value() + (step if at.x() > 0 else -step))
        if self._goal is not None:
            self._drag(self._at)

    def _drop(self) -> None:
        source, goal = self._source, self._goal
        self._source = self._goal = None
        self._scrolling.stop()
        self._repaint()
        if source is not None and goal is not None:
            self._fill(source, *goal)

    def _fill(self, source: QItemSelectionRange, rows: range, columns: list[int]) -> None:
        """The block goes on; it and what was filled are selected."""
        top, bottom = min(source.top(), rows[0]), max(source.bottom(), rows[-1])
        left, right = min(source.left(), columns[0]), max(source.right(), columns[-1])
        self.filled.emit(rows, columns)
        model = self._grid.model()
        whole = QItemSelection(model.index(top, left), model.index(bottom, right))
        self._grid.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _to_the_end(self) -> None:
        """A double click: down as far as the column beside is filled and these cells are empty."""
        block = self.block()
        if block is None:
            return
        own, last = self._shown(block), self._grid.model().rowCount() - 1
        beside = self._beside(block, own)
        end = block.bottom()
        if beside >= 0:
            full, mine = self._grid.fullness(beside), [self._grid.fullness(c) for c in own]
            while end < last and full(end + 1) and not any(one(end + 1) for one in mine):
                end += 1
        if end == block.bottom():
            self.missed.emit()
        else:
            self._fill(block, range(block.bottom() + 1, end + 1), own)

    def _beside(self, block: QItemSelectionRange, own: list[int]) -> int:
        """The nearest column that shows something in the next row, at the left first; -1 for none."""
        shown = [c for c in range(self._grid.model().columnCount()) if not self._grid.isColumnHidden(c)]
        left, right = shown[: shown.index(own[0])][::-1], shown[shown.index(own[-1]) + 1 :]
        row = self._grid.model().index(block.bottom() + 1, 0)
        return next((c for c in [*left, *right] if row.isValid() and filled(row.siblingAtColumn(c))), -1)

    def _repaint(self) -> None:
        for pane in self._panes:
            pane.viewport().update()

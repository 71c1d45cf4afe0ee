"""The head of a table with a filter arrow at the right of each column."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from ui import look
from ui.icons import draw

ARROW, SORT_SIGN = 24, 16


class FilterHeader(QHeaderView):
    """`filter_wished(section, where)` when an arrow is pressed."""

    filter_wished = Signal(int, QPoint)
    menu_wished = Signal(int, QPoint)

    def __init__(self, parent: QWidget, *, arrows: bool = True) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._arrows = arrows
        self._filtered: set[int] = set()
        self._sorted: dict[int, tuple[int, bool]] = {}
        self._pressed = -1  # the section whose arrow is held down
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumSectionSize(44)
        self.setFixedHeight(look.sizes().header)
        self.setAccessibleName("列标题")

    def mark(self, filtered: set[int], by: dict[int, tuple[int, bool]]) -> None:
        """Which sections carry a filter, and by which the rows are sorted: {section: (place, descending)}, place 0 alone."""
        self._filtered, self._sorted = filtered, by
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(
            self.length(), look.sizes().header
        )  # only the height is asked for; Qt would measure every head

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if not rect.isValid():
            return
        painter.save()
        painter.fillRect(rect, QColor(look.HEADER))
        painter.setPen(QColor(look.LINE))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(QColor("#B9C2CC"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        model = self.model()
        text = str(model.headerData(section, self.orientation(), Qt.ItemDataRole.DisplayRole) or "")
        right = model.headerData(section, self.orientation(), Qt.ItemDataRole.TextAlignmentRole)
        left = 4 if right else look.CELL_PAD + 3
        signs = ARROW + (SORT_SIGN if section in self._sorted and section in self._filtered else 0)
        room = rect.adjusted(left, 0, -(signs if self._arrows else look.CELL_PAD + 3 if right else 6), 0)
        face = look.bold(self.font())
        metrics = QFontMetrics(face)
        align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setFont(face)
        painter.setPen(QColor(look.INK))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        if self._arrows and text:
            self._sign(painter, rect, section)
        painter.restore()

    def _sign(self, painter: QPainter, rect: QRect, section: int) -> None:
        box = QRectF(rect.right() - 21, rect.center().y() - 7, 16, 16)
        if section in self._filtered:
            draw(painter, box, "filter", look.ACCENT)
            box.translate(-SORT_SIGN, 0)
        if section in self._sorted:
            place, down = self._sorted[section]
            draw(painter, box, "descending" if down else "ascending", look.ACCENT)
            if place:
                painter.setFont(look.font(look.STANDARD_PT * 0.62))
                painter.setPen(QColor(look.ACCENT))
                painter.drawText(box.translated(0, -9), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, str(place))
        elif section not in self._filtered:
            draw(painter, box, "down", look.INK2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The arrow only asks for the filter; a press beside it chooses the column, as in Excel."""
        self._pressed = self._arrow_at(event)
        if self._pressed < 0:
            self.setSectionsMovable(self._arrows and self._chosen(self.logicalIndexAt(event.position().toPoint())))
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._arrow_at(event)
        if self._pressed < 0:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed < 0:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, -1
        if pressed < 0:
            super().mouseReleaseEvent(event)
        elif self._arrow_at(event) == pressed:
            self.wish(pressed)

    def _arrow_at(self, event: QMouseEvent) -> int:
        """The section whose arrow lies under the mouse; -1 for none. The last 4 px change the width."""
        at = event.position().toPoint()
        section = self.logicalIndexAt(at)
        if event.button() != Qt.MouseButton.LeftButton or section < 0 or not self._arrows:
            return -1
        right = self.sectionViewportPosition(section) + self.sectionSize(section)
        return section if 4 < right - at.x() <= ARROW else -1

    def _chosen(self, section: int) -> bool:
        """Whether the whole column is selected: then dragging its head moves it, else it selects further columns."""
        view, rows = self.parent(), self.model().rowCount()
        if section < 0 or not rows or not isinstance(view, QTableView):
            return False
        chosen: Any = view.selectionModel().selection()  # ranges: asking Qt for the column would ask every cell
        return any(r.left() <= section <= r.right() and r.height() == rows for r in chosen)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        section = self.logicalIndexAt(event.pos())
        if section >= 0 and self._arrows:
            self.menu_wished.emit(section, event.globalPos())

    def wish(self, section: int) -> None:
        """Ask for the filter of a section as if its arrow had been pressed."""
        left = self.sectionViewportPosition(section)
        self.filter_wished.emit(section, self.viewport().mapToGlobal(QPoint(left, self.height())))

"""Which ledger: a drop-down of all, by campaign and then the registers, with the way to open another at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ledger import ledger_groups
from app.ledger.ledgers import LedgerLine
from ui import look

ANOTHER = "打开新的台账…"
OPEN = "+"
"""The data of the last line; those of the others are ids of ledgers."""
HEADING = Qt.ItemDataRole.UserRole + 1
COUNT = Qt.ItemDataRole.UserRole + 2
GAP = 28  # px between a name and its count
INDENT = 10
Index = QModelIndex | QPersistentModelIndex


class LedgerChoice(QComboBox):
    """`picked(id)` when another ledger was chosen, `another` when a new one is to be opened (Alt+Down opens the list)."""

    picked = Signal(str)
    another = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("台账")
        self.setProperty("role", "title")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(24)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_Lines(self))
        self.activated.connect(self._take)
        self._chosen = ""

    def show_ledgers(self, known: Sequence[LedgerLine], chosen: str, *, more: bool = True) -> None:
        """List the ledgers under their campaigns; `chosen` is the id of the one shown. `more`: with the way to another."""
        self._chosen = chosen
        self._rows.clear()
        groups = ledger_groups.of_ledgers(known)
        for group in groups:
            self._rows.appendRow(_heading(group.title))
            for line in group.members:
                self._rows.appendRow(_line(line))
        if more:
            last = QStandardItem(ANOTHER)
            last.setData(OPEN, Qt.ItemDataRole.UserRole)
            self._rows.appendRow(last)
        self._show()

    def _show(self) -> None:
        self.setCurrentIndex(self.findData(self._chosen))
        self.setToolTip(self.currentText())

    def _take(self, at: int) -> None:
        picked = str(self.itemData(at) or "")
        if picked == OPEN:
            self._show()
            self.another.emit()
        elif picked and picked != self._chosen:
            self.picked.emit(picked)

    def showPopup(self) -> None:
        """As wide as its longest line with its count."""
        self.view().setMinimumWidth(max(self.width(), self.view().sizeHintForColumn(0) + GAP))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel does not change the ledger."""
        event.ignore()


def _heading(title: str) -> QStandardItem:
    made = QStandardItem(title)
    made.setData(True, HEADING)
    made.setFlags(Qt.ItemFlag.NoItemFlags)
    return made


def _line(line: LedgerLine) -> QStandardItem:
    made = QStandardItem(line.called)
    made.setData(line.id, Qt.ItemDataRole.UserRole)
    made.setData(f"{line.rows:,}", COUNT)
    made.setData(
        f"{line.called}，{line.rows:,} {line.loaded.t.words.count}", Qt.ItemDataRole.AccessibleTextRole
    )
    return made


class _Lines(QStyledItemDelegate):
    """A heading in bold; a ledger set in a little, with its count at the right."""

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        drawn: Any = QStyleOptionViewItem(option)
        heading = bool(index.data(HEADING))
        if heading:
            drawn.font.setBold(True)
            drawn.palette.setColor(drawn.palette.ColorRole.Text, QColor(look.INK2))
        else:
            painter.fillRect(option.rect, _ground(option))
            drawn.rect = option.rect.adjusted(INDENT, 0, 0, 0)
        super().paint(painter, drawn, index)
        count = str(index.data(COUNT) or "")
        if count:
            room = QRect(option.rect.adjusted(0, 0, -INDENT, 0))
            painter.save()
            painter.setFont(option.font)
            painter.setPen(QColor(look.INK2))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
            painter.restore()

    def sizeHint(self, option: Any, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        count = str(index.data(COUNT) or "")
        wide = hint.width() + INDENT + (GAP + option.fontMetrics.horizontalAdvance(count) if count else 0)
        return QSize(wide, max(hint.height(), look.sizes().grown(28)))


def _ground(option: Any) -> QColor:
    """What is under a line that is set in, so that its left edge is not left white."""
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    return QColor(look.SELECTION if selected else look.WHITE)

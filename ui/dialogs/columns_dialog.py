"""列设置: which columns are shown, in which order, how many stand still."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QSpinBox, QVBoxLayout, QWidget

from ui import look
from ui.dialogs.plain_dialog import PlainDialog
from ui.tables.columns import Column
from ui.widgets.buttons import button


class ColumnsDialog(PlainDialog):
    """After it was accepted: `order()`, `shown()`, `frozen()`."""

    def __init__(self, columns: list[Column], shown: list[str], frozen: int, parent: QWidget | None = None) -> None:
        super().__init__("列设置", "打勾的显示；拖动或用按钮改次序。改了就记住。", parent)
        self._first = [c.key for c in columns]
        self.list = QListWidget()
        self.list.setAccessibleName("列")
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.list.setMinimumHeight(240)
        for column in columns:
            item = QListWidgetItem(column.title, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if column.key in shown else Qt.CheckState.Unchecked)
            item.setSizeHint(QSize(0, look.sizes().row))
            item.setData(Qt.ItemDataRole.UserRole, column.key)
        self.list.setCurrentRow(0)
        side = QVBoxLayout()
        side.addWidget(button("上移", lambda: self._move(-1), sign="up"))
        side.addWidget(button("下移", lambda: self._move(1), sign="down"))
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(side)
        self.column.insertLayout(2, row, 1)
        self.still = QSpinBox()
        self.still.setRange(1, 4)
        self.still.setValue(frozen)
        self.row("左边固定几列", self.still)
        self.deeds("确定", self.accept)

    def _move(self, step: int) -> None:
        at = self.list.currentRow()
        if 0 <= at + step < self.list.count():
            item = self.list.takeItem(at)
            self.list.insertItem(at + step, item)
            self.list.setCurrentRow(at + step)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(i) for i in range(self.list.count())]

    def order(self) -> list[str]:
        return [str(i.data(Qt.ItemDataRole.UserRole)) for i in self._items()]

    def shown(self) -> list[str]:
        ticked = [i for i in self._items() if i.checkState() == Qt.CheckState.Checked]
        return [str(i.data(Qt.ItemDataRole.UserRole)) for i in ticked] or self._first[:2]

    def frozen(self) -> int:
        return self.still.value()


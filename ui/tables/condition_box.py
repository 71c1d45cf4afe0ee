"""A condition on a column: what is asked, and with which one or two values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.listing.conditions import Condition, Op
from ui.widgets.labels import label

NONE = "按值筛选"
NAMES = ("条件的值", "条件的第二个值")


class ConditionBox(QWidget):
    """`turned` when another condition was chosen; `op()` is '' while the values are ticked instead."""

    turned = Signal()

    def __init__(self, ops: Sequence[Op], now: Condition | None, example: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = {op.op: op for op in ops}
        self.choice = QComboBox()
        self.choice.setAccessibleName("筛选的办法")
        self.choice.addItem(NONE, "")
        for op in ops:
            self.choice.addItem(f"条件：{op.words}", op.op)
        self.choice.setMaxVisibleItems(len(ops) + 1)
        self.values = [QLineEdit() for _ in NAMES]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.choice)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._to = label("到", "muted")
        for box, name in zip(self.values, NAMES, strict=True):
            box.setAccessibleName(name)
            box.setPlaceholderText(example)
            row.addWidget(box, 1)
        row.insertWidget(1, self._to)
        column.addLayout(row)
        if now is not None and now.op in self._ops:
            self.choice.setCurrentIndex(self.choice.findData(now.op))
            for box, text in zip(self.values, now.values, strict=False):
                box.setText(text)
                box.setCursorPosition(0)
        self._show()
        self.choice.currentIndexChanged.connect(self._turn)

    def op(self) -> str:
        return str(self.choice.currentData() or "")

    def texts(self) -> tuple[str, ...]:
        """What was filled in, as many as the condition takes."""
        return tuple(box.text().strip() for box in self.values[: self._takes()])

    def focus_first(self) -> None:
        (self.values[0] if self._takes() else self.choice).setFocus()

    def _takes(self) -> int:
        found = self._ops.get(self.op())
        return found.takes if found else 0

    def _show(self) -> None:
        takes = self._takes()
        for at, box in enumerate(self.values):
            box.setVisible(at < takes)
        self._to.setVisible(takes > 1)

    def _turn(self) -> None:
        self._show()
        self.turned.emit()

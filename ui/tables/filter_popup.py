"""The list that drops from a column's head: sort, search, and tick the values to show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.buttons import button
from ui.widgets.labels import label, rule

ALL = "（全选）"


class TickList(QListWidget):
    """A click on the words ticks as well as one on the box."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        was = item.checkState() if item is not None else None
        super().mouseReleaseEvent(event)
        if item is not None and event.button() == Qt.MouseButton.LeftButton and item.checkState() == was:
            ticked = Qt.CheckState.Unchecked if was == Qt.CheckState.Checked else Qt.CheckState.Checked
            item.setCheckState(ticked)


class FilterPopup(QFrame):
    """`sorted(descending)` or `chosen(values)`; an empty tuple means no filter. Closes itself."""

    sorted = Signal(bool)
    chosen = Signal(tuple)

    def __init__(
        self,
        title: str,
        values: Sequence[tuple[str, str, int]],
        on: Sequence[str],
        *,
        sortable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`values` as (value, words, count); `on` the values now let through, empty for all."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAccessibleName(f"{title}的筛选")
        self.setFixedWidth(268)
        self._build(sortable, bool(values))
        self._fill(values, set(on))

    def _build(self, sortable: bool, listed: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        if sortable:
            row = QHBoxLayout()
            row.addWidget(button("升序", lambda: self._sort(False), sign="ascending"))
            row.addWidget(button("降序", lambda: self._sort(True), sign="descending"))
            column.addLayout(row)
            if listed:
                column.addWidget(rule())
        self.box = QLineEdit()
        self.box.setPlaceholderText("在值里找")
        self.box.setAccessibleName("在值里找")
        self.box.setClearButtonEnabled(True)
        self.box.textChanged.connect(self._narrow)
        self.list = TickList()
        self.list.setAccessibleName("要显示的值")
        self.list.setMinimumHeight(216)
        self.list.itemChanged.connect(self._ticked)
        self.note = label("", "small")
        self.ok = button("确定", self._choose, kind="primary")
        foot = QHBoxLayout()
        foot.addWidget(button("清除", self._clear), 1)
        foot.addWidget(self.ok, 1)
        for part in (self.box, self.list, self.note):
            column.addWidget(part)
            part.setVisible(listed)
        if listed:
            column.addLayout(foot)

    def _fill(self, values: Sequence[tuple[str, str, int]], on: set[str]) -> None:
        with QSignalBlocker(self.list):
            self._add("", ALL, Qt.CheckState.Checked)
            for value, words, count in values:
                state = Qt.CheckState.Checked if not on or value in on else Qt.CheckState.Unchecked
                self._add(value, f"{words}（{count:,}）", state)
        self._settle()

    def _add(self, value: str, text: str, state: Qt.CheckState) -> None:
        item = QListWidgetItem(text, self.list)
        item.setFlags(
            Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        )
        item.setData(Qt.ItemDataRole.UserRole, value)
        item.setCheckState(state)

    def _values(self) -> list[QListWidgetItem]:
        return [self.list.item(i) for i in range(1, self.list.count())]

    def _ticked(self, item: QListWidgetItem) -> None:
        if self.list.row(item) == 0:
            with QSignalBlocker(self.list):
                for each in self._values():
                    if not each.isHidden():
                        each.setCheckState(item.checkState())
        self._settle()

    def _settle(self) -> None:
        seen = [i for i in self._values() if not i.isHidden()]
        ticked = sum(i.checkState() == Qt.CheckState.Checked for i in seen)
        with QSignalBlocker(self.list):
            state = Qt.CheckState.PartiallyChecked
            if ticked in (0, len(seen)):
                state = Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
            self.list.item(0).setCheckState(state)
        self.note.setText(f"选中 {ticked} 个，共 {len(seen):,} 个值")
        self.ok.setEnabled(ticked > 0)

    def _narrow(self, text: str) -> None:
        wanted = text.strip()
        for item in self._values():
            item.setHidden(bool(wanted) and wanted not in item.text())
        self._settle()

    def _choose(self) -> None:
        seen = [i for i in self._values() if not i.isHidden()]
        ticked = [i for i in seen if i.checkState() == Qt.CheckState.Checked]
        whole = len(ticked) == len(self._values())
        self.chosen.emit(() if whole else tuple(str(i.data(Qt.ItemDataRole.UserRole)) for i in ticked))
        self.close()

    def _clear(self) -> None:
        self.chosen.emit(())
        self.close()

    def _sort(self, descending: bool) -> None:
        self.sorted.emit(descending)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ok.isEnabled():
            self._choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def open_at(self, where: QPoint) -> None:
        """Show with the left upper corner at `where`, kept inside the screen."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        left = min(where.x(), room.right() - self.width())
        top = min(where.y(), room.bottom() - self.height())
        self.move(max(room.left(), left), max(room.top(), top))
        self.show()
        (self.box if self.box.isVisible() else self).setFocus()

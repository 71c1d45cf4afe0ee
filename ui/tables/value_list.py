"""The values of a column to tick: any number of them, narrowed by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QListView, QWidget

ALL = "（全选）"
LISTED = 1_000
"""So many are shown at most, the frequent ones first; Qt asks for each of them anew. The others are found by typing."""
Index = QModelIndex | QPersistentModelIndex
CHECKABLE = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
Check = Qt.CheckState


class Values(QAbstractListModel):
    """Row 0 ticks all that are found, the others are the first of them. `settled` when a tick or what is seen changed."""

    settled = Signal()

    def __init__(
        self, values: Sequence[tuple[str, str, int]], lets: Callable[[str], bool], parent: QWidget | None = None
    ) -> None:
        """`values` as (value, words, count); `lets` whether a value is let through now."""
        super().__init__(parent)
        self._values = values
        self._ticked = bytearray(lets(value) for value, _, _ in values)
        self._seen: Sequence[int] = range(len(values))

    def narrow(self, text: str) -> None:
        """Find only the values whose words have `text`, whatever its case."""
        wanted = text.strip().casefold()
        self.beginResetModel()
        everything = range(len(self._values))
        self._seen = [at for at in everything if wanted in self._values[at][1].casefold()] if wanted else everything
        self.endResetModel()
        self.settled.emit()

    def seen(self) -> int:
        return len(self._seen)

    def ticked(self) -> list[str]:
        """The values that are seen and ticked."""
        return [self._values[at][0] for at in self._seen if self._ticked[at]]

    def unticked(self) -> list[str]:
        """All the others."""
        seen = set(self._seen)
        return [each[0] for at, each in enumerate(self._values) if at not in seen or not self._ticked[at]]

    def tick(self, row: int, on: bool) -> None:
        """Tick a row, or take its tick away; row 0 stands for all that are seen."""
        for at in self._seen if row == 0 else (self._seen[row - 1],):
            self._ticked[at] = on
        self.dataChanged.emit(self.index(0), self.index(row or self.rowCount() - 1))
        self.settled.emit()

    def state(self, row: int) -> Check:
        if row:
            return Check.Checked if self._ticked[self._seen[row - 1]] else Check.Unchecked
        ticked = sum(map(self._ticked.__getitem__, self._seen))
        if ticked in (0, len(self._seen)):
            return Check.Checked if ticked else Check.Unchecked
        return Check.PartiallyChecked

    def words(self, row: int) -> str:
        if not row:
            return ALL
        _, words, count = self._values[self._seen[row - 1]]
        return f"{words}（{count:,}）"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else min(len(self._seen), LISTED) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.words(index.row())
        return self.state(index.row()) if role == Qt.ItemDataRole.CheckStateRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.tick(index.row(), Check(value) == Check.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        return CHECKABLE if index.isValid() else Qt.ItemFlag.NoItemFlags


class ValueList(QListView):
    """A click on the words ticks as well as one on the box."""

    def __init__(self, values: Values, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("要显示的值")
        self.setUniformItemSizes(True)  # a hundred thousand rows are not measured
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setModel(values)
        self.values = values

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        was = self.values.state(index.row()) if index.isValid() else None
        super().mouseReleaseEvent(event)
        if was is not None and event.button() == Qt.MouseButton.LeftButton and self.values.state(index.row()) == was:
            self.values.tick(index.row(), was != Check.Checked)


def letting(on: Collection[str], off: Collection[str]) -> Callable[[str], bool]:
    """Which values are let through by a filter on these, or on all but those."""
    if off:
        kept_out = frozenset(off)
        return lambda value: value not in kept_out
    wanted = frozenset(on)
    return lambda value: not wanted or value in wanted

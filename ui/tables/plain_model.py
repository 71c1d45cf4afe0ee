"""A small read-only table of texts, for lists that fit in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.tables import roles

Index = QModelIndex | QPersistentModelIndex
NAMED = ("项目", "项目名称")  # heads of names, which often begin alike: cut in the middle, whole in the tip


class PlainRow(msgspec.Struct, frozen=True):
    """Texts by column; `lights` and `tones` by column number; `key` and `fact` for whoever listens."""

    texts: tuple[str, ...]
    key: str = ""
    lights: dict[int, str] = msgspec.field(default_factory=dict)
    tones: dict[int, str] = msgspec.field(default_factory=dict)
    tips: dict[int, str] = msgspec.field(default_factory=dict)
    fact: Any = None


class PlainModel(QAbstractTableModel):
    """`heads` as titles; `right` the columns that are numbers."""

    def __init__(
        self, heads: Sequence[str], right: frozenset[int] = frozenset(), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._rows: list[PlainRow] = []
        self._name(heads, right)

    def _name(self, heads: Sequence[str], right: frozenset[int]) -> None:
        self._heads, self._right = list(heads), right
        self.ended = frozenset(at for at, head in enumerate(heads) if head in NAMED) - right

    def set_heads(self, heads: Sequence[str], right: frozenset[int] = frozenset()) -> None:
        """Other columns; the rows go."""
        self.beginResetModel()
        self._rows = []
        self._name(heads, right)
        self.endResetModel()

    def set_rows(self, rows: Sequence[PlainRow]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, at: int) -> PlainRow | None:
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def find(self, key: str) -> int:
        return next((i for i, row in enumerate(self._rows) if row.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if side == Qt.Orientation.Vertical:
                return str(section + 1)
            return self._heads[section] if 0 <= section < len(self._heads) else None
        if role == Qt.ItemDataRole.TextAlignmentRole and side == Qt.Orientation.Horizontal:
            return self._align(section)
        return None

    def _align(self, column: int) -> int | None:
        both = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return int(both) if column in self._right else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.texts[column] if column < len(row.texts) else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._align(column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            named = role == Qt.ItemDataRole.ToolTipRole and column in self.ended and column < len(row.texts)
            return row.tips.get(column) or (row.texts[column] if named else None)
        found = {roles.Light: row.lights.get(column), roles.Tone: row.tones.get(column), roles.Key: row.key}
        return found.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

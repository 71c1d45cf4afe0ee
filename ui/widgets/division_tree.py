"""The leagues with their banners as a tree, found by a box that takes Chinese, pinyin, initials or code."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.values import divisions
from app.values.divisions import Division
from ui import look
from ui.forms.inputs import LineInput
from ui.icons import icon

CODE = Qt.ItemDataRole.UserRole


class DivisionTree(QWidget):
    """`picked(division)` when one becomes current. Down goes from the box into the tree."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = LineInput()
        self.box.setPlaceholderText("打拼音首字母找，如 zxbq")
        self.box.setAccessibleName("找旗县")
        self.box.addAction(QAction(icon("search", look.INK2), "", self.box), QLineEdit.ActionPosition.LeadingPosition)
        self.box.textChanged.connect(self._narrow)
        self.box.installEventFilter(self)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName("盟市和旗县")
        self.tree.setIndentation(16)
        self.tree.currentItemChanged.connect(self._chosen)
        self._items: dict[str, QTreeWidgetItem] = {}
        for city in divisions.tree():
            top = self._item(city.division)
            self.tree.addTopLevelItem(top)
            for member in city.members:
                top.addChild(self._item(member))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.box)
        column.addWidget(self.tree, 1)

    def _item(self, division: Division) -> QTreeWidgetItem:
        item = QTreeWidgetItem([division.name])
        item.setData(0, CODE, division.code)
        self._items[division.code] = item
        return item

    def current(self) -> Division | None:
        item = self.tree.currentItem()
        return divisions.find(str(item.data(0, CODE))) if item is not None else None

    def choose(self, code: str) -> None:
        """Make a division current and show it."""
        item = self._items.get(code)
        if item is not None:
            self.tree.setCurrentItem(item)
            self.tree.scrollToItem(item)

    def _narrow(self, text: str) -> None:
        """Show what fits; the closest becomes current, so Enter is enough."""
        found = divisions.search(text) if text.strip() else []
        kept = {d.code for d in found}
        for at in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(at)
            assert top is not None
            inside = [top.child(i) for i in range(top.childCount())]
            whole = str(top.data(0, CODE)) in kept
            hits = [i for i in inside if str(i.data(0, CODE)) in kept]
            for item in inside:
                item.setHidden(bool(text.strip()) and not whole and item not in hits)
            top.setHidden(bool(text.strip()) and not hits and not whole)
            top.setExpanded(bool(text.strip()) and bool(hits))
        best = divisions.closest(text)
        if best is not None:
            self.choose(best.code)

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        division = self.current() if item is not None else None
        if division is not None:
            self.picked.emit(division)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

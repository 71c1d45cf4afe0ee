"""The column of pages at the left."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import look
from ui.icons import icon
from ui.widgets.labels import dress, label


class NavItem(QPushButton):
    """One page: icon, words, and a count at the right."""

    def __init__(self, key: str, words: str, sign: str, parent: QWidget) -> None:
        super().__init__(icon(sign, look.INK2, look.ACCENT), words, parent)
        self.key = key
        self.setProperty("kind", "nav")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setIconSize(QSize(look.ICON, look.ICON))
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._badge = QLabel(self)
        self._badge.setProperty("role", "badge")
        self._badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._badge.hide()

    def set_count(self, count: int, urgent: bool) -> None:
        self._badge.setText(f"{count:,}" if count < 1000 else "999+")
        self._badge.setVisible(count > 0)
        dress(self._badge, tone="red" if urgent else "")
        self.setAccessibleName(f"{self.text()}，{count} 项" if count else self.text())
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        dress(self, narrow="true" if self.width() < 140 else "")
        self._place()

    def _place(self) -> None:
        wide = QFontMetrics(self._badge.font()).horizontalAdvance(self._badge.text()) + 11
        self._badge.resize(max(22, wide), 19)
        self._badge.move(self.width() - self._badge.width() - 6, (self.height() - 19) // 2)


class Nav(QFrame):
    """Groups of pages; `picked(key)` when the clerk chooses one."""

    picked = Signal(str)

    def __init__(self, places: Iterable[tuple[str, str, str, str]], parent: QWidget | None = None) -> None:
        """`places` as (key, words, icon, group); an empty group stands above all groups."""
        super().__init__(parent)
        self.setProperty("role", "nav")
        self.setAccessibleName("页面")
        self._items: dict[str, NavItem] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(5)
        group = ""
        for key, words, sign, of_group in places:
            if of_group != group:
                group = of_group
                column.addWidget(label(group, "nav-group"))
            item = NavItem(key, words, sign, self)
            item.clicked.connect(lambda _=False, key=key: self._pick(key))
            self._items[key] = item
            column.addWidget(item)
        column.addStretch(1)

    def _pick(self, key: str) -> None:
        self.choose(key)
        self.picked.emit(key)

    def choose(self, key: str) -> None:
        """Show which page is open."""
        if key in self._items:
            for each in self._items.values():
                each.setChecked(each.key == key)

    def set_count(self, key: str, count: int, urgent: bool = False) -> None:
        if key in self._items:
            self._items[key].set_count(count, urgent)

    def item(self, key: str) -> NavItem:
        return self._items[key]

    def keys(self) -> list[str]:
        return list(self._items)

    def focus_widget(self) -> QWidget:
        items = list(self._items.values())
        return next((item for item in items if item.isChecked()), items[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        items = list(self._items.values())
        focused = self.focusWidget()
        if step and focused in items:
            items[(items.index(focused) + step) % len(items)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

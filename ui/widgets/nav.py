"""The column of pages at the left."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import look
from ui.icons import icon
from ui.widgets.labels import dress, label

MARGIN, GAP = 8, 5  # px round the pages and between them


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

    def __init__(
        self, places: Iterable[tuple[str, str, str, str, str]], parent: QWidget | None = None
    ) -> None:
        """`places` as (key, words, icon, group, under); an empty group stands above all groups.

        One `under` another stands below it, and only while it is chosen or something is under way there; without words
        it stands nowhere, and while it is shown the one above it is marked.
        """
        super().__init__(parent)
        self.setProperty("role", "nav")
        self.setAccessibleName("页面")
        self._items: dict[str, NavItem] = {}
        self._passing: list[NavItem] = []
        self._marked: dict[str, str] = {}
        self._groups: list[QLabel] = []
        self._room = (False, True, GAP)
        self._laid_out = False
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        group = ""
        for key, words, sign, of_group, under in places:
            if under and not words:
                self._marked[key] = under
                continue
            if not under and of_group != group:
                group = of_group
                self._groups.append(label(group, "nav-group"))
                column.addWidget(self._groups[-1])
            item = NavItem(key, words, sign, self)
            item.clicked.connect(lambda _=False, key=key: self._pick(key))
            column.insertWidget(column.indexOf(self._items[under]) + 1 if under else column.count(), item)
            self._items[key] = item
            if under:
                self._passing.append(item)
                QWidget.setTabOrder(self._items[under], item)
                item.hide()
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._laid_out = True
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit(self.window().width())

    def fit(self, room: int) -> None:
        """As wide as a window of `room` px and the type of now ask for."""
        self.setFixedWidth(look.sizes().grown(look.NAV if room >= look.DOCK_FROM else look.NAV_NARROW))

    def _make_room(self) -> None:
        """In a low window the pages stand closer, then lower, and at last without the heads of their groups."""
        if not self._laid_out:  # its height is not known: every page would be dressed twice before it is seen
            return
        size, seen = look.sizes(), self._seen()
        heads = [head.sizeHint().height() for head in self._groups]
        for low, headed in ((False, True), (True, True), (True, False)):
            parts = [size.nav_item - (look.NAV_LOWER if low else 0)] * len(seen) + (heads if headed else [])
            spare = self.height() - 2 * MARGIN - sum(parts)
            if spare >= 0:
                break
        gap = min(GAP, max(0, spare // len(parts)))
        column = self.layout()
        assert column is not None
        if (low, headed, gap) == self._room:
            return
        self._room = (low, headed, gap)
        for head in self._groups:
            head.setVisible(headed)
        for item in self._items.values():
            dress(item, low="true" if low else "")
        column.setSpacing(gap)

    def _pick(self, key: str) -> None:
        self._items[key].setChecked(True)  # a second press must not take the mark away
        self.picked.emit(key)

    def choose(self, key: str, under_way: Collection[str] = ()) -> None:
        """Show which page is open, and where something was begun."""
        key = self._marked.get(key, key)
        for each in self._items.values():
            each.setChecked(each.key == key)
        for each in self._passing:
            each.setVisible(each.key == key or each.key in under_way)
        self._make_room()

    def set_count(self, key: str, count: int, urgent: bool = False) -> None:
        if key in self._items:
            self._items[key].set_count(count, urgent)

    def item(self, key: str) -> NavItem:
        return self._items[key]

    def keys(self) -> list[str]:
        """The pages that are always there, in their order."""
        return [key for key, item in self._items.items() if item not in self._passing]

    def _seen(self) -> list[NavItem]:
        column = self.layout()
        assert column is not None
        return sorted((i for i in self._items.values() if not i.isHidden()), key=column.indexOf)

    def focus_widget(self) -> QWidget:
        items = self._seen()
        return next((item for item in items if item.isChecked()), items[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        items = self._seen()
        focused = self.focusWidget()
        if step and focused in items:
            items[(items.index(focused) + step) % len(items)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

"""The top bar, the status bar, and the strip that says what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from app.problem import Problem
from ui import look
from ui.icons import icon
from ui.widgets.buttons import button, sign_button
from ui.widgets.labels import ElidedLabel, dress, label
from ui.widgets.menu_button import Choice, menu_button

LONGEST_SHOWN = 10
PAUSE_MS = 200  # as long as a hand rests between two letters


class SearchBox(QLineEdit):
    """Finds by name, code or pinyin initials; `typed` while typing. Enter searches, Esc empties and gives the focus back."""

    left = Signal()
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("查名称、编号、拼音（水库 sk）  Ctrl+K")
        self.setAccessibleName("查项目")
        self.addAction(QAction(icon("search", look.INK2), "", self), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(lambda: self.typed.emit(self.text().strip()))
        self.textEdited.connect(lambda _text: self._pause.start())
        self.returnPressed.connect(self._pause.stop)
        self._came_from: QWidget | None = None
        QApplication.instance().focusChanged.connect(self._heed)  # type: ignore[union-attr]

    def _heed(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is self and old is not None:
            self._came_from = old

    def give_back(self) -> bool:
        """Put the focus where it was before; False where that is gone."""
        there = self._came_from
        if there is None or not isValid(there) or not there.isVisible() or not there.isEnabled():
            return False
        there.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def show_text(self, text: str) -> None:
        """Show what the page is searched by, unless something else is just being typed."""
        if not self._pause.isActive() and self.text().strip() != text:
            self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.returnPressed.emit()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TopBar(QFrame):
    """旗名 · 单位 at the left, the search box in the middle, the clerk (a menu, `choices()`) and 使用说明 at the right."""

    searched = Signal(str)

    def __init__(self, office: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "topbar")
        self.choices: Callable[[], Sequence[Choice]] = list  # what the menu under the clerk's name holds
        self.setFixedHeight(look.TOP_BAR)
        self.office = ElidedLabel(office, "strong")
        self.search = SearchBox()
        self.search.setMaximumWidth(380)
        self.search.setMinimumWidth(200)
        self.search.returnPressed.connect(lambda: self.searched.emit(self.search.text().strip()))
        self.clerk = menu_button("", self._choices, sign="user", kind="link", why="换人、锁定、口令")
        self.guide = button("使用说明", kind="link", why="怎么用、有哪些按键（F1）")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(14)
        row.addWidget(self.office, 3)
        row.addWidget(self.search, 3)
        row.addWidget(self.clerk, 3, Qt.AlignmentFlag.AlignRight)
        row.addWidget(self.guide)

    def _choices(self) -> Sequence[Choice]:
        return self.choices()

    def seat(self, name: str, role: str) -> None:
        """Show who is at the desk."""
        self.clerk.setText(f"{name if len(name) <= LONGEST_SHOWN else f'{name[:LONGEST_SHOWN]}…'}（{role}）")
        self.clerk.setAccessibleName(f"现在经办：{name}（{role}），打开菜单")


class StatusBar(QFrame):
    """Counts and sums at the left; 已保存 and 上次备份 at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "statusbar")
        self.setFixedHeight(look.STATUS_BAR)
        self.counts, self.sums = label(), ElidedLabel()
        self.saved, self.backup = label(), label()
        row = QHBoxLayout(self)
        row.setContentsMargins(13, 0, 13, 0)
        row.setSpacing(30)
        row.addWidget(self.counts)
        row.addWidget(self.sums, 1)
        row.addWidget(self.saved)
        row.addWidget(self.backup)


class Strip(QFrame):
    """One sentence across the page with at most one deed beside it. Hidden while there is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setProperty("tone", "red")
        self.words = label("", wrap=True)
        self._deed: QPushButton = button("", kind="link")
        self._deed.clicked.connect(self._do)
        self._pressed: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 3, 8, 3)
        row.addWidget(self.words, 1)
        row.addWidget(self._deed)
        row.addWidget(sign_button("close", "收起提示", self.hide))
        self.hide()

    def tell(
        self, text: str, tone: str = "red", deed: str = "", pressed: Callable[[], object] | None = None
    ) -> None:
        """Show `text` in `tone` (red, amber, blue), with a link `deed` that hides the strip when pressed."""
        dress(self, tone=tone)
        self.words.setText(text)
        dress(self.words, tone=tone)
        self._deed.setText(deed)
        self._deed.setAccessibleName(deed)
        self._deed.setVisible(bool(deed))
        self._pressed = pressed
        self.show()

    def refuse(self, problem: Problem) -> None:
        """Say why a deed was refused."""
        self.tell(problem.text)

    def _do(self) -> None:
        self.hide()
        if self._pressed is not None:
            self._pressed()

"""The frame of the record panel: name and arrows above, tabs, pages, saving below."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui import look
from ui.forms.wrong_count import WrongCount
from ui.widgets.bars import Strip
from ui.widgets.buttons import button, sign_button
from ui.widgets.labels import ElidedLabel, label

TABS = ("基本情况", "审批事项", "附件", "记录", "相关")
NAME_LINES = 2
LOW = 400  # a form lower than this has its name on one line, and next to nothing round its buttons
HEAD, HEAD_LOW = (14, 10, 8, 6), (14, 4, 8, 0)
NOTHING = "在左边的表里点一个{row}，它的内容就显示在这里。"


class PanelFrame(QFrame):
    """Only the look; what its buttons do is wired by the panel. All pages but the first are added when turned to."""

    def __init__(self, first: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("这一行的表单")
        self.setFixedWidth(look.sizes().grown(look.PANEL))
        self.pages = QStackedWidget()
        self.pages.addWidget(first)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head())
        self.strip = Strip()
        column.addWidget(self.strip)
        self._parts = (self._tabs(), self.pages, self._foot())
        for part in self._parts:
            column.addWidget(part, 1 if part is self.pages else 0)
        self.words = list(TABS)
        self.nothing = label(NOTHING.format(row="项目"), "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setContentsMargins(28, 0, 28, 60)
        self.nothing.hide()
        column.addWidget(self.nothing, 1)

    def _head(self) -> QVBoxLayout:
        self.name = label("", "h2", wrap=True)
        self.name.setMaximumHeight(self.name.fontMetrics().lineSpacing() * (NAME_LINES + 1))
        self.short = ElidedLabel("", "h2")
        self.short.hide()
        self.under = ElidedLabel("", "muted")
        self.back = sign_button("up", "上一条（Ctrl+↑）")
        self.forth = sign_button("down", "下一条（Ctrl+↓）")
        self.away = sign_button("close", "收起表单")
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.name, 1)
        top.addWidget(self.short, 1)
        for made in (self.back, self.forth, self.away):
            top.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        head = self._above = QVBoxLayout()
        head.setContentsMargins(*HEAD)
        head.setSpacing(4)
        head.addLayout(top)
        self.beneath = QHBoxLayout()
        self.beneath.addWidget(self.under, 1)
        self.wrong = WrongCount()
        self.beneath.addWidget(self.wrong)
        head.addLayout(self.beneath)
        return head

    def _tabs(self) -> QWidget:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("表单各页")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setUsesScrollButtons(False)
        for words in TABS:
            self.tabs.addTab(words)
        frame = QFrame()
        frame.setObjectName("tabs")
        frame.setStyleSheet(f"QFrame#tabs {{ border: none; border-bottom: 1px solid {look.LINE}; }}")
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        return frame

    def _foot(self) -> QFrame:
        self.said = label("", "muted")
        self.undo = button("撤销")
        self.keep = button("保存 Ctrl+S", kind="primary")
        foot = QFrame()
        foot.setProperty("role", "panel-foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(14, 7, 14, 7)
        row.setSpacing(6)
        self._below = row
        row.addWidget(self.said, 1)
        row.addWidget(self.undo)
        row.addWidget(self.keep)
        return foot

    def show_filled(self, filled: bool) -> None:
        """Show the parts of a chosen entry, or the sentence that none is chosen."""
        for part in (*self._parts, self.under, self.back, self.forth):
            part.setVisible(filled)
        self.nothing.setVisible(not filled)

    def call_tab(self, page: int, words: str, shown: bool = True) -> None:
        """Call a page in the ledger's own words, or leave it out where its rows have none."""
        self.words[page] = words
        self.tabs.setTabText(page, words)
        self.tabs.setTabVisible(page, shown)

    def call(self, name: str) -> None:
        """Put the name above."""
        self.name.setText(name)
        self.short.setText(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < look.sizes().grown(LOW)
        self.name.setHidden(low)
        self.short.setVisible(low)
        self._above.setContentsMargins(*(HEAD_LOW if low else HEAD))
        self._above.setSpacing(0 if low else 4)
        self._below.setContentsMargins(14, 2 if low else 7, 14, 2 if low else 7)

    def add_page(self, made: QWidget) -> None:
        """Put a page between tabs and foot; Tab meets its parts there too, however late it was made."""
        self.pages.addWidget(made)
        inside = [made, *made.findChildren(QWidget)]
        stops = [part for part in inside if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
        for before, after in pairwise((*stops[-1:], self.undo, self.keep)):
            QWidget.setTabOrder(before, after)

    def bind(self, keys: str, done: Callable[[], object]) -> None:
        """A key of the panel, wherever in it the focus is."""
        action = QAction(self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False: done())
        self.addAction(action)

    def title(self, page: int, count: int) -> None:
        """The words of a tab with its count."""
        self.tabs.setTabText(page, f"{self.words[page]} {count}" if count else self.words[page])

"""The frame of the record panel: name and arrows above, tabs, pages, saving below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui import look
from ui.widgets.buttons import button, sign_button
from ui.widgets.labels import ElidedLabel, label

TABS = ("基本情况", "审批事项", "附件", "记录")
NAME_LINES = 2


class PanelFrame(QFrame):
    """Only the look; what its buttons do is wired by the panel."""

    def __init__(self, pages: list[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("这一行的表单")
        self.setFixedWidth(look.sizes().grown(look.PANEL))
        self.pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self._tabs())
        column.addWidget(self.pages, 1)
        for page in pages:
            self.pages.addWidget(page)
        column.addWidget(self._foot())

    def _head(self) -> QVBoxLayout:
        self.name = label("", "h2", wrap=True)
        self.name.setMaximumHeight(self.name.fontMetrics().lineSpacing() * (NAME_LINES + 1))
        self.under = ElidedLabel("", "muted")
        self.back = sign_button("up", "上一条（Ctrl+↑）")
        self.forth = sign_button("down", "下一条（Ctrl+↓）")
        self.away = sign_button("close", "收起表单")
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.name, 1)
        for made in (self.back, self.forth, self.away):
            top.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        head = QVBoxLayout()
        head.setContentsMargins(14, 10, 8, 6)
        head.setSpacing(4)
        head.addLayout(top)
        self.beneath = QHBoxLayout()
        self.beneath.addWidget(self.under, 1)
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
        row.addWidget(self.said, 1)
        row.addWidget(self.undo)
        row.addWidget(self.keep)
        return foot

    def title(self, page: int, count: int) -> None:
        """The words of a tab with its count."""
        self.tabs.setTabText(page, f"{TABS[page]} {count}" if count else TABS[page])

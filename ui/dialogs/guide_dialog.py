"""F1: how the program is used, and which key does what."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.storage.paths import RESOURCES
from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.widgets.buttons import button
from ui.widgets.labels import label

CHAPTER = 2
"""The level of a chapter's heading."""
HELP = (
    ("Ctrl+F / Ctrl+K", "查项目，边输边筛；Esc 清空"), ("Ctrl+1 … 9", "换页"), ("F6 / Shift+F6", "下一个区域 / 上一个区域"),
    ("F5", "重新读取、重新应用筛选"), ("F8 / Shift+F8", "下一处 / 上一处问题"), ("F2", "改这一格"),
    ("Enter", "往下；表单里到下一栏"), ("Tab", "往右"), ("Ctrl+C / Ctrl+V", "复制、粘贴选中的一块"),

    ("Ctrl+方向键", "到这一段的尽头；加 Shift 一路选中"),
    ("Ctrl+D", "向下填充"), ("Ctrl+Enter", "把这一格填到选中各格"), ("Delete", "清空选中各格"),
    ("Ctrl+Z / Ctrl+Y", "撤销、重做"), ("Ctrl+;", "填今天"), ("Alt+↓", "打开下拉表"),
    ("Ctrl+Shift+L", "这一列的筛选"), ("F4", "打开这一行的表单"), ("Ctrl+↑ / Ctrl+↓", "表单里上一条、下一条"),
    ("Ctrl+S", "保存表单"), ("Ctrl+P", "打印"), ("Ctrl+L", "换一本台账"), ("Esc", "放弃正在改的一格"),
)  # fmt: skip


class GuideDialog(PassingDialog):
    """The guide of the program with its chapters at the left in one tab, its keys in another; `about` is the page it is
    asked on, whose chapter it opens at."""

    def __init__(self, parent: QWidget | None = None, about: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("使用说明")
        self.resize(look.fitting(look.sizes().grown(880), look.sizes().grown(600)))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        self.guide, self.chapters, reading, keys_page = QTextBrowser(), QListWidget(), QWidget(), QWidget()
        self.guide.setMarkdown((RESOURCES / "guide" / "使用说明.md").read_text("utf-8"))
        self.guide.setAccessibleName("怎么用")
        tabs = QTabWidget()
        tabs.setAccessibleName("使用说明各页")
        tabs.tabBar().setAccessibleName("使用说明各页")
        tabs.addTab(reading, "怎么用")
        side_by_side = QHBoxLayout(reading)
        side_by_side.setContentsMargins(0, 6, 0, 0)
        side_by_side.addWidget(self.chapters)
        side_by_side.addWidget(self.guide, 1)
        self._list_chapters()
        tabs.addTab(keys_page, "按键一览")
        grid = QGridLayout(keys_page)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        half = (len(HELP) + 1) // 2
        for at, (keys, words) in enumerate(HELP):
            side = 2 * (at // half)
            grid.addWidget(label(keys, "strong"), at % half, side)
            grid.addWidget(label(words, "muted"), at % half, side + 1)
        grid.setRowStretch(half, 1)
        column.addWidget(tabs, 1)
        column.addWidget(button("关闭", self.accept), 0, Qt.AlignmentFlag.AlignRight)
        self._about = about
        self.chapters.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        names = [self.chapters.item(at).text() for at in range(self.chapters.count())]
        wanted = (at for at, name in enumerate(names) if self._about and self._about in name)
        self.chapters.setCurrentRow(next(wanted, 0))

    def _list_chapters(self) -> None:
        self.chapters.setAccessibleName("各章")
        for block in self._headings():
            QListWidgetItem(block.text(), self.chapters).setSizeHint(QSize(0, look.sizes().row))
        self.chapters.setFixedWidth(look.sizes().grown(216))
        self.chapters.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chapters.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.chapters.currentRowChanged.connect(self._turn_to)

    def _headings(self) -> Iterator[QTextBlock]:
        block = self.guide.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == CHAPTER:
                yield block
            block = block.next()

    def _turn_to(self, row: int) -> None:
        """The heading of the chapter at the top of the page."""
        for at, block in enumerate(self._headings()):
            if at == row:
                self.guide.setTextCursor(QTextCursor(block))
                top = self.guide.document().documentLayout().blockBoundingRect(block).top()
                self.guide.verticalScrollBar().setValue(int(top))

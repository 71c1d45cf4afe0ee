"""F1: how the program is used, what its words mean, and which key does what."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from app.storage.paths import RESOURCES
from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.reader import Reader

GUIDE, WORDS = (RESOURCES / "guide" / name for name in ("使用说明.md", "词汇.md"))
HELP = (
    ("Ctrl+K", "查项目，边输边筛；Esc 清空"), ("Ctrl+F / Ctrl+H", "在表格里查找、替换"), ("Ctrl+1 … 9", "换页"),
    ("F6 / Shift+F6", "下一个区域 / 上一个区域"), ("F5", "重新读取、重新应用筛选"), ("F8 / Shift+F8", "下一处 / 上一处问题"),
    ("F2", "改这一格"), ("Enter", "往下；表单里到下一栏"), ("Tab", "往右；再按 Enter 回到开头那一列的下一行"),
    ("Ctrl+C / Ctrl+X / Ctrl+V", "复制、剪切、粘贴选中的一块"),
    ("Ctrl+方向键", "到这一段的尽头；加 Shift 一路选中"),
    ("Home / Ctrl+Home", "到这一行、这张表的开头"), ("Ctrl+Shift+V", "粘贴为新行，加在最后一行下面"),
    ("Ctrl+D / Ctrl+R", "向下、向右填充"), ("Ctrl+Enter", "填到选中各格；正在输入也行"), ("Delete", "清空选中各格"),
    ("Ctrl+Z / Ctrl+Y", "撤销、重做"), ("Ctrl+;", "填今天"), ("Alt+↓", "打开下拉表"),
    ("Ctrl+Shift+L", "这一列的筛选"), ("F4", "打开这一行的表单"), ("Ctrl+↑ / Ctrl+↓", "表单里上一条、下一条"),
    ("Ctrl+S", "保存表单"), ("Ctrl+P", "打印"), ("Ctrl+L", "换一本台账"), ("Esc", "放弃正在改的一格"),
)  # fmt: skip


class GuideDialog(PassingDialog):
    """The guide of the program, its words, its keys; `about` is the page it is asked on, whose chapter it opens at, and
    `tour` begins 第一小时."""

    def __init__(
        self, parent: QWidget | None = None, about: str = "", tour: Callable[[], object] | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("使用说明")
        self.resize(look.fitting(look.sizes().grown(920), look.sizes().grown(620)))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        self.reader, self.words = Reader(GUIDE, "怎么用"), Reader(WORDS, "词汇")
        tabs = QTabWidget()
        tabs.setAccessibleName("使用说明各页")
        tabs.tabBar().setAccessibleName("使用说明各页")
        for page, named in ((self.reader, "怎么用"), (self.words, "词汇"), (_keys(), "按键一览")):
            tabs.addTab(page, named)
        column.addWidget(tabs, 1)
        foot = QHBoxLayout()
        if tour is not None:
            foot.addWidget(button("第一小时", lambda: (self.accept(), tour()), why="在窗口下边一步一步带着走一遍"))
        foot.addStretch(1)
        foot.addWidget(button("关闭", self.accept))
        column.addLayout(foot)
        self._about = about
        self.reader.chapters.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reader.turn_to(self._about)
        self.words.turn_to("")


def _keys() -> QWidget:
    page = QWidget()
    grid = QGridLayout(page)
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(6)
    half = (len(HELP) + 1) // 2
    for at, (keys, words) in enumerate(HELP):
        side = 2 * (at // half)
        grid.addWidget(label(keys, "strong"), at % half, side)
        grid.addWidget(label(words, "muted"), at % half, side + 1)
    grid.setRowStretch(half, 1)
    return page

"""签后变动: what changed since the version that was signed."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui import look
from ui.screens.signing.papers import Paperwork
from ui.widgets.buttons import button
from ui.widgets.labels import label


class LaterDialog(QDialog):
    """A list to read and to copy from."""

    def __init__(self, papers: Paperwork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        base = next((v for v in papers.versions if v.sealed), papers.versions[0])
        self.setWindowTitle("签后变动")
        self.resize(look.fitting(700, 440))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(label(f"{base.label}（{base.on}）以后的变动 {len(papers.later):,} 行", "h2"))
        self.list = QPlainTextEdit("\n".join(papers.later))
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setAccessibleName("签后变动")
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.addWidget(label("再打印一版，签后变动表就附在后面。", "muted"), 1)
        foot.addWidget(button("关闭", self.accept, kind="primary"))
        column.addLayout(foot)

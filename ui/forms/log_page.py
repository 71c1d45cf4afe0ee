"""记录 of one entry: who changed what, when, and what it was before."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.listing import history
from app.listing.history import Deed
from ui.desk import Desk
from ui.forms.scrolling import scrolling
from ui.widgets.labels import label, rule

MOST = 60


class LogPage(QWidget):
    """The newest deed first; read when shown."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._inner = QFrame()
        self._inner.setProperty("role", "fill")
        self._list = QVBoxLayout(self._inner)
        self._list.setContentsMargins(14, 10, 14, 14)
        self._list.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        outer = scrolling(self._inner)
        outer.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer.setAccessibleName("这一行的操作记录")
        column.addWidget(outer)

    def show_entry(self, entry_id: str) -> None:
        while self._list.count():
            taken = self._list.takeAt(0)
            if taken is not None and (gone := taken.widget()) is not None:
                gone.deleteLater()
        deeds = history.lines(self._desk.office, entry_id, size=MOST)
        for deed in deeds:
            self._add(deed)
        if not deeds:
            self._list.addWidget(label("还没有记录", "muted"))
        self._list.addStretch(1)

    def _add(self, deed: Deed) -> None:
        if self._list.count():
            self._list.addWidget(rule())
        self._list.addWidget(label(f"{deed.title}", "strong"))
        self._list.addWidget(label(f"{deed.on} · {deed.clerk}", "small"))
        for step in deed.steps[:12]:
            text = (
                f"{step.what}：{step.old or '空'} → {step.new or '空'}" if step.old or step.new else step.what
            )
            shown = label(text, "muted", wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._list.addWidget(shown)
        if len(deed.steps) > 12:
            self._list.addWidget(label(f"还有 {len(deed.steps) - 12} 处", "small"))

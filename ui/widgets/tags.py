"""已筛选：the filters in force, each taken away by a press."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets.buttons import button
from ui.widgets.chips import tag
from ui.widgets.labels import label


class TagRow(QWidget):
    """Hidden while nothing is filtered."""

    removed = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._shown: list[tuple[str, str]] = []
        self.hide()

    def set(self, tags: Sequence[tuple[str, str]]) -> None:
        """`tags` as (key, words)."""
        if list(tags) == self._shown:
            return
        self._shown = list(tags)
        while self._row.count():
            taken = self._row.takeAt(0)
            if taken is not None and (gone := taken.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        if tags:
            self._row.addWidget(label("已筛选：", "muted"))
            for key, words in tags:
                self._row.addWidget(tag(words, lambda _=False, key=key: self.removed.emit(key)))
            self._row.addWidget(button("清除筛选", self.cleared.emit, kind="link"))
            self._row.addStretch(1)
        self.setVisible(bool(tags))

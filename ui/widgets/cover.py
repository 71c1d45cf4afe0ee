"""A blank sheet over a window whose clerk has gone: nothing of what stands there is to be read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.labels import label


class Cover(QWidget):
    """Over all of `below`, whatever size that takes, until it is deleted; what is below stays as it is."""

    def __init__(self, below: QWidget, words: str) -> None:
        super().__init__(below)
        self._below = below
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.addWidget(label(words, "muted"), 0, Qt.AlignmentFlag.AlignCenter)
        below.installEventFilter(self)
        self.setGeometry(below.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._below and event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self.setGeometry(self._below.rect())
            self.raise_()
        return False

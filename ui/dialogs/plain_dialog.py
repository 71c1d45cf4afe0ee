"""The frame of a small dialog: title, rows of label and input, one primary deed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from ui import look
from ui.widgets.buttons import button
from ui.widgets.labels import label


class PlainDialog(QDialog):
    """Enter goes to the next field, Ctrl+Enter does the deed, Esc leaves everything as it was."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(look.sizes().grown(440))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 14)
        self.column.setSpacing(10)
        self.column.addWidget(label(title, "h2"))
        if subtitle:
            self.column.addWidget(label(subtitle, "muted", wrap=True))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnStretch(1, 1)
        self.column.addLayout(self.grid)
        self._fault = label("", "error", wrap=True)
        self._fault.hide()
        self._deed: Callable[[], object] | None = None

    def row(self, words: str, made: QWidget) -> None:
        """Add a labelled input."""
        at = self.grid.rowCount()
        tag = label(words)
        tag.setBuddy(made)
        made.setAccessibleName(words)
        self.grid.addWidget(tag, at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.addWidget(made, at, 1)

    def row_of(self, words: str, inner: QLayout) -> None:
        at = self.grid.rowCount()
        self.grid.addWidget(label(words), at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.addLayout(inner, at, 1)

    def say(self, text: str) -> None:
        self.column.addWidget(label(text, "muted", wrap=True))

    def deeds(self, words: str, pressed: Callable[[], object], kind: str = "primary") -> None:
        """End the dialog with 取消 and the deed."""
        self._deed = pressed
        self.column.addWidget(self._fault)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button("取消", self.reject))
        self.primary = button(words, pressed, kind=kind)
        foot.addWidget(self.primary)
        self.column.addLayout(foot)

    def fault(self, text: str) -> None:
        self._fault.setText(text)
        self._fault.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._deed:
                self._deed()
            else:
                self.focusNextChild()
            return
        super().keyPressEvent(event)

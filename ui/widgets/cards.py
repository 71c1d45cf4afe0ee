"""White cards: a plain frame, and the number card of 今日要办."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.labels import ElidedLabel, label


class Card(QFrame):
    """A white frame with `self.body`, a column of margins 14."""

    def __init__(self, title: str = "", *, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setProperty("tone", tone)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 12, 14, 12)
        self.body.setSpacing(8)
        if title:
            self.body.addWidget(label(title, "h2"))


class NumberCard(QFrame):
    """A number, what it counts, and one line below. Pressed by click, Enter or blank."""

    pressed = Signal()

    def __init__(self, tone: str, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setProperty("tone", tone)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._caption = caption
        self.number = label("0", "number", tone=tone)
        self.note = ElidedLabel("", "muted")
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.number, 0, Qt.AlignmentFlag.AlignBottom)
        top.addWidget(label(caption), 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 12, 8)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.note)
        self.set(0, "")

    def set(self, number: int, note: str) -> None:
        self.number.setText(f"{number:,}")
        self.note.setText(note)
        self.setAccessibleName(f"{self._caption} {number}，{note}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


"""What a page shows while it has nothing: one sentence and the big next step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.widgets.labels import label


class EmptyState(QFrame):
    def __init__(
        self, title: str, text: str = "", buttons: tuple[QPushButton, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = label(title, "h2")
        self.text = label(text, "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(2)
        for part in (self.title, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        self.text.setVisible(bool(text))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        for made in buttons:
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)

    def set(self, title: str, text: str = "") -> None:
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))

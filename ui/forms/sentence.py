"""What is said below a field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ui.widgets.labels import dress


class Sentence(QLabel):
    """Gone, it leaves its room behind: what the clerk is about to press stays under the mouse. `close_up` gives it back."""

    def __init__(self, *, role: str = "", tone: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        dress(self, role=role, tone=tone)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`, or nothing in the same room."""
        if text:
            self.setText(text)
        self._keep(bool(self.text()))
        self.setVisible(bool(text))

    def close_up(self) -> None:
        if self.isHidden() and self.text():
            self.clear()
            self._keep(False)

    def _keep(self, room: bool) -> None:
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(room)
        self.setSizePolicy(policy)

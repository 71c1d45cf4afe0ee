"""One thing a report says in words: its head, what the rows say of it, and the writing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.reports.reporting import Ask
from ui import look
from ui.forms.inputs import TextInput
from ui.widgets.buttons import button
from ui.widgets.labels import label

BIG = 16_777_215
LEAST = 44


def writing(name: str, least: int) -> TextInput:
    """A box of several lines that grows with its page."""
    made = TextInput()
    made.setMinimumHeight(look.sizes().grown(least))
    made.setMaximumHeight(BIG)
    made.setAccessibleName(name)
    return made


class AskBox(QWidget):
    """Hidden while nothing is asked; `touched` when the clerk wrote."""

    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ask: Ask | None = None
        self.title = label("", "strong")
        self.hints = button("", self._take_hints, kind="link")
        self.text = writing("", LEAST)
        self.text.touched.connect(self.touched)
        line = QHBoxLayout()
        line.addWidget(self.title)
        line.addWidget(self.hints)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.text, 1)
        self.hide()

    def show_ask(self, ask: Ask | None, text: str, *, locked: bool) -> None:
        """`text` is what stands in the box, `locked` that it was sent so."""
        self.ask = ask
        self.setVisible(ask is not None)
        if ask is not None:
            self.title.setText(ask.title)
            self.text.set_text(text)
            self.text.setAccessibleName(ask.title)
            self.text.lock(locked)
            words = f"采用各行写的 {len(ask.hints):,} 条"
            self.hints.setText(words)
            self.hints.setAccessibleName(f"{ask.title}：{words}")
            self.hints.setVisible(bool(ask.hints) and not locked)

    def _take_hints(self) -> None:
        """Add what the rows say below what is written, once."""
        if self.ask is not None:
            known = self.text.text_now()
            fresh = [hint for hint in self.ask.hints if hint not in known]
            self.text.setFocus()
            self.text.setPlainText("\n".join(filter(None, (known, *fresh))))
            self.hints.hide()

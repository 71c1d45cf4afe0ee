"""选文件 > 认表头 > 对列 > 查错改错 > 确认入账: where the clerk is, and the way back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets.buttons import button
from ui.widgets.labels import dress

WORDS = ("选文件", "认表头", "对列", "查错改错", "确认入账")


class StepsBar(QWidget):
    """`picked(step)` for a step already done; steps count from 0."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.steps = []
        for at, words in enumerate(WORDS):
            made = button(words, partial(self.picked.emit, at), kind="chip")
            made.setCheckable(True)
            self.steps.append(made)
            row.addWidget(made)
        self.show_step(0)

    def show_step(self, now: int, *, ended: bool = False) -> None:
        """Mark `now` as the current step; after the end none can be gone back to."""
        for at, made in enumerate(self.steps):
            done = at < now or ended
            made.setText(f"✓ {WORDS[at]}" if done else f"{at + 1}  {WORDS[at]}")
            state = "已完成" if done else "正在做" if at == now else "还没到"
            made.setAccessibleName(f"第 {at + 1} 步 {WORDS[at]}，{state}")
            made.setEnabled(at <= now and not ended)
            made.setChecked(done)
            dress(made, kind="primary" if at == now and not ended else "chip")

"""写出: the phases one after another, and 可以拔盘 only after what was written has been read back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.screens.signing.cards import head_row
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.labels import dress, label

PHASES = ("写成数据包、签名，自己先核对一遍", "记入“报出去的”", "复制过去、存好，再读回来核对")


class WriteCard(Card):
    wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.deed = button("写出上报包", self.wished.emit, kind="primary", sign="send")
        head_row(self, "4  写出").addWidget(self.deed)
        self.phases = [label(words, "muted") for words in PHASES]
        for made in self.phases:
            self.body.addWidget(made)
        self.result = label("", "h2", wrap=True)
        self.file = label("", "muted", wrap=True)
        for made in (self.result, self.file):
            made.hide()
            self.body.addWidget(made)
        self._mark(0)

    def ready(self, why: str) -> None:
        allow(self.deed, "写出上报包", why)

    def begin(self) -> None:
        self.result.hide()
        self.file.hide()
        self._mark(0, running=True)

    def tell(self, done: int, _total: int) -> None:
        self._mark(done, running=True)

    def _mark(self, done: int, *, running: bool = False) -> None:
        for at, made in enumerate(self.phases):
            sign = "✓" if at < done else "▸" if at == done and running else "·"
            made.setText(f"{sign}  {PHASES[at]}")
            dress(made, tone="green" if at < done else "blue" if at == done and running else "")

    def end(self, file: Path, stick: bool) -> None:
        """All is written and compared."""
        self._mark(len(PHASES))
        self.result.setText("可以拔盘" if stick else "写好了，读回来核对一致")
        dress(self.result, tone="green")
        self.file.setText(f"{file.name}\n在 {file.parent}")
        self.result.show()
        self.file.show()

    def fail(self, text: str) -> None:
        """Nothing half-written is left."""
        self._mark(0)
        self.result.setText("没有写成")
        dress(self.result, tone="red")
        self.file.setText(text)
        self.result.show()
        self.file.show()

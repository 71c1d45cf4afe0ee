"""One file before it is taken in: the verdict, what is in it, what to mind, and the deeds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import dress, label


class JudgementCard(Card):
    take_wished, leave_wished, save_wished, see_wished = Signal(), Signal(), Signal(), Signal()
    list_wished, differ_wished = Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.verdict, self.said = label("", "h2", wrap=True), label("", wrap=True)
        self.marks = label("", tone="amber", wrap=True)
        for made in (self.verdict, self.said, self.marks):
            self.body.addWidget(made)
        self.take = button("收下", self.take_wished.emit, kind="primary", sign="receive")
        self.differ = button("逐项看差别", self.differ_wished.emit, sign="search")
        self.leave = button("不收", self.leave_wished.emit)
        self.save = button("另存回执…", self.save_wished.emit, sign="export")
        self.see = button("看这本台账", self.see_wished.emit, sign="ledger")
        self.to_import = button("去导入", self.list_wished.emit, kind="primary", sign="import")
        row = QHBoxLayout()
        for one in self.deeds():
            row.addWidget(one)
        row.addStretch(1)
        self.body.addLayout(row)
        self.hide()

    def deeds(self) -> tuple[QPushButton, ...]:
        return self.take, self.differ, self.leave, self.save, self.see, self.to_import

    def tell(
        self, verdict: str, said: str, tone: str, marks: Sequence[str], deeds: Sequence[QPushButton]
    ) -> None:
        """Show it with just these deeds."""
        self.verdict.setText(verdict)
        dress(self.verdict, tone=tone)
        self.said.setText(said)
        self.marks.setText(f"请留意：{'；'.join(marks)}。" if marks else "")
        self.marks.setVisible(bool(marks))
        for made in self.deeds():
            made.setVisible(made in deeds)
        self.show()

"""A strip at a department: whose check list this is, by when it is wanted back, and the button that sends it back."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.ledger.ledgers import LedgerLine
from app.words.wording import brief
from sync.merges.returns import Mine
from ui.widgets.buttons import button
from ui.widgets.labels import dress, label


class CheckStrip(QFrame):
    """Hidden until a check list is shown; `wished()` when it is to be sent back."""

    wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setProperty("tone", "blue")
        self.words = label("", wrap=True)
        self.deed = button("回传…", self.wished.emit, kind="primary", sign="send")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.addWidget(self.words, 1)
        row.addWidget(self.deed)
        self.hide()

    def tell(self, line: LedgerLine, mine: Mine, today: dt.date) -> None:
        """Say it of a check list; amber once the day has passed."""
        late = bool(mine.due) and today.isoformat() > mine.due
        number = f"第 {mine.number} 轮" if mine.number else ""
        until = f"，{mine.due} 前回传" if mine.due else ""
        passed = "，期限已过" if late else ""
        told = f"对方说：{brief(mine.note)}" if mine.note else ""
        self.words.setText(
            f"这是{line.origin_name}{number}推送给{line.dept}的核查清单{until}{passed}。{told}"
        )
        self.words.setToolTip(mine.note)
        tone = "amber" if late else "blue"
        dress(self, tone=tone)
        dress(self.words, tone=tone)
        self.show()

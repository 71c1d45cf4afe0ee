"""报送: the step after 确定台账, recorded with its date and number, and the bundle that goes up."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.screens.signing.cards import head_row
from ui.screens.signing.papers import Paperwork, reported
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.labels import dress, label


class ReportCard(Card):
    """`wished()` to record it, `send_wished()` to write the bundle. Hidden where the route has no such step."""

    wished = Signal()
    send_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.heading = label("", "h2")
        head_row(self, self.heading)
        self.words = label("", wrap=True)
        self.send = button("写出数据包…", self.send_wished.emit, sign="send")
        self.deed = button("登记报送…", self.wished.emit, kind="primary")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.send)
        row.addWidget(self.deed)
        self.body.addWidget(self.words)
        self.body.addLayout(row)

    def show_papers(self, found: Paperwork, may_send: bool) -> None:
        self.setVisible(bool(found.after) and (found.line.own or found.line.sealed))
        if not found.after:
            return
        title, own, done = found.after[0].title, found.line.own, reported(found)
        self.heading.setText(f"5  {title}" if own else title)
        told = "；".join(f"{act.title} {act.on}{f'，{act.doc_no}' if act.doc_no else ''}" for act in done)
        blank = "报送以后在这里登记日期和文号。" if own else "对方还没有登记报送。"
        self.words.setText(f"已报送：{told}" if done else blank)
        dress(self.words, tone="green" if done else "muted")
        self.deed.setVisible(own)
        why = "" if found.line.sealed else "先确定台账"
        allow(self.deed, "更正登记…" if done else "登记报送…", why)
        dress(self.deed, kind="" if done else "primary")
        self.send.setVisible(own and may_send)
        self.send.setEnabled(found.line.sealed)

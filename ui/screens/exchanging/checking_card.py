"""查问题: what is missing in the ledger before it is reported; none of it forbids reporting."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.ledger.checks import Finding, refused_words
from ui.screens.signing.cards import head_row
from ui.screens.signing.papers import GAP
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, dress, label


class CheckingCard(Card):
    see_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.verdict = ElidedLabel("", "strong")
        self.see = button("看清单", self.see_wished.emit)
        head_row(self, "1  查问题", self.verdict).addWidget(self.see)
        self.state = label("", "muted", wrap=True)
        self.refused = label("", "strong", wrap=True)
        dress(self.refused, tone="red")
        self.refused.hide()
        self.body.addWidget(self.refused)
        self.body.addWidget(self.state)

    def show_found(self, found: Sequence[Finding], *, sealed: bool) -> None:
        gaps = sum(f.code == GAP for f in found)
        other = len(found) - gaps
        told = (
            f"缺 {gaps:,} 处" if gaps else "",
            f"{'另有' if gaps else '有'} {other:,} 处请留意" if other else "",
        )
        self.verdict.setText("，".join(filter(None, told)) or "没有问题")
        dress(self.verdict, tone="amber" if found else "green")
        allow(self.see, "看清单", "" if found else "没有")
        after = "台账已确定。" if sealed else "台账还没有签字确定，报出去会标明“未确定”。"
        self.state.setText(f"{after}{'有缺项也能报，对方看得到。' if found else ''}")
        self.refused.setText(refused_words(found))
        self.refused.setVisible(bool(self.refused.text()))

"""What the plan itself asks for soon: reports that fall due, and the days that it names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from app.today.coming import Coming
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, label

MOST = 4
TONES = {"red": "red", "yellow": "amber"}


class ComingCard(Card):
    """A line each: what, by when; who and the clause in its tool tip. Hidden while nothing is near."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("近期报送和节点", parent=parent)
        self.grid = QGridLayout()
        self.grid.setColumnStretch(0, 1)
        self.body.addLayout(self.grid)
        self.setVisible(False)

    def set(self, coming: Sequence[Coming]) -> None:
        while self.grid.count():
            taken = self.grid.takeAt(0)
            if taken is not None and (gone := taken.widget()) is not None:
                gone.deleteLater()
        for at, each in enumerate(coming[:MOST]):
            what = ElidedLabel(f"{each.due[5:]} {each.what}")
            by = "报送" if each.kind == "report" else "办理"
            what.setAccessibleName(
                f"{each.due} {each.what}，{by}：{each.who}，{each.light_text}（{each.clause}）"
            )
            when = label(each.light_text, tone=TONES.get(each.light, ""))
            when.setToolTip(f"{each.ledger}\n{by}：{each.who}\n{each.clause}\n{each.note}".strip())
            self.grid.addWidget(what, at, 0)
            self.grid.addWidget(when, at, 1)
        self.setVisible(bool(coming))

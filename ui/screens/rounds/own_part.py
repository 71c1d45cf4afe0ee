"""部门核对 at a department: whose check list it is, how much there is to check, and 回传."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.change import Change
from app.ledgers import LedgerLine
from sync import returns
from ui.desk import Desk
from ui.screens.rounds.giving_back import GivingBack
from ui.screens.rounds.return_dialog import what_goes
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.check_strip import CheckStrip
from ui.widgets.labels import label


class OwnPart(QWidget):
    """`wished(page, place)` to go to the ledger; `refused(problem)` when the return could not be written."""

    wished = Signal(str, object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.line: LedgerLine | None = None
        self.strip = CheckStrip()
        self.strip.wished.connect(self.send_back)
        self.giving = GivingBack(desk, self)
        self.giving.done.connect(self._sent)
        self.giving.refused.connect(self.refused)
        self.card = Card("怎么做")
        self.goes = label("", wrap=True)
        self.fill = button("去核查填写", self._fill, kind="primary", sign="edit")
        steps = (
            "1  在“项目台账”里逐个事项核实，填办理情况、核查情况、责任人和日期。",
            "2  不归本单位办理、重复或有出入的，在“异议”一栏选一种，并写明理由。",
            "3  清单漏了的项目，用“新增项目”补报，写明理由。",
            "4  填好以后点“回传”，把文件交给对方。",
        )
        for words in steps:
            self.card.body.addWidget(label(words, wrap=True))
        self.card.body.addWidget(self.goes)
        row = QHBoxLayout()
        row.addWidget(self.fill)
        row.addStretch(1)
        self.card.body.addLayout(row)
        self.done = label("", tone="green", wrap=True)
        self.card.body.addWidget(self.done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.strip)
        column.addWidget(self.card)
        column.addStretch(1)

    def show_line(self, line: LedgerLine) -> None:
        """Show another check list, or the same one read again."""
        if self.line is None or self.line.id != line.id:
            self.done.hide()
        self.line = line
        mine = returns.mine(self._desk.office, line.id)
        self.strip.tell(line, mine, self._desk.office.today())
        self.goes.setText(what_goes(line, mine))

    def _fill(self) -> None:
        if self.line is not None:
            self.wished.emit("ledger", {"ledger": self.line.id})

    def send_back(self) -> None:
        """回传…: say what goes, choose where."""
        if self.line is not None:
            self.giving.ask(self.line)

    def _sent(self, change: Change) -> None:
        self.done.setText(
            f"已写好并读回核对：{Path(str(change.facts.get('file', ''))).name}。请把它交给对方。"
        )
        self.done.show()

    def regions(self) -> list[QWidget]:
        return [self.strip.deed, self.fill]

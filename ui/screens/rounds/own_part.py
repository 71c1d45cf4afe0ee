"""部门核对 at a department: whose check list it is, how much there is to check, and 回传."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from sync.letters import boxes
from sync.letters.boxes import Sent
from sync.merges import returns
from ui import look
from ui.desk import Desk
from ui.screens.exchanging.reasons_dialog import ReasonsDialog, one_line
from ui.screens.rounds.giving_back import GivingBack
from ui.screens.rounds.return_dialog import what_goes
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.check_strip import CheckStrip
from ui.widgets.labels import dress, label

RETURNED = {
    "built": ("没有写到盘上，请再回传一次", "red"),
    "copied": ("还没有收到对方的回执，收到后在“收件合并”里收下；盘丢了就再回传一次", "amber"),
    "receipted": ("对方已收下", "green"),
    "returned": ("对方没有收下，改好后再回传一次", "red"),
}
MOST = 2  # reasons on the page; the others stand behind 看原因
LOW = 420


class OwnPart(QWidget):
    """`wished(page, place)` to go to the ledger; `refused(problem)` when the return could not be written."""

    wished = Signal(str, object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.line: LedgerLine | None = None
        self._first = ("", "")  # the project and matter where nothing is filled in yet
        self.strip = CheckStrip()
        self.strip.wished.connect(self.send_back)
        self.giving = GivingBack(desk, self)
        self.giving.done.connect(self._sent)
        self.giving.refused.connect(self.refused)
        self.giving.went.connect(lambda place: self.wished.emit("ledger", place))
        self.card = Card("怎么做")
        self.goes = label("", wrap=True)
        self.fill = button("去核查填写", self._fill, kind="primary", sign="edit")
        steps = (
            "1  在“项目台账”里逐个事项核实，填办理情况、核查情况、责任人和日期。",
            "2  不归本单位办理、重复或有出入的，点表单上方的“有异议…”选一种，并写明理由。",
            "3  清单漏了的项目，用“新增项目”补报，写明理由。",
            "4  填好以后点“回传”，把文件交给对方。",
        )
        self._steps = [label(words, wrap=True) for words in steps]
        for step in self._steps:
            self.card.body.addWidget(step)
        self.card.body.addWidget(self.goes)
        row = QHBoxLayout()
        self.next = button("去填下一项没填的", self._next)
        row.addWidget(self.fill)
        row.addWidget(self.next)
        row.addStretch(1)
        self.card.body.addLayout(row)
        self.done = label("", tone="green", wrap=True)
        self.card.body.addWidget(self.done)
        self.sent = Card()
        self.answered = label("", wrap=True)
        self.reasons = button("看原因…", self._reasons, sign="export")
        last = QHBoxLayout()
        last.addWidget(self.answered, 1)
        last.addWidget(self.reasons)
        self.sent.body.addLayout(last)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.strip)
        column.addWidget(self.card)
        column.addWidget(self.sent)
        column.addStretch(1)

    def show_line(self, line: LedgerLine) -> None:
        """Show another check list, or the same one read again."""
        if self.line is None or self.line.id != line.id:
            self.done.hide()
        self.line = line
        mine = returns.mine(self._desk.office, line.id)
        self.strip.tell(line, mine, self._desk.office.today())
        self.goes.setText(what_goes(line, mine))
        self._first = mine.first
        self.next.setVisible(mine.blank > 0)
        self._show_sent(self._newest())

    def _newest(self) -> Sent | None:
        """The return of this list that was written last."""
        found = (one for one in boxes.sent(self._desk.office) if self.line and one.ledger == self.line.id)
        return next((one for one in found if one.kind == "return"), None)

    def _show_sent(self, one: Sent | None) -> None:
        self.sent.setVisible(one is not None)
        if one is not None:
            words, tone = RETURNED.get(one.state, (one.state, ""))
            why = "；".join(one_line(reason) for reason in one.reasons[:MOST])
            more = f"……共 {len(one.reasons):,} 条" if len(one.reasons) > MOST else ""
            objected = "，其中有没采用的" if one.reasons and one.state == "receipted" else ""
            self.answered.setText(f"{one.on} 回传的，{words}{objected}{f'：{why}{more}' if why else ''}。")
            dress(self.answered, tone="amber" if objected else tone)
            self.reasons.setVisible(bool(one.reasons))
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Who has sent it back once knows how it is done: a low screen shows what became of it instead."""
        low = not self.sent.isHidden() and self.height() < look.sizes().grown(LOW)
        for step in self._steps:
            step.setHidden(low)

    def _reasons(self) -> None:
        one = self._newest()
        if one is not None and one.reasons:
            self.asked = ReasonsDialog(f"{one.to_name}没有采用的", one.reasons, self)
            self.asked.open()

    def _fill(self) -> None:
        if self.line is not None:
            self.wished.emit("ledger", {"ledger": self.line.id})

    def _next(self) -> None:
        """To the first matter in which nothing was filled in, its form open."""
        entry, item = self._first
        if self.line is not None and entry:
            place = {"ledger": self.line.id, "entry": entry, "item": item, "field": returns.VERIFIED}
            self.wished.emit("ledger", {**place, "form": True})

    def send_back(self) -> None:
        """回传…: say what goes, choose where."""
        if self.line is not None:
            self.giving.ask(self.line)

    def _sent(self, change: Change) -> None:
        out = "可以拔盘了，" if "可以拔盘" in change.said else ""
        self.done.setText(
            f"已写好并读回核对：{Path(str(change.facts.get('file', ''))).name}。{out}请把它交给对方。"
        )
        self.done.show()

    def regions(self) -> list[QWidget]:
        reasons = [] if self.sent.isHidden() or self.reasons.isHidden() else [self.reasons]
        further = [] if self.next.isHidden() else [self.next]
        return [*reasons, self.strip.deed, *further, self.fill]

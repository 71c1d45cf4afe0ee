"""收到的 and 合并过的: everything that came in, newest first, with its verdict; and what was merged of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.rounds.awaited import RETURN, Awaited
from app.rounds.remarks import KIND as REMARKS
from sync.letters.boxes import Received
from sync.letters.came_down import CALENDAR, LIST, TEMPLATE
from sync.offices.answers import Answer
from ui.screens.exchanging.merged_list import Merged, MergedList, Why
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.chips import ChipRow
from ui.widgets.labels import label

VERDICTS = {"accepted": ("已收", "green"), "refused": ("没有收", "red"), "returned": ("退回", "red")}
CAME_KINDS = {
    "ledger": "台账上报", "check": "核查清单", "return": "核查回传", TEMPLATE: "模板", CALENDAR: "放假安排", LIST: "清单",
}  # fmt: skip
CAME, MERGINGS = "came", "merged"
NOTHING = "还没有收件。各部门交回的数据包、核查表和回执，都在这里收。"
MOST_NAMED = 8


class ReceivedCard(Card):
    """`opened(ledger id)` on Enter or double click; `slip_wished(received)` to read why it was given back."""

    opened = Signal(str)
    slip_wished = Signal(object)

    def __init__(self, why: Why, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.chips = ChipRow("收到的或合并过的")
        self.chips.picked.connect(lambda _key: self._turn())
        top = QHBoxLayout()
        top.addWidget(self.chips)
        top.addStretch(1)
        self.merged = MergedList(why)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._came())
        self.pages.addWidget(self.merged)
        self.body.addLayout(top)
        self.body.addWidget(self.pages, 1)
        self._count()

    def _came(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.model = PlainModel(("日期", "谁发的", "台账", "结果"), parent=self)
        self.table = PlainTable("收到的", self.model, (106, 260, 240, 100), stretch=2)
        self.table.opened.connect(self._open)
        self.table.picked.connect(lambda _row: self._follow())
        self.none = label(NOTHING, "muted", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.slip = button("看退回单…", self._slip, sign="export")
        foot = QHBoxLayout()
        foot.addWidget(self.slip)
        foot.addStretch(1)
        column.addWidget(self.table, 1)
        column.addWidget(self.none, 1)
        column.addLayout(foot)
        return whole

    def _count(self) -> None:
        counts = (self.model.rowCount(), self.merged.model.rowCount())
        self.chips.set([(CAME, "收到的", counts[0]), (MERGINGS, "合并过的", counts[1])])

    def show_boxes(
        self, received: Sequence[Received], merged: Sequence[Merged], awaited: Sequence[Awaited]
    ) -> None:
        """The lists anew, the rows in hand kept; with nothing there, who is late is said instead."""
        at = self.table.currentIndex().row()
        was = self.model.row(at)
        self.model.set_rows([_row(one) for one in received])
        kept = self.model.find(was.key) if was else -1
        self.table.setVisible(bool(received))
        self.none.setVisible(not received)
        self.none.setText(NOTHING + overdue_words(awaited))
        self.table.choose(kept if kept >= 0 else at)
        self.merged.show_all(merged)
        self._count()
        self._follow()

    def _turn(self) -> None:
        self.pages.setCurrentIndex(1 if self.chips.current() == MERGINGS else 0)

    def show_mergings(self) -> None:
        """Turn to 合并过的."""
        self.chips.choose(MERGINGS)
        self._turn()

    def _follow(self) -> None:
        one = self.one()
        self.slip.setVisible(one is not None and bool(one.reasons))

    def one(self) -> Received | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def _slip(self) -> None:
        if (one := self.one()) is not None:
            self.slip_wished.emit(one)

    def _open(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None and found.fact.verdict == "returned":
            self.slip_wished.emit(found.fact)
        elif found is not None:
            self.opened.emit(found.fact.ledger)


def overdue_words(awaited: Sequence[Awaited]) -> str:
    """Which departments are past their day: 已过期限还没交回的 2 个：水利局（等了 9 天）、…"""
    late = [one for one in awaited if one.kind == RETURN and one.late]
    if not late:
        return ""
    named = "、".join(f"{one.who}（等了 {one.days} 天）" for one in late[:MOST_NAMED])
    more = "等" if len(late) > MOST_NAMED else ""
    return f"\n已过期限还没交回的 {len(late):,} 个：{named}{more}。在“部门核对”里可以打催办单。"


def _row(one: Received) -> PlainRow:
    words, tone = VERDICTS.get(one.verdict, (one.verdict, ""))
    if one.verdict == "accepted" and one.reasons:
        words, tone = "已收，有没采用的", "amber"
    why = {3: "；".join(reason.text for reason in one.reasons)} if one.reasons else {}
    title = came_title(one)
    return PlainRow(
        (one.on, one.from_name, title, words), one.bundle, tones={3: tone}, tips={2: title, **why}, fact=one
    )


def came_title(one: Received | Answer) -> str:
    """What came, its kind before it: 台账上报《…》, 核查清单《…》, 意见 3 条."""
    if one.kind == REMARKS:
        return one.title or "意见"
    word = CAME_KINDS.get(one.kind, "")
    return f"{word}《{one.title}》" if word and one.title else word or one.title

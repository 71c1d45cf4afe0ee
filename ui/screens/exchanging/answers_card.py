"""要交还的: the receipts and return slips given to others, those not yet carried back first in mind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sync.offices.answers import Answer
from ui.screens.exchanging import listing
from ui.screens.exchanging.received_card import came_title
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button, steady
from ui.widgets.labels import label

VERDICTS = {"accepted": ("回执", "green"), "returned": ("退回单", "red")}
WAITS = "还没交还"
FORKED = (
    "{name}恢复过旧备份，它的记录和本单位收下的对不上，没有收，收下的也没有改。请告诉对方：收下这份退回单，"
    "在“上报导出”里点“另起记录”，再从头报一次；程序说不用另起的，在收件这里把它再收一次，点“看差别…”，看过以后接受"
)


class AnswersCard(QWidget):
    """`hand_wished(bundles)` to write answers out, `reasons_wished(answer)` to read why something went back."""

    hand_wished, reasons_wished = Signal(object), Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PlainModel(("收到日期", "交还", "谁报来的", "台账", "给对方"), parent=self)
        self.table = PlainTable("收到的和给对方的回音", self.model, (96, 96, 150, 150, 80), stretch=3)
        self.table.picked.connect(lambda _row: self._follow())
        self.told = label("", "muted", wrap=True)
        self.none = label(
            "还没有收到过要回音的数据包。收件以后，回执和退回单都列在这里，随时可以再出一份。",
            "muted",
            wrap=True,
        )
        self.one = button("写出这一份", lambda: self.hand_wished.emit(self._chosen()), sign="export")
        self.every = steady(button("", lambda: self.hand_wished.emit(self.waiting()), sign="send"))
        self.reasons = button("看退回原因", lambda: self.reasons_wished.emit(self.current()))
        listing.lay_out(self, self.table, self.told, (self.one, self.every, self.reasons), self.none)
        self._all: list[Answer] = []
        self._why = ""

    def show_answers(self, found: Sequence[Answer]) -> None:
        """Newest first; the row that was current stays so."""
        before = self.current()
        self._all = list(found)
        rows = []
        for one in found:
            words, tone = VERDICTS.get(one.verdict, (one.verdict, ""))
            title = came_title(one)
            extra = "和逐行退回" if one.verdict == "accepted" and one.reasons else ""
            texts = (one.came_on, one.handed_on or WAITS, one.to_name, title, words + extra)
            tones = {4: tone} | ({} if one.handed_on else {1: "amber"})
            rows.append(PlainRow(texts, one.bundle, tones=tones, tips={2: one.to_name, 3: title}, fact=one))
        self.model.set_rows(rows)
        for made in (self.table, self.told, self.one):
            made.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.table.choose(self.model.find(before.bundle) if before else 0)
        self._follow()

    def ready(self, why: str) -> None:
        """Whether there is a place to write to."""
        self._why = why
        self._follow()

    def current(self) -> Answer | None:
        found = self.model.row(self.table.currentIndex().row())
        fact: Any = found.fact if found is not None else None
        return fact if isinstance(fact, Answer) else None

    def waiting(self, to: str = "") -> list[str]:
        """The bundles whose answers were not carried back yet, all of them or those of one office."""
        return [one.bundle for one in self._all if not one.handed_on and to in ("", one.to)]

    def _chosen(self) -> list[str]:
        one = self.current()
        return [one.bundle] if one else []

    def _follow(self) -> None:
        one = self.current()
        self.told.setText(words_of(one) if one else "")
        allow(self.one, "写出这一份", self._why)
        waits = self.waiting()
        self.every.setVisible(len(waits) > 1)
        allow(self.every, f"没交还的 {len(waits):,} 份一起写出", self._why)
        self.reasons.setVisible(bool(one and one.reasons))


def words_of(one: Answer) -> str:
    """What is to be done with this answer, and what to tell the sender."""
    if one.forked:
        return f"{FORKED.format(name=one.to_name)}。"
    if one.verdict == "returned":
        why = one.reasons[0].text if one.reasons else ""
        more = f"等 {len(one.reasons):,} 条" if len(one.reasons) > 1 else ""
        return f"没有收：{why}{more}。退回单交还给对方，对方照着改好再报。"
    said = "已经收下" + ("，有几行没有采用" if one.reasons else "")
    return (
        f"{said}。回执交还给对方，对方才知道收到了。"
        if not one.handed_on
        else f"{said}，{one.handed_on} 写出过，可以再写。"
    )

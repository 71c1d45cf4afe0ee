"""报出去的: everything sent, how far it has come, and what is to be done next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from sync.letters.boxes import Sent
from ui import look
from ui.screens.exchanging import listing
from ui.screens.exchanging.reasons_dialog import one_line
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.labels import label

STATES = {
    "built": ("没写到盘上", "red", "包做好了，但没有写到盘上；点“再写一次”"),
    "copied": ("已写出", "amber", "等对方交回回执；收到后在“收件合并”里收下。盘丢了就“再写一次”"),
    "receipted": ("已回执", "green", "对方已收下"),
    "returned": ("已退回", "red", "对方没有收下，改好后再报一次"),
}
KINDS = {
    "check": "核查清单", "return": "核查回传", "template": "下发模板",
    "calendar": "下发放假安排", "list": "下发清单",
}  # fmt: skip
WIDTHS = (96, 84, 140, 72, 140, 96)
TO, AGAIN, NARROW_HIDES, NARROW = 2, 3, (4, 5), 460
MARKS = (("未确定", "sealed"), ("未加密", "encrypted"))
MOST = 3
FORK, FORKED = (
    "E_FORK",
    "本单位恢复过旧备份，对方手里有恢复以前的记录，两边对不上，对方没有收。要“另起记录”再重报",
)
PUSHED = (
    "本单位恢复过旧备份，这份核查清单和对方收过的接不上，对方没有收。不用另起记录：请打电话告诉对方，"
    "再收一次这一份，点“看差别…”看过以后接受"
)


class SentCard(QWidget):
    """The list, the current one in whole, and what can be done with it: nothing is ever deleted here."""

    again_wished, reasons_wished, restream_wished = Signal(object), Signal(object), Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PlainModel(("报出日期", "现在", "发给", "第几次", "台账", "回音日期"), parent=self)
        self.table = PlainTable("报出去的", self.model, WIDTHS, stretch=4)
        self.table.picked.connect(lambda _row: self._follow())
        self._narrow = self._again = False
        self.told = label("", "muted", wrap=True)
        self.none = label(
            "还没有报过。报出去的每一份都会列在这里：已写出、已回执、已退回。", "muted", wrap=True
        )
        self.again = button("再写一次", lambda: self.again_wished.emit(self.current()), sign="send")
        self.reasons = button("看退回原因", lambda: self.reasons_wished.emit(self.current()))
        self.restream = button("另起记录…", lambda: self.restream_wished.emit(self.current()))
        listing.lay_out(self, self.table, self.told, (self.again, self.reasons, self.restream), self.none)

    def ready(self, why: str) -> None:
        """Whether there is a place to write to."""
        allow(self.again, "再写一次", why)

    def show_sent(self, sent: Sequence[Sent]) -> None:
        """Newest first; the row that was current stays so."""
        before = self.current()
        rows, nth = [], times(sent)
        for one in sent:
            words, tone, _ = STATES.get(one.state, (one.state, "", ""))
            texts = (one.on, words, one.to_name, nth[one.bundle], title_of(one), one.answered_on)
            rows.append(
                PlainRow(texts, one.bundle, tones={1: tone}, tips={2: one.to_name, 4: one.file}, fact=one)
            )
        self.model.set_rows(rows)
        self._again = any(nth.values())
        self._columns()
        for made in (self.table, self.told):
            made.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.table.choose(self.model.find(before.bundle) if before else 0)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._columns()

    def _columns(self) -> None:
        """第几次 once something went twice; on a small screen which ledger it was is told below the list."""
        self._narrow = self.width() < look.sizes().grown(NARROW)
        self.table.setColumnHidden(AGAIN, not self._again)
        for column in NARROW_HIDES:
            self.table.setColumnHidden(column, self._narrow)
        mode = QHeaderView.ResizeMode.Stretch if self._narrow else QHeaderView.ResizeMode.Interactive
        self.table.horizontalHeader().setSectionResizeMode(TO, mode)
        if not self._narrow:
            self.table.setColumnWidth(TO, look.sizes().grown(WIDTHS[TO]))
        self._follow()

    def current(self) -> Sent | None:
        found = self.model.row(self.table.currentIndex().row())
        fact: Any = found.fact if found is not None else None
        return fact if isinstance(fact, Sent) else None

    def forked(self) -> bool:
        """Whether the current one came back because this office was restored from an old backup."""
        one = self.current()
        return one is not None and one.kind != "check" and _forks(one)

    def _follow(self) -> None:
        one = self.current()
        about = f"{one.to_name}，{title_of(one)}：" if one and self._narrow else ""
        self.told.setText(about + next_words(one) if one else "")
        self.again.setVisible(one is not None)
        self.reasons.setVisible(bool(one and one.reasons))
        self.restream.setVisible(self.forked())


def times(sent: Sequence[Sent]) -> dict[str, str]:
    """第 2 次 by bundle, of `sent` newest first: how often that ledger had gone to that office in the same way by then.

    '' where it went once only.
    """
    alike: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for one in reversed(sent):
        alike[one.kind, one.ledger or one.title, one.to, one.to_name].append(one.bundle)
    return {
        bundle: f"第 {at:,} 次" if len(bundles) > 1 else ""
        for bundles in alike.values()
        for at, bundle in enumerate(bundles, 1)
    }


def title_of(one: Sent) -> str:
    """The ledger, with what kind of bundle it was and the marks of an unsealed or unencrypted one."""
    marks = [KINDS[one.kind]] if one.kind in KINDS else []
    skipped = ("sealed",) if one.kind in KINDS else ()
    marks += [words for words, fact in MARKS if fact not in skipped and one.facts.get(fact) is False]
    return f"{one.title}（{'、'.join(marks)}）" if marks else one.title


def next_words(one: Sent) -> str:
    """What is to be done next, or why it came back."""
    said = STATES.get(one.state, ("", "", ""))[2]
    if one.kind == "check" and one.file.endswith(".xlsx"):
        said = said.replace("回执", "核查表")  # nobody signs a receipt for a workbook
    if _forks(one):
        return f"{PUSHED if one.kind == 'check' else FORKED}。"
    if not one.reasons:
        return f"{said}。" if said else ""
    more = f"……共 {len(one.reasons):,} 条，点“看退回原因”看全" if len(one.reasons) > MOST else ""
    why = "；".join(one_line(r) for r in one.reasons[:MOST])
    return f"{said}{'，但有没采用的' if one.state == 'receipted' else ''}：{why}{more}。"


def _forks(one: Sent) -> bool:
    """Whether it came back because what was received before does not fit it."""
    return one.state == "returned" and any(reason.code == FORK for reason in one.reasons)

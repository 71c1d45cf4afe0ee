"""下级台账: whose ledger has come and how far it is gathered, and whose has not come."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from sync.upward.lower_ledgers import Absent, Board, Source
from ui import look
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel

HEADS = (
    "单位", "状态", "确定日期", "最近报来", "项目基数", "项目在账", "事项基数", "事项在账", "确定版摘要", "汇总到本单位台账",
)  # fmt: skip
WIDTHS = (220, 78, 100, 100, 76, 76, 76, 76, 104, 190)
NUMBERS = frozenset((4, 5, 6, 7))
NARROW_HIDES = (2, 4, 6, 8)
WIDE = 1000
NOTHING = "还没有收到下级台账"
ADVICE = "在“收件合并”收下后会出现在这里。"
SHORT = 8


class LowerPage(QWidget):
    """`gather_wished(ledgers)`, and deeds on the row chosen: `see_`, `prove_`, `undo_`, `remarks_wished` (Source)."""

    gather_wished = Signal(object)
    see_wished = Signal(object)
    prove_wished = Signal(object)
    undo_wished = Signal(object)
    remarks_wished = Signal(object)
    inbox_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: Board | None = None
        self.said = ElidedLabel("", "strong")
        self.model = PlainModel(HEADS, NUMBERS, parent=self)
        self.table = PlainTable("下级台账", self.model, WIDTHS, stretch=0)
        self.table.picked.connect(lambda _row: self._follow())
        self.table.opened.connect(lambda _row: self._emit(self.see_wished))
        self.go_inbox = button("去收件合并", self.inbox_wished.emit, kind="primary", sign="receive")
        self.none = EmptyState(NOTHING, ADVICE, (self.go_inbox,))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.none)
        self.gather_all = button("汇总", self._all, kind="primary", sign="gather")
        self.gather_one = button("只汇总这个单位", self._one)
        self.see = button("看台账", lambda: self._emit(self.see_wished), sign="ledger")
        self.prove = button("复核", lambda: self._emit(self.prove_wished), sign="seal")
        self.undo = button("撤回汇总", lambda: self._emit(self.undo_wished), sign="undo")
        self.said_button = button("批注…", lambda: self._emit(self.remarks_wished))
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        for made in (self.see, self.prove, self.said_button, self.undo):
            row.addWidget(made)
        row.addStretch(1)
        for made in (self.gather_one, self.gather_all):
            row.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.stack, 1)
        column.addWidget(self.foot)

    def show_board(self, found: Board) -> None:
        """Sources first, then who is missing; the current row stays."""
        was = self.model.row(self.table.currentIndex().row())
        self.found = found
        self.model.set_rows([*map(_source_row, found.sources), *map(_absent_row, found.absent)])
        self.table.choose(max(0, self.model.find(was.key) if was else 0))
        self.said.setText(summary(found))
        missing = "、".join(a.office for a in found.absent[:3])
        more = f"还没有报来：{missing}{'等' if len(found.absent) > 3 else ''}。" if missing else ""
        self.none.set(NOTHING, f"{ADVICE}{more}")
        self.stack.setCurrentWidget(self.table if found.sources else self.none)
        self.said.setVisible(bool(found.sources))
        self.foot.setVisible(bool(found.sources))
        self._follow()

    def source(self) -> Source | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None and isinstance(found.fact, Source) else None

    def fresh(self) -> list[Source]:
        """What there is to gather."""
        return [s for s in self.found.sources if s.waiting] if self.found else []

    def _follow(self) -> None:
        one, fresh = self.source(), self.fresh()
        self.see.setEnabled(one is not None)
        self.prove.setEnabled(one is not None and not one.own)
        self.undo.setVisible(one is not None and bool(one.merge))
        self.said_button.setVisible(one is not None and one.remarks > 0)
        if one is not None:
            self.said_button.setText(f"批注 {one.remarks}，答复 {one.answered}…")
            self.said_button.setAccessibleName(self.said_button.text())
        self.gather_one.setVisible(len(fresh) > 1)
        self.gather_one.setEnabled(one is not None and one.waiting > 0)
        words = f"汇总 {len(fresh):,} 个单位…" if fresh else "汇总"
        allow(self.gather_all, words, "" if fresh else "没有新的")

    def _all(self) -> None:
        self.gather_wished.emit([s.ledger for s in self.fresh()])

    def _one(self) -> None:
        if (one := self.source()) is not None:
            self.gather_wished.emit([one.ledger])

    def _emit(self, signal: Any) -> None:
        if (one := self.source()) is not None:
            signal.emit(one)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < look.sizes().grown(WIDE)
        for column in NARROW_HIDES:
            self.table.setColumnHidden(column, narrow)
        self.table.setColumnWidth(9, look.sizes().grown(150 if narrow else WIDTHS[9]))

    def regions(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.none:
            return [self.go_inbox]
        return [self.gather_all, self.table]


def summary(found: Board) -> str:
    """收到 2 个单位（1 个未确定），1 个没有报来。"""
    came = [s for s in found.sources if not s.own]
    open_ = sum(not s.sealed for s in came)
    said = f"收到 {len(came):,} 个单位的台账" + (f"（{open_} 个未确定）" if open_ else "")
    said += f"，{len(found.absent):,} 个单位没有报来" if found.absent else ""
    if found.target is None:
        return f"{said}。本单位的汇总台账还没有打开，第一次汇总时自动打开"
    state = "已确定" if found.target.sealed else "未确定"
    return f"{said}。本单位汇总台账 {found.target.rows:,} 个项目，{state}"


def state_of(sealed: bool) -> tuple[str, str]:
    return ("已确定", "green") if sealed else ("未确定", "amber")


def _source_row(one: Source) -> PlainRow:
    state, tone = state_of(one.sealed)
    name = f"{one.office}（本单位）" if one.own else one.office
    if not one.gathered_on:
        told, how = "没有汇总过", "amber"
    elif one.waiting:
        told, how = f"又有 {one.waiting:,} 行没汇总", "amber"
    else:
        told, how = f"已汇总 {one.gathered_on}", "green"
    texts = (
        name, state, one.sealed_on, one.last_on, f"{one.projects['base']:,}", f"{one.projects['open']:,}",
        f"{one.items['base']:,}", f"{one.items['open']:,}", one.code[:SHORT], told,
    )  # fmt: skip
    why = f"印在确定那一版每页上的摘要：{one.code}" if one.code else "还没有确定，没有摘要"
    tips = {
        0: f"{name}　《{one.title}》",
        8: why,
        9: f"{told}，上次汇总 {one.gathered_on}" if one.gathered_on else told,
    }
    return PlainRow(texts, one.ledger, tones={1: tone, 9: how}, tips=tips, fact=one)


def _absent_row(one: Absent) -> PlainRow:
    texts = (one.office, "没有报来", *[""] * (len(HEADS) - 2))
    return PlainRow(texts, one.office_id, tones={0: "muted", 1: "red"}, tips={0: one.office}, fact=one)

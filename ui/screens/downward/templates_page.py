"""模板: every template at hand with where it comes from and which rules, and the own ledgers that could go over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ledger.ledgers import LedgerLine
from sync.letters.offered_templates import OWN_SOURCE, Offered
from ui.screens.downward.template_bar import TemplateBar
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.labels import label

HEADS = ("模板", "版本", "从哪里来", "哪天收到", "摘要", "作不作数")
LEDGERS = ("台账", "填报单位", "现在用的版本", "摘要", "可以升级到")
NARROW_HIDES = (3, 4)
WIDE = 900
SHORT = 8
NO_LEDGER = "还没有打开台账。打开以后，有新版本的模板会在这里提示升级。"


class TemplatesPage(QWidget):
    """`see_wished(ledger, offered)`, `upgrade_wished(ledger, offered)`, `undo_wished(ledger)`."""

    see_wished = Signal(object, object)
    upgrade_wished = Signal(object, object)
    undo_wished = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, issuer: bool = False) -> None:
        super().__init__(parent)
        self.bar = TemplateBar(self.chosen, issuer=issuer)
        self.model = PlainModel(HEADS, parent=self)
        self.table = PlainTable("手头的模板", self.model, (190, 90, 200, 96, 90, 170), stretch=2)
        self.table.picked.connect(lambda _row: self.bar.follow())
        self.table.opened.connect(lambda _row: self.bar.look.click())
        self._fixed: Mapping[str, str] = {}
        self.ledgers = PlainModel(LEDGERS, parent=self)
        self.ledger_table = PlainTable("本单位的台账", self.ledgers, (190, 190, 110, 90, 170), stretch=4)
        self.ledger_table.picked.connect(lambda _row: self._follow())
        self.ledger_table.opened.connect(lambda _row: self._emit(self.see_wished))
        self.none = label(NO_LEDGER, "muted", wrap=True)
        self.see = button("查看差别", lambda: self._emit(self.see_wished), sign="search")
        self.upgrade = button("升级台账…", lambda: self._emit(self.upgrade_wished), kind="primary", sign="up")
        self.undo = button("撤回升级", self._undo, sign="undo")
        foot = QHBoxLayout()
        foot.addWidget(self.see)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        foot.addWidget(self.upgrade)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("手头的模板", "h2"))
        column.addWidget(self.table, 3)
        column.addWidget(self.bar)
        column.addWidget(label("本单位的台账", "h2"))
        column.addWidget(self.ledger_table, 2)
        column.addWidget(self.none)
        column.addLayout(foot)

    def show_all(
        self, offers: Sequence[Offered], lines: Sequence[tuple[LedgerLine, Offered | None]], fixed: Mapping[str, str],
    ) -> None:  # fmt: skip
        """`lines`: the own ledgers, each with what it could go over to; `fixed`: why the upgrade of one cannot be taken
        back. The current rows stay. Templates in use stand first, then those that came or were written here."""
        self._fixed = fixed
        used = {line.template_id for line, _ in lines}
        first = {one.template for one in offers if one.came or one.source == OWN_SOURCE}
        shown = sorted(offers, key=lambda one: (one.template not in used, one.template not in first))
        _put(self.table, self.model, [_offered_row(one) for one in shown])
        _put(self.ledger_table, self.ledgers, [_ledger_row(line, one) for line, one in lines])
        self.bar.follow()
        for made in (self.ledger_table, self.see, self.upgrade, self.undo):
            made.setVisible(bool(lines))
        self.none.setVisible(not lines)
        self._follow()

    def chosen(self) -> Offered | None:
        """The template the clerk stands on."""
        found = self.model.row(self.table.currentIndex().row())
        fact: Any = found.fact if found is not None else None
        return fact

    def current(self) -> tuple[LedgerLine, Offered | None] | None:
        found = self.ledgers.row(self.ledger_table.currentIndex().row())
        fact: Any = found.fact if found is not None else None
        return fact

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for at in NARROW_HIDES:
            self.table.setColumnHidden(at, self.width() < WIDE)
        self.ledger_table.setColumnHidden(3, self.width() < WIDE)

    def _follow(self) -> None:
        now = self.current()
        why = "" if now and now[1] else "已是作数的那一版"
        allow(self.see, "查看差别", why)
        allow(self.upgrade, "升级台账…", why)
        allow(self.undo, "撤回升级", self._fixed.get(now[0].id, "") if now else "没有台账")

    def _emit(self, wish: Any) -> None:
        now = self.current()
        if now is not None and now[1] is not None:
            wish.emit(*now)

    def _undo(self) -> None:
        if (now := self.current()) is not None:
            self.undo_wished.emit(now[0])


def _put(table: PlainTable, model: PlainModel, rows: list[PlainRow]) -> None:
    was = model.row(table.currentIndex().row())
    model.set_rows(rows)
    table.choose(max(0, model.find(was.key)) if was else 0)


def _offered_row(one: Offered) -> PlainRow:
    source = f"{one.source}下发" if one.came else one.source
    stands = "作数" if one.rules else f"不作数：{one.why}"
    texts = (one.title, one.version, source, one.on, one.digest[:SHORT], stands)
    tips = {0: one.template, 2: source, 4: one.digest, 5: stands}
    return PlainRow(texts, one.digest, tones={5: "green" if one.rules else ""}, tips=tips, fact=one)


def _ledger_row(line: LedgerLine, one: Offered | None) -> PlainRow:
    loaded = line.loaded
    to = f"{one.version}（{one.source}）" if one else "已是作数的那一版"
    texts = (line.title, line.unit, loaded.t.version, loaded.digest[:SHORT], to)
    return PlainRow(
        texts, line.id, tones={4: "amber" if one else ""}, tips={4: to, 3: loaded.digest}, fact=(line, one)
    )

"""复核历史: all that a lower office ever sent, proved again from what is held here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.office import Office
from app.problem import Problem
from app.proof import reverifying
from app.proof.reverifying import Report
from sync.upward.lower_ledgers import Source
from ui.desk import Desk
from ui.screens.upward.lower_page import ADVICE, NOTHING, state_of
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.empty import EmptyState
from ui.widgets.labels import dress, label

HEADS = ("单位", "状态", "最近报来", "复核结果")
WIDTHS = (240, 76, 110, 300)
FOUND = ("在哪里", "不一致的地方")
FOUND_WIDTHS = (260, 400)
MOST = 2000
UNTRIED = "还没有复核"
WHAT = "从第一条记录起首尾相接；确定时的每一行都在账，或者有依据地办结、移出；纸上印的摘要能由数据复算；给过的回执对得上。"


class ProofPage(QWidget):
    """One row an office; the sentence below is green or red, with the reasons."""

    proved = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sources: list[Source] = []
        self.reports: dict[str, Report | str] = {}
        self.all = button("全部复核", self.prove_all, kind="primary", sign="seal")
        self.one = button("复核这个单位", self._one)
        self.model = PlainModel(HEADS, parent=self)
        self.table = PlainTable("下级单位", self.model, WIDTHS, stretch=3)
        self.table.picked.connect(lambda _row: self._follow())
        self.table.opened.connect(lambda _row: self._one())
        self.card = Card()
        self.sentence = label("", "strong", wrap=True)
        self.told = label("", "muted", wrap=True)
        self.found = PlainModel(FOUND, parent=self)
        self.list = PlainTable("不一致的地方", self.found, FOUND_WIDTHS, stretch=1)
        for made in (self.sentence, self.told):
            self.card.body.addWidget(made)
        self.card.body.addWidget(self.list, 20)
        self.card.body.addStretch(1)
        self.none = EmptyState(NOTHING, ADVICE)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._whole())
        self.stack.addWidget(self.none)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    def _whole(self) -> QWidget:
        whole = QWidget()
        top = QHBoxLayout()
        top.addWidget(label(WHAT, "muted", wrap=True), 1)
        top.addWidget(self.one)
        top.addWidget(self.all)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table, 2)
        column.addWidget(self.card, 3)
        return whole

    def show_sources(self, sources: Sequence[Source]) -> None:
        """One row an office; what was proved stands until something new comes from it."""
        known = {s.office_id: s for s in self._sources}
        self._sources = list({s.office_id: s for s in sources}.values())
        for one in self._sources:
            if known.get(one.office_id) not in (None, one):
                self.reports.pop(one.office_id, None)
        self.stack.setCurrentIndex(0 if self._sources else 1)
        self._fill()

    def _fill(self) -> None:
        at = self.table.currentIndex().row()
        self.model.set_rows([self._row(one) for one in self._sources])
        self.table.choose(at)
        self._follow()

    def _row(self, one: Source) -> PlainRow:
        state, tone = state_of(one.sealed)
        said, how = sentence_of(one.office, self.reports.get(one.office_id))
        texts = (one.office, state, one.last_on, said)
        return PlainRow(
            texts, one.office_id, tones={1: tone, 3: how}, tips={0: one.office, 3: said}, fact=one
        )

    def source(self) -> Source | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def _follow(self) -> None:
        one = self.source()
        report = self.reports.get(one.office_id) if one else None
        said, tone = sentence_of(one.office, report) if one else ("", "")
        self.sentence.setText(said)
        dress(self.sentence, tone=tone)
        wrong = report.differences[:MOST] if isinstance(report, Report) else []
        lines = (
            [t for t in reverifying.lines(report) if not t.startswith("  不一致")]
            if isinstance(report, Report)
            else []
        )
        self.told.setText("\n".join(lines))
        self.told.setVisible(bool(lines))
        self.found.set_rows([PlainRow((d.where, d.text), tips={0: d.where, 1: d.text}) for d in wrong])
        self.list.setVisible(bool(wrong))
        self.list.choose(0)
        self.card.setVisible(report is not None)

    # deeds

    def _one(self) -> None:
        if (one := self.source()) is not None:
            self.prove(one.office_id)

    def prove(self, office_id: str) -> None:
        """Prove one office again and show its row."""
        self.table.choose(max(0, self.model.find(office_id)))
        self._prove([office_id])

    def prove_all(self) -> None:
        self._prove([one.office_id for one in self._sources])

    def _prove(self, ids: list[str]) -> None:
        self._desk.run(prove_offices, ids, title="正在复核", done=self._show)

    def _show(self, found: dict[str, Report | str]) -> None:
        self.reports |= found
        self._fill()
        self.table.setFocus()

    def regions(self) -> list[QWidget]:
        return [self.all, self.table] if self._sources else []


def prove_offices(office: Office, ids: Sequence[str], tell: object = None) -> dict[str, Report | str]:
    """{office id: its report, or the sentence why it could not be proved}."""
    out: dict[str, Report | str] = {}
    for number, one in enumerate(ids):
        if callable(tell):
            tell(number, len(ids))
        try:
            out[one] = reverifying.verify_office(office, one)
        except Problem as problem:
            out[one] = problem.text
    return out


def sentence_of(name: str, report: Report | str | None) -> tuple[str, str]:
    """What came of it in one sentence, and its tone."""
    if report is None:
        return UNTRIED, "muted"
    if isinstance(report, str):
        return report, "red"
    if wrong := report.differences:
        return f"有 {len(wrong):,} 处不一致：{wrong[0].where}{wrong[0].text}", "red"
    lines = sum(proof.lines for proof in report.ledgers)
    sealed = sum(proof.sealed_rows for proof in report.ledgers)
    more = f"，确定的 {sealed:,} 行都有着落" if sealed else "；台账还没有确定"
    return f"全部相符：{name}的 {lines:,} 条记录{more}", "green"

"""单位名片: our own card to hand out, and the cards of others that were confirmed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import divisions
from app.office import Office
from app.problem import Problem
from sync import exchange, keys, peers
from ui import choosing, look
from ui.desk import Desk
from ui.screens.exchanging.trust_dialog import TrustDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label

FILTER = f"单位名片 (*{keys.SUFFIX});;所有文件 (*)"
STATES = {peers.TRUSTED: "已确认", peers.REVOKED: "已作废"}


class CardsCard(Card):
    """The card of 设置 about office cards."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("单位名片", parent=parent)
        self._desk = desk
        self.own = label("", wrap=True)
        self.own.setAccessibleName("本单位核对码")
        self.own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.model = PlainModel(("单位", "在哪里", "状态", "确认日期"), parent=self)
        self.table = PlainTable("已确认的单位", self.model, (180, 140, 70, 100), stretch=0)
        self.table.setFixedHeight(look.sizes().header + 3 * look.sizes().row + 4)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        row = QHBoxLayout()
        row.addWidget(button("导出本单位名片…", self._export, sign="user"))
        self.take_in = button("导入对方名片…", self._choose, sign="import")
        row.addWidget(self.take_in)
        row.addStretch(1)
        note = "名片交给对方后，对方写给我们的包就加了密，也能认出我们的包不是假的。"
        for made in (self.own, label(note, "muted", wrap=True), self.table, self.fault):
            self.body.addWidget(made)
        self.body.addLayout(row)

    def refresh(self) -> None:
        digits = fingerprint(self._desk.office)
        self.own.setText(f"本单位核对码：{digits}" if digits else "还没有生成本单位名片，导出一次就有了。")
        rows = [
            PlainRow(
                (p.card.name, divisions.full_name(p.card.division), STATES.get(p.state, p.state), p.trusted_on),
                p.card.id, tones={2: "green" if p.state == peers.TRUSTED else "red"},
                tips={0: f"核对码 {p.card.fingerprint}"}, fact=p,
            )
            for p in peers.all(self._desk.office)
        ]  # fmt: skip
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.table.choose(0)

    def _export(self) -> None:
        stem = f"{self._desk.office.name}{keys.SUFFIX}"
        file = choosing.save_file(self, "导出本单位名片", "card", stem, FILTER)
        if file is not None:
            self.export(file)

    def export(self, out: Path) -> None:
        """Write our card; keys are made the first time."""
        self._desk.do(exchange.card, out, refused=self._refused)
        self.refresh()

    def _choose(self) -> None:
        file = choosing.open_file(self, "选对方的名片文件", "card", FILTER)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Show the digits of a card file to compare."""
        self.fault.hide()
        try:
            card = keys.read_card(file)
        except Problem as problem:
            self._refused(problem)
            return
        self.dialog = TrustDialog(self._desk, file, card, self)
        self.dialog.accepted.connect(self.refresh)
        self.dialog.open()

    def _refused(self, problem: Problem) -> None:
        self.fault.setText(problem.text)
        self.fault.show()


def fingerprint(office: Office) -> str:
    """The digits of our own card, '' before there are keys."""
    folder = office.folder / "keys"
    return keys.own_card(folder).fingerprint if keys.exist(folder) else ""

"""单位与密钥: our own card to hand out, the offices whose cards were confirmed, and the registers they stand in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import divisions
from app.office import Office
from app.problem import Problem
from sync import enrolling, exchange, keys, peers, registers
from sync.registers import Register
from ui import choosing, look
from ui.desk import Desk
from ui.screens.exchanging.trust_dialog import TrustDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label

FILTER = f"单位名片 (*{keys.SUFFIX});;所有文件 (*)"
BOTH = f"单位名片和名册 (*{keys.SUFFIX} *{registers.SUFFIX});;所有文件 (*)"
PDF = "PDF (*.pdf)"
STATES = {peers.TRUSTED: "已确认", peers.REVOKED: "已作废"}


class CardsCard(Card):
    """The card of 设置 about who is known to whom."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("单位与密钥", parent=parent)
        self._desk = desk
        self.own = label("", wrap=True)
        self.own.setAccessibleName("本单位核对码")
        self.own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.model = PlainModel(("单位", "在哪里", "状态", "确认日期"), parent=self)
        self.table = PlainTable("已确认的单位", self.model, (180, 140, 70, 100), stretch=0)
        self.table.setFixedHeight(look.sizes().header + 3 * look.sizes().row + 4)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        self.registers = label("", "muted", wrap=True)
        self.take_in = button("导入名片或名册…", self._choose, sign="import")
        self.issue_button = button("印发单位名册…", self._issue, sign="send")
        note = "名片交给对方后，对方写给我们的包就加了密，也能认出我们的包不是假的。"
        for made in (self.own, label(note, "muted", wrap=True), self.table, self.registers, self.fault):
            self.body.addWidget(made)
        for buttons in ((button("导出本单位名片…", self._export, sign="user"), button("打印名片…", self._print, sign="print")),
                        (self.take_in, self.issue_button)):  # fmt: skip
            row = QHBoxLayout()
            for one in buttons:
                row.addWidget(one)
            row.addStretch(1)
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
        told = [_register_words(one) for one in registers.all(self._desk.office)]
        self.registers.setText("\n".join(told))
        self.registers.setVisible(bool(told))
        self.issue_button.setVisible(bool(registers.ISSUERS & self._desk.office.roles))

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
        file = choosing.open_file(self, "选对方的名片，或上级的单位名册", "card", BOTH)
        if file is not None:
            self.take(file)

    def _print(self) -> None:
        file = choosing.save_file(
            self, "打印本单位名片", "card", f"{self._desk.office.name}_单位名片.pdf", PDF
        )
        if file is not None:
            self.print_card(file)

    def print_card(self, out: Path) -> None:
        """The card on one page, to hang beside the telephone."""
        self._desk.do(enrolling.sheet, out, refused=self._refused)
        self.refresh()

    def _issue(self) -> None:
        folder = choosing.folder(self, "单位名册写到哪个文件夹", "card")
        if folder is not None:
            self.issue(folder)

    def issue(self, folder: Path) -> None:
        """The next version of the register of all offices confirmed here."""
        self.fault.hide()
        self._desk.do(enrolling.issue, folder, refused=self._refused)
        self.refresh()

    def take(self, file: Path) -> None:
        """Show the digits of a card file to compare; a register of an office known here is taken as it is."""
        self.fault.hide()
        if registers.is_register(file):
            self._desk.do(exchange.receive, file, refused=self._refused)
            self.refresh()
            return
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


def _register_words(one: Register) -> str:
    """单位名册：盟发改委 2022-08-22 第 3 版，12 个单位，往来必须加密."""
    gone = sum(m.state == registers.REVOKED for m in one.members)
    said = f"单位名册：{one.issuer_name} {one.on} 第 {one.version} 版，{len(one.members)} 个单位"
    return said + (f"，作废 {gone} 个" if gone else "") + ("，往来必须加密" if one.encrypt_only else "")

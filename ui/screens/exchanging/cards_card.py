"""往来单位: the offices whose cards were confirmed, and the registers they stand in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.problem import Problem
from app.values import divisions
from sync import exchange
from sync.letters import registers
from sync.peers import keys, peers
from ui import choosing, look
from ui.desk import Desk
from ui.screens.exchanging.issue_dialog import IssueRegisterDialog
from ui.screens.exchanging.register_dialog import RegisterDialog, register_words
from ui.screens.exchanging.trust_dialog import TrustDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label

FILTER = f"单位名片 (*{keys.SUFFIX});;所有文件 (*)"
BOTH = f"单位名片和名册 (*{keys.SUFFIX} *{registers.SUFFIX});;所有文件 (*)"
STATES = {peers.TRUSTED: "已确认", peers.REVOKED: "已作废"}
NOBODY = "还没有确认过别的单位。向对方要名片文件，打电话核对以后导入；或者收下上级的单位名册，里面的单位就都认得了。"


class CardsCard(Card):
    """The card of 设置 about who is known here. Issuing a register is shown only where the roles allow it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("往来单位和名册", parent=parent)
        self._desk = desk
        self.dialog: Any = None  # the dialog last opened
        self.model = PlainModel(("状态", "单位", "在哪里", "确认日期"), parent=self)
        self.table = PlainTable("已确认的单位", self.model, (74, 180, 140, 100), stretch=1)
        self.table.setFixedHeight(look.sizes().header + 4 * look.sizes().row + 4)
        self.nobody = label(NOBODY, "muted", wrap=True)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        self.registers = label("", "muted", wrap=True)
        self.take_in = button("导入名片或名册…", self._choose, sign="import")
        self.see = button("看名册", self.show_registers)
        self.issue_button = button("印发单位名册…", self.ask_issue, sign="send")
        for made in (self.nobody, self.table, self.registers, self.fault):
            self.body.addWidget(made)
        for buttons in ((self.take_in, self.see), (self.issue_button,)):
            row = QHBoxLayout()
            for one in buttons:
                row.addWidget(one)
            row.addStretch(1)
            self.body.addLayout(row)

    def refresh(self) -> None:
        rows = [
            PlainRow(
                (STATES.get(p.state, p.state), p.card.name, divisions.full_name(p.card.division), p.trusted_on),
                p.card.id, tones={0: "green" if p.state == peers.TRUSTED else "red"}, tips={1: tip_of(p)}, fact=p,
            )
            for p in peers.all(self._desk.office)
        ]  # fmt: skip
        current = self.table.currentIndex().row()
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nobody.setVisible(not rows)
        self.table.choose(max(0, current))
        found = registers.all(self._desk.office)
        self.registers.setText("\n".join(register_words(one) for one in found))
        for made in (self.registers, self.see):
            made.setVisible(bool(found))
        self.issue_button.setVisible(bool(registers.ISSUERS & self._desk.office.roles))

    # registers

    def show_registers(self) -> None:
        """Every office of the registers kept here, those whose key was revoked among them."""
        self.dialog = RegisterDialog(registers.all(self._desk.office), self.window())
        self.dialog.open()

    def ask_issue(self) -> None:
        """The next version of the register of all offices confirmed here."""
        self.fault.hide()
        self.dialog = IssueRegisterDialog(self._desk, self.window())
        self.dialog.accepted.connect(self.refresh)
        self.dialog.open()

    # cards

    def _choose(self) -> None:
        file = choosing.open_file(self, "选对方的名片，或上级的单位名册", "card", BOTH)
        if file is not None:
            self.take(file)

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
        self.dialog = TrustDialog(self._desk, file, card, self.window())
        self.dialog.accepted.connect(self.refresh)
        self.dialog.finished.connect(lambda _how: self.take_in.setFocus(Qt.FocusReason.OtherFocusReason))
        self.dialog.open()

    def _refused(self, problem: Problem) -> None:
        self.fault.setText(problem.text)
        self.fault.show()


def tip_of(peer: peers.Peer) -> str:
    """The digits, and that the key was changed before."""
    changed = f"\n换过 {len(peer.before)} 次密钥，旧的只用来核对以前的包" if peer.before else ""
    return f"核对码 {peer.card.fingerprint}{changed}"

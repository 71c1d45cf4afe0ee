"""本单位密钥: the card to hand out as a file and on paper, a change of keys, the passphrase they stand under."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.change import Change
from app.office import Office
from app.problem import Problem
from sync import exchange
from sync.offices import enrolling, passphrases
from sync.peers import keys
from ui import choosing
from ui.desk import Desk
from ui.dialogs.printing import Printing
from ui.screens.exchanging.passphrase_dialog import PassphraseDialog
from ui.screens.exchanging.renew_dialog import RenewDialog
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label

FILTER = f"单位名片 (*{keys.SUFFIX});;所有文件 (*)"
NONE = "还没有生成本单位名片，导出一次就有了。"


class OwnCard(Card):
    """`self.fault` says what was refused."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("本单位名片和密钥", parent=parent)
        self._desk = desk
        self.asked: Any = None  # the dialog last opened
        self.own = label("", wrap=True)
        self.own.setAccessibleName("本单位核对码")
        self.own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lock = label("", "muted", wrap=True)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        note = (
            "名片交给对方后，对方写给我们的包就加了密，也能认出我们的包不是假的。核对码请在电话里念给对方。"
        )
        for made in (self.own, label(note, "muted", wrap=True), self.lock, self.fault):
            self.body.addWidget(made)
        self.out = button("导出名片…", self._export, sign="user")
        self.paper = button("打印名片…", self.print_card, sign="print")
        self.printing = Printing(desk, self)
        self.printing.refused.connect(self._refused)
        self.printing.made.connect(self.refresh)  # keys are made the first time
        self.word = button("设密钥口令…", self.ask_passphrase, sign="lock")
        self.renew = button("换密钥…", self.ask_renew, sign="refresh")
        for pair in ((self.out, self.paper), (self.word, self.renew)):
            row = QHBoxLayout()
            for one in pair:
                row.addWidget(one)
            row.addStretch(1)
            self.body.addLayout(row)

    def refresh(self) -> None:
        digits = fingerprint(self._desk.office)
        held = passphrases.held(self._desk.office)
        self.own.setText(f"本单位核对码：{digits}" if digits else NONE)
        self.lock.setText(
            "设了密钥口令，打开程序后第一次用密钥时要输；它和人员的口令是两回事。"
            if held
            else "没有设密钥口令，能打开这台电脑的人就能用密钥；人员的口令不管这个。"
        )
        self.word.setText("改密钥口令…" if held else "设密钥口令…")
        self.word.setAccessibleName(self.word.text())
        self.lock.setVisible(bool(digits))
        self.renew.setVisible(bool(digits))

    # the card

    def _export(self) -> None:
        stem = f"{self._desk.office.name}{keys.SUFFIX}"
        file = choosing.save_file(self, "导出本单位名片", "card", stem, FILTER)
        if file is not None:
            self.export(file)

    def export(self, out: Path) -> None:
        """Write our card; keys are made the first time."""
        self._do(exchange.card, out)

    def print_card(self) -> None:
        """The card on one page with its digits and QR, to hang beside the telephone: looked at, then printed or kept."""
        self.fault.hide()
        self.printing.make("单位名片", enrolling.sheet)

    def _do(self, command: Any, out: Path) -> None:
        self.fault.hide()
        self._desk.do(command, out, refused=self._refused)
        self.refresh()

    # the keys

    def ask_passphrase(self) -> None:
        """Set, change or take away the passphrase."""
        self.asked = PassphraseDialog(
            self._desk, held=passphrases.held(self._desk.office), parent=self.window()
        )
        self.asked.accepted.connect(self.refresh)
        self.asked.open()

    def ask_renew(self) -> None:
        """New keys: everybody has to confirm the new card."""
        self.asked = RenewDialog(fingerprint(self._desk.office), self.window())
        self.asked.accepted.connect(self._renew)
        self.asked.open()

    def _renew(self) -> None:
        self.fault.hide()
        self._desk.run(
            enrolling.renew_keys,
            confirmed=True,
            title="正在换密钥",
            done=self._renewed,
            refused=self._refused,
        )

    def _renewed(self, _change: Change) -> None:
        self.refresh()
        self.out.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, problem: Problem) -> None:
        self.fault.setText(problem.text)
        self.fault.show()


def fingerprint(office: Office) -> str:
    """The digits of our own card, '' before there are keys."""
    folder = office.folder / "keys"
    return keys.own_card(folder).fingerprint if keys.exist(folder) else ""

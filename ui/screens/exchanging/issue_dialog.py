"""印发单位名册: the next version with the rule for all, a key to be revoked if need be, and where it is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.change import Change
from app.ledger import settings
from app.problem import Problem
from sync.letters import registers
from sync.offices import enrolling
from sync.peers import peers
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import LineInput, mark
from ui.screens.exchanging.target_card import TargetCard
from ui.widgets.buttons import allow


class IssueRegisterDialog(PlainDialog):
    """Accepted once the register is written."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        office = desk.office
        last = registers.current(office, office.id)
        known = [p.card for p in peers.all(office) if p.state == peers.TRUSTED]
        said = f"本单位和名片已确认的 {len(known):,} 个单位（归本单位管的）都写进名册，各单位收下就互相认得，不用再一家一家核对。"
        super().__init__("印发单位名册", said, parent, scrolled=True)
        self._desk = desk
        self._version = (last.version if last else 0) + 1
        self.strict = QCheckBox("往来必须加密（名册里的单位都不许再写不加密的包）")
        self.strict.setAccessibleName(self.strict.text())
        self.strict.setChecked(
            last.encrypt_only if last else bool(settings.get(office, registers.ENCRYPT_ONLY))
        )
        self.grid.addWidget(self.strict, self.grid.rowCount(), 0, 1, 2)
        self.gone = QComboBox()
        self.gone.addItem("不作废", "")
        for card in known:
            self.gone.addItem(card.name, card.id)
        self.gone.activated.connect(lambda _at: self._follow())
        self.row("作废哪个单位的密钥", self.gone)
        self.reason = LineInput()
        self.reason.setPlaceholderText("如：电脑丢失，密钥可能泄露")
        self.reason.textChanged.connect(lambda _text: self._follow())
        self.row("作废的原因", self.reason)
        self.target = TargetCard(title="写到哪里")
        self.target.changed.connect(self._follow)
        self.column.addWidget(self.target)
        self.deeds("", self._issue)
        self._follow()
        self.strict.setFocus()

    def busy(self) -> bool:
        return self._desk.busy

    def folder(self) -> Path | None:
        return self.target.folder()

    def _follow(self) -> None:
        revoking = bool(self.gone.currentData())
        self.reason.setEnabled(revoking)
        mark(self.reason, revoking and not self.reason.text_now())
        why = "还没选写到哪里" if self.folder() is None else ""
        if revoking and not self.reason.text_now():
            why = "作废要写明原因"
        allow(self.primary, f"印发第 {self._version} 版", why)

    def _issue(self) -> None:
        if not self.primary.isEnabled() or self.target.lost():
            return
        self._desk.run(
            enrolling.issue, self.folder(), encrypt_only=self.strict.isChecked(), revoke=str(self.gone.currentData()),
            reason=self.reason.text_now() if self.reason.isEnabled() else "", title="正在印发单位名册",
            done=self._issued, refused=self._refused,
        )  # fmt: skip

    def _issued(self, _change: Change) -> None:
        self.accept()

    def _refused(self, problem: Problem) -> None:
        self.fault(problem.text)

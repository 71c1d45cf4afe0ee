"""单位名册: what a register that was taken in, or issued here, says of each office."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.office import ROLES
from app.values import divisions
from sync.letters import registers
from sync.letters.registers import Member, Register
from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label


class RegisterDialog(PassingDialog):
    """Read only; with several issuers one is chosen above."""

    def __init__(self, found: Sequence[Register], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("单位名册")
        self.resize(look.fitting(820, 480))
        self._found = list(found)
        self.which = QComboBox()
        self.which.setAccessibleName("哪个单位印发的名册")
        for one in self._found:
            self.which.addItem(one.issuer_name)
        self.which.setVisible(len(self._found) > 1)
        self.which.activated.connect(lambda _at: self._show())
        self.said = label("", "strong", wrap=True)
        self.model = PlainModel(("单位", "状态", "在哪里", "身份", "核对码"), parent=self)
        self.table = PlainTable("名册里的单位", self.model, (190, 150, 130, 130, 280), stretch=-1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        for made in (self.which, self.said):
            column.addWidget(made)
        column.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button("关闭", self.accept, kind="primary"))
        column.addLayout(foot)
        self._show()
        self.table.setFocus()

    def _show(self) -> None:
        one = self._found[max(0, self.which.currentIndex())]
        self.said.setText(f"{register_words(one)}。")
        self.model.set_rows([_row(m) for m in one.members])
        self.table.choose(0)


def register_words(one: Register) -> str:
    """单位名册：盟发改委 2022-08-22 第 3 版，12 个单位，作废 1 个，往来必须加密."""
    gone = sum(m.state == registers.REVOKED for m in one.members)
    said = f"单位名册：{one.issuer_name} {one.on} 第 {one.version} 版，{len(one.members):,} 个单位"
    return (
        said
        + (f"，作废 {gone} 个" if gone else "")
        + ("，往来必须加密" if one.encrypt_only else "，往来可以不加密")
    )


def _row(one: Member) -> PlainRow:
    gone = one.state == registers.REVOKED
    card = one.card
    words = f"已作废：{one.reason}" if gone else "有效"
    roles = "、".join(ROLES.get(role, role) for role in card.roles)
    texts = (card.name, words, divisions.full_name(card.division), roles, card.fingerprint)
    return PlainRow(texts, card.id, tones={1: "red" if gone else "green"}, tips=dict(enumerate(texts)))

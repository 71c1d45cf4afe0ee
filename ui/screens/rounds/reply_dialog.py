"""答复异议: the matter goes to another department, or stays where it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QRadioButton, QWidget

from app.rounds import objections
from sync.merges.returns import Objection
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog

ELSEWHERE = "非本部门"


class ReplyDialog(PlainDialog):
    """Accepted once the answer is in the ledger."""

    def __init__(
        self, desk: Desk, ledger: str, one: Objection, depts: Sequence[str], parent: QWidget | None = None
    ) -> None:
        why = f"{one.kind}：{one.reason}" if one.reason else one.kind
        super().__init__("答复异议", f"{one.name} · {one.matter}。{why}", parent)
        self._desk, self._ledger, self._one = desk, ledger, one
        self.elsewhere = QRadioButton("改归别的部门办理")
        self.stays = QRadioButton("维持原样，仍由该部门办理")
        self.dept = QComboBox()
        self.dept.setEditable(True)
        self.dept.addItems(list(depts))
        self.dept.setCurrentText("")
        self.dept.setAccessibleName("改归哪个部门")
        line = self.dept.lineEdit()
        if line is not None:
            line.setAccessibleName("改归哪个部门")
            line.setPlaceholderText("选一个，也可以直接写")
            line.textEdited.connect(lambda _text: self.elsewhere.setChecked(True))
        self.dept.activated.connect(lambda _at: self.elsewhere.setChecked(True))
        for at, made in enumerate((self.elsewhere, self.stays)):
            made.setAccessibleName(made.text())
            self.grid.addWidget(made, at, 0)
        self.grid.addWidget(self.dept, 0, 1)
        (self.elsewhere if one.kind == ELSEWHERE else self.stays).setChecked(True)
        self.say(
            "同意移除或者确实重复的，点“取消”，再点“打开这个项目”，在项目里办移除。答复以后再推送一次，对方就知道了。"
        )
        self.deeds("答复", self._answer)
        (self.dept if one.kind == ELSEWHERE else self.stays).setFocus()

    def _answer(self) -> None:
        one = self._one
        if self.elsewhere.isChecked():
            done = self._desk.do(
                objections.pass_on, self._ledger, one.entry, one.item, self.dept.currentText(),
                refused=lambda p: self.fault(p.text),
            )  # fmt: skip
        else:
            done = self._desk.do(
                objections.uphold, self._ledger, one.entry, one.item, refused=lambda p: self.fault(p.text)
            )
        if done is not None:
            self.accept()

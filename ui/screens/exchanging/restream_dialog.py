"""另起记录: the guided way on after this office was restored from an old backup and somebody's record did not fit."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from app.problem import Problem
from sync.receiving import restreaming
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog

NO_PARENT = (
    "还不知道对方手里的记录和本单位的到哪一条相同。请先向对方再报一次（会自动从头全部重发），"
    "收下对方新的退回单以后，再来点“另起记录”。"
)


class RestreamDialog(PlainDialog):
    """Accepted once the record was begun anew; `offices` are those to which it has to be reported again."""

    def __init__(
        self, desk: Desk, ledger: str, title: str, asked: Problem, parent: QWidget | None = None
    ) -> None:
        """`asked`: the E_CONFIRM of `restreaming.restream`, which knows what both sides share."""
        super().__init__("另起记录", f"《{title}》", parent)
        self._desk, self._ledger = desk, ledger
        self.offices: list[str] = list(asked.facts["offices"])
        names, seq = "、".join(self.offices), int(asked.facts["parent"]["seq"])
        happened = f"{names}以前收到过恢复以前的记录，和现在的从第 {seq + 1} 条起不一样，所以没有收。"
        self.say(f"发生了什么：本单位从旧备份恢复过。{happened}")
        self.say(
            "另起记录以后：这本台账以本单位现在的内容为准，以前的记录留着备查；向收过它的每个单位从头重报一次，对方会自动接上。"
        )
        self.say("先想一想：备份以后、恢复以前做过而现在没有的，请照对方手里的或纸质的补做，不然就算没做过。")
        self.read = QCheckBox("已经看过，少的已补做或以后补做")
        self.read.setAccessibleName(self.read.text())
        self.read.toggled.connect(lambda _on: self.primary.setEnabled(self.read.isChecked()))
        self.column.addWidget(self.read)
        self.deeds("另起记录", self._do)
        self.primary.setEnabled(False)
        self.read.setFocus()

    def _do(self) -> None:
        if not self.primary.isEnabled():
            return
        self._desk.run(
            restreaming.restream, self._ledger, confirmed=True, title="正在另起记录",
            done=lambda _: self.accept(), refused=self._refused, gave_up=self._again,
        )  # fmt: skip
        self.primary.setEnabled(False)
        self.read.setEnabled(False)

    def _again(self) -> None:
        self.read.setEnabled(True)
        self.primary.setEnabled(self.read.isChecked())

    def _refused(self, problem: Problem) -> None:
        self._again()
        self.fault(problem.text)

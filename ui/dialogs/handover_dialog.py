"""工作交接: who hands over to whom; the sheet is filed and shown to be printed and signed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from app.change import Change
from app.people import clerks
from app.problem import Problem
from app.today.handover import Leaving
from sync.offices import handing_over
from ui import temporary
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.dialogs.printed_dialog import PrintedDialog

NAME = "工作交接单"
TOLD = (
    "在走的时限（经办人写着移交人的在前）、答应的事、在外的包、没签完的打印件、没有保存的草稿、密钥和备份的情况都列在单子上，三方签字；"
    "谁交给谁记入操作记录。"
)


class HandoverDialog(PlainDialog):
    """Both names may be chosen from the people of the office, or typed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("工作交接", f"移交人：{desk.office.clerk}", parent)
        self._desk = desk
        others = [c.name for c in clerks.all(desk.office) if not c.called(desk.office.clerk)]
        self.to, self.witness = (_names(words, others) for words in ("接交人", "监交人"))
        self.row("接交人", self.to)
        self.row("监交人", self.witness)
        self.say(TOLD)
        self.deeds("生成交接单", self._make)
        self.shown: PrintedDialog | None = None
        self.to.setFocus()

    def _make(self) -> None:
        if self._desk.busy:
            return
        drafts = tuple(self._desk.unsaved())
        leaving = Leaving(self.to.currentText(), witness=self.witness.currentText(), drafts=drafts)
        out = temporary.place(f"{NAME}.pdf")
        self._desk.run(
            handing_over.hand_over, leaving, out, title=f"正在生成{NAME}",
            done=lambda done: self._done(done, out), refused=self._refuse,
        )  # fmt: skip

    def _done(self, _change: Change, out: Path) -> None:
        self.shown = PrintedDialog(self._desk, NAME, out, self.window().parentWidget())
        self.accept()
        self.shown.open()

    def _refuse(self, problem: Problem) -> None:
        self.fault(problem.text)
        self.to.setFocus(Qt.FocusReason.OtherFocusReason)


def _names(words: str, known: list[str]) -> QComboBox:
    """A name chosen or typed; empty at first."""
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.addItems(known)
    made.setCurrentIndex(-1)
    line = made.lineEdit()
    if line is not None:
        line.setAccessibleName(words)
    return made

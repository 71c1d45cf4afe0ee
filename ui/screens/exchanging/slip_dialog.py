"""退回单 as it is read: every reason at once, where its file lies, and on paper or as a file for the sender."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.problem import Problem
from sync.letters import slip_sheets
from sync.letters.slip_sheets import Given
from ui import choosing
from ui.desk import Desk
from ui.dialogs.printing import Printing
from ui.screens.exchanging.keeping import ANSWERS, keep_copy
from ui.screens.exchanging.reasons_dialog import ReasonsDialog
from ui.widgets.buttons import button
from ui.widgets.labels import label


class SlipDialog(ReasonsDialog):
    """The reasons of a slip this office gave. Nothing is changed by it."""

    def __init__(self, desk: Desk, given: Given, parent: QWidget | None = None) -> None:
        self._desk, self._given = desk, given
        sheet = given.sheet
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        self.where = label(
            f"退回单已写在：{given.file}。请拷给对方，对方收下后就知道要改什么。", "muted", wrap=True
        )
        self.save = button("另存退回单…", self._save, sign="export")
        self.paper = button("打印…", self._print, kind="primary", sign="print")
        said = "没有收下" if sheet.whole else "收下了，其中有没采用的"
        super().__init__(
            "退回单", sheet.faults, parent,
            head=f"{sheet.to}的《{sheet.title}》{said}：{len(sheet.faults):,} 处",
            beneath=(self.where, self.fault), deeds=(self.save, self.paper),
        )  # fmt: skip
        self.printing = Printing(desk, self)
        self.printing.refused.connect(self._refused)

    def _print(self) -> None:
        self.printing.make("退回单", slip_sheets.write, self._given)

    def _save(self) -> None:
        name = self._given.file.name
        file = choosing.save_file(self, "另存给对方的文件", "receipt", name, ANSWERS)
        if file is not None:
            self.save_to(file)

    def save_to(self, out: Path) -> None:
        """A copy for the sender."""
        self.fault.hide()
        self._desk.do(keep_copy, self._given.file, out, refused=self._refused)

    def _refused(self, problem: Problem) -> None:
        self.fault.setText(problem.text)
        self.fault.show()

"""退回单 as it is read: every reason at once, where its file lies, and on paper or as a file for the sender."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.problem import Problem
from sync import slip_sheets
from sync.slip_sheets import Given
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.printing import Printing
from ui.screens.exchanging.keeping import ANSWERS, keep_copy
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label


class SlipDialog(QDialog):
    """Nothing is changed by it."""

    def __init__(self, desk: Desk, given: Given, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._given = desk, given
        sheet = given.sheet
        self.setWindowTitle("退回单")
        self.resize(look.fitting(look.sizes().grown(760), look.sizes().grown(440)))
        self.printing = Printing(desk, self)
        self.printing.refused.connect(self._refused)
        self.model = PlainModel(("项目", "原因"), parent=self)
        self.table = PlainTable("退回的原因", self.model, (240, 420), stretch=1)
        self.table.picked.connect(lambda _row: self._follow())
        self.told, self.fault = label("", wrap=True), label("", "error", wrap=True)
        self.fault.hide()
        self.where = label(
            f"退回单已写在：{given.file}。请拷给对方，对方收下后就知道要改什么。", "muted", wrap=True
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        said = "没有收下" if sheet.whole else "收下了，其中有没采用的"
        column.addWidget(
            label(f"{sheet.to}的《{sheet.title}》{said}：{len(sheet.faults):,} 处", "h2", wrap=True)
        )
        column.addWidget(self.table, 1)
        for made in (self.told, self.where, self.fault):
            column.addWidget(made)
        column.addLayout(self._foot())
        self.model.set_rows(
            [PlainRow(("、".join(f.rows) or "整份", f.text), str(at), tips={0: "、".join(f.rows), 1: f.text})
             for at, f in enumerate(sheet.faults)]
        )  # fmt: skip
        self.table.choose(0)
        self.table.setFocus()

    def _foot(self) -> QHBoxLayout:
        self.save = button("另存退回单…", self._save, sign="export")
        self.paper = button("打印…", self._print, kind="primary", sign="print")
        row = QHBoxLayout()
        row.addStretch(1)
        for made in (button("关闭", self.reject), self.save, self.paper):
            row.addWidget(made)
        return row

    def _follow(self) -> None:
        """The current reason in whole, where the table may cut it."""
        found = self.model.row(self.table.currentIndex().row())
        self.told.setText("：".join(found.texts) if found is not None else "")

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

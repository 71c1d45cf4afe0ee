"""考核: a month of complaints per department, on paper (SB 四(四))."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.papers import assessing
from app.papers.assessing import Assessment
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.forms.inputs import LineInput


class AssessDialog(DeedDialog):
    """`chosen(month)` when the sheet of a month that can be read was asked for."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "12345考核表", "按来电日期计入当月；投诉人的姓名和电话遮去。", parent)
        made: LineInput = self.ask("month", "哪个月", LineInput(), need=True)
        made.set_text(f"{desk.office.today():%Y-%m}")
        made.setPlaceholderText("如 2022-09")
        self.end("打印考核表")
        self.follow()
        made.setFocus()
        made.selectAll()

    def follow(self) -> None:
        """What the month comes to, in a line."""
        try:
            found = assessing.of(self.desk.office, self.text("month"))
        except Problem as problem:
            self.tell(problem.text, "amber")
            return
        self.tell(_told(found) if found.rows else "这个月没有投诉。")

    def perform(self) -> Change | None:
        month = self.text("month")
        try:
            assessing.of(self.desk.office, month)
        except Problem as problem:
            raise Problem(problem.code, problem.text, field="month") from problem
        self.accept()
        self.chosen.emit(month)
        return None


def _told(found: Assessment) -> str:
    """The counts that should be low, where there are any, and below them the rates; the sheet has the others."""
    values = found.total.values
    counts = [f"{f.title} {values[f.id]:,}" for f in found.figures if f.better == "less" and values[f.id]]
    rates = [
        f"{f.title} {'—' if values[f.id] is None else f'{values[f.id]}%'}"
        for f in found.figures
        if f.unit == "%"
    ]
    return f"{len(found.rows):,} 个部门：{'，'.join(counts)}。\n{'，'.join(rates)}。"

"""投诉: 12345 complaints, answered, asked back and assessed per department (SB 四(四), 六(一))."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.papers import assessing
from ui.dialogs.following.answer_dialogs import AnswerDialog, AskedBackDialog
from ui.dialogs.following.assess_dialog import AssessDialog
from ui.dialogs.following.caller_dialog import CallerDialog
from ui.dialogs.following.register_deeds import not_asked
from ui.screens.following.following_screen import FollowingScreen
from ui.widgets.buttons import button
from ui.widgets.menu_button import Choice


class ComplaintsScreen(FollowingScreen):
    """答复, 回访 and 考核 in the head; 看投诉人 in 更多."""

    title = "投诉"
    page = "complaints"

    def own_tools(self) -> tuple[QPushButton, ...]:
        return (
            button("答复…", self.answer, sign="edit", why="登记这一件的响应日和答复内容"),
            button("回访…", self.ask_back, sign="user", why="登记投诉人满意不满意"),
            button("考核…", self.assess, sign="form", why="按月考核各手续部门，打印考核表"),
        )

    def more(self) -> list[Choice]:
        line = self.current()
        none = "先在表里选一行" if line is None else ""
        return [
            Choice(
                "看投诉人…",
                lambda: self.ask(self._caller, void=True),
                none,
                "姓名和电话；谁看的、为什么看，会记下来",
            )
        ]

    def answer(self) -> None:
        self.ask(lambda ledger, line: AnswerDialog(self.desk, ledger, line, self.window()))

    def ask_back(self) -> None:
        self.ask(self._asked_back)

    def _asked_back(self, ledger: LedgerLine, line: Line) -> AskedBackDialog | str:
        return not_asked(line) or AskedBackDialog(self.desk, ledger, line, self.window())

    def _caller(self, ledger: LedgerLine, line: Line) -> CallerDialog | str:
        if not (line.cells.get("caller") or line.cells.get("caller_tel")):
            return "这一件没有登记投诉人的姓名和电话"
        return CallerDialog(self.desk, ledger, line, self.window())

    def assess(self) -> None:
        dialog = AssessDialog(self.desk, self.window())
        dialog.chosen.connect(
            lambda month: self.printing.make(f"12345考核表 {month}", assessing.write, month=month)
        )
        self.open(dialog)

"""开始核查: by when the answers are wanted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.rounds import rounds
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import DateInput, LineInput, mark


class BeginDialog(PlainDialog):
    """Accepted once the round is open."""

    def __init__(self, desk: Desk, line: LedgerLine, parent: QWidget | None = None) -> None:
        super().__init__("开始核查", f"《{line.title}》：每个部门只会收到归它办理的事项", parent)
        self._desk, self._line = desk, line
        self.due, self.note = DateInput(), LineInput()
        self.due.setPlaceholderText("如 2022-08-25 或 8.25，可以不填")
        self.note.setPlaceholderText("可以不填")
        self.row("哪天前回传", self.due)
        self.row("给各部门的话", self.note)
        self.say("开始以后再“推送”，那时才写出文件。")
        self.due.touched.connect(lambda: mark(self.due, False))
        self.deeds("开始核查", self._begin)
        self.due.setFocus()

    def _begin(self) -> None:
        done = self._desk.do(
            rounds.begin, self._line.id, due=self.due.text_now(), note=self.note.text_now(),
            refused=self._refused,
        )  # fmt: skip
        if done is not None:
            self.accept()

    def _refused(self, problem: Problem) -> None:
        """The sentence, and the day marked and taken up where it is what is wrong."""
        self.fault(problem.text)
        if problem.code == "E_DATE":
            mark(self.due, True)
            self.due.setFocus()
            self.due.selectAll()

"""What the office that asks may do about one department, or about all that have not answered."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.problem import Problem
from app.rounds import reminding
from app.rounds.awaited import MERGE
from app.rounds.rounds import Part, Round
from sync.merges import returns
from sync.merges.returns import Answer, Objection
from ui.desk import Desk
from ui.dialogs.printing import Printing
from ui.screens.exchanging.handing_back import HandingBack
from ui.screens.exchanging.undo_dialog import UndoDialog
from ui.screens.rounds.answer_dialog import AnswerDialog
from ui.screens.rounds.remind_dialog import RemindDialog
from ui.screens.rounds.reply_dialog import ReplyDialog


class PartDeeds(QObject):
    """`wished(page, place)`; `told(text, tone)` for the strip of the page. `asked` is the dialog last opened."""

    wished = Signal(str, object)
    told = Signal(str, str)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._over = desk, parent
        self.asked: Any = None
        self.printing = Printing(desk, parent)
        self.handing = HandingBack(desk, parent)
        self.printing.refused.connect(self._refused)
        self.handing.refused.connect(self._refused)
        self.handing.done.connect(lambda change: self.told.emit(f"{change.said}。", "blue"))

    def _refused(self, problem: Problem) -> None:
        self.told.emit(problem.text, "red")

    def answer(self, now: Round, part: Part) -> Answer:
        return returns.answer(self._desk.office, now.ledger, now.id, part.dept)

    def open(self, now: Round, part: Part) -> None:
        """What that department objected to, added, and what was not taken."""
        asked = self.asked = AnswerDialog(part, self.answer(now, part), self._over)
        asked.chosen.connect(lambda entry, item: self._see(now, entry, item))
        asked.reply_wished.connect(lambda one: self.reply(now, part, one))
        asked.undone.connect(lambda merge: self.undo(now, merge))
        asked.open()

    def _see(self, now: Round, entry: str, item: str) -> None:
        self.wished.emit("ledger", {"ledger": now.ledger, "entry": entry, "item": item, "form": True})

    def reply(self, now: Round, part: Part, one: Objection) -> None:
        """答复异议; afterwards what else the department said is shown again."""
        others = [p.dept for p in now.parts if p.dept != part.dept]
        self.asked = ReplyDialog(self._desk, now.ledger, one, others, self._over)
        self.asked.finished.connect(lambda _how: self.open(now, part))
        self.asked.open()

    def undo(self, now: Round, merge: str) -> None:
        """Take a merging back, once it was said what that undoes."""
        self.asked = UndoDialog(self._desk, now.ledger, merge, self._over)
        self.asked.open()

    def differences(self, now: Round, part: Part) -> None:
        """The three-way table of its return."""
        mirror = self.answer(now, part).mirror
        if mirror:
            self.wished.emit("inbox", {"mirror": mirror})
        else:
            self.told.emit(f"还没有收到{part.dept}的回传", "amber")

    def remind(self, now: Round) -> None:
        """催办单: for all that have not answered, unless the clerk leaves some out."""
        waits = self._desk.today().awaited
        came = {one.who for one in waits if one.kind == MERGE and one.ledger == now.ledger}
        asked = self.asked = RemindDialog(now, self._desk.office.today(), came, self._over)
        asked.accepted.connect(lambda: self._print(now, asked.depts(), asked.whole()))
        asked.open()

    def _print(self, now: Round, depts: tuple[str, ...], whole: bool) -> None:
        self.printing.make("催办单", reminding.remind, now.ledger, depts=depts, whole=whole)

    def hand_back(self, part: Part | None) -> None:
        """退回批注: the workbook that came back, with what is wrong written into a copy."""
        self.handing.ask(part.dept if part is not None else "")

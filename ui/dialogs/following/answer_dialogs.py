"""答复 and 回访 of a complaint (SB 六(一))."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import entries
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.forms.field_form import choices_for

ON, TEXT = "answered_on", "result_text"


class AnswerDialog(DeedDialog):
    """When and what was answered; with the day of the solution the complaint is done with."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "登记答复", line.name, parent)
        self._line = line
        cells = line.cells
        self.ask_day(ON, "响应日", str(cells.get(ON) or ""))
        told = self.ask_text(TEXT, "答复的内容", "怎样答复的、下一步怎么办", need=True)
        told.set_text(str(cells.get(TEXT) or ""))
        words = {"yes": "已经解决，同时办结", "": "还没解决，只登记答复"}
        solved = self.ask_choice("solved", "解决没有", [(k, w) for k, w in words.items() if k], need=False)
        solved.setItemText(0, words[""])
        self.ask_choice("result", "办理结果", choices_for(ledger.loaded, ledger.loaded.fields["result"]))
        self.end("登记答复")
        self.follow()
        told.setFocus()

    def follow(self) -> None:
        solved = bool(self.text("solved"))
        self.put("result", solved)
        late = self._late()
        if late:
            self.tell(late, "amber")
        else:
            self.tell("办结：不再列入未办结。" if solved else "灯号改为“已答复”，到解决为止还列在未办结里。")

    def _late(self) -> str:
        """Said before it is written: an answer after its day counts as 超期."""
        by = str(self._line.cells.get("answer_by") or "")
        try:
            day = self.day(ON) if by and self.text(ON) else ""
        except Problem:
            return ""
        return f"答复时限是 {by}，这样登记算超期。" if day > by and by else ""

    def perform(self) -> Change | None:
        day = self.day(ON)
        texts = {ON: day, TEXT: self.text(TEXT)}
        if self.text("solved"):
            texts |= {"solved_on": day, "result": self.text("result")}
        return self.run(entries.amend, self._line.id, texts)


class AskedBackDialog(DeedDialog):
    """Whether the caller is content."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "登记回访", line.name, parent)
        self._line = line
        made = self.ask_choice(
            "satisfied", "满意度", choices_for(ledger.loaded, ledger.loaded.fields["satisfied"])
        )
        made.set_text(str(line.cells.get("satisfied") or ""))
        self.ask_text("note", "备注").set_text(str(line.cells.get("note") or ""))
        self.end("登记回访")
        self.tell("“未回访”的不计入满意率。")
        made.setFocus()

    def perform(self) -> Change | None:
        return self.run(
            entries.amend, self._line.id, {"satisfied": self.text("satisfied"), "note": self.text("note")}
        )

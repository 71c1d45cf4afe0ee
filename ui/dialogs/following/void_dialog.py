"""A row of a register that was entered by mistake or twice: 作废 as its template calls it, and 恢复."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import leaving
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import Line
from app.words.template_words import Closing
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog

STRUCK, DONE = "核查剔除", "手续齐全"
"""How a row stands that is void, or done with, in the program's own words."""


def closing(ledger: LedgerLine, to: str) -> Closing | None:
    """The template's event of a whole row that leads there, None where it has none."""
    return next(iter(ledger.loaded.closings("entry", to)), None)


def not_voidable(line: Line) -> str:
    """Why a row cannot be made void now."""
    return f"已经{lists.standing_shown(line)}；要退回用“恢复”" if line.standing == STRUCK else ""


def over(line: Line) -> str:
    """Why nothing else is registered of a row, '' while it counts."""
    return f"这一条已经{lists.standing_shown(line)}；还要办的先恢复" if line.standing == STRUCK else ""


def not_back(line: Line) -> str:
    """Why there is nothing of it to come back."""
    if line.standing == STRUCK or (line.standing == DONE and not line.items):
        return ""
    return "这一条没有作废，也没有了结，不用恢复"


class VoidDialog(DeedDialog):
    """The row stays on the list, counts for nothing any more and can be taken back."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        event = ledger.loaded.closings("entry", "removed")[0]
        super().__init__(desk, event.title, line.name, parent)
        self._line, self._event = line, event
        made = self.ask_choice("reason", "原因", [(basis, basis) for basis in event.bases or ("其他",)])
        self.ask_text("detail", "说明", "如 与第 3 号是同一件事", need=True)
        if event.second_person:
            self.ask_approval()
        self.end(event.title)
        self.tell(f"这一条还看得到，不再计数，也不再提醒；登记错了可以用“恢复”退回。{event.note}")
        made.setFocus()

    def perform(self) -> Change | None:
        paper = {"second": self.text("second"), "scan": self.scan()} if self._event.second_person else {}
        return self.run(
            leaving.remove, self._line.id, reason=self.text("reason"), detail=self.text("detail"), **paper
        )


class BackDialog(DeedDialog):
    """What was made void, or done with, is as before."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        event = ledger.loaded.closings("entry", "open")[0]
        super().__init__(desk, event.title, line.name, parent)
        self._line = line
        made = self.ask_choice("basis", "原因", [(basis, basis) for basis in event.bases or ("其他",)])
        self.ask_text("detail", "说明", need=True)
        self.end(event.title)
        void = line.standing == STRUCK
        called = lists.standing_shown(line)
        self.tell(
            f"退回“{called}”以前的样子，重新计数、提醒。"
            if void
            else f"这一条重新{ledger.loaded.t.words.open}，照常提醒。"
        )
        made.setFocus()

    def perform(self) -> Change | None:
        why = f"{self.text('basis')}：{self.text('detail')}"
        return self.run(leaving.reopen, self._line.id, reason=why)

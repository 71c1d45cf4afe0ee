"""恢复在账: what had left comes back, the project or one matter."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import leaving
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.deed_dialog import STAY, DeedDialog
from ui.forms.inputs import ChoiceInput

WHOLE = "整个项目"
LEFT = ("已核减", "已移除", "已更正")
CLOSED = ("办结", "不需办")
EXCLUDED = "核查剔除"


class ReopenDialog(DeedDialog):
    """回头看 and its kin: counted as 恢复 once the ledger is sealed."""

    def __init__(
        self, desk: Desk, ledger: LedgerLine, line: Line, code: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, "恢复在账", line.name, parent)
        self._line, self._sealed = line, ledger.sealed
        self.ask_choice("what", "恢复什么", [(c or WHOLE, words) for c, words in choices(ledger, line)])
        self.ask_choice("basis", "依据", [(b, b) for b in _bases(ledger)])
        self.ask_text("reason", "情况说明", "如 回头看发现批复与实际建设内容不符", need=True)
        self.ask_day("on", "恢复日期")
        self.put("on", ledger.sealed)
        self.end("恢复在账")
        what = self.inputs["what"]
        assert isinstance(what, ChoiceInput)
        if code:
            what.set_text(code)
        elif what.count() == 2:
            what.setCurrentIndex(1)
        self.follow()
        what.setFocus()

    def follow(self) -> None:
        what = self.text("what")
        if not what:
            self.tell("")
        elif not self._sealed:
            self.tell("台账还没有确定：退回原来的样子，基数按实际重新计算。")
        elif what == WHOLE:
            gone = [i.standing for i in self._line.items.values() if i.standing in LEFT]
            back = gone.count(self._line.standing)
            kept = gone.count("已核减") if self._line.standing != "已核减" else 0
            more = f"；已核减的 {kept:,} 个事项不动，要重办的请逐个恢复" if kept else ""
            self.tell(f"项目 在账 +1、恢复 +1；事项 在账 +{back}、恢复 +{back}{more}。原来的核出记录保留。")
        else:
            project = "" if self._line.standing == STAY else "项目一起恢复：在账 +1、恢复 +1；"
            self.tell(f"{project}事项 在账 +1、恢复 +1，办理情况退回未办结。原来的核出记录保留。")

    def perform(self) -> Change | None:
        what = self.text("what")
        if what == WHOLE:
            what = ""
        on = self.day("on") if self._sealed else ""
        return self.run(
            leaving.reopen, self._line.id, what, reason=f"{self.text('basis')}：{self.text('reason')}", on=on
        )

    def refused(self, problem: Problem) -> None:
        field = problem.field or ("what" if problem.code == "E_STILL_OPEN" else None)
        super().refused(Problem(problem.code, problem.text, field=field, **problem.facts))


def choices(ledger: LedgerLine, line: Line) -> list[tuple[str, str]]:
    """(item code, '' for the project; words) of all that could come back."""
    whole = line.standing in (*LEFT, "已开工") if ledger.sealed else line.standing == EXCLUDED
    out = [("", f"{WHOLE}（{line.standing}）")] if whole else []
    if not ledger.sealed and whole:
        return out
    for code, item in line.items.items():
        if item.standing in LEFT if ledger.sealed else item.state in CLOSED:
            out.append((code, f"事项 {item.title}（{item.standing_text if ledger.sealed else item.state_text}）"))
    return out


def _bases(ledger: LedgerLine) -> tuple[str, ...]:
    found = next((c.bases for c in ledger.loaded.t.closings if c.to == "open" and c.bases), ())
    return found or ("回头看", "上级要求", "其他")

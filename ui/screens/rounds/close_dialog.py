"""结束本轮: with departments that have not answered, the reason is asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.rounds import rounds
from app.rounds.rounds import SENT, UNSENT, Round
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import LineInput

MOST_NAMED = 5


class CloseDialog(PlainDialog):
    """Accepted once the round is closed."""

    def __init__(self, desk: Desk, now: Round, parent: QWidget | None = None) -> None:
        waiting = [p.dept for p in now.parts if p.state in (SENT, UNSENT)]
        named = "、".join(waiting[:MOST_NAMED]) + ("等" if len(waiting) > MOST_NAMED else "")
        said = f"还有 {len(waiting):,} 个部门没有回传：{named}" if waiting else "各部门都已回传"
        super().__init__(f"结束第 {now.number} 轮核查", said, parent)
        self._desk, self._now = desk, now
        self.reason = LineInput()
        self.reason.setPlaceholderText("如：期限已到，转下一轮" if waiting else "可以不填")
        self.row("结束的原因", self.reason)
        self.say("结束以后再收到这一轮的回传，仍然可以合并。")
        self.deeds("结束本轮", self._close)
        self.reason.setFocus()

    def _close(self) -> None:
        done = self._desk.do(
            rounds.close,
            self._now.ledger,
            reason=self.reason.text_now(),
            refused=lambda p: self.fault(p.text),
        )
        if done is not None:
            self.accept()

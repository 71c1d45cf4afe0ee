"""核查剔除 before the seal: a row that is listed twice, or is not this banner's."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import leaving
from app.listing.lists import Line
from ui.desk import Desk
from ui.dialogs.deed_dialog import STAY, DeedDialog, open_items


class ExcludeDialog(DeedDialog):
    """The row stays on the list, is counted as 核查剔除 and can be taken back until the seal."""

    def __init__(self, desk: Desk, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "核查剔除", line.name, parent)
        self._line = line
        self.ask_choice("reason", "剔除原因", [(r, r) for r in leaving.exclusions(desk.office, line.id)])
        self.ask_text("note", "说明", "如 与第 12 行是同一个项目；属某某旗", need=True)
        moved = (
            f"基数 −1、核查剔除 +1（事项 {len(open_items(line)):,} 个一起）"
            if line.standing == STAY
            else "核查剔除 +1"
        )
        self.end("剔除")
        self.tell(f"列入数不变，{moved}；不算核减，也不算移除。确定台账以前可以用“恢复在账”退回。")
        self.inputs["reason"].setFocus()

    def perform(self) -> Change | None:
        return self.run(leaving.exclude, self._line.id, reason=self.text("reason"), note=self.text("note"))

"""撤回这次汇总？: asked before what was gathered is taken back, with what that undoes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.change import Change
from sync.merges import merge_records
from sync.merges.merge_records import Wrote
from sync.upward import lower_ledgers
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.exchanging.undo_dialog import words


class UndoGatheringDialog(PlainDialog):
    """Accepted when it was taken back, as `told` says. 取消 has the focus: Enter alone undoes nothing."""

    def __init__(self, desk: Desk, ledger: str, done: Sequence[str], parent: QWidget | None = None) -> None:
        wrote = [desk.do(merge_records.wrote, ledger, merge) for merge in done]
        found = [one for one in wrote if one is not None]
        few = "、".join(one.about for one in found[:3]) + (f"等 {len(found):,} 个单位" if found[3:] else "")
        super().__init__("撤回这次汇总？", f"{few}（{found[-1].on} 汇总）" if found else "", parent)
        self._desk, self._ledger, self._merges = desk, ledger, list(done)
        self.told: Change | None = None
        self.say(
            f"{words(_sum(found), '汇总')}各单位报来的台账还在，可以再汇总。" if found else "没有这次汇总。"
        )
        self.say("汇总以后又改过的行会挡住撤回，并告诉您是哪几行。")
        self.deeds("撤回这次汇总", self._do, kind="danger")
        self.cancel.setFocus()

    def _do(self) -> None:
        self._desk.run(
            lower_ledgers.withdraw, self._ledger, self._merges, title="正在撤回汇总", done=self._done,
            refused=lambda problem: self.fault(problem.text),
        )  # fmt: skip

    def _done(self, change: Change) -> None:
        self.told = change
        self.accept()


def _sum(found: Sequence[Wrote]) -> Wrote:
    """What all of them wrote together."""
    rows, cells, added = (sum(getattr(one, key) for one in found) for key in ("rows", "cells", "added"))
    return Wrote("", "", rows, cells, added)

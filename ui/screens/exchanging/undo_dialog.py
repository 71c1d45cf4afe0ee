"""撤回这次合并？: asked before a merging is taken back, with what that undoes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from sync.merges import merge_records, merges
from sync.merges.merge_records import Wrote
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog


class UndoDialog(PlainDialog):
    """Accepted when it was taken back, as `told` says. 取消 has the focus: Enter alone undoes nothing."""

    def __init__(self, desk: Desk, ledger: str, merge: str, parent: QWidget | None = None) -> None:
        found = desk.do(merge_records.wrote, ledger, merge)
        super().__init__("撤回这次合并？", f"{found.about}（{found.on} 合并）" if found else "", parent)
        self._desk, self._ledger, self._merge = desk, ledger, merge
        self.told: Change | None = None
        self.say(f"{words(found)}要再合并：数据包在“收到的”里，Excel 核查表请再选一次。" if found else "没有这次合并。")
        self.say("合并以后又改过的行会挡住撤回，并告诉您是哪几行。")
        self.deeds("撤回这次合并", self._do, kind="danger")
        self.cancel.setFocus()

    def _do(self) -> None:
        self._desk.run(
            merges.withdraw, self._ledger, self._merge, title="正在撤回合并", done=self._done,
            refused=lambda problem: self.fault(problem.text),
        )  # fmt: skip

    def _done(self, change: Change) -> None:
        self.told = change
        self.accept()


def words(found: Wrote, deed: str = "合并") -> str:
    """更新的 2 行、5 格还原成合并以前的，新增的 1 行取消。"""
    parts = (
        (found.cells, f"更新的 {found.rows:,} 行、{found.cells:,} 格还原成{deed}以前的"),
        (found.added, f"新增的 {found.added:,} 行取消"),
    )
    return ("，".join(said for number, said in parts if number) or f"这次{deed}没有改动台账") + "。"

"""撤回一次导入: asked first, from 导入 and from 操作记录."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.removal import withdrawing
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog


class WithdrawDialog(PlainDialog):
    """Takes an import back as one deed, after it was said what that does."""

    def __init__(self, desk: Desk, run: dict[str, Any], parent: QWidget | None = None) -> None:
        super().__init__("撤回这次导入", f"{run['file']}（{run['on']} 导入）", parent)
        self._desk, self._run = desk, run
        self.say("新增的行取消，改过的格还原成导入以前的。导入以后又改过的行会挡住撤回，并告诉您是哪几行。")
        self.deeds("撤回", self._do, kind="danger")
        self.primary.setFocus()

    def _do(self) -> None:
        self._desk.run(
            withdrawing.withdraw, self._run["id"], title="正在撤回导入", done=lambda _: self.accept(),
            refused=lambda problem: self.fault(problem.text),
        )  # fmt: skip

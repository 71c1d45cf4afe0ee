"""取消导入: asked first, because what was read and mended is gone afterwards."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.importing.trial import Reading, Trial
from ui.widgets.buttons import button


class GiveUpDialog(PlainDialog):
    """Accepted when the import is to be given up; Esc and Enter go on with it."""

    def __init__(self, reading: Reading, trial: Trial, parent: QWidget | None = None) -> None:
        super().__init__("取消这次导入？", reading.draft.file, parent)
        done = (
            len(trial.fixes)
            + len(trial.value_fixes)
            + len(trial.left_out)
            + len(trial.same)
            + len(trial.different)
        )
        chosen = f"，对列和改错一共定了 {done + len(trial.mapping):,} 处" if done + len(trial.mapping) else ""
        self.say(
            f"已读入 {reading.plan.counts['rows']:,} 行{chosen}。取消后一行都不入账，这些要从头再来；台账不变。"
        )
        self.stay = button("接着导入", self.reject, kind="primary")
        self.leave = button("取消导入", self.accept, kind="danger")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.stay)
        self.column.addLayout(foot)
        self.stay.setFocus()

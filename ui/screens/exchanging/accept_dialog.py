"""接受对方现在的记录: a person has called the sender and seen what differs before another record takes the place of one."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from sync.receiving.plan import Plan
from ui.dialogs.plain_dialog import PlainDialog


class AcceptDialog(PlainDialog):
    """Accepted when the file is to be taken in though it does not go on from what was received before."""

    def __init__(self, found: Plan, parent: QWidget | None = None) -> None:
        """`found`: what taking it would come to, which says the differences."""
        super().__init__("接受对方现在的记录", f"{found.sender_name}《{found.title}》", parent)
        self.say("发生了什么：这一份和以前收到的接不上，对方多半从旧备份恢复过。先打电话问清是不是这样。")
        self.say(f"接受以后：{found.said}。")
        if found.kind == "check":
            self.say("本单位填过的都留着；没有动过的，跟着对方现在的变。")
        else:
            self.say(
                "对方的这本台账以这一份为准；以前收到的留着备查。本单位自己的台账不会跟着变，要合并的照样逐处看。"
            )
        self.read = QCheckBox("已经打电话问清，差别也看过了")
        self.read.setAccessibleName(self.read.text())
        self.read.toggled.connect(lambda _on: self.primary.setEnabled(self.read.isChecked()))
        self.column.addWidget(self.read)
        self.deeds("接受并收下", self._do)
        self.primary.setEnabled(False)
        self.read.setFocus()

    def _do(self) -> None:
        if self.primary.isEnabled():
            self.accept()

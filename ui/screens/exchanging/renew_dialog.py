"""换密钥: what will come of it, before it is done."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from ui.dialogs.plain_dialog import PlainDialog


class RenewDialog(PlainDialog):
    """Accepted when the keys are to be changed. `digits` are those of the card as it is."""

    def __init__(self, digits: str, parent: QWidget | None = None) -> None:
        super().__init__("换密钥", f"现在的核对码：{digits}", parent)
        self.say("密钥丢过、电脑被别人用过或经办人换了，才需要换。")
        self.say("换了以后核对码就变了：往来的每个单位都要拿到新名片、打电话重新核对，在那以前不收我们的包。")
        self.say("旧密钥留在本单位，以前的包照样打得开、核得对；换密钥以前写给我们的包也还收得了。")
        self.read = QCheckBox("知道了，会把新名片交给各单位")
        self.read.setAccessibleName(self.read.text())
        self.read.toggled.connect(lambda _on: self.primary.setEnabled(self.read.isChecked()))
        self.column.addWidget(self.read)
        self.deeds("换密钥", self._go, kind="danger")
        self.primary.setEnabled(False)
        self.read.setFocus()

    def _go(self) -> None:
        if self.primary.isEnabled():
            self.accept()

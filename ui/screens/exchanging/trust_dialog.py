"""确认单位名片: the digits to compare over the phone before another office is believed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from app import divisions
from app.trust import OfficeCard
from sync import exchange
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.widgets.labels import label


class TrustDialog(PlainDialog):
    """`card` is the card in the file; accepted once it is confirmed."""

    def __init__(self, desk: Desk, file: Path, card: OfficeCard, parent: QWidget | None = None) -> None:
        super().__init__("确认单位名片", f"名片文件：{file.name}", parent)
        self._desk, self._file, self.card = desk, file, card
        self.grid.addWidget(label("单位", "strong"), 0, 0)
        self.grid.addWidget(label(f"{card.name}（{divisions.full_name(card.division)}）"), 0, 1)
        self.grid.addWidget(label("核对码", "strong"), 1, 0)
        self.digits = label(card.fingerprint, "h1")
        self.grid.addWidget(self.digits, 1, 1)
        self.say("请打电话给对方，让对方在“设置”里念出本单位的核对码，逐组核对。数字一样，才说明名片没有被调换。")
        self.read = QCheckBox("已电话核对，数字完全一样")
        self.read.setAccessibleName(self.read.text())
        self.read.clicked.connect(lambda _on: self.primary.setEnabled(self.read.isChecked()))
        self.column.addWidget(self.read)
        self.deeds("确认名片", self._confirm)
        self.primary.setEnabled(False)
        self.read.setFocus()

    def _confirm(self) -> None:
        done = self._desk.do(exchange.trust, self._file, confirmed=True, refused=lambda p: self.fault(p.text))
        if done is not None:
            self.accept()

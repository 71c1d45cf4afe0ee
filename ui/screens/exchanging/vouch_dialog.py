"""核实没有签名的表: a person says of each workbook that it really came from that department (decision 32)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from ui import look
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.exchanging.arriving import Seen
from ui.widgets.buttons import allow
from ui.widgets.labels import ElidedLabel


class VouchDialog(PlainDialog):
    """`vouched()` are the files the clerk stands up for; the others stay as they are."""

    def __init__(self, seen: Sequence[Seen], parent: QWidget | None = None) -> None:
        said = "Excel 核查表没有签名，谁都能填。请打电话或当面核实，确是对方交回的再打勾；没有打勾的不合并。"
        super().__init__("这些表是不是对方交回的？", said, parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(560))
        self.ticks: dict[Path, QCheckBox] = {}
        for at, one in enumerate(seen):
            tick = QCheckBox(f"核实过，是{one.who}交回的：")
            tick.setAccessibleName(f"{tick.text()}{one.file.name}")
            tick.setToolTip(one.said)
            file = ElidedLabel(one.file.name, "muted")
            tick.toggled.connect(lambda _on: self._follow())
            self.ticks[one.file] = tick
            self.grid.addWidget(tick, at, 0)
            self.grid.addWidget(file, at, 1)
        self.deeds("合并", self._go)
        self._follow()
        next(iter(self.ticks.values())).setFocus()

    def vouched(self) -> frozenset[Path]:
        return frozenset(file for file, tick in self.ticks.items() if tick.isChecked())

    def _follow(self) -> None:
        number = len(self.vouched())
        allow(self.primary, f"合并 {number} 份" if number else "合并", "" if number else "还没有核实")

    def _go(self) -> None:
        if self.primary.isEnabled():
            self.accept()

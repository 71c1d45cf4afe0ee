"""核实没有签名的表: a person says of each workbook that it really came from that department (decision 32)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from ui import look
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.exchanging.arriving import Seen
from ui.widgets.buttons import allow, button
from ui.widgets.labels import ElidedLabel, label

ONE = "Excel 核查表没有签名，谁都能填。请打电话或当面核实，确是对方交回的再合并。"
BLANK = "这份表一格没填，像是发出去的原表。对方确实核查过、没有要改的，才按已回传合并。"
MANY = "Excel 核查表没有签名，谁都能填。请打电话或当面核实，确是对方交回的再打勾；没有打勾的先不收。"


class VouchDialog(PlainDialog):
    """`vouched()` are the files the clerk stands up for; the others stay as they are.

    A single workbook is vouched for by the deed itself. `others` are files that need no word of a person: they can be
    taken without any of the workbooks.
    """

    def __init__(self, seen: Sequence[Seen], parent: QWidget | None = None, others: int = 0) -> None:
        one = seen[0] if len(seen) == 1 else None
        title = "这份表是不是对方交回的？" if one else "这些表是不是对方交回的？"
        blank = one is not None and one.is_blank
        super().__init__(title, BLANK + ONE if blank else ONE if one else MANY, parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(560))
        self._one, self._without = one, False
        self.ticks: dict[Path, QCheckBox] = {}
        for at, each in enumerate(seen):
            file = ElidedLabel(each.file.name, "muted")
            file.setToolTip(each.file.name)
            self.grid.addWidget(label(f"{each.who}：") if one else self._tick(each), at, 0)
            self.grid.addWidget(file, at, 1)
        self.deeds(f"已向{one.who}核实，合并" if one else "合并", self._go)
        words = f"表先不收，只收其余 {others:,} 份"
        self.without = button(words, self._leave_out, why="没有签名的表这次不动，以后核实了再收")
        self.without.setVisible(others > 0)
        self.foot.insertWidget(0, self.without)
        self._follow()
        (next(iter(self.ticks.values())) if self.ticks else self.cancel).setFocus()

    def _tick(self, each: Seen) -> QCheckBox:
        tick = QCheckBox(f"核实过，是{each.who}交回的：")
        tick.setAccessibleName(f"{tick.text()}{each.file.name}")
        tick.setToolTip(each.said)
        tick.toggled.connect(lambda _on: self._follow())
        self.ticks[each.file] = tick
        return tick

    def vouched(self) -> frozenset[Path]:
        if self._without:
            return frozenset()
        if self._one is not None:
            return frozenset((self._one.file,))
        return frozenset(file for file, tick in self.ticks.items() if tick.isChecked())

    def _follow(self) -> None:
        if self._one is None:
            number = len(self.vouched())
            allow(self.primary, f"合并 {number} 份" if number else "合并", "" if number else "还没有核实")

    def _leave_out(self) -> None:
        self._without = True
        self.accept()

    def _go(self) -> None:
        if self.primary.isEnabled():
            self.accept()

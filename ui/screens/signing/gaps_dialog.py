"""缺项清单: what is missing, by kind and row by row; Enter opens the exact field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.ledger.checks import LEVELS, Finding
from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.screens.signing.papers import by_what
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

ALL = "全部"
TONES = {"error": "red", "warn": "amber", "gap": "muted"}


class GapsDialog(PassingDialog):
    """`chosen(finding)` when the clerk wants to go to one."""

    chosen = Signal(object)

    def __init__(self, title: str, found: Sequence[Finding], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(look.fitting(820, 520))
        self._found = list(found)
        self.kind = QComboBox()
        self.kind.setAccessibleName("只看哪一种")
        self.kind.addItem(f"{ALL} {len(found):,} 处", "")
        for words, count in by_what(found):
            self.kind.addItem(f"{words} {count:,} 处", words)
        self.kind.setMaxVisibleItems(18)
        self.kind.setMaximumWidth(320)
        self.kind.activated.connect(lambda _at: self._fill())
        self.model = PlainModel(("台账编号", "项目名称", "缺什么、错在哪", "程度"), parent=self)
        self.table = PlainTable(title, self.model, (184, 270, 240, 76), stretch=2)
        self.table.opened.connect(self._open)
        self._lay_out(title)
        self._fill()

    def _lay_out(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        top = QHBoxLayout()
        top.addWidget(label(title, "h2"))
        top.addStretch(1)
        top.addWidget(label("只看", "muted"))
        top.addWidget(self.kind)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(label("选中一行按回车，就到那一格去补。", "muted"), 1)
        foot.addWidget(button("关闭", self.reject))
        foot.addWidget(button("去补这一处", lambda: self._open(self.table.currentIndex().row()), kind="primary"))
        column.addLayout(foot)

    def _fill(self) -> None:
        wanted = str(self.kind.currentData() or "")
        rows = [
            PlainRow((f.no, f.name, f.text.partition("：")[2], LEVELS[f.level]), str(i), tones={3: TONES[f.level]},
                     tips={1: f.name, 2: f.clause}, fact=f)
            for i, f in enumerate(self._found)
            if not wanted or f.text.partition("：")[2] == wanted
        ]  # fmt: skip
        self.model.set_rows(rows)
        self.table.choose(0)

    def _open(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None:
            self.accept()
            self.chosen.emit(found.fact)

"""下发: what went down to which office, and who has taken it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from sync.letters.boxes import Sent
from sync.letters.came_down import CALENDAR, LIST, TEMPLATE, WORDS
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel

DEEDS = {TEMPLATE: "下发模板…", CALENDAR: "下发放假安排…", LIST: "下发清单…"}
STATES = {
    "built": ("没写到盘上", "red"),
    "copied": ("已写出，等回执", "amber"),
    "receipted": ("已收下", "green"),
}
HEADS = ("下发日期", "种类", "名称", "发给", "现在", "回执日期")
WIDE = 900
NONE = "还没有下发过"
ADVICE = "选一样下发：每个单位一份，用它的密钥加密。对方收下后交回回执，这里就看得出谁收了、谁没收。"


class IssuedPage(QWidget):
    """`issue_wished(kind)`, `again_wished(Sent)`: the same file once more, for a stick that was lost."""

    issue_wished = Signal(str)
    again_wished = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said = ElidedLabel("", "strong")
        self.deeds = {kind: self._deed(kind, words) for kind, words in DEEDS.items()}
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        for made in self.deeds.values():
            head.addWidget(made)
        self.model = PlainModel(HEADS, parent=self)
        self.table = PlainTable("下发过的", self.model, (96, 80, 190, 220, 120, 96), stretch=3)
        self.none = EmptyState(NONE, ADVICE)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.none)
        self.again = button("再写一次…", self._again, sign="undo", why="盘丢了或没写上，把同一份再写到盘上")
        foot = QHBoxLayout()
        foot.addWidget(self.again)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    def _deed(self, kind: str, words: str) -> QPushButton:
        first = "primary" if kind == TEMPLATE else ""
        return button(words, lambda: self.issue_wished.emit(kind), kind=first, sign="send")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(len(HEADS) - 1, self.width() < WIDE)

    def show_issued(self, sent: Sequence[Sent]) -> None:
        """Newest first; those without a receipt are counted above."""
        was = self.model.row(self.table.currentIndex().row())
        rows = [one for one in sent if one.kind in WORDS]
        self.model.set_rows([_row(one) for one in rows])
        self.table.choose(max(0, self.model.find(was.key)) if was else 0)
        left = sum(one.state != "receipted" for one in rows)
        self.said.setText(
            f"下发 {len(rows):,} 份，还有 {left:,} 份没有回执" if left else f"下发 {len(rows):,} 份，都收下了"
        )
        if not rows:
            self.said.setText("")
        self.stack.setCurrentWidget(self.table if rows else self.none)
        self.again.setVisible(bool(rows))

    def _again(self) -> None:
        found = self.model.row(self.table.currentIndex().row())
        if found is not None:
            self.again_wished.emit(found.fact)


def _row(one: Sent) -> PlainRow:
    words, tone = STATES.get(one.state, (one.state, ""))
    texts = (one.on, WORDS[one.kind], one.title, one.to_name, words, one.answered_on)
    return PlainRow(texts, one.bundle, tones={4: tone}, tips={2: one.title, 3: one.to_name}, fact=one)

"""收到的: everything that came in, newest first, with its verdict."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from sync.boxes import Received
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.cards import Card
from ui.widgets.labels import label

VERDICTS = {"accepted": ("已收", "green"), "refused": ("没有收", "red"), "returned": ("退回", "red")}


class ReceivedCard(Card):
    """`opened(ledger id)` on Enter or double click."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("收到的", parent=parent)
        self.model = PlainModel(("日期", "谁发的", "台账", "结果"), parent=self)
        self.table = PlainTable("收到的", self.model, (106, 260, 240, 100), stretch=2)
        self.table.opened.connect(self._open)
        self.none = label("还没有收件。各部门交回的数据包、核查表和回执，都在这里收。", "muted", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.none, 1)

    def show_boxes(self, received: Sequence[Received]) -> None:
        rows = []
        for one in received:
            words, tone = VERDICTS.get(one.verdict, (one.verdict, ""))
            rows.append(
                PlainRow(
                    (one.on, one.from_name, one.title, words),
                    one.bundle,
                    tones={3: tone},
                    tips=_why(one),
                    fact=one,
                )
            )
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.table.choose(0)

    def _open(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None:
            self.opened.emit(found.fact.ledger)


def _why(one: Received) -> dict[int, str]:
    """Why it was given back, on the word that says so."""
    return {3: "；".join(reason.text for reason in one.reasons)} if one.reasons else {}

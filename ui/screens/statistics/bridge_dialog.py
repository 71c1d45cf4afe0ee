"""数字为什么变了: from 期初 to 期末 with everything that moved, its document and day (SB 四(一))."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.figures import bridge_print
from app.figures.bridging import Bridge, Move
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.passing_dialog import PassingDialog
from ui.dialogs.printing import Printing
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.labels import label

SHOWN = 2000
"""Moves on the screen; paper and workbook have them all."""
HEADS = ("怎样变动", "名称", "事项", "文号", "业务日期", "记录日期", "依据")
WIDTHS = (104, 120, 112, 150, 98, 98, 80)
NOTHING = "这一段没有变动：没有列入、新增、核减，也没有移除和更正。"


class BridgeDialog(PassingDialog):
    """`wished(place)` of 项目台账 on Enter in a row."""

    wished = Signal(object)

    def __init__(self, desk: Desk, found: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.found = desk, found
        self.setWindowTitle("数字为什么变了")
        self.resize(look.fitting(look.sizes().grown(1000), look.sizes().grown(560)))
        self._printing = Printing(desk, self)
        self.strip = Strip()
        self._printing.refused.connect(self.strip.refuse)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        page = bridge_print.page_of(found)
        column.addWidget(label(f"{page.date_line}　{page.measure_line}", "h2"))
        self.sums = [label(found.told(side), wrap=True) for side in found.sides]
        for made in self.sums:
            column.addWidget(made)
        column.addWidget(self.strip)
        self.model = PlainModel(HEADS, parent=self)
        self.table = PlainTable("变动", self.model, WIDTHS, stretch=1)
        self.table.opened.connect(self._see)
        self.model.set_rows([_row(found, move) for move in found.moves[:SHOWN]])
        self.nothing = label(NOTHING, "muted", wrap=True)
        self.nothing.setVisible(not found.moves)
        self.table.setVisible(bool(found.moves))
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        if not found.moves:
            column.addStretch(1)
        column.addLayout(self._foot())
        self.table.choose(0)
        (self.table if found.moves else self.shut).setFocus()

    def _foot(self) -> QHBoxLayout:
        more = len(self.found.moves) - SHOWN
        row = QHBoxLayout()
        row.addWidget(
            label(f"另有 {more:,} 处，打印或导出看全部" if more > 0 else "回车看这一行", "muted"), 1
        )
        self.shut = button("关闭", self.accept)
        for made in (
            button("导出 Excel", self._export, sign="excel"),
            button("打印", self._print, sign="print"),
            self.shut,
        ):
            row.addWidget(made)
        return row

    def busy(self) -> bool:
        return self._desk.busy

    def _days(self) -> tuple[dt.date, dt.date]:
        return dt.date.fromisoformat(self.found.since), dt.date.fromisoformat(self.found.on)

    def _print(self) -> None:
        self.strip.hide()
        self._printing.make(bridge_print.TITLE, bridge_print.bridge_pdf, self.found.ledger, *self._days())

    def _export(self) -> None:
        name = f"{self.found.title}{bridge_print.TITLE}.xlsx"
        out = choosing.save_file(self, f"导出{bridge_print.TITLE}", "export", name, "Excel 工作簿 (*.xlsx)")
        if out is not None:
            self._desk.run(
                bridge_print.bridge_xlsx, self.found.ledger, *self._days(), out, title=f"正在导出{bridge_print.TITLE}",
                refused=self.strip.refuse,
            )  # fmt: skip

    def _see(self, at: int) -> None:
        row = self.model.row(at)
        if row is not None:
            self.accept()
            item = row.fact.item
            self.wished.emit(
                {"ledger": self.found.ledger, "entry": row.key, **({"item": item} if item else {})}
            )


def _row(found: Bridge, move: Move) -> PlainRow:
    """As it is printed: − 核减（补报）, the matter or the whole row."""
    word = f"{'+' if move.change > 0 else '−'} {move.word}{bridge_print.LATE if move.late else ''}"
    matter = move.matter or bridge_print.WHOLE.format(row=found.words.row)
    texts = (word, move.name, matter, move.doc_no, move.on, move.recorded, move.basis)
    return PlainRow(texts, move.entry, tips=dict(enumerate(texts)), fact=move)

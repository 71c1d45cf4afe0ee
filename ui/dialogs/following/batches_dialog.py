"""各批: what was drawn when and by which seed, how far the check is; the list once more, and the rates."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from app.papers import batches
from app.papers.batches import Batch
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button

HEADS = ("台账", "抽样日", "种子", "抽样范围", "抽到/共", "已核查", "查出问题")
WIDTHS = (150, 96, 110, 190, 84, 72, 84)


class BatchesDialog(PlainDialog):
    """`again(batch)` prints its list, `rates(batch)` its rates, `shown_wished(batch)` shows its rows (Enter)."""

    again = Signal(str)
    rates = Signal(str)
    shown_wished = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("抽过的各批", "清单可以原样再打印；种子和范围印在清单上。", parent)
        self.setMinimumWidth(look.fitting(look.sizes().grown(860), 400).width())
        self.model = PlainModel(HEADS, frozenset((4, 5, 6)))
        self.table = PlainTable("抽过的各批", self.model, WIDTHS, stretch=3)
        self.table.setMinimumHeight(look.sizes().grown(180))
        self.table.opened.connect(lambda _row: self._wish(self.shown_wished))
        self.column.insertWidget(2, self.table, 1)
        self.model.set_rows([_row(one) for one in batches.listed(desk.office)])
        self.deeds_shown = [
            button("再打印清单", lambda: self._wish(self.again), sign="print", why="和抽样时打印的一样"),
            button(
                "核查情况表", lambda: self._wish(self.rates), sign="form", why="这一批各单位、各事项的属实率"
            ),
        ]
        for made in self.deeds_shown:
            made.setEnabled(self.model.rowCount() > 0)
        self.deeds("看这一批", lambda: self._wish(self.shown_wished))
        self.cancel.setText("关闭")
        self.cancel.setAccessibleName("关闭")
        for at, made in enumerate(self.deeds_shown):
            self.foot.insertWidget(1 + at, made)
        self.primary.setEnabled(self.model.rowCount() > 0)
        if not self.model.rowCount():
            self.say("还没有抽过样。关上这个窗口，点“抽样…”。")
        self.table.choose(0)
        self.table.setFocus()

    def _wish(self, wish: SignalInstance) -> None:
        row = self.model.row(self.table.currentIndex().row())
        if row is not None:
            self.accept()
            wish.emit(row.key)


def _row(one: Batch) -> PlainRow:
    texts = (
        one.ledger,
        one.on,
        one.seed,
        one.rule,
        f"{len(one.rows):,}/{one.among:,}",
        f"{one.checked:,}",
        f"{one.found:,}",
    )
    return PlainRow(
        texts, one.name, tones={6: "red"} if one.found else {}, tips={3: one.rule, 0: one.name}, fact=one
    )

"""回收站: the rows that were deleted, and putting them back."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ledger import near_rows
from app.problem import Problem
from app.removal import tombstones
from app.removal.tombstones import Buried
from ui import look
from ui.desk import Desk
from ui.dialogs import asking
from ui.dialogs.passing_dialog import PassingDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

HEADS = ("台账", "编号", "名称", "哪天删的", "经办人", "原因", "附件")
WIDTHS = (116, 164, 160, 100, 72, 120, 52)
ABOUT = "删除的行都在这里，编号不再给别的行用。台账确定以前可以放回：各栏、事项、附件都照原样。"
EMPTY = "回收站是空的。在台账里选中录错的一行，用“更多”或右键里的“删除这一行…”，它就到这里来。"
TAKEN_BACK = "撤销新增"
TWICE, STAYS = "照样放回", "先不放回"


class BinDialog(PassingDialog):
    """What lies in the bin of one ledger, or of all own ones where `ledger` is ''. Enter puts the row back."""

    def __init__(self, desk: Desk, ledger: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._ledger = desk, ledger
        self.setWindowTitle("回收站")
        self.resize(look.fitting(960, 460))
        self.model = PlainModel(HEADS, frozenset({6}), parent=self)
        self.table = PlainTable("回收站", self.model, WIDTHS, stretch=2)
        self.table.opened.connect(self.put_back)
        self.said = label("", wrap=True)
        self.whole = label("", "muted", wrap=True)
        self.table.picked.connect(self._tell)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        self.shut = button("关闭", self.reject)
        self.back = button("放回台账", lambda: self.put_back(self.table.currentIndex().row()), kind="primary", sign="undo")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.shut)
        foot.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        for made in (label("回收站", "h2"), self.said, self.table, self.whole, self.fault):
            column.addWidget(made, 1 if made is self.table else 0)
        column.addLayout(foot)
        self.read()

    def read(self) -> None:
        """Read what lies there; the focus is where something can be done."""
        at = self.table.currentIndex().row()
        self.model.set_rows([_row(one) for one in tombstones.buried(self.desk.office, self._ledger)])
        some = self.model.rowCount() > 0
        self.said.setText(ABOUT if some else EMPTY)
        self.table.setVisible(some)
        self.back.setVisible(some)
        self.table.choose(max(at, 0))
        self._tell(self.table.currentIndex().row() if some else -1)
        (self.table if some else self.shut).setFocus()

    def _tell(self, row: int) -> None:
        """The current row in whole, where the table may cut it."""
        found = self.model.row(row)
        self.whole.setText("  ".join(found.texts[1:6]) if found is not None else "")

    def put_back(self, row: int) -> None:
        """Put one row back into its ledger; asked first where the ledger has its like by now."""
        found = self.model.row(row)
        self.fault.hide()
        if found is None or not self._agreed(found.fact):
            return
        if self.desk.do(tombstones.undelete, [found.fact.id], refused=self._refused) is not None:
            self.read()

    def _agreed(self, one: Buried) -> bool:
        same = near_rows.twins(self.desk.office, one.id)
        if not same:
            return True
        more = "\n".join(each.line for each in same) + "\n放回以后就有两行，重复的要再删一行。"
        answers = {TWICE: asking.DROPS, STAYS: asking.STAYS}
        return asking.ask(self, "放回台账", f"台账里已经有和“{one.name}”一样的，还要放回吗？", more, answers) == TWICE

    def _refused(self, problem: Problem) -> None:
        self.fault.setText(problem.text)
        self.fault.show()


def _row(one: Buried) -> PlainRow:
    why = one.reason or TAKEN_BACK
    texts = (one.title, one.no, one.name, one.on, one.clerk, why, f"{one.files:,}" if one.files else "")
    return PlainRow(texts, one.id, tips={0: one.title, 1: one.no, 2: one.name, 5: why}, fact=one)

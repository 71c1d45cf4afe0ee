"""选文件: drop it or choose it; the imports already made, each to be taken back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.keeping import import_rests
from app.keeping.import_rests import Rest
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.removal import withdrawing
from ui import choosing, look
from ui.desk import Desk
from ui.screens.importing.received_lists import ReceivedLists
from ui.screens.importing.rests import RestLists
from ui.screens.importing.withdraw_dialog import WithdrawDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.drop_area import DropArea
from ui.widgets.labels import label

ENDINGS = (".xlsx", ".xls", ".xlsm", ".et", ".ods", ".csv", ".txt", ".htm", ".html", ".xml")
HEAD, LOW = 34, 400
FILTER = "表格 (*.xlsx *.xls *.xlsm *.et *.ods *.csv);;所有文件 (*)"


class PickPage(QWidget):
    """`chosen(path)`; `blank_wished(path)` for an empty template to fill in."""

    chosen = Signal(object)
    blank_wished = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.which = QComboBox()
        self.which.setAccessibleName("导入到哪本台账")
        self.which.activated.connect(lambda _at: self.show_runs())
        self.into = QWidget()
        row = QHBoxLayout(self.into)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("导入到"))
        row.addWidget(self.which)
        row.addStretch(1)
        self.choose = button("选文件…", self._choose, kind="primary", sign="folder")
        self.blank = button("另存空白模板…", self._save_blank, sign="excel")
        self.area = DropArea(
            "把清单文件拖到这里",
            "Excel、WPS（.xlsx .xls .et）、.ods、.csv 都行；表头在哪一行、列的先后、单位是元还是万元，程序自己认",
            ENDINGS,
            (self.choose, self.blank),
        )
        self.area.dropped.connect(self.chosen)
        self.rests = RestLists()
        self.rests.given_up.connect(self._drop)
        self.came = ReceivedLists()
        self.came.chosen.connect(self.chosen)
        self.model = PlainModel(
            ("日期", "文件", "新增", "更新", "跳过", "问题", "状态"), frozenset((2, 3, 4, 5)), self
        )
        self.table = PlainTable("导入过的清单", self.model, (106, 300, 70, 70, 70, 70, 90), stretch=1)
        self.table.picked.connect(lambda _row: self._follow())
        sizes = look.sizes()
        self.table.setMinimumHeight(sizes.grown(HEAD) + sizes.row + 4)  # the import that 撤回 is about is always seen
        self.back = button("撤回这次导入…", self._ask_withdraw, kind="danger", sign="undo")
        self.runs = Card("导入过的清单")
        self.runs.body.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(label("撤回后新增的行取消、改过的格还原；确定台账以后不能撤回。", "muted"), 1)
        foot.addWidget(self.back)
        self.runs.body.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.into)
        column.addWidget(self.rests)
        column.addWidget(self.came)
        column.addWidget(self.area, 3)
        column.addWidget(self.runs, 2)

    def show_ledgers(self, own: list[LedgerLine], wanted: str) -> None:
        kept = wanted or self.ledger_id()
        self.which.clear()
        for line in own:
            self.which.addItem(line.title, line.id)
        self.which.setCurrentIndex(max(0, self.which.findData(kept)))
        self.into.setVisible(len(own) > 1)
        self.came.show_lists(self._desk.office)
        self.show_runs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low page leaves the sentence on files away, so that the imports below are seen."""
        super().resizeEvent(event)
        self.area.note.setVisible(self.height() >= look.sizes().grown(LOW))

    def regions(self) -> list[QWidget]:
        return [self.rests.deed, self.choose, self.table]

    def refuses(self, busy: bool, strip: Strip) -> bool:
        """Whether a file from elsewhere cannot be read now; `strip` says why."""
        if busy:
            strip.tell("另一份清单还没有导完：先做完或取消，再从“收到的清单”里读。", "amber")
        return busy or not self.ledger_id()

    def ledger_id(self) -> str:
        return str(self.which.currentData() or "")

    def show_runs(self) -> None:
        """The imports of the chosen ledger."""
        self.rests.show_rests(self._desk.office, self.ledger_id())
        made = withdrawing.imports(self._desk.office, self.ledger_id()) if self.ledger_id() else []
        self.model.set_rows([_row(run) for run in made])
        self.runs.setVisible(bool(made))
        self.table.choose(0)
        self._follow()

    def _drop(self, rest: Rest) -> None:
        """Rows that wait are not wanted; taken back from the toast."""
        change = self._desk.do(import_rests.drop, rest.run)
        self.show_runs()
        if change is not None:
            self._desk.offered.emit(change.said, "撤销", lambda: self._desk.do(import_rests.again, rest.run))
        self.choose.setFocus()

    def _follow(self) -> None:
        found = self.model.row(self.table.currentIndex().row())
        open_ = found is not None and found.fact["state"] != "withdrawn"
        line = next((x for x in ledgers.all(self._desk.office) if x.id == self.ledger_id()), None)
        self.back.setEnabled(open_ and line is not None and not line.sealed)

    def _choose(self) -> None:
        file = choosing.open_file(self, "选清单文件", "list", FILTER)
        if file is not None:
            self.chosen.emit(file)

    def _save_blank(self) -> None:
        file = choosing.save_file(self, "另存空白模板", "list", "空白模板.xlsx", "Excel (*.xlsx)")
        if file is not None:
            self.blank_wished.emit(file)

    def _ask_withdraw(self) -> None:
        found = self.model.row(self.table.currentIndex().row())
        if found is not None:
            self.ask = WithdrawDialog(self._desk, found.fact, self)
            self.ask.open()


def _row(run: dict[str, Any]) -> PlainRow:
    facts = run["report"]
    numbers = tuple(_number(facts.get(key)) for key in ("added", "updated", "skipped", "problems"))
    gone = run["state"] == "withdrawn"
    texts = (str(run["on"]), str(run["file"]), *numbers, "已撤回" if gone else "已入账")
    return PlainRow(texts, str(run["id"]), tones={6: "muted" if gone else "green"}, fact=run)


def _number(value: Any) -> str:
    return f"{len(value):,}" if isinstance(value, list) else f"{value:,}" if isinstance(value, int) else "—"

"""合并过的: every merging into the own ledgers, its 合并情况表, and 撤回合并 while nothing was built on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ledger import ledgers
from app.ledger.ledgers import CHECK
from app.office import Office
from sync.merges import merge_records
from sync.merges.merge_records import VALID, Record
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

Why = Callable[[str, str], str]


@dataclass(frozen=True)
class Merged:
    """One merging, with the id and title of the ledger into which it went."""

    ledger: str
    title: str
    record: Record


def mergings(office: Office) -> list[Merged]:
    """Every merging into a ledger of this office, newest first."""
    own = [x for x in ledgers.all(office) if x.own and x.purpose != CHECK]
    found = [Merged(x.id, x.title, one) for x in own for one in merge_records.records(office, x.id)]
    return sorted(found, key=lambda m: (m.record.on, m.record.id), reverse=True)


class MergedList(QWidget):
    """`sheet_wished(ledger, merge)` and `undo_wished(ledger, merge)`; `why` tells why one cannot be taken back."""

    sheet_wished = Signal(str, str)
    list_wished = Signal(str, str)  # every row of it as a workbook
    undo_wished = Signal(str, str)

    def __init__(self, why: Why, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._why = why
        self._known: dict[str, str] = {}
        self.model = PlainModel(("日期", "谁交回的", "合并了什么", "状态"), parent=self)
        self.table = PlainTable("合并过的", self.model, (106, 190, 300, 80), stretch=2)
        self.table.picked.connect(lambda _row: self._follow())
        self.table.opened.connect(lambda _row: self._emit(self.sheet_wished))
        self.none = label(
            "还没有合并过。收下各部门交回的文件、合并以后，会列在这里，随时可以补打情况表。",
            "muted",
            wrap=True,
        )
        self.told = label("", "muted", wrap=True)
        self.sheet = button("合并情况表…", lambda: self._emit(self.sheet_wished), sign="print")
        self.rows = button("逐行清单…", lambda: self._emit(self.list_wished), sign="excel")
        self.undo = button("撤回这次合并…", lambda: self._emit(self.undo_wished), sign="undo")
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.sheet)
        row.addWidget(self.rows)
        row.addWidget(self.undo)
        row.addWidget(self.told, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addWidget(self.none, 1)
        column.addWidget(self.foot)

    def show_all(self, found: Sequence[Merged]) -> None:
        """Newest first; the row in hand stays in hand, unless something was merged since."""
        at = self.table.currentIndex().row()
        top = self.model.row(0)
        was = self.model.row(at) if top and found and found[0].record.id == top.key else None
        self._known = {}
        self.model.set_rows([_row(one) for one in found])
        kept = self.model.find(was.key) if was else -1
        for made in (self.table, self.foot):
            made.setVisible(bool(found))
        self.none.setVisible(not found)
        self.table.choose(max(kept, 0))
        self._follow()

    def merging(self) -> Merged | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def _follow(self) -> None:
        one = self.merging()
        if one is None or not self.isVisible():
            return
        id_ = one.record.id
        if id_ not in self._known:
            self._known[id_] = self._why(one.ledger, id_) if one.record.state == VALID else "已经撤回过"
        self.undo.setEnabled(not self._known[id_])
        self.undo.setToolTip(self._known[id_])
        self.told.setText(
            f"不能撤回：{self._known[id_]}" if self._known[id_] and one.record.state == VALID else ""
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _emit(self, signal: Any) -> None:
        one = self.merging()
        if one is not None:
            signal.emit(one.ledger, one.record.id)


def _row(one: Merged) -> PlainRow:
    record = one.record
    said = f"《{one.title}》：{record.counted or '没有改动'}"
    tone = "green" if record.state == VALID else "muted"
    tips = {1: record.about, 2: said}
    return PlainRow(
        (record.on, record.sender, said, record.state), record.id, tones={3: tone}, tips=tips, fact=one
    )

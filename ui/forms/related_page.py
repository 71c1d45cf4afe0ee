"""相关 of one entry: the rows of other ledgers that it names and that name it, and the way there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.links import relations
from app.links.relations import Relation
from ui.desk import Desk
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

SAME = "same"
"""The page of likely pairs, of those who may leave together, and of numbers of no row."""
HEADS = ("名称", "台账", "现在")
NOTHING = "别的台账和登记簿里没有与这一行相关的。在表单里填上那一行的台账编号，两边都会显示。"


class RelatedPage(QWidget):
    """`went(place)` is the way to the row chosen; `counted(n)` how many there are. Read when shown."""

    went = Signal(object)
    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model = PlainModel(HEADS)
        self.table = PlainTable("相关的行", self.model, (130, 110, 76), stretch=0)
        self.table.opened.connect(self.follow)
        self.table.picked.connect(lambda _row: self._tell())
        self.said = label("", "muted", wrap=True)
        self.said.setContentsMargins(14, 8, 14, 0)
        self.empty = label(NOTHING, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(20, 0, 20, 0)
        self.jump = button(
            "到那一行",
            lambda: self.follow(self.table.currentIndex().row()),
            sign="right",
            why="打开那本台账里的这一行（回车）",
        )
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 8, 14, 8)
        foot.addStretch(1)
        self.seek = button(
            "找同一项目",
            lambda: self.went.emit({"page": SAME}),
            sign="search",
            why="各本台账里疑似同一项目的，一起确认；可随同办理的，一起办",
        )
        foot.addWidget(self.seek)
        foot.addWidget(self.jump)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.said)
        column.addLayout(foot)

    def show_entry(self, entry_id: str) -> None:
        found = relations.of(self._desk.office, entry_id)
        self.model.set_rows([_row(one) for one in found])
        for shown in (self.table, self.said, self.jump):
            shown.setVisible(bool(found))
        self.seek.setVisible(self._desk.has_page(SAME))
        self.empty.setVisible(not found)
        self.table.choose(0)
        self._tell()
        self.counted.emit(len(found))

    def _tell(self) -> None:
        one = self._chosen(self.table.currentIndex().row())
        self.said.setText(_said(one) if one is not None else "")
        self.jump.setEnabled(one is not None and one.known)

    def _chosen(self, at: int) -> Relation | None:
        row = self.model.row(at)
        return row.fact if row is not None else None

    def follow(self, at: int) -> None:
        """Go to that row in its own ledger."""
        one = self._chosen(at)
        if one is not None and one.known:
            self.went.emit(
                {
                    "ledger": one.ledger_id,
                    "entry": one.entry_id,
                    "item": one.item if one.way == "names" else "",
                }
            )


def _row(one: Relation) -> PlainRow:
    name = one.name or one.no
    what = f"{name} · {one.matter or one.item}" if one.item and one.way == "names" else name
    tips = {0: f"{name}（{one.no}）", 1: one.ledger, 2: one.standing}
    return PlainRow(
        (what, one.ledger or "—", one.stage or one.standing), one.entry_id or one.no, tips=tips, fact=one
    )


def _said(one: Relation) -> str:
    if not one.known:
        return f"这里没有编号是 {one.no} 的一行"
    same = "是同一项目" if one.follows else f"“{one.title}”"
    due = f"，时限 {one.due}" if one.due else ""
    return f"{'本行写的' if one.way == 'names' else '那一行写的'}{same}；{one.standing}{due}"

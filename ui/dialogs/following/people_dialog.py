"""同时改…: the rows in 在账 that follow 部门名录, shown before they are changed as one deed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.ledger import following_people
from app.ledger.following_people import Cell, Plan
from app.problem import Problem
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.plain_words import plainly
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.labels import label

MOST_AT_ONCE = 300
HEADS = ("台账编号", "项目", "部门", "栏目", "现在是", "改成")
WIDTHS = (168, 170, 120, 116, 104, 122)
CLOSED = "已经出账的行不改，仍是原来的名字。改完随时可以撤销。"
NONE = "这些行都和部门名录一致，或名录里还没有它们的部门，没有要改的。"


class PeopleDialog(PlainDialog):
    """`rows`: of these rows alone, what is blank is filled too; without them every row in 在账 that fell behind."""

    def __init__(
        self, desk: Desk, rows: Sequence[str] = (), parent: QWidget | None = None, plan: Plan | None = None
    ) -> None:
        self._desk, self._rows = desk, list(rows)
        self.plan: Plan = plan or following_people.plan(desk.office, self._rows, blanks=bool(rows))
        super().__init__(asked(self.plan), self.plan.by_ledger, parent)
        self.setMinimumWidth(look.sizes().grown(860))
        model = PlainModel(HEADS, parent=self)
        model.set_rows([PlainRow(_texts(cell), key=cell.entry_id) for cell in self.plan.cells])
        self.table = PlainTable("要改的格", model, WIDTHS, stretch=1)
        self.table.setMinimumHeight(look.sizes().grown(220))
        self.column.addWidget(self.table, 1)
        kept = f"{self.plan.kept_words}。" if self.plan.kept else ""
        for said in filter(None, (*_left(self.plan), kept, CLOSED if self.plan.cells else NONE)):
            self.column.addWidget(label(said, "muted", wrap=True))
        self.deeds(f"改这 {self.plan.rows:,} 行", self._follow)
        self.primary.setEnabled(bool(self.plan.cells))
        self.table.choose(0)
        (self.primary if self.plan.cells else self.cancel).setFocus()

    def _follow(self) -> None:
        """At once, or off the screen thread where it takes a while."""
        given: dict[str, Any] = {"blanks": bool(self._rows), "refused": self._refused}
        if self.plan.rows > MOST_AT_ONCE:
            self.primary.setEnabled(False)
            words = following_people.TITLE
            self._desk.run(following_people.follow, self._rows, title=words, done=lambda _: self.accept(), **given)
        elif self._desk.do(following_people.follow, self._rows, **given) is not None:
            self.accept()

    def _refused(self, problem: Problem) -> None:
        self.primary.setEnabled(True)
        self.fault(*plainly(problem))


def asked(plan: Plan) -> str:
    """同时改 23 个在账项目的责任人？"""
    return f"同时改 {plan.rows:,} 个在账项目的{plan.what}？" if plan.cells else "按部门名录填责任人"


def _texts(cell: Cell) -> tuple[str, ...]:
    where = f"{cell.matter}：{cell.title}" if cell.item else cell.title
    return cell.no, cell.name, cell.department, where, cell.old or "（空）", cell.new or "（空）"


def _left(plan: Plan) -> list[str]:
    if not plan.left:
        return []
    no, name, why = plan.left[0]
    return [f"另有 {len(plan.left):,} 行不能改，先放着。如 {no} {name}：{why}"]

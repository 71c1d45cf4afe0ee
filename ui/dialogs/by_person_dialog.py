"""谁做了什么: the deeds of some days by person, today first; copied into a message, or looked at one by one."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.listing import by_person
from app.listing.by_person import Done
from app.problem import Problem
from app.values import dates
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import DateInput
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button

NOTE = "一行记录算一次；导入一份清单算一次，不按行数。别的单位报来的台账里的记录不在内。"


class ByPersonDialog(PlainDialog):
    """`wished(name)`: the clerk wants to see this person's records."""

    wished = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("按人汇总", NOTE, parent)
        self._desk = desk
        self.setMinimumWidth(look.sizes().grown(760))
        self.first, self.last = DateInput(), DateInput()
        days = QHBoxLayout()
        days.setSpacing(10)
        for made, words in ((self.first, "从哪天"), (self.last, "到哪天")):
            made.set_text(f"{desk.office.today():%Y-%m-%d}")
            made.setAccessibleName(words)
            made.touched.connect(self.read)
            days.addWidget(made)
        self.row_of("从哪天到哪天", days)
        self.model = PlainModel(("姓名", "身份", "共几次", "做了什么", "从几点到几点"), frozenset({2}), parent=self)
        self.table = PlainTable("按人汇总", self.model, (96, 64, 70, 200, 110), stretch=3)
        self.table.setMinimumHeight(look.sizes().header + 5 * look.sizes().row)
        self.table.opened.connect(self._go)
        self.column.addWidget(self.table)
        self.deeds("看这个人的记录", lambda: self._go(self.table.currentIndex().row()))
        self.copy = button("复制", self._copy)
        self.foot.insertWidget(0, self.copy)
        self.cancel.setText("关闭")
        self.cancel.setAccessibleName("关闭")
        self.read()
        self.table.setFocus()

    def read(self) -> None:
        """Count anew; a day that cannot be read, or days the wrong way round, are said and change nothing."""
        try:
            first, last = (self._day(made) for made in (self.first, self.last))
        except Problem as problem:
            self.fault(problem.text)
            return
        self.fault("前后两天颠倒了，请核对" if first > last else "")
        if first <= last:
            found = by_person.of(self._desk.office, first, last)
            self.model.set_rows([_row(done) for done in found])
            self.table.choose(0)

    def _day(self, made: DateInput) -> str:
        return dates.read(made.text_now(), year=self._desk.office.today().year).on.isoformat()

    def _go(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None:
            self.accept()
            self.wished.emit(found.fact.name)

    def _copy(self) -> None:
        rows = [self.model.row(at) for at in range(self.model.rowCount())]
        told = [f"{row.texts[0]}：{row.texts[3] or '没有记录'}" for row in rows if row is not None]
        days = " 到 ".join(dict.fromkeys((self.first.text_now(), self.last.text_now())))
        QGuiApplication.clipboard().setText("\n".join([days, *told]))
        self._desk.said.emit("已复制，可以贴到消息或文档里")


def _row(done: Done) -> PlainRow:
    what = "、".join(f"{title} {many:,}" for title, many in done.deeds.items())
    clock = f"{_clock(done.first)}－{_clock(done.last)}" if done.first else ""
    return PlainRow((done.name, done.role, f"{done.total:,}", what, clock), done.name, tips={3: what}, fact=done)


def _clock(at: str) -> str:
    return f"{dt.datetime.fromisoformat(at.replace('Z', '+00:00')).astimezone():%H:%M}"

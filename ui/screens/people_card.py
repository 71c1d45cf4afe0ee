"""人员 in 设置: who works at this desk, in which role, with or without a PIN; and when the screen locks by itself."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ledger import settings
from app.people import clerks, locking
from app.people.clerks import Clerk
from app.problem import Problem
from ui import look
from ui.desk import Desk
from ui.dialogs import asking
from ui.dialogs.person_dialog import PersonDialog
from ui.dialogs.pin_dialog import PinDialog
from ui.forms.inputs import ChoiceInput
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.labels import label

NOTE = (
    "管理：管人员、设置和恢复；审核、负责人：可作第二人当场同意；经办：办台账的所有事。只有一个人时他什么都能做。"
    "口令只锁屏幕、认人，不加密数据。"
)
MINUTES = (("0", "不自动锁"), ("5", "5 分钟"), ("10", "10 分钟"), ("15", "15 分钟"), ("30", "30 分钟"))
LEAVES, STAYS = "停用", "先不停用"


class PeopleCard(Card):
    """`self.table` lists everybody, who left at the end; what was refused stands in `self.fault`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("人员", parent=parent)
        self._desk = desk
        self.asked: Any = None  # the dialog last opened
        self.body.addWidget(label(NOTE, "muted", wrap=True))
        self.model = PlainModel(("姓名和电话", "身份", "口令", "状态"), parent=self)
        self.table = PlainTable("人员", self.model, (120, 68, 50, 84), stretch=0)
        self.table.setFixedHeight(look.sizes().header + 4 * look.sizes().row + 4)
        self.table.picked.connect(lambda _row: self._follow())
        self.table.opened.connect(lambda _row: self.ask_amend())
        self.body.addWidget(self.table)
        self.fresh = button("新增…", self.ask_add, sign="add")
        self.change = button("修改…", self.ask_amend, sign="edit")
        self.part = button("停用", self.part_or_back)
        self.pin = button("设口令…", self.ask_pin, sign="lock")
        row = QHBoxLayout()
        for made in (self.fresh, self.change, self.part, self.pin):
            row.addWidget(made)
        row.addStretch(1)
        self.body.addLayout(row)
        self.minutes = ChoiceInput(MINUTES)
        self.minutes.removeItem(0)
        self.minutes.setAccessibleName("没人动电脑多久自动锁屏")
        self.minutes.touched.connect(self._set_minutes)
        line = QHBoxLayout()
        line.addWidget(label("没人动时锁屏"))
        line.addWidget(self.minutes)
        line.addStretch(1)
        self.hand_over = button("工作交接…", self.ask_handover, sign="user", why="人要走了：手上的事列成一张单子，三方签字")
        line.addWidget(self.hand_over)
        self.body.addLayout(line)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        self.body.addWidget(self.fault)

    # reading

    def refresh(self) -> None:
        was = self.picked()
        found = clerks.all(self._desk.office, gone=True)
        self.model.set_rows([_row(c, self._desk.office.clerk) for c in found])
        self.table.choose(max(0, self.model.find(was.id)) if was else 0)
        self.minutes.set_text(str(settings.get(self._desk.office, settings.LOCK_MINUTES, 0) or 0))
        self._follow()

    def picked(self) -> Clerk | None:
        row = self.model.row(self.table.currentIndex().row())
        return row.fact if row is not None else None

    def _follow(self) -> None:
        """What can be done with the one the clerk stands on; nothing is grey without saying why."""
        self.fault.hide()
        one = self.picked()
        if one is None:
            return
        mine = one.called(self._desk.office.clerk)
        self.part.setText("恢复使用" if one.until else LEAVES)
        self.part.setAccessibleName(f"{self.part.text()}：{one.name}")
        words = ("改口令…" if one.pin else "设口令…") if mine else "清除口令"
        allow(self.pin, words, "" if mine or one.pin else "他没有口令")

    # deeds

    def ask_add(self) -> None:
        self._ask(PersonDialog(self._desk, None, self.window()))

    def ask_amend(self) -> None:
        if (one := self.picked()) is not None:
            self._ask(PersonDialog(self._desk, one, self.window()))

    def _ask(self, dialog: Any) -> None:
        self.asked = dialog
        dialog.accepted.connect(self.refresh)
        dialog.open()

    def part_or_back(self) -> None:
        """停用 the one chosen, after a question; 恢复使用 where he left."""
        one = self.picked()
        if one is None:
            return
        if one.until:
            self._do(clerks.back, one.name)
            return
        more = "以前的记录照旧，换人时不再列出，口令一并清除；可以随时恢复使用。走以前请先做工作交接。"
        answers = {LEAVES: asking.DROPS, STAYS: asking.STAYS}
        if asking.ask(self.window(), LEAVES, f"{one.name}不再在这里办理了吗？", more, answers) == LEAVES:
            self._do(clerks.leave, one.name)

    def ask_pin(self) -> None:
        """One's own PIN is set or changed; another's is cleared."""
        one = self.picked()
        if one is None:
            return
        if one.called(self._desk.office.clerk):
            self._ask(PinDialog(self._desk, self.window()))
        else:
            self._do(locking.clear_pin, one.name)

    def ask_handover(self) -> None:
        """工作交接单 of whoever sits at the desk."""
        from ui.dialogs.handover_dialog import HandoverDialog  # noqa: PLC0415 - brings the sending parts, slow to load

        self._ask(HandoverDialog(self._desk, self.window()))

    def _set_minutes(self) -> None:
        self._do(settings.put, settings.LOCK_MINUTES, int(self.minutes.text_now()))

    def _do(self, command: Any, *args: Any) -> None:
        refused: list[Problem] = []
        self._desk.do(command, *args, refused=refused.append)
        self.refresh()
        if refused:
            self.fault.setText(refused[0].text)
            self.fault.show()

    def focus(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def _row(clerk: Clerk, at_desk: str) -> PlainRow:
    here = "现在经办" if clerk.called(at_desk) else "在用"
    days = f"{clerk.since} 起" + (f"，{clerk.until} 停用" if clerk.until else "")
    before = f"曾用名：{'、'.join(clerk.former)}" if clerk.former else ""
    texts = (f"{clerk.name}  {clerk.phone}".rstrip(), clerk.role, "有" if clerk.pin else "", "停用" if clerk.until else here)
    return PlainRow(texts, clerk.id, tips={0: before or clerk.phone, 3: days}, fact=clerk)

"""督办: 催办单, 通报, 挂牌督办 and what comes of them (SB 四(三)3, 六(四))."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from ui.dialogs.following.notice_dialogs import BulletinDialog, LiftDialog, ReplyDialog, SuperviseDialog
from ui.dialogs.following.overdue_dialog import OfflineDialog, OverdueDialog
from ui.dialogs.following.register_deeds import not_lifted
from ui.screens.following.following_screen import FollowingScreen
from ui.widgets.buttons import button
from ui.widgets.menu_button import Choice, menu_button


class SupervisionScreen(FollowingScreen):
    """出文书 opens the list of papers; 反馈 and 摘牌 are deeds of the current row."""

    title = "督办"
    page = "supervision"

    def own_tools(self) -> tuple[QPushButton, ...]:
        return (
            *self.first_deeds(),
            button("登记反馈…", self.reply, sign="edit", why="对象单位怎样答复的"),
            button("摘牌…", self.lift, sign="done", why="反馈属实的解除挂牌，出摘牌通知书"),
        )

    def first_deeds(self) -> tuple[QPushButton, ...]:
        return (menu_button("出文书", self._papers, why="催办单、通报、挂牌督办、提醒函，编号并归档"),)

    def _papers(self) -> list[Choice]:
        known = self.own_campaigns()
        none = "" if known else "还没有台账"
        return [
            Choice("催办单…", lambda: self.open(OverdueDialog(self.desk, known, self.window())), none,
                   "超期的按责任人一人一份"),
            Choice("通报…", lambda: self.open(BulletinDialog(self.desk, known, self.window())), none, "各单位排名"),
            Choice("挂牌督办、提醒函…", lambda: self.open(SuperviseDialog(self.desk, self.window())),
                   tip="针对某个项目的，在台账里右键那一行出"),
            Choice("督办没有线上办理的部门…", lambda: self.open(OfflineDialog(self.desk, self.window())),
                   tip="到期没有线上办理的，一次下齐"),
        ]  # fmt: skip

    def reply(self) -> None:
        self.ask(self._reply)

    def _reply(self, _ledger: LedgerLine, line: Line) -> ReplyDialog:
        return ReplyDialog(self.desk, line, self.window())

    def lift(self) -> None:
        self.ask(self._lift)

    def _lift(self, _ledger: LedgerLine, line: Line) -> LiftDialog | str:
        why = not_lifted(line)
        return why or LiftDialog(self.desk, line, self.window())

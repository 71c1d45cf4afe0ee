"""备份恢复: how things stand, the backups with when, why, size, where and whether they are good; restore; the second place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.keeping import (
    backing_up,
    backup,
    backup_notes,
    keeping_rule,
    recovery,
    restore_preview,
    second_place,
    snapshots,
    spoilt,
)
from app.keeping.backup_notes import Notes
from app.keeping.snapshots import Backup, Fault
from ui import choosing
from ui.desk import OLD_DAYS, Desk
from ui.dialogs.restore_dialog import RestoreDialog
from ui.dialogs.spoilt_dialog import SpoiltDialog
from ui.forms.files_page import size_words
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.empty import EmptyState
from ui.widgets.labels import dress, label
from ui.widgets.screen import Screen

HEADS = ("备份时间", "为什么备份", "大小", "在哪里", "核对")
WIDTHS = (136, 120, 90, 150, 200)
KINDS = "备份 (*.zip *.db);;所有文件 (*)"
NEVER = "还没备份过"
FIRST = "电脑坏了、误删了，都靠备份找回来。点一下就行，以后每次关闭时自动备份。"


class BackupScreen(Screen):
    """One list; the deeds on a backup below it, the second place and the rule at its foot."""

    title = "备份恢复"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._backups: list[Backup] = []
        self.state = label("", "strong", wrap=True)
        head = self.head()
        head.addWidget(self.state, 1)
        self.now_button = button("立即备份", self.back_up, kind="primary", sign="backup")
        head.addWidget(self.now_button)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.model = PlainModel(HEADS, frozenset({2}), parent=self)
        self.table = PlainTable("备份，新的在前", self.model, WIDTHS, stretch=4)
        self.table.opened.connect(lambda _row: self.restore())
        self.table.picked.connect(lambda _row: self._allow())
        self.first_button = button("立即备份", self.back_up, kind="primary", sign="backup")
        other = button("从别的备份恢复…", self.restore_other, sign="folder")
        self.empty = EmptyState(NEVER, FIRST, (self.first_button, other))
        self.stack = QStackedWidget()
        self.stack.addWidget(self._list())
        self.stack.addWidget(self.empty)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self._second())

    def _list(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.restore_button = button("恢复这一份…", self.restore, sign="undo")
        self.check_button = button("再核对一遍", self.check, sign="check")
        row.addWidget(self.restore_button)
        row.addWidget(self.check_button)
        row.addStretch(1)
        row.addWidget(button("从别的备份恢复…", self.restore_other, sign="folder"))
        row.addWidget(button("存成一个文件…", self.carry, sign="export", why="连附件装进一个文件，能拿到别的电脑上恢复"))
        column.addLayout(row)
        return whole

    def _second(self) -> Card:
        card = Card()
        card.body.setSpacing(4)
        row = QHBoxLayout()
        self.second = label("", wrap=True)
        self.choose_button = button("", self.choose_second, sign="usb")
        self.forget_button = button("不再放", self.forget_second)
        row.addWidget(self.second, 1)
        row.addWidget(self.choose_button)
        row.addWidget(self.forget_button)
        card.body.addLayout(row)
        rule = f"保留：{keeping_rule.SAID}。备份没有加密，里面没有本单位密钥；放备份的盘请锁好。"
        card.body.addWidget(label(rule, "muted", wrap=True))
        self.aside = label("", "muted", wrap=True)
        self.aside_button = button("打开所在文件夹", self._open_aside, sign="folder")
        kept = QHBoxLayout()
        kept.addWidget(self.aside, 1)
        kept.addWidget(self.aside_button)
        card.body.addLayout(kept)
        return card

    # reading

    def refresh(self) -> None:
        folder, notes = self.desk.office.folder, backup_notes.of(self.desk.office.folder)
        was = self.model.row(self.table.currentIndex().row())
        self._backups = snapshots.made(snapshots.folder_of(folder), notes)
        room = second_place.find(folder)
        there = {path.name for path in second_place.backups(folder)}
        self.model.set_rows([_row(one, one.file.name in there) for one in self._backups])
        self.table.choose(max(0, self.model.find(was.key) if was else 0))
        self.stack.setCurrentIndex(0 if self._backups else 1)
        self._tell_state(notes)
        self._tell_second(notes, room)
        self._tell_aside()
        self._allow()
        self.told_status()

    def told_status(self) -> None:
        self.counted.emit(f"{len(self._backups):,} 份备份" if self._backups else "")

    def _tell_state(self, notes: Notes) -> None:
        last = next((one for one in self._backups if not one.wrong), None)
        if last is None:
            words, tone = "" if not self._backups else "没有一份好的备份，请立即备份", "red"
        else:
            days = (dt.date.today() - last.at.date()).days
            words, tone = f"{self.desk.backup_words()}（{last.why or '手动'}）", "green"
            if days > OLD_DAYS:
                words, tone = f"{words}，已经 {days:,} 天没有备份了", "amber"
        self.state.setText(words)
        dress(self.state, tone=tone)
        if notes.failed is not None:
            told = f"{notes.failed.at:%m-%d %H:%M} {notes.failed.why}没有备份成：{notes.failed.said}"
            self.strip.tell(told, "amber", "立即备份", self.back_up)
        elif notes.spoilt:
            names = spoilt.named(self.desk.office, notes.spoilt)
            self.strip.tell(f"{spoilt.said(names)}。", "amber", "看是哪些…", lambda: self.show_spoilt(names))

    def show_spoilt(self, names: list[str]) -> None:
        """Every file that is spoilt, as the clerk knows it."""
        self.spoilt = SpoiltDialog(names, self)
        self.spoilt.open()

    def _tell_second(self, notes: Notes, room: Path | None) -> None:
        chosen = notes.second
        if chosen is None:
            words = "再放一份到第二个地方（U 盘或另一块盘）：这台电脑坏了也找得回来。现在还没有选。"
        elif room is None:
            words = f"第二个地方：{chosen.path}，现在不在。插上以后，下次备份时自动补上。"
        else:
            when = f"，{chosen.at:%m-%d %H:%M} 放齐" if chosen.at else "，还没有放过"
            words = f"第二个地方：{room}{when}"
        self.second.setText(words)
        self.choose_button.setText("选第二个地方…" if chosen is None else "换一个…")
        self.choose_button.setAccessibleName(self.choose_button.text())
        self.forget_button.setVisible(chosen is not None)

    def _tell_aside(self) -> None:
        """What stands whole beside the office since it was put back: nobody else would say that it may go."""
        left = recovery.aside(self.desk.office.folder)
        named = f"“{left[-1].name}”" + (f"等 {len(left):,} 个文件夹" if len(left) > 1 else "") if left else ""
        self.aside.setText(f"恢复以前的数据整夹留着：{named}。看过都好了，可以自己删掉。" if left else "")
        for made in (self.aside, self.aside_button):
            made.setVisible(bool(left))

    def _open_aside(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.desk.office.folder.parent)))

    def chosen(self) -> Backup | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def _allow(self) -> None:
        one = self.chosen()
        why = "先选一份" if one is None else "这一份坏了" if one.wrong else ""
        allow(self.restore_button, "恢复这一份…", why)
        allow(self.check_button, "再核对一遍", "先选一份" if one is None else "")

    # deeds

    def back_up(self) -> None:
        self.desk.run(backing_up.now, title="正在备份", done=lambda _: self._backed(), refused=self._refused)

    def _backed(self) -> None:
        self.strip.hide()
        self.refresh()
        self.table.choose(0)

    def _refused(self, problem: Any) -> None:
        self.refresh()
        self.strip.refuse(problem)

    def carry(self) -> None:
        """One file with everything in it, for another machine."""
        stem = f"{self.desk.office.name}-{self.desk.office.today():%Y%m%d}.zip"
        file = choosing.save_file(self, "存成一个文件", "backup", stem, "备份 (*.zip)")
        if file is not None:
            self.desk.run(backup.backup, file, title="正在备份", refused=self.strip.refuse)

    def check(self) -> None:
        one = self.chosen()
        if one is not None:
            self.desk.run(snapshots.check, one.file, title="正在核对备份", done=self._checked, refused=self.strip.refuse)

    def _checked(self, found: Fault) -> None:
        self.refresh()
        if found.wrong:
            self.strip.tell(f"这一份备份坏了：{found.wrong}。请立即备份，再选别的一份恢复。", "red", "立即备份", self.back_up)
        elif found.lost:
            self.strip.tell(f"这一份{found.said}，其余是好的，可以恢复。", "amber", "立即备份", self.back_up)
        else:
            self.desk.said.emit("核对无误，这一份是好的")

    def choose_second(self) -> None:
        folder = choosing.folder(self, "备份也放到哪个文件夹（U 盘或另一块盘）", "second")
        if folder is not None:
            self.use_second(folder)

    def use_second(self, folder: Path) -> None:
        """From now on there too, and at once what is here already."""
        if self.desk.do(second_place.choose, folder, refused=self.strip.refuse) is not None:
            self.desk.run(_catch_up, title="正在放到第二个地方", done=self._caught_up, refused=self._refused)

    def _caught_up(self, left: str) -> None:
        self.refresh()
        if left:
            self.strip.tell(left, "amber")

    def forget_second(self) -> None:
        if self.desk.do(second_place.forget, refused=self.strip.refuse) is not None:
            self.refresh()
            self.choose_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # restoring

    def restore(self) -> None:
        one = self.chosen()
        if one is not None and not one.wrong:
            self.preview(one.file)

    def restore_other(self) -> None:
        own = self.desk.office.folder / recovery.BACKUPS
        file = choosing.open_file(self, "选备份文件", "backup", KINDS, own)
        if file is not None:
            self.preview(file)

    def preview(self, file: Path) -> None:
        """Show what would come back and what would be lost."""
        self.desk.run(_look, file, title="正在看备份", done=self._ask, refused=self.strip.refuse)

    def _ask(self, found: Any) -> None:
        self.dialog = RestoreDialog(self.desk, found, self)
        self.dialog.restored.connect(self.strip.tell)
        self.dialog.open()

    def go(self, place: Any) -> None:
        self.take_focus()

    def regions(self) -> list[QWidget]:
        return [self.table if self._backups else self.first_button, self.choose_button, self.now_button]

    def take_focus(self) -> None:
        (self.table if self._backups else self.now_button).setFocus()


def _catch_up(office: Any, tell: Any = None) -> str:
    return second_place.catch_up(office, tell)


def _look(office: Any, file: Path) -> Any:
    return restore_preview.look(file, office.folder)


def _row(one: Backup, there: bool) -> PlainRow:
    where = "本机和第二个地方" if there else "本机"
    checked = f"好的，{one.checked:%m-%d %H:%M} 核对" if one.checked else "好的，写完时核对"
    less = f"缺 {one.lacks:,} 个附件，其余好的" if one.lacks else ""
    verdict = one.wrong or less or (checked if not one.whole else "没有核对记录")
    tones = {4: "red" if one.wrong else "amber" if less else ""}
    why = one.why or "整份文件"
    texts = (f"{one.at:%Y-%m-%d %H:%M}", why, size_words(one.size), where, verdict)
    return PlainRow(texts, one.file.name, tones={k: v for k, v in tones.items() if v}, tips={0: one.file.name}, fact=one)

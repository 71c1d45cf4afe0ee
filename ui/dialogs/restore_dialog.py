"""Before a backup is restored: of which office and when it is, what comes back, what would be lost, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from app.keeping import backup
from app.keeping.restore_preview import Lost, Preview
from app.listing.history import VERBS
from app.people import clerks
from app.problem import Problem
from app.storage import paths
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow
from ui.widgets.labels import dress, label

RESTORE = "恢复"
KEYS = (
    "备份里没有本单位密钥：恢复在原处，密钥接着用；恢复到新文件夹，要重新导出名片请对方确认。"
    "恢复后对方说记录对不上，在“上报导出”里点“另起记录”。"
)
SHOWN_ROWS, MOST_LINES = 5, 5
OUTSIDE = ("seal", "sign", "step", "send", "push", "receive", "merge", "issue", "receipt")
"""Deeds in which others have a part."""


class RestoreDialog(PlainDialog):
    """`restored(text, tone, deed, pressed)` as a strip takes it, once it was put into another folder."""

    restored = Signal(str, str, str, object)

    def __init__(self, desk: Desk, found: Preview, parent: QWidget | None = None) -> None:
        super().__init__("从备份恢复", found.file.name, parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(640))
        self._desk, self._found = desk, found
        told = found.about.told
        self._add(label(f"{told.name}，{found.about.at:%Y-%m-%d %H:%M} 的数据", "strong", wrap=True))
        self._add(label(_rows(found), wrap=True))
        if found.missing:
            warn = f"有 {found.missing:,} 个附件在备份里找不到，恢复后这些附件打不开。"
            self._add(label(warn, "error", wrap=True))
        self.lost = label(_lost_words(found), "strong", wrap=True)
        dress(self.lost, tone="red" if found.same and found.lost != [] else "green")
        self._add(self.lost)
        self.outside = label(_outside_words(found), "strong", tone="red", wrap=True)
        self.outside.setVisible(bool(self.outside.text()))
        self._add(self.outside)
        self.model = PlainModel(("做了什么", "多少", "谁", "哪天"), frozenset({1}), parent=self)
        self.table = PlainTable("恢复后要重做的", self.model, (200, 88, 120, 104), stretch=0)
        self.model.set_rows(_lines(found.lost or ()) if found.same else [])
        self.table.setFixedHeight(look.sizes().row * (min(self.model.rowCount(), MOST_LINES) + 1) + 8)
        self.table.setVisible(self.model.rowCount() > 0)
        self._add(self.table)
        self._places(found)
        self._add(label(KEYS, "muted", wrap=True))
        self.deeds(RESTORE, self.restore)
        self._allow()

    def _add(self, made: QWidget) -> None:
        """Below what is there, above the stretch."""
        self.body.column.insertWidget(self.body.column.count() - 1, made)

    def _places(self, found: Preview) -> None:
        self.here = QRadioButton("恢复在原处：现在的数据先备份，再整夹改名留在旁边，不会删除")
        self.there = QRadioButton("恢复到一个新的空文件夹，现在的数据不动")
        group = QButtonGroup(self)
        for made in (self.here, self.there):
            made.setAccessibleName(made.text())
            made.toggled.connect(lambda _on: self._allow())
            group.addButton(made)
            self._add(made)
        other = "" if found.same else "这是另一个单位的备份，只能恢复到新文件夹"
        self.here.setEnabled(found.same)
        self.here.setToolTip(other)
        (self.here if found.same else self.there).setChecked(True)
        if other:
            self._add(label(f"{other}。", "muted", wrap=True))

    def _allow(self) -> None:
        if hasattr(self, "primary"):
            allow(self.primary, RESTORE if self.here.isChecked() else "选文件夹恢复…")

    def restore(self) -> None:
        """In place: the window closes, and comes again with the restored data. Else into the folder that is asked for."""
        if self._desk.do(_allowed, refused=self._refused) is None:
            return
        if self.here.isChecked():
            page = self.parentWidget()
            window = page.window() if page is not None else None
            self.accept()
            self._desk.put_back = self._found.file
            if window is None or not window.close():
                self._desk.put_back = None
            return
        folder = choosing.folder(self, "恢复到哪个空文件夹", "office")
        if folder is not None:
            self.into(folder)

    def into(self, folder: Path) -> None:
        """Restore into another, empty folder; this office stays as it is."""
        beside = self._desk.office.folder if self._found.same else None
        self._desk.run(
            _restore, self._found.file, folder, beside, title="正在恢复", done=self._restored, refused=self._refused
        )

    def _refused(self, problem: Problem) -> None:
        self.fault(problem.text)

    def _restored(self, told: tuple[Path, str]) -> None:
        folder, said = told
        text = f"{said}。现在开着的还是原来的数据。"
        self.restored.emit(text, "blue", "下次打开用恢复的", lambda: self._use(folder))
        self.accept()

    def _use(self, folder: Path) -> None:
        paths.remember_office(folder)
        self._desk.said.emit("关闭后再打开，就是恢复的数据")


def _allowed(office: Any) -> bool:
    clerks.refuse(office, (clerks.MANAGER,), "恢复备份")
    return True


def _restore(office: Any, file: Path, folder: Path, beside: Path | None, tell: Any = None) -> tuple[Path, str]:
    change = backup.restore(file, folder, beside=[beside] if beside else [], tell=tell)
    return folder, change.said


def _rows(found: Preview) -> str:
    rows = sorted(found.about.told.ledgers, key=lambda one: -one[1])  # the ledger that is worked in comes first
    shown = "、".join(f"{title} {count:,} 行" for title, count in rows[:SHOWN_ROWS])
    more = f" 等 {len(rows):,} 本台账" if len(rows) > SHOWN_ROWS else ""
    _, on, clerk, verb = found.about.told.last
    last = f"最后一步：{on} {clerk} {VERBS.get(verb, verb)}。" if on else ""
    return f"{shown or '还没有台账'}{more}，附件等文件 {found.about.files:,} 个。{last}"


def _lost_words(found: Preview) -> str:
    if found.lost is None:
        return "现在的数据读不出来，不知道这以后做过什么。"
    if not found.same:
        return "这不是本单位的备份，现在的数据不受影响。"
    count = sum(one.count for one in found.lost)
    return f"这以后做的 {count:,} 步会没有，恢复后要重做：" if count else "这以后没有做过什么，恢复不会丢东西。"


def _outside_words(found: Preview) -> str:
    """What others have signed or hold already, and would no longer be in this office's record."""
    counted = dict.fromkeys(OUTSIDE, 0)
    for one in (found.lost or ()) if found.same else ():
        for verb in one.verbs.keys() & counted.keys():
            counted[verb] += one.verbs[verb]
    named = "、".join(f"{VERBS[verb]} {count:,} 步" for verb, count in counted.items() if count)
    return f"其中有{named}：签过字、送出去的纸和包收不回来，本单位的记录里却没有了。" if named else ""


def _lines(lost: Sequence[Lost]) -> list[PlainRow]:
    """A row for what somebody did on a day: what concerns others first and in red, then by day."""
    rank = {verb: at for at, verb in enumerate(OUTSIDE)}
    known = [
        (rank.get(verb, len(rank)), -int(one.day.replace("-", "")), one.clerk, verb, one) for one in lost for verb in one.verbs
    ]
    rows = []
    for at, _, clerk, verb, one in sorted(known, key=lambda line: line[:4]):
        texts = (VERBS.get(verb, verb), f"{one.verbs[verb]:,} 步", clerk, one.day)
        tones = {0: "red", 1: "red"} if at < len(rank) else {}
        rows.append(PlainRow(texts, f"{one.day}/{clerk}/{verb}", tones=tones))
    return rows

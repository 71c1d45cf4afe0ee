"""删除这一行: a row entered by mistake goes into the bin, from where it comes back whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import Line
from app.removal import tombstones
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog, called

WORDS = "删除这一行…"
REASONS = ("录错了", "重复录入", "试填的")
MOST = 500
Before = Callable[[], bool]


class DeleteDialog(DeedDialog):
    """The number is not given again; until the seal the row can be put back from 回收站."""

    def __init__(self, desk: Desk, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        title = "删除这一行" if len(lines) == 1 else f"删除 {len(lines):,} 行"
        super().__init__(desk, title, called(lines), parent)
        self._ids = [line.id for line in lines]
        self.ask_choice("reason", "原因", [(text, text) for text in REASONS]).set_text(REASONS[0])
        self.ask_text("note", "说明", "可以不填，如 与第 12 行是同一个项目")
        self.end("删除", "danger")
        files = sum(line.files for line in lines)
        more = f"，连同附件 {files:,} 个" if files else ""
        self.tell(f"从台账里拿掉，不再计数{more}；在“操作记录”的回收站里可以原样放回，也可以马上撤销（Ctrl+Z）。", "amber")
        self.inputs["reason"].setFocus()

    def perform(self) -> Change | None:
        why = "：".join(filter(None, (self.text("reason"), self.text("note"))))
        return self.run(tombstones.delete, self._ids, reason=why)


def add_to(
    menu: QMenu, desk: Desk, ledger: LedgerLine, lines: Sequence[Line], over: QWidget, before: Before
) -> None:
    """Add 删除这一行 to a menu of deeds, disabled with its reason where it cannot be done."""
    if not lines:
        return
    menu.addSeparator()
    action = QAction(WORDS if len(lines) == 1 else f"删除 {len(lines):,} 行…", menu)
    action.setObjectName("delete")
    why = tombstones.why_not(desk.office, lines[0].id)
    tip = why or "录错、重复录入的行，确定台账以前可以删除；在回收站里可以放回"
    action.setEnabled(not why)
    action.setToolTip(tip)
    action.setStatusTip(tip)
    ids = [line.id for line in lines]
    action.triggered.connect(lambda _=False: ask(desk, ledger, ids, over, before))
    menu.addAction(action)


def ask(desk: Desk, ledger: LedgerLine, ids: Sequence[str], over: QWidget, before: Before) -> None:
    """Ask about rows named by id, what is being typed saved first; where they cannot be deleted, say why."""
    if not ids or not before():
        return
    why = tombstones.why_not(desk.office, ids[0])
    if why or len(ids) > MOST:
        desk.said.emit(why or f"选中了 {len(ids):,} 行，一次最多删除 {MOST} 行，没有动；请少选一些")
        return
    dialog = DeleteDialog(desk, lists.lines(desk.office, ids), over.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()

"""催办单 and notices to departments: who gets one is ticked in a list, all go out in one deed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.papers import notices, offline_notices, overdue
from app.problem import Problem
from ui import look
from ui.desk import Desk
from ui.dialogs.following.notice_dialogs import CC_HINT, KINDS, parted
from ui.dialogs.following.paper_dialog import PaperDialog
from ui.forms.inputs import DateInput, LineInput
from ui.widgets.buttons import allow

KEY = Qt.ItemDataRole.UserRole


class TickList(QTreeWidget):
    """Rows with a box: Space ticks the current one; Enter leaves the list, as it leaves a field."""

    def __init__(self, name: str, heads: Sequence[str], widths: Sequence[int]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setHeaderLabels(list(heads))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setMinimumHeight(look.sizes().grown(150))
        for column, wide in enumerate(widths):
            self.setColumnWidth(column, look.sizes().grown(wide))
        self.header().setSectionResizeMode(len(heads) - 1, QHeaderView.ResizeMode.Stretch)

    def show_rows(self, rows: Sequence[tuple[Any, tuple[str, ...], bool]]) -> None:
        """(key, texts, whether it can be ticked); what can be is."""
        self.clear()
        for key, texts, may in rows:
            row = QTreeWidgetItem(list(texts))
            row.setData(0, KEY, key)
            row.setToolTip(len(texts) - 1, texts[-1])
            if may:
                row.setCheckState(0, Qt.CheckState.Checked)
            else:
                row.setDisabled(True)
            self.addTopLevelItem(row)
        if rows:
            self.setCurrentIndex(self.model().index(0, 0))

    def ticked(self) -> list[Any]:
        rows = (self.topLevelItem(at) for at in range(self.topLevelItemCount()))
        on = Qt.CheckState.Checked
        return [
            r.data(0, KEY) for r in rows if r is not None and not r.isDisabled() and r.checkState(0) == on
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class TickDialog(PaperDialog):
    """A subclass fills `list` in `follow` and makes the papers of what is ticked."""

    def hold(self, listed: TickList, words: str) -> None:
        self.list, self._does = listed, words
        self.column.insertWidget(3, listed, 1)
        self.column.setStretchFactor(self.body, 0)
        self.setMinimumWidth(look.fitting(look.sizes().grown(760), 400).width())
        self.end(words)
        listed.itemChanged.connect(lambda _row, _column: self.count())

    def count(self) -> None:
        """The deed says how many papers it makes."""
        n = len(self.list.ticked())
        allow(self.primary, f"{self._does} {n:,} 份" if n else self._does, "" if n else "没有要出的")


class OverdueDialog(TickDialog):
    """One for each responsible person with all that is overdue (SB 四(三)3)."""

    def __init__(self, desk: Desk, known: Sequence[LedgerLine], parent: QWidget | None = None) -> None:
        super().__init__(desk, "催办单", "超期的按责任人列出，一人一份，列他手上全部超期的。", parent)
        made = self.ask_choice("ledger", "哪本台账", [(line.id, line.called) for line in known])
        self.ask("reply_by", "答复时限", DateInput()).setToolTip("不填就是3个工作日后")
        self._shown = ""
        heads = ("审批部门", "责任人", "超期", "最长", "超期的事项")
        self.hold(TickList("有超期的责任人", heads, (170, 90, 60, 70, 260)), "编号并出催办单")
        if known:
            made.setCurrentIndex(1)
        self.follow()
        made.setFocus()

    def follow(self) -> None:
        ledger = self.text("ledger")
        if ledger == self._shown:
            return
        self._shown = ledger
        found = overdue.debtors(overdue.of(self.desk.office, ledger)) if ledger else []
        self.list.show_rows([((one.dept, one.person), _debt(one), True) for one in found])
        self.count()
        count = sum(len(one.owed) for one in found)
        self.tell(f"{len(found):,} 人，超期 {count:,} 项。" if found else "这本台账没有超期的，不用催办。")

    def perform(self) -> Change | None:
        day = self.read_limit() if self.text("reply_by") else ""
        people: list[tuple[str, str]] = [(key[0], key[1]) for key in self.list.ticked()]
        self.make(notices.overdue_notices, self.text("ledger"), reply_by=day, people=people)
        return None


def _debt(one: overdue.Debtor) -> tuple[str, ...]:
    told = "；".join(f"{owed.name} {owed.matter}" for owed in one.owed)
    return (
        one.dept or "（未填部门）",
        one.person or "（未填）",
        f"{len(one.owed):,} 项",
        "—" if one.longest is None else f"{one.longest:,} 天",
        told,
    )


class OfflineDialog(TickDialog):
    """A notice to each department that does not approve online in time (SB 六(三), 六(四))."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            "督办没有线上办理的部门",
            "没有系统的9月30日前入驻平台，10月起全部线上办理；到期没有实现的一次下齐。",
            parent,
        )
        kind = self.ask_choice("form", "出什么", KINDS)
        kind.set_text("supervise")
        self.ask("reply_by", "整改时限", DateInput(), need=True)
        self.ask("cc", "抄送", LineInput()).setPlaceholderText(CC_HINT)
        self._shown = ""
        self.hold(TickList("没有线上办理的部门", ("部门", "责任人", "事由"), (190, 90, 380)), "编号并出通知")
        self.follow()
        self.inputs["reply_by"].setFocus()

    def follow(self) -> None:
        form = self.text("form")
        if not form or form == self._shown:
            return
        self._shown = form
        try:
            found = offline_notices.late(self.desk.office, form)
        except Problem as problem:
            self.list.show_rows([])
            self.count()
            self.tell(f"{problem.text}。", "amber")
            return
        rows = [(one.entry_id, (one.dept, one.person, _why(one)), not one.noticed) for one in found]
        self.list.show_rows(rows)
        self.count()
        again = sum(bool(one.noticed) for one in found)
        more = f"；{again:,} 个已经下过、还没有了结的，不再下" if again else ""
        told = f"{len(found):,} 个部门到期没有全部线上办理{more}。"
        self.tell(told if found else "没有到期还没有线上办理的部门。")

    def perform(self) -> Change | None:
        self.make(
            offline_notices.notify, reply_by=self.read_limit(), form=self.text("form"), cc=parted(self.text("cc")),
            only=[str(key) for key in self.list.ticked()],
        )  # fmt: skip
        return None


def _why(one: offline_notices.Offline) -> str:
    return f"已下 {one.noticed}，还没有了结" if one.noticed else one.reason

"""误入处置: destroying a secret project that got in by mistake, asked for by two people and never taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QWidget

from app.change import Change
from app.keeping import backup
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.problem import Problem
from app.removal import purging
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import LineInput
from ui.forms.second_input import SecondInput
from ui.widgets.buttons import button
from ui.widgets.labels import label

WORDS = "误入处置…"
MOST_TOLD = 8
WARNING = (
    "名称、代码、各栏内容、操作记录的内容、附件、印有它的打印件和签字扫描件、留存的数据包都会销毁，不能恢复。"
    "只留编号、摘要和这次处置的记录。其他项目不受影响；印件作废的，台账要重新打印。"
)


class PurgeDialog(DeedDialog):
    """Done only when the row's number was typed by hand; stays open when it was refused."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "误入处置", f"{line.no}　{line.name}", parent)
        self._line = line
        warned = label(WARNING, "", wrap=True)
        warned.setProperty("tone", "red")
        self.body.column.insertWidget(0, warned)
        by: LineInput = self.ask("by", "提出人", LineInput(), need=True)
        by.setPlaceholderText("谁发现、要求处置")
        second: SecondInput = self.ask("second", "同意人（第二人）", SecondInput(desk.office), need=True)
        second.setPlaceholderText("另一个人，不能是提出人或经办人自己")
        self.ask_text("reason", "原因", "不要写项目名称和代码：这条记录永久保留", need=True)
        typed: LineInput = self.ask("typed", "照抄台账编号", LineInput(), need=True)
        typed.setPlaceholderText(line.no)
        self._ask_backups()
        self.end("销毁", "danger")
        self.tell(_counted(ledger), "amber")
        by.setFocus()

    def _ask_backups(self) -> None:
        kept = len(backup.known(self.desk.office.folder))
        self.backups = QCheckBox(
            f"含有它的备份一并销毁（现有备份 {kept} 个）" if kept else "含有它的备份一并销毁"
        )
        self.backups.setAccessibleName(self.backups.text())
        self.column.addWidget(self.backups)

    def perform(self) -> Change | None:
        if self.text("typed").strip() != self._line.no:
            raise Problem("E_TYPED", f"请照抄 {self._line.no}，确认要销毁的就是这一行", field="typed")
        self.primary.setEnabled(False)
        self.desk.run(
            purging.purge, self._line.id, by=self.text("by"), second=self.text("second"), reason=self.text("reason"),
            backups=self.backups.isChecked(), title="正在销毁", done=self._done, refused=self.refused,
        )  # fmt: skip
        return None

    def refused(self, problem: Problem) -> None:
        self.primary.setEnabled(True)
        super().refused(problem)

    def _done(self, change: Change) -> None:
        self.accept()
        told = PurgedDialog(change, self.parentWidget())
        told.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        told.open()


class PurgedDialog(PlainDialog):
    """What is done, and what the office must still do outside."""

    def __init__(self, change: Change, parent: QWidget | None = None) -> None:
        super().__init__("误入处置已完成", change.said, parent)
        facts = change.facts
        for head, told in (
            ("请通知这些收件单位同样处置，并销毁 U 盘上的包：", facts["receivers"]),
            ("这些备份还含有它，请核对后销毁：", facts["backups_left"]),
            ("请核实：", facts["found"]),
        ):
            if told:
                self.column.addWidget(label(head, "strong", wrap=True))
                more = [f"……共 {len(told):,} 处，见报告"] if len(told) > MOST_TOLD else []
                self.say("\n".join([*told[:MOST_TOLD], *more]))
        self.say(f"纸质件、另存的 PDF、原始清单和导出的工作簿请自行收回销毁。报告：{facts['report']}")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(
            button("打开报告", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(facts["report"])))
        )
        self.read = button("知道了", self.accept, kind="primary")
        foot.addWidget(self.read)
        self.column.addLayout(foot)
        self.read.setFocus()


def add_to(
    menu: QMenu,
    desk: Desk,
    ledger: LedgerLine,
    lines: Sequence[Line],
    over: QWidget,
    before: Callable[[], bool],
) -> None:
    """Add 误入处置 of one row at the end of a menu of deeds, disabled with its reason where it cannot be done."""
    if len(lines) != 1:
        return
    menu.addSeparator()
    action = QAction(WORDS, menu)
    action.setObjectName("purge")
    why = _hindrance(desk, ledger, lines[0])
    tip = why or "误录的涉密项目：在本单位彻底销毁，留处置记录和报告"
    action.setEnabled(not why)
    action.setToolTip(tip)
    action.setStatusTip(tip)
    action.triggered.connect(lambda _=False: _open(desk, ledger, lines[0], over, before))
    menu.addAction(action)


def _open(desk: Desk, ledger: LedgerLine, line: Line, over: QWidget, before: Callable[[], bool]) -> None:
    if not before():
        return
    dialog = PurgeDialog(desk, ledger, line, over.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _hindrance(desk: Desk, ledger: LedgerLine, line: Line) -> str:
    if not ledger.own and line.id not in {w.entry_id for w in purging.waiting(desk.office)}:
        return f"这本台账由{ledger.origin}报来，请先让对方做误入处置并重新报送"
    return ""


def _counted(ledger: LedgerLine) -> str:
    if not ledger.own:
        return "对方已经处置过，计数不再变；本单位留存的内容销毁后，两边一致。"
    if ledger.sealed:
        return "期初不变；还在账的计入“更正”（误入处置），不算核减，也不算移除。签字扫描件随之销毁，以纸质件为准。"
    return "台账还没有确定：这一行不再计入列入数，与上级清单相差一行，要向上级说明。"

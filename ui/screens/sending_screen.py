"""上报导出: check, say to whom and where, write, and only then 可以拔盘; beside it what was sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from app import checks, exporting, ledgers
from app.change import Change
from app.checks import Finding
from app.ledgers import CHECK
from app.problem import Problem
from sync import boxes, exchange, peers
from ui import choosing, look
from ui.desk import Desk
from ui.forms.scrolling import side_column
from ui.screens.exchanging.plain_bundle_dialog import PlainBundleDialog
from ui.screens.exchanging.receiver_card import ReceiverCard
from ui.screens.exchanging.sent_card import SentCard
from ui.screens.exchanging.target_card import TargetCard
from ui.screens.exchanging.write_card import WriteCard
from ui.screens.signing.cards import head_row
from ui.screens.signing.gaps_dialog import GapsDialog
from ui.screens.signing.papers import GAP
from ui.widgets.bars import Strip
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel, dress, label
from ui.widgets.screen import Screen

SIDE, SIDE_NARROW, WIDE = 520, 400, 1000
LOOKED_EVERY_MS = 3000


class SendingScreen(Screen):
    """A place is {"ledger": id}."""

    title = "上报导出"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._found: list[Finding] = []
        self._wanted = ""
        self._plain = ""
        self._on_stick = False
        head = self.head()
        self.which = QComboBox()
        self.which.setAccessibleName("台账")
        self.which.activated.connect(lambda _at: self._check())
        self.workbook = button("导出 Excel…", self._save_workbook, sign="excel")
        head.addWidget(self.which)
        head.addStretch(1)
        head.addWidget(self.workbook)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.none = EmptyState("还没有可上报的台账", "先在“项目台账”里打开一本台账、导入清单。")
        self.work = QWidget()
        row = QHBoxLayout(self.work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._steps())
        row.addWidget(self._sent(), 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.none)
        self.stack.addWidget(self.work)
        self.body.addWidget(self.stack, 1)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOKED_EVERY_MS)
        self._looking.timeout.connect(self._look_for_sticks)
        self._looking.start()

    # building

    def _steps(self) -> QScrollArea:
        checking = Card()
        self.verdict = ElidedLabel("", "strong")
        self.see = button("看清单", self.show_findings)
        head_row(checking, "1  查问题", self.verdict).addWidget(self.see)
        self.state = label("", "muted", wrap=True)
        checking.body.addWidget(self.state)
        self.to = ReceiverCard(self.desk)
        self.to.changed.connect(self._show_write)
        self.target = TargetCard()
        self.target.changed.connect(self._show_write)
        self.write = WriteCard()
        self.write.wished.connect(self.send)
        self.side = side_column(checking, self.to, self.target, self.write)
        return self.side

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < WIDE
        self.side.setFixedWidth(look.sizes().grown(SIDE_NARROW if narrow else SIDE))

    def _sent(self) -> QWidget:
        self.sent = SentCard()
        self.model, self.table = self.sent.model, self.sent.table
        return self.sent

    # reading

    def go(self, place: Any) -> None:
        self._wanted = str((place or {}).get("ledger") or "")
        self.refresh()
        self.take_focus()

    def refresh(self) -> None:
        own = [x for x in ledgers.all(self.desk.office) if x.own and x.purpose != CHECK]  # a check list goes by 回传
        kept = self._wanted or self.ledger_id()
        self.which.clear()
        for line in own:
            self.which.addItem(line.title, line.id)
        self.which.setCurrentIndex(max(0, self.which.findData(kept)))
        self.which.setVisible(len(own) > 1)
        self.workbook.setVisible(bool(own))
        self.stack.setCurrentWidget(self.work if own else self.none)
        self.to.refresh()
        self._look_for_sticks()
        self._show_sent()
        if own:
            self._check()

    def ledger_id(self) -> str:
        return str(self.which.currentData() or "")

    def _check(self) -> None:
        self.desk.run(checks.check, self.ledger_id(), title="正在检查台账", done=self._checked)

    def _checked(self, found: list[Finding]) -> None:
        self._found = found
        gaps = sum(f.code == GAP for f in found)
        other = len(found) - gaps
        words = f"缺 {gaps:,} 处，另有 {other:,} 处请留意" if found else "没有问题"
        self.verdict.setText(words)
        dress(self.verdict, tone="amber" if found else "green")
        allow(self.see, "看清单", "" if found else "没有")
        line = next((x for x in ledgers.all(self.desk.office) if x.id == self.ledger_id()), None)
        sealed = line is not None and line.sealed
        after = "台账已确定。" if sealed else "台账还没有签字确定，报出去会标明“未确定”。"
        self.state.setText(f"{after}{'有缺项也能报，对方看得到。' if found else ''}")
        self._show_write()

    def _show_sent(self) -> None:
        self.sent.show_sent(boxes.sent(self.desk.office))
        self.told_status()

    def told_status(self) -> None:
        self.counted.emit(f"报出去 {self.model.rowCount():,} 份" if self.model.rowCount() else "")

    def _look_for_sticks(self) -> None:
        if self.isVisible() and not self.desk.busy:
            self.target.refresh()

    def _show_write(self) -> None:
        why = ""
        if not self.to.ref():
            why = "还没选收件单位"
        elif self.target.folder() is None:
            why = "还没选写到哪里"
        self.write.ready(why)

    # deeds

    def show_findings(self) -> None:
        dialog = GapsDialog("报送前检查", self._found, self)
        dialog.chosen.connect(self._open_entry)
        dialog.open()

    def _open_entry(self, found: Finding) -> None:
        place = {
            "ledger": self.ledger_id(),
            "entry": found.entry_id,
            "item": found.item,
            "field": found.field,
        }
        self.wished.emit("ledger", place | {"form": True})

    def send(self) -> None:
        """Write the bundle. To a mere name it goes unencrypted, which is asked once for each name."""
        name = self.to.unknown()
        if not name or name == self._plain:
            self._write(plain=bool(name))
            return
        self.asked = PlainBundleDialog(name, peers.near(self.desk.office, name), self)
        self.asked.accepted.connect(lambda: self._write_plain(name))
        self.asked.open()

    def _write_plain(self, name: str) -> None:
        self._plain = name
        self._write(plain=True)

    def _write(self, *, plain: bool) -> None:
        """Build and prove it, note it, copy it, read it back."""
        folder = self.target.folder()
        if folder is None:
            return
        self.strip.hide()
        self._on_stick = self.target.on_stick()
        self.write.begin()
        job = self.desk.run(
            exchange.send, self.ledger_id(), self.to.ref(), folder, plain=plain, title="正在写上报包", done=self._sent_off,
            refused=self._refused,
        )  # fmt: skip
        job.told.connect(self.write.tell)

    def _sent_off(self, change: Change) -> None:
        self.write.end(Path(str(change.facts.get("file", ""))), self._on_stick)
        self._reveal()

    def _refused(self, problem: Problem) -> None:
        self.write.fail(problem.text)
        self._show_write()
        self._reveal()

    def _reveal(self) -> None:
        """What came of it stays on its card, and in sight on the lowest screen too."""
        QTimer.singleShot(0, self.write, lambda: self.side.ensureWidgetVisible(self.write.file, 0, 8))

    def _save_workbook(self) -> None:
        file = choosing.save_file(
            self, "导出 Excel", "export", f"{self.which.currentText()}.xlsx", "Excel (*.xlsx)"
        )
        if file is not None:
            self.export(file)

    def export(self, out: Path) -> None:
        """The ledger as a workbook that looks like the print and reads back."""
        self.desk.run(exporting.export_ledger, self.ledger_id(), out, title="正在导出",
                      refused=lambda p: self.strip.tell(p.text))  # fmt: skip

    def regions(self) -> list[QWidget]:
        parts = [self.see, self.to.box, self.target.choose, self.table, self.write.deed]
        return [p for p in parts if p.isVisibleTo(self) and p.isEnabled()]

    def take_focus(self) -> None:
        if self.stack.currentWidget() is self.work:
            self.to.box.setFocus()

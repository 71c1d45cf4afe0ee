"""上报导出: check, say to whom and where, write, and only then 可以拔盘; beside it what was sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from app.change import Change
from app.ledger import checks, ledgers
from app.ledger.checks import Finding
from app.ledger.ledgers import CHECK
from app.problem import Problem
from sync import exchange
from sync.letters.boxes import Sent
from sync.offices import enrolling
from sync.peers import peers
from ui import look
from ui.desk import Desk, Job
from ui.forms.scrolling import side_column
from ui.screens.exchanging import departing
from ui.screens.exchanging.boxes_side import ANSWERS, BoxesSide
from ui.screens.exchanging.checking_card import CheckingCard
from ui.screens.exchanging.plain_bundle_dialog import PlainBundleDialog
from ui.screens.exchanging.receiver_card import ReceiverCard
from ui.screens.exchanging.sending_looks import SendingLooks
from ui.screens.exchanging.target_card import TargetCard
from ui.screens.exchanging.whole_ledger_dialog import CallersDialog, WholeLedgerDialog
from ui.screens.exchanging.write_card import WriteCard
from ui.widgets.bars import Strip
from ui.widgets.empty import EmptyState

UNCHANGED = "已写出，内容没有变化，没有再写。盘丢了或要多写一份，在“报出去的”里选这一份，点“再写一次”。"
SIDE, SIDE_NARROW, WIDE = 520, 400, 1000


class SendingScreen(SendingLooks):
    """A place is {"ledger": id} or {"answers": True}."""

    title = "上报导出"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._found: list[Finding] = []
        self._wanted = ""
        self._on_stick = False
        self._meant: set[tuple[str, str]] = set()
        self._written: tuple[str, int, str, str] | None = None
        self._job: Job | None = None
        self._again: Callable[[], object] = self.send  # what 重试 does
        self.asked: Any = None  # the dialog last opened
        head = self.head()
        self.which = QComboBox()
        self.which.setAccessibleName("台账")
        self.which.activated.connect(lambda _at: self._turn())
        head.addWidget(self.which)
        head.addStretch(1)
        self.add_deeds(head)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.none = EmptyState("还没有可上报的台账", "先在“项目台账”里打开一本台账、导入清单。")
        self.work = QWidget()
        row = QHBoxLayout(self.work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._steps())
        row.addWidget(self._boxes(), 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.none)
        self.stack.addWidget(self.work)
        self.body.addWidget(self.stack, 1)

    # building

    def _steps(self) -> QScrollArea:
        self.checking = CheckingCard()
        self.checking.see_wished.connect(self.show_findings)
        self.see, self.verdict, self.state = self.checking.see, self.checking.verdict, self.checking.state
        self.to = ReceiverCard(self.desk)
        self.to.changed.connect(self._show_write)
        self.target = TargetCard()
        self.target.changed.connect(self._show_write)
        self.write = WriteCard()
        self.write.wished.connect(self.send)
        self.write.again_wished.connect(lambda: self._again())  # noqa: PLW0108 - what it does changes
        self.write.stop_wished.connect(self.cancel)
        self.side = side_column(self.checking, self.to, self.target, self.write)
        return self.side

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < WIDE
        self.side.setFixedWidth(look.sizes().grown(SIDE_NARROW if narrow else SIDE))

    def _boxes(self) -> QWidget:
        self.boxes = BoxesSide(self.desk, self.target)
        self.sent, self.answers = self.boxes.sent, self.boxes.answers
        self.model, self.table = self.sent.model, self.sent.table
        self.sent.again_wished.connect(self.write_again)
        self.boxes.begun_anew.connect(self._begun_anew)
        self.boxes.told.connect(self.strip.tell)
        return self.boxes

    # reading

    def go(self, place: Any) -> None:
        place = place or {}
        self._wanted = str(place.get("ledger") or "")
        self.refresh()
        if place.get("answers"):
            self.boxes.turn(ANSWERS)
        if place.get("bundle"):
            self.table.choose(self.model.find(str(place["bundle"])))
        self.take_focus()

    def refresh(self) -> None:
        own = [
            x for x in ledgers.all(self.desk.office) if x.own and x.purpose != CHECK
        ]  # a check list goes by 回传
        kept = self._wanted or self.ledger_id()
        self.which.clear()
        for line in own:
            self.which.addItem(line.called, line.id)
        self.which.setCurrentIndex(max(0, self.which.findData(kept)))
        self.which.setVisible(len(own) > 1)
        self.show_deeds(bool(own))
        self.stack.setCurrentWidget(self.work if own else self.none)
        self._show_sent()
        self.to.refresh()
        self.to.suggest(self.ledger_id())
        self.target.refresh()
        if own:
            self._check()

    def _turn(self) -> None:
        self.to.suggest(self.ledger_id())
        self._check()

    def _check(self) -> None:
        self.desk.run(checks.check, self.ledger_id(), title="正在检查台账", done=self._checked)

    def _checked(self, found: list[Finding]) -> None:
        self._found = found
        line = next((x for x in ledgers.all(self.desk.office) if x.id == self.ledger_id()), None)
        self.checking.show_found(found, sealed=line is not None and line.sealed)
        self._show_write()

    def _show_sent(self) -> None:
        self.boxes.refresh()
        self.told_status()

    def told_status(self) -> None:
        self.counted.emit(f"报出去 {self.model.rowCount():,} 份" if self.model.rowCount() else "")

    def _show_write(self) -> None:
        where = "" if self.target.folder() is not None else "还没选写到哪里"
        self.write.ready(where if self.to.ref() else "还没选收件单位")
        self.boxes.ready("正在写" if self._job is not None else where)
        waits = [] if self.to.unknown() or not self.to.ref() else self.answers.waiting(self.to.ref())
        self.write.offer_along(len(waits), self.to.name())
        to, name = self.to.ref(), self.to.name()
        known, sent = enrolling.known_to(self.desk.office, to, name) if to else (True, False)
        self.write.offer_card(to, known=known, sent=sent)

    # deeds

    def send(self) -> None:
        """Write the bundle. To a mere name it goes unencrypted, which is asked once for each name; so is a whole ledger
        for an office that is not above, and a register that tells who called."""
        if self.target.lost():
            return
        if self._written and self._written == self.what_now():
            self.strip.tell(UNCHANGED, "blue")
            return
        ledger, title, name = self.ledger_id(), self.which.currentText(), self.to.unknown()
        if (aside := self.to.aside()) and (ledger, aside) not in self._meant:
            self._ask(WholeLedgerDialog(aside, title, self), aside)
            return
        told = "、".join(exchange.callers_in(self.desk.office, ledger))
        seen, plain = f"callers {self.to.ref()}", f"plain {name}"
        if told and not name and (ledger, seen) not in self._meant:
            self._ask(CallersDialog(self.to.name(), title, told, self), seen)
        elif not name or (ledger, plain) in self._meant:
            self._write(plain=bool(name))
        else:
            self._ask(PlainBundleDialog(name, peers.near(self.desk.office, name), self), plain)

    def _ask(self, asked: QDialog, what: str) -> None:
        """`what` is meant for this ledger once the dialog was accepted; then it is sent."""
        self.asked = asked
        asked.accepted.connect(lambda: self._meant.add((self.ledger_id(), what)))
        asked.accepted.connect(self.send)
        asked.open()

    def _write(self, *, plain: bool) -> None:
        """Build and prove it, copy it, read it back, note it; our card and the answers for its receiver go along."""
        folder, to = self.target.folder(), self.to.ref()
        if folder is None:
            return
        along = self.answers.waiting(to) if self.write.takes_along() else []
        self._run(
            departing.send, self.ledger_id(), to, folder, plain=plain, aside=bool(self.to.aside()), callers=True, along=along,
            card=self.write.takes_card(), title="正在写上报包",
        )  # fmt: skip

    def write_again(self, one: Sent) -> None:
        """再写一次: the very same bundle, to the place chosen now."""
        self._rewrite(one.bundle)

    def _rewrite(self, bundle: str) -> None:
        folder = self.target.folder()
        if folder is not None and not self.target.lost():
            self._run(departing.again, bundle, folder, title="正在再写一次")

    def _run(self, command: Any, *args: Any, title: str, **kw: Any) -> None:
        if self._job is not None:
            return
        self.strip.hide()
        self._on_stick = self.target.on_stick()
        self.write.begin()
        self._job = self.desk.run(
            command, *args, title=title, done=self._sent_off, refused=self._refused, gave_up=self._gave_up,
            on_page=True, **kw,
        )  # fmt: skip
        self._job.staged.connect(self.write.stage)
        self._show_write()
        self._reveal()

    def cancel(self) -> None:
        """取消, in any phase: no half file, and nothing that says it was written."""
        if self._job is not None:
            self._job.cancel()
            self.write.stopping()

    def _sent_off(self, change: Change) -> None:
        self._job = None
        said = str(change.facts.get("more", ""))
        self.write.end(Path(str(change.facts.get("file", ""))), self._on_stick, said)
        self._show_write()
        self._written = self.what_now()
        if self.write.deed.hasFocus():  # another Enter writes nothing unasked
            self.table.setFocus()
        self._reveal()

    def _refused(self, problem: Problem) -> None:
        self._job = None
        built = str(problem.facts.get("bundle") or "")
        self._again = (lambda: self._rewrite(built)) if built else self.send
        self.write.fail(problem.text)
        self._show_sent()
        self._show_write()
        self._reveal()

    def _gave_up(self) -> None:
        self._job = None
        self.write.give_up()
        self._show_write()
        self._reveal()

    def _begun_anew(self, one: Sent, offices: list[str]) -> None:
        """The record of a ledger was begun anew: report it again to the office whose record did not fit."""
        self.which.setCurrentIndex(max(0, self.which.findData(one.ledger)))
        self.to.choose_office(one.to)
        names = "、".join(offices)
        self.strip.tell(f"已另起记录。请向{names}从头重报一次：看好“写到哪里”，点“写出上报包”。", "blue")

    def _reveal(self) -> None:
        """What came of it stays on its card, and in sight on the lowest screen too."""
        QTimer.singleShot(0, self.write, lambda: self.side.ensureWidgetVisible(self.write.lowest(), 0, 8))

    def regions(self) -> list[QWidget]:
        parts = [
            self.see,
            self.to.box,
            self.target.choose,
            self.write.stop,
            self.write.deed,
            *self.boxes.parts(),
        ]
        return [p for p in parts if p.isVisibleTo(self) and p.isEnabled()]

    def take_focus(self) -> None:
        if self.stack.currentWidget() is self.work:
            self.to.box.setFocus()

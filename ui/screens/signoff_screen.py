"""签批办结: what is missing, printing a numbered version, filing the signed scan, 确定台账."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QStackedWidget, QWidget

from app.change import Change
from app.ledger import ledgers
from app.ledger.checks import Finding
from app.ledger.ledger_groups import REGISTER
from app.ledger.versions import Version
from app.rounds import rounds
from app.signing import signoff
from ui import choosing, look
from ui.desk import Desk
from ui.forms.scrolling import side_column
from ui.screens.signing import papers
from ui.screens.signing.cards import ENDINGS, GapsCard, PrintCard, SealCard, SignCard
from ui.screens.signing.gaps_dialog import GapsDialog
from ui.screens.signing.later_dialog import LaterDialog
from ui.screens.signing.papers import Paperwork, Recognised
from ui.screens.signing.print_view import PrintView
from ui.screens.signing.report_card import ReportCard
from ui.screens.signing.seal_dialog import SealDialog
from ui.screens.signing.sign_dialog import SignDialog
from ui.screens.signing.stepping import Stepping
from ui.widgets.bars import Strip
from ui.widgets.drop_area import dropped_file
from ui.widgets.empty import EmptyState
from ui.widgets.labels import dress, label
from ui.widgets.screen import Screen

SIDE, SIDE_NARROW, WIDE = 452, 390, 1000
SCANS = "扫描件 (*.pdf *.jpg *.jpeg *.png)"


class SignoffScreen(Screen):
    """The steps at the left, the print at the right; a received ledger is only looked at. A place is {"ledger": id}.

    A 立项部门台账 is signed, a 全旗台账 is studied by the government and after the seal reported (decision 10).
    """

    title = "签批办结"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.papers: Paperwork | None = None
        self._wanted = ""
        self._shown = ""
        self._at_foot = False
        self.setAcceptDrops(True)
        self._build_head()
        self.strip = Strip()
        self.steps = Stepping(desk, self)
        self.body.addWidget(self.strip)
        self.stack = QStackedWidget()
        self.none = EmptyState("还没有可签批的台账", "先在“项目台账”里打开一本台账、导入清单，再来打印签字。")
        self.work = QWidget()
        row = QHBoxLayout(self.work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._steps())
        row.addWidget(self._preview(), 1)
        self.stack.addWidget(self.none)
        self.stack.addWidget(self.work)
        self.body.addWidget(self.stack, 1)

    def _build_head(self) -> None:
        head = self.head()
        self.which = QComboBox()
        self.which.setAccessibleName("台账")
        self.which.activated.connect(lambda _at: self.go({"ledger": str(self.which.currentData())}))
        self.state = label("", "muted")
        head.addWidget(self.which)
        head.addWidget(self.state)
        head.addStretch(1)

    def _steps(self) -> QWidget:
        self.gaps, self.printing, self.signing, self.sealing = GapsCard(), PrintCard(), SignCard(), SealCard()
        self.gaps.list_wished.connect(self.show_gaps)
        self.printing.wished.connect(self.print_now)
        self.printing.turned.connect(self._tell_pages)
        self.gaps.tick.toggled.connect(lambda _on: self._tell_pages())
        self.signing.choose_wished.connect(self._register)
        self.signing.picked.connect(self._show_version)
        self.signing.mend_wished.connect(lambda: self.steps.mend(self.papers, self.signing.current()))
        self.sealing.wished.connect(self.ask_seal)
        self.sealing.later_wished.connect(self.show_later)
        self.reporting = ReportCard()
        self.reporting.wished.connect(lambda: self.ask_step(after=True))
        self.reporting.send_wished.connect(lambda: self.wished.emit("send", {"ledger": self.ledger_id()}))
        self.side = side_column(self.gaps, self.printing, self.signing, self.sealing, self.reporting)
        bar = self.side.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: bar.setValue(high) if self._at_foot else None)
        return self.side

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < WIDE
        self.side.setFixedWidth(look.sizes().grown(SIDE_NARROW if narrow else SIDE))

    def _preview(self) -> QWidget:
        self.right = PrintView(self.desk)
        self.view = self.right.view
        self.open_button, self.save_button = self.right.open_button, self.right.save_button
        self.paper_button = self.right.paper_button
        return self.right

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._may_sign() and dropped_file(event.mimeData(), ENDINGS):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        scan = dropped_file(event.mimeData(), ENDINGS)
        if scan is not None and self._may_sign():
            event.acceptProposedAction()
            self.take_scan(scan)

    def _may_sign(self) -> bool:
        return self.papers is not None and self.papers.line.own and bool(self.papers.versions)

    # reading

    def go(self, place: Any) -> None:
        self._wanted = str((place or {}).get("ledger") or "")
        self.refresh()
        self.take_focus()

    def refresh(self) -> None:
        found = ledgers.all(self.desk.office)
        self.which.clear()
        for line in found:
            self.which.addItem(line.called, line.id)
        self.which.setVisible(len(found) > 1)
        self.stack.setCurrentWidget(self.work if found else self.none)
        if not found:
            self.state.setText("")
            return
        known = {x.id for x in found}
        wanted = next((w for w in (self._wanted, self.ledger_id()) if w in known), found[0].id)
        self._wanted = ""
        self.which.setCurrentIndex(self.which.findData(wanted))
        self.desk.run(papers.paperwork, wanted, title="正在检查台账", done=self._show)

    def ledger_id(self) -> str:
        return self.papers.line.id if self.papers is not None else ""

    def _show(self, found: Paperwork) -> None:
        self.papers = found
        newest = found.versions[0] if found.versions else None
        own = found.line.own
        where = "" if own else f" · 收自{found.line.origin}，只能看"
        sent = " · 已报送" if papers.reported(found) else ""
        self.state.setText(f"《{found.line.title}》 · {_stands(found)}{sent}{where}")
        inside = _focused(self)
        for card in (self.gaps, self.printing):
            card.setVisible(own)
        dress(self.state, tone="green" if found.line.sealed else "grey")
        self.gaps.show_papers(found)
        self.printing.show_papers(found)
        self.signing.show_papers(found, self._shown or (newest.id if newest else ""))
        self.sealing.show_papers(found)
        self.reporting.show_papers(found, self.desk.has_page("send"))
        for part in (self.signing, self.sealing):
            part.setVisible(found.line.loaded.t.nature != REGISTER)
        self._tell_pages()
        self._show_version(self.signing.current())
        self.told_status()
        if inside and not _focused(self):  # what held it is hidden or cannot be pressed now
            self.take_focus()
        self._at_foot = (
            own and found.line.sealed and bool(found.after)
        )  # what is to be done next stands there

    def _tell_pages(self) -> None:
        if self.papers is not None:
            ticked = self.gaps.tick.isChecked() and bool(self.papers.gaps)
            self.printing.tell_more(papers.more_pages(self.papers, ticked, self.printing.paper()))

    def told_status(self) -> None:
        found = self.papers
        self.counted.emit(f"打印过 {len(found.versions)} 版 · 缺 {len(found.gaps):,} 处" if found else "")

    def _show_version(self, version: Version | None) -> None:
        self._shown = version.id if version is not None else ""
        self.right.show_version(version, self.papers is None or self.papers.line.own)

    # deeds

    def show_gaps(self) -> None:
        if self.papers is None:
            return
        dialog = GapsDialog("缺项清单", self.papers.gaps + self.papers.faults, self)
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

    def print_now(self) -> None:
        """Make the next numbered version and show it; an explanation that was ticked has to be written first."""
        if self.gaps.unexplained(self.strip):
            return
        self.desk.run(
            papers.print_version, self.ledger_id(), self.printing.paper(), self.gaps.explain(),
            title="正在生成打印件", done=self._printed, refused=self.strip.refuse,
        )  # fmt: skip

    def _printed(self, change: Change) -> None:
        self.strip.hide()
        self._shown = ""
        self.desk.offered.emit(change.said, "打印…", self.right.to_printer)

    def _register(self) -> None:
        """Signatures begin with their scan, 政府研究 with its form."""
        if self.papers is not None and self.papers.step is not None:
            self.ask_step()
        else:
            self._choose_scan()

    def _choose_scan(self) -> None:
        file = choosing.open_file(self, "选签好字的扫描件", "scan", SCANS)
        if file is not None:
            self.take_scan(file)

    def take_scan(self, scan: Path) -> None:
        """Read the codes of a scan, then ask who signed; where the government studies, its minutes go in the form."""
        if self.papers is not None and self.papers.step is not None:
            self.ask_step(scan)
            return
        self.desk.run(
            papers.recognise, self.ledger_id(), scan, title="正在读扫描件上的二维码",
            done=self.ask_signers, refused=self.strip.refuse,
        )  # fmt: skip

    def ask_signers(self, found: Recognised) -> None:
        if self.papers is None or not self.papers.versions:
            return
        self.strip.hide()
        today = f"{self.desk.office.today():%Y-%m-%d}"
        self.sign_dialog = SignDialog(found, self.papers.versions, self.papers.roles, today, self)
        self.sign_dialog.accepted.connect(lambda: self._sign(found.scan))
        self.sign_dialog.open()

    def _sign(self, scan: Path) -> None:
        signed = self.ledger_id(), scan, self.sign_dialog.number(), self.sign_dialog.signers()
        self.desk.run(papers.sign_all, *signed, title="正在登记签字", refused=self.strip.refuse)

    def ask_step(self, scan: Path | None = None, *, after: bool = False) -> None:
        """登记政府研究 of a print, or with `after` 登记报送 of the sealed one."""
        if self.papers is not None:
            self.strip.hide()
            self.steps.ask(self.papers, self.signing.current(), scan, after=after)

    def ask_seal(self) -> None:
        if self.papers is None:
            return
        version, _ = papers.sealable(self.papers)
        if version is not None:
            checked = rounds.board(self.desk.office, self.papers.line.id)
            self.seal_dialog = SealDialog(self.papers, version, self, checked=checked)
            self.seal_dialog.accepted.connect(self._seal)
            self.seal_dialog.open()

    def _seal(self) -> None:
        self.desk.run(signoff.seal, self.ledger_id(), title="正在确定台账", refused=self.strip.refuse)

    def show_later(self) -> None:
        if self.papers is not None:
            self.later_dialog = LaterDialog(self.desk, self.papers, self)
            self.later_dialog.open()

    def regions(self) -> list[QWidget]:
        parts = [self.which, self.gaps.look_button, self.printing.deed, self.signing.table, self.view.sheet]
        return [p for p in parts if p.isVisibleTo(self) and p.isEnabled()]

    def take_focus(self) -> None:
        parts = [p for p in (self.printing.deed, self.signing.table) if p.isVisibleTo(self) and p.isEnabled()]
        if self.stack.currentWidget() is self.work:
            next(iter([*parts, *self.regions()]), self.which).setFocus()


def _stands(found: Paperwork) -> str:
    if found.line.loaded.t.nature == REGISTER:
        return "登记簿，不用签批"
    return "已确定" if found.line.sealed else "未确定"


def _focused(page: QWidget) -> bool:
    held = QApplication.focusWidget()
    return held is not None and page.isAncestorOf(held)

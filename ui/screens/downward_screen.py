"""下发 and 模板: what goes down to the offices below with their receipts, and the templates at hand with the upgrades."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.change import Change
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.template_books import template_upgrades
from app.templating import template_reading
from sync import exchange
from sync.letters import boxes, documents, offered_templates, rewriting
from sync.letters.boxes import Sent
from sync.letters.came_down import ISSUERS, TEMPLATE
from sync.letters.offered_templates import Offered
from ui import choosing
from ui.desk import Desk
from ui.plain_words import plainly
from ui.screens.downward.issue_dialog import IssueDialog
from ui.screens.downward.issued_page import IssuedPage
from ui.screens.downward.template_hand import TemplateHand
from ui.screens.downward.templates_page import TemplatesPage
from ui.screens.downward.upgrade_dialog import UpgradeDialog
from ui.widgets.bars import Strip
from ui.widgets.chips import ChipRow
from ui.widgets.screen import Screen

ISSUED, TEMPLATES = "issued", "templates"


class DownwardScreen(Screen):
    """A place is {"view": issued or templates, "ledger": id}. Who may not issue sees the templates alone."""

    title = "模板"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.issuer = bool(ISSUERS & set(desk.office.roles))
        head = self.head()
        self.heading.setText("下发" if self.issuer else self.title)
        self.views = ChipRow("看什么")
        self.views.set([(ISSUED, "下发", None), (TEMPLATES, "模板", None)] if self.issuer else [])
        self.views.picked.connect(self.show_view)
        self.views.setVisible(self.issuer)
        head.addWidget(self.views)
        head.addStretch(1)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.issued, self.templates = IssuedPage(), TemplatesPage(issuer=self.issuer)
        self.stack = QStackedWidget()
        for made in (self.issued, self.templates):
            self.stack.addWidget(made)
        self.body.addWidget(self.stack, 1)
        self.issued.issue_wished.connect(self.issue)
        self.issued.again_wished.connect(self.write_again)
        self.templates.see_wished.connect(lambda line, one: self._dialog(line, one, only_look=True))
        self.templates.upgrade_wished.connect(lambda line, one: self._dialog(line, one, only_look=False))
        self.templates.undo_wished.connect(self.undo)
        self.hand = TemplateHand(desk, self.templates.bar, self, self.strip.tell, self.refresh)
        self.templates.bar.issue_wished.connect(self.issue_template)
        self.show_view(ISSUED if self.issuer else TEMPLATES)
        self.asked: IssueDialog | UpgradeDialog | None = None

    def go(self, place: Any) -> None:
        view = str((place or {}).get("view") or "")
        if view in (ISSUED, TEMPLATES) and self.issuer:
            self.views.choose(view)
            self.show_view(view)
        self.refresh()
        wanted = str((place or {}).get("ledger") or "")
        if wanted:
            self.templates.ledger_table.choose(self.templates.ledgers.find(wanted))
        self.take_focus()

    def refresh(self) -> None:
        office = self.desk.office
        if self.issuer:
            self.issued.show_issued(boxes.sent(office))
        offers = offered_templates.all(office)
        lines = [line for line in ledgers.all(office) if line.own]
        fixed = {line.id: template_upgrades.why_not_undone(office, line.id) for line in lines}
        newer = [(line, offered_templates.newer_for(office, line)) for line in lines]
        self.templates.show_all(offers, newer, fixed)
        self.told_status()

    def told_status(self) -> None:
        self.counted.emit(f"模板 {self.templates.model.rowCount():,} 份")

    def show_view(self, view: str) -> None:
        self.strip.hide()
        self.stack.setCurrentWidget(self.issued if view == ISSUED else self.templates)

    def regions(self) -> list[QWidget]:
        first = self.views.first() if self.issuer else None
        shown: list[QWidget] = [self.templates.table, self.templates.ledger_table]
        if self.stack.currentWidget() is self.issued:
            shown = [self.issued.deeds[TEMPLATE], self.issued.table]
        return [part for part in (first, *shown) if part is not None and not part.isHidden()]

    # deeds

    def issue(self, kind: str) -> None:
        """Ask for file, offices and stick, then write one file for each."""
        self.strip.hide()
        self.asked = IssueDialog(self.desk, kind, self)
        self.asked.accepted.connect(self._issue)
        self.asked.open()

    def issue_template(self, one: Offered) -> None:
        """Ask for offices and stick; the file is the template's own text."""
        self.issue(TEMPLATE)
        if isinstance(self.asked, IssueDialog):
            self.asked.take(template_reading.path_of(one.ref))

    def _issue(self) -> None:
        asked = self.asked
        folder = asked.folder() if isinstance(asked, IssueDialog) else None
        if not isinstance(asked, IssueDialog) or folder is None:
            return
        office = self.desk.office
        keys = self.desk.do(lambda _office: exchange.own_keys(office, ""), refused=self._refused)
        if keys is None:
            return
        self.desk.run(
            documents.issue_all, keys, asked.kind, asked.file, folder, asked.offices(), note=asked.note(),
            title=asked.windowTitle(), done=self._issued, refused=self._not_issued,
        )  # fmt: skip

    def _issued(self, change: Change) -> None:
        tone = "amber" if change.facts["failed"] else "blue"
        self.strip.tell(f"{change.said}。可以拔盘，请交给各单位；回执在“收件合并”里收下。", tone)
        self.refresh()

    def _not_issued(self, problem: Problem) -> None:
        """What the stick did not take is kept here, and listed to be written once more."""
        self._refused(problem)
        self.refresh()

    def write_again(self, one: Sent) -> None:
        """The same file once more, into a folder that is asked for."""
        folder = choosing.folder(self, "写到哪个文件夹", "send")
        if folder is not None:
            self.desk.run(rewriting.again, one.bundle, folder, title="正在再写一次", refused=self._refused)

    def _dialog(self, line: LedgerLine, one: Offered, *, only_look: bool) -> None:
        self.strip.hide()
        try:
            self.asked = UpgradeDialog(self.desk, line, one, self, only_look=only_look)
        except Problem as problem:
            self._refused(problem)
            return
        self.asked.open()

    def undo(self, line: LedgerLine) -> None:
        self.strip.hide()
        self.desk.run(template_upgrades.undo, line.id, title="正在撤回换模板版本", refused=self._refused)

    def _refused(self, problem: Problem) -> None:
        self.strip.tell(plainly(problem)[0])

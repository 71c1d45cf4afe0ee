"""The pages of the record panel behind the first, each made with the parts of the program it needs when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from ui.desk import Desk
from ui.forms.panel_frame import NOTHING, TABS, PanelFrame

if TYPE_CHECKING:
    from ui.forms.files_page import FilesPage
    from ui.forms.log_page import LogPage
    from ui.forms.matters_page import MattersPage
    from ui.forms.related_page import RelatedPage

BASIC, MATTERS, FILES, LOG, RELATED = range(5)
LATER = {MATTERS: "matters", FILES: "files", LOG: "log", RELATED: "related"}


class PanelPages(PanelFrame):
    """审批事项, 附件, 记录 and 相关 of the entry in `line`, called in the words of its ledger."""

    away_wished = Signal(object)  # the place of a row of another ledger

    def __init__(self, desk: Desk, ledger: LedgerLine, first: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(first, parent)
        self._matters: MattersPage | None = None
        self._files: FilesPage | None = None
        self._log: LogPage | None = None
        self._related: RelatedPage | None = None
        self.desk, self.ledger = desk, ledger
        self.line: Line | None = None
        self._call_pages()

    def _call_pages(self) -> None:
        """The pages in the words of this ledger; 审批事项 and 相关 only where there can be any."""
        t = self.ledger.loaded.t
        self.call_tab(MATTERS, t.items.title if t.items else TABS[MATTERS], t.items is not None)
        others = any(x.id != self.ledger.id for x in ledgers.all(self.desk.office))
        self.call_tab(RELATED, TABS[RELATED], others)
        self.nothing.setText(NOTHING.format(row=t.words.row))

    @property
    def matters(self) -> MattersPage:
        """审批事项."""
        if self._matters is None:
            from ui.forms.matters_page import MattersPage  # noqa: PLC0415

            made = self._matters = MattersPage(self.desk, self.ledger.loaded)
            made.touched.connect(self._touched)
            self.wrong.watch(made.form, lambda: self.tabs.setCurrentIndex(MATTERS))
            made.chosen.connect(lambda _words: self._tell_under())
            self.add_page(made)
            if self.line is not None:
                made.show_line(self.line, not self.ledger.own)
        return self._matters

    @property
    def files(self) -> FilesPage:
        """附件."""
        if self._files is None:
            from ui.forms.files_page import FilesPage  # noqa: PLC0415

            made = self._files = FilesPage(self.desk)
            made.counted.connect(lambda n: self.title(FILES, n))
            self.add_page(made)
        return self._files

    @property
    def log(self) -> LogPage:
        """记录."""
        if self._log is None:
            from ui.forms.log_page import LogPage  # noqa: PLC0415

            self._log = LogPage(self.desk)
            self.add_page(self._log)
        return self._log

    @property
    def related(self) -> RelatedPage:
        """相关."""
        if self._related is None:
            from ui.forms.related_page import RelatedPage  # noqa: PLC0415

            made = self._related = RelatedPage(self.desk)
            made.counted.connect(lambda n: self.title(RELATED, n))
            made.went.connect(self.away_wished, Qt.ConnectionType.QueuedConnection)
            self.add_page(made)
        return self._related

    def _touched(self) -> None:
        raise NotImplementedError

    def _tell_under(self) -> None:
        raise NotImplementedError

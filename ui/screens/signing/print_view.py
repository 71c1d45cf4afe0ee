"""The print of the chosen version, as the office keeps it: looked at, opened, saved, printed; and its signed scans."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.ledger.versions import Version
from app.problem import Problem
from ui import choosing, temporary
from ui.desk import Desk
from ui.screens.signing import papers
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.empty import EmptyState
from ui.widgets.pdf_view import PdfView, print_pdf

GONE = "这一版的打印件已销毁，或没有随包报来"
NO_SCAN = "这一版还没有签字扫描件"


class PrintView(QStackedWidget):
    """Shows a version, or what to do while there is none."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.version: Version | None = None
        self._there = False
        self.view = PdfView()
        self.scan_button = button("签字扫描件", self.open_scans, sign="attach")
        self.open_button = button("打开", self.open_pdf, sign="file")
        self.save_button = button("另存…", self._save_as, sign="export")
        self.paper_button = button("打印…", self.to_printer, sign="print")
        foot = QHBoxLayout()
        foot.addStretch(1)
        for made in (self.scan_button, self.open_button, self.save_button, self.paper_button):
            foot.addWidget(made)
        self.blank = EmptyState("还没有打印过", "")
        card = Card()
        card.body.setContentsMargins(10, 8, 10, 8)
        card.body.addWidget(self.view)
        card.body.addLayout(foot)
        self.addWidget(self.blank)
        self.addWidget(card)

    def show_version(self, version: Version | None, own: bool) -> None:
        """The chosen version; read again only when it is another one or its file has gone."""
        advice = "左边点“生成新的一版”，打印件就在这里预览，再点“打印…”出纸。" if own else "对方没有报来打印件。"
        self.blank.set("还没有打印过", advice)
        self.setCurrentIndex(0 if version is None else 1)
        was, self.version = self.version, version
        if version is None:
            return
        file = papers.pdf_of(self._desk.office, version)
        there = file.is_file()  # not after a 误入处置
        scans = papers.scans_of(self._desk.office, version)
        self.scan_button.setVisible(bool(version.signatures))
        self.scan_button.setEnabled(bool(scans))
        self.scan_button.setToolTip("" if scans else NO_SCAN)
        if was is None or was.id != version.id or there != self._there or not there:
            self._there = there
            self.view.show_file(file if there else None)
            for made in (self.open_button, self.save_button, self.paper_button):
                made.setEnabled(there)
                made.setToolTip("" if there else GONE)

    def open_pdf(self) -> None:
        if self.version is not None:
            self._open(papers.pdf_of(self._desk.office, self.version), f"{self.version.label}.pdf")

    def open_scans(self) -> None:
        """Every scan signatures of this version were filed with, as copies."""
        if self.version is None:
            return
        for at, scan in enumerate(papers.scans_of(self._desk.office, self.version), 1):
            self._open(scan, f"{self.version.label}签字{at}{papers.ending_of(scan)}")

    def _open(self, file: Path, name: str) -> None:
        copy = temporary.place(name)
        shutil.copyfile(file, copy)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy)))

    def _save_as(self) -> None:
        if self.version is None:
            return
        file = choosing.save_file(self, "另存打印件", "print", f"{self.version.label}.pdf", "PDF (*.pdf)")
        if file is not None:
            self._desk.do(papers.save_pdf, self.version, file, refused=self._refused)

    def _refused(self, problem: Problem) -> None:
        self._desk.said.emit(problem.text)

    def to_printer(self) -> None:
        """The version that is shown, onto paper: which printer, how many copies."""
        if self.version is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(f"打印 {self.version.label}")
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            print_pdf(papers.pdf_of(self._desk.office, self.version), printer)
            self._desk.said.emit(f"已送打印机：{self.version.label}，{self.version.pages} 页")

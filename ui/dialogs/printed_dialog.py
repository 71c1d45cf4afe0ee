"""A PDF just made: looked at, printed, or kept as a file."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.change import Change
from app.office import Office
from app.storage import files
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.passing_dialog import PassingDialog
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.pdf_view import PdfView, print_pdf


class PrintedDialog(PassingDialog):
    """`name` is the title, and the name that is offered for the file."""

    def __init__(self, desk: Desk, name: str, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._name, self._file = desk, name, file
        self.setWindowTitle(name)
        self.resize(look.fitting(look.sizes().grown(980), look.sizes().grown(660)))
        self.view = PdfView()
        self.view.show_file(file)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        self.paper = button("打印…", self._to_printer, kind="primary", sign="print")
        self.foot = foot = QHBoxLayout()
        foot.addStretch(1)
        for made in (button("另存…", self._save_as, sign="export"), self.paper, button("关闭", self.accept)):
            foot.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.addWidget(self.view, 1)
        column.addWidget(self.fault)
        column.addLayout(foot)
        self.paper.setFocus()

    def _to_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(f"打印 {self._name}")
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            pages = print_pdf(self._file, printer)
            self._desk.said.emit(f"已送打印机：{self._name}，{pages} 页")

    def _save_as(self) -> None:
        file = choosing.save_file(self, f"另存{self._name}", "print", f"{self._name}.pdf", "PDF (*.pdf)")
        if file is not None:
            self.save(file)

    def save(self, out: Path) -> None:
        """Write a copy; a refusal is said here, above the buttons."""
        self.fault.hide()
        self._desk.do(_copy, self._file, out, refused=lambda problem: self._tell(problem.text))

    def _tell(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.show()


def _copy(office: Office, file: Path, out: Path) -> Change:
    files.write_whole(out, lambda part: shutil.copyfile(file, part))
    return Change(f"已另存：{out.name}")

"""退回批注: what is wrong with a returned workbook, written as comments into a copy of theirs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.storage.file_names import fitted
from sync.merges import handing_back
from ui import choosing
from ui.desk import Desk
from ui.screens.exchanging.arriving import TABLES

BOOK = "Excel 工作簿 (*.xlsx)"


class HandingBack(QObject):
    """`done(change)` with the sentence what was written, `refused(problem)` when it could not be."""

    done = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._over = desk, parent

    def ask(self, dept: str = "") -> None:
        """Choose which workbook came back, then where the copy goes."""
        whose = f"{dept}交回的核查表" if dept else "交回的核查表"
        title = f"选{whose}：填错的地方会写成批注另存一份，退给对方改"
        file = choosing.open_file(self._over, title, "bundle", f"核查表 ({TABLES});;所有文件 (*)")
        if file is not None:
            self.ask_of(file)

    def ask_of(self, file: Path) -> None:
        """Where the copy of this workbook goes."""
        name = fitted(file.stem, "_退回.xlsx")
        out = choosing.save_file(self._over, "批注好的表另存到哪里", "handing-back", name, BOOK)
        if out is not None:
            self.write(file, out)

    def write(self, file: Path, out: Path) -> None:
        """Write the copy; theirs is only read."""
        self._desk.run(
            handing_back.hand_back,
            file,
            out,
            title="正在写批注",
            done=self._written,
            refused=self.refused.emit,
        )

    def _written(self, change: Change) -> None:
        self.done.emit(change)

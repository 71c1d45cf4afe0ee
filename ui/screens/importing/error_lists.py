"""错误清单: the faults of an import as a workbook, mended in Excel and read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.imports import mended_lists
from app.imports.mended_lists import MendedCell
from app.office import Office
from app.problem import Problem
from ui import choosing
from ui.desk import Desk
from ui.screens.importing import trial as trials
from ui.screens.importing.trial import Reading
from ui.widgets.menu_button import Choice

BOOK = "Excel (*.xlsx)"


class ErrorLists(QObject):
    """`mended(cells)` when a list was read back; `refused` hears why one was not, `reading` tells what it is a list of."""

    mended = Signal(object)

    def __init__(
        self, desk: Desk, over: QWidget, reading: Callable[[], Reading | None], refused: Callable[[Problem], object]
    ) -> None:
        super().__init__(over)
        self._desk, self._over, self._reading, self._refused = desk, over, reading, refused

    def choices(self) -> Sequence[Choice]:
        """What the button offers at 查错改错."""
        tip = "另存的错误清单里，“改为”一列填好的都照着改；写“不导入”的行不导入"
        return (Choice("另存错误清单…", self.save), Choice("读回改好的清单…", self._read_back, tip=tip))

    def save(self) -> None:
        file = choosing.save_file(self._over, "另存错误清单", "list", "错误清单.xlsx", BOOK)
        reading = self._reading()
        if file is not None and reading is not None:
            self._desk.do(trials.save_errors, reading, file, refused=self._refused)

    def _read_back(self) -> None:
        file = choosing.open_file(self._over, "读回改好的错误清单", "list", BOOK)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Read a list that was mended."""
        reading = self._reading()
        if reading is not None:
            self._desk.run(_read, file, reading, title="正在读错误清单", done=self._take, refused=self._refused)

    def _take(self, cells: list[MendedCell]) -> None:
        said = f"照清单改 {len(cells):,} 处" if cells else f"“{mended_lists.TO}”一列都空着，没有要改的"
        self._desk.said.emit(said)
        if cells:
            self.mended.emit(cells)


def _read(_office: Office, file: Path, reading: Reading) -> list[MendedCell]:
    return mended_lists.read(file, reading.draft)

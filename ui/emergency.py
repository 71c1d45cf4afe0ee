"""An office that cannot be opened, read as far as it can be: shown in the window for reading only, with the way out."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout

from app.keeping import salvage
from app.keeping.salvage import Salvaged
from app.office import Office
from app.storage import private_rooms
from app.workbooks import salvaged as workbooks
from ui import choosing
from ui.main_window import MainWindow
from ui.widgets.bars import Strip

KEPT = "salvaged"
EXPORT = "导出全部台账…"
ONLY_READ = "单位数据文件夹不能写入，现在只能看和导出。要接着办，请把整个文件夹复制到能写的盘上再打开。"


def opened(folder: Path, today: dt.date | None) -> Office:
    """The readable part of the office in `folder`, in a private place that goes when the window is closed.

    Raises the Problems of `salvage.salvage_office`.
    """
    QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
    try:
        with ExitStack() as way:
            nest = way.enter_context(private_rooms.room(private_rooms.EMERGENCY))
            found = salvage.salvage_office(folder, nest)
            office = salvage.open_read(found, today)
            office.leaving.push(way.pop_all())
    finally:
        QApplication.restoreOverrideCursor()
    office.leaving.callback(office.engine.dispose)  # first: an open file is not taken away on every system
    office.cache[KEPT] = found
    return office


class EmergencyBar(Strip):
    """On top as long as the window stands: what it shows, and every ledger out as a workbook. It cannot be put away."""

    def __init__(self, window: MainWindow, found: Salvaged) -> None:
        super().__init__(window.centralWidget())
        self._window, self._found = window, found
        for away in self.findChildren(QToolButton):
            away.setVisible(False)
        named = "，导出时写明" if found.lost else ""
        self._told = f"应急打开，只能看和导出：{found.said}{named}。原来的文件没有动；要接着办，请从备份恢复。"

    def begin(self) -> None:
        self.tell(self._told, "amber", EXPORT, self.export)

    def hide(self) -> None:
        """Pressing the deed does not put it away."""

    def export(self) -> None:
        folder = choosing.folder(self._window, "导出到哪个文件夹", "salvage")
        if folder is not None:
            self.export_to(folder)

    def export_to(self, folder: Path) -> None:
        """Every ledger as a workbook, and the report."""
        self._window.desk.run(_write, self._found, folder, title="正在导出全部台账")


def dress(window: MainWindow) -> None:
    """Put the bar on a window whose office was opened so; on any other that cannot be written it is said."""
    found = window.desk.office.cache.get(KEPT)
    column = window.centralWidget().layout()
    if found is None:
        window.strip.tell(ONLY_READ, "amber")
    elif isinstance(column, QVBoxLayout):
        window.status.backup.hide()  # the copy has none; those of the office lie where they were
        bar = EmergencyBar(window, found)
        column.insertWidget(0, bar)
        bar.begin()


def _write(office: Any, found: Salvaged, folder: Path) -> Any:
    return workbooks.write(office, found, folder)

"""Which office the window opens: the one named, the one opened last, one brought back from a backup, or a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from PySide6.QtWidgets import QDialog, QMessageBox

from app import office as offices
from app.keeping import upkeep
from app.office import Office
from app.problem import Problem
from app.storage import paths
from ui import raising

MENDED_BY_BACKUP = ("E_DB_DAMAGED", "E_NO_OFFICE")


def office(
    data: Path | None, today: dt.date | None, clerk: str | None, sample: bool, asking: Callable[[], object]
) -> Office | None:
    """The office to show, held for this window; None when the clerk gave up or another window of it came forward.

    `asking` is called before the first question to the clerk.
    """
    folder = data or (None if sample else paths.office_folder())
    while folder is not None and _is_there(folder):
        try:
            return _held(offices.open_folder(folder, clerk=clerk, today=today))
        except Problem as problem:
            asking()
            if problem.code == "E_OFFICE_BUSY" and raising.call(folder):
                return None
            if not mended(folder, problem):
                if data is not None:
                    return None
                break
    asking()
    # only now: the sample and the bundles it can start from cost a third of the time to the first window
    dialog = import_module("ui.screens.first_run_screen").FirstRunScreen(data, today, sample=sample)
    if dialog.exec() != QDialog.DialogCode.Accepted or dialog.office is None:
        return None
    return _held(dialog.office)


def mended(folder: Path, problem: Problem) -> bool:
    """Say why an office does not open; where a backup helps, offer it. True when one was brought back."""
    if problem.code not in MENDED_BY_BACKUP:
        QMessageBox.warning(None, "打不开", problem.text)
        return False
    dialog = import_module("ui.dialogs.recovery_dialog").RecoveryDialog(folder, problem)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    QMessageBox.information(None, "已恢复", dialog.said)
    return True


def _is_there(folder: Path) -> bool:
    """An office, or what is left of one."""
    return (folder / offices.DATABASE).is_file() or any((folder / "backups").glob("*.zip"))


def _held(opened: Office) -> Office:
    opened.hold()
    upkeep.bring_up(opened)
    paths.remember_office(opened.folder)
    return opened

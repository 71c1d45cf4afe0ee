"""Which office the window opens: the one named, the one opened last, one brought back from a backup, or a new one."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtWidgets import QDialog, QMessageBox

from app import office as offices
from app.keeping import before_deeds, upkeep
from app.office import Office
from app.problem import Problem
from app.storage import paths
from ui import raising

MENDED_BY_BACKUP, READABLE = ("E_DB_DAMAGED", "E_NO_OFFICE", "E_START"), ("E_NEWER",)
GIVEN_UP, MENDED, LOOK = "", "mended", "look"


def office(
    data: Path | None, today: dt.date | None, clerk: str | None, sample: bool, asking: Callable[[], object]
) -> Office | None:
    """The office to show, held for this window; None when the clerk gave up or another window of it came forward.

    With `sample` that is the sample opened last, else a new one. `asking` is called before the first question to the clerk.
    """
    last = None if sample else data or paths.noted()
    if last is not None and not last.exists():
        import_module("app.keeping.recovery").finish(last)  # killed in the midst of a restore
    folder = data or (paths.sample_office() if sample else paths.office_folder())
    if folder is not None and data is None and sample:  # the sample lives on its own day, also when it is gone on with
        today = today or import_module("app.samples.sample").TODAY
    while folder is not None and _is_there(folder):
        try:
            return _held(offices.open_folder(folder, clerk=clerk, today=today))
        except Problem as problem:
            asking()
            if problem.code == "E_OFFICE_BUSY" and raising.call(folder):
                return None
            answer = mended(folder, problem)
            if answer == LOOK:
                return _readable(folder, today)
            if answer != MENDED:
                if data is not None:
                    return None
                break
    asking()
    # only now: the sample and the bundles it can start from cost a third of the time to the first window
    dialog = import_module("ui.screens.first_run_screen").FirstRunScreen(data, today, sample=sample)
    if dialog.exec() != QDialog.DialogCode.Accepted or dialog.office is None:
        return None
    return _held(dialog.office)


def mended(folder: Path, problem: Problem) -> str:
    """Say why an office does not open; offer a backup where one helps, or what is readable. GIVEN_UP, MENDED or LOOK."""
    if problem.code not in (*MENDED_BY_BACKUP, *READABLE):
        QMessageBox.warning(None, "打不开", problem.text)
        return GIVEN_UP
    restores = problem.code in MENDED_BY_BACKUP
    dialog = import_module("ui.dialogs.recovery_dialog").RecoveryDialog(folder, problem, restores=restores)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return GIVEN_UP
    if dialog.emergency:
        return LOOK
    QMessageBox.information(None, "已恢复", dialog.said)
    return MENDED


def way_out(data: Path | None, today: dt.date | None, error: Exception) -> Callable[[], Office | None] | None:
    """What is opened after a fault of the program before the window stood, or after the data was found damaged while it
    did: a backup put back, or what is readable. None when the clerk gave up. The fault is in the log.
    """
    folder = data or paths.office_folder()
    text = "".join(traceback.format_exception(error))
    import_module("ui.crash").write(folder / "log" / "faults.txt", text)
    said = "程序打开时出了错，数据没有动。可以应急打开看内容、导出工作簿，也可以从备份恢复；出错位置已记在本机。"
    spoilt = error if isinstance(error, Problem) and error.code in MENDED_BY_BACKUP else None
    answer = mended(folder, spoilt or Problem("E_START", said))
    if answer == LOOK:
        return partial(_readable, folder, today)
    return partial(office, folder, today, None, False, lambda: None) if answer == MENDED else None


def _readable(folder: Path, today: dt.date | None) -> Office | None:
    """What can be read of it, for reading only; the office that is opened by itself stays the one it was."""
    try:
        return import_module("ui.emergency").opened(folder, today)
    except Problem as problem:
        QMessageBox.warning(None, "打不开", problem.text)
        return None


def _is_there(folder: Path) -> bool:
    """An office, or what is left of one."""
    return (folder / offices.DATABASE).is_file() or any((folder / "backups").glob("*.zip"))


def _held(opened: Office) -> Office:
    opened.hold()
    upkeep.bring_up(opened)
    before_deeds.watch(opened)
    paths.remember_office(opened.folder)
    return opened

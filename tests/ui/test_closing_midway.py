"""The window is closed while a list is read or taken in: nothing half-done, no process left, a backup all the same."""

from __future__ import annotations

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.keeping import before_deeds, import_rests, snapshots
from app.ledger import entries, ledgers
from app.proof import replay
from app.samples import sample
from tests.ui.import_pages import deeds, desk, forward, page, rows_of, take
from ui.leaving import Leaving
from ui.main_window import MainWindow
from ui.screens.import_screen import CONFIRM, ImportScreen

__all__ = ["desk", "page"]


def closed(page: ImportScreen) -> None:
    """Alt+F4."""
    window = page.window()
    assert isinstance(window, MainWindow)
    window.may_close = Leaving(page.desk).ready
    assert window.close() and not window.isVisible()
    QApplication.processEvents()
    assert not page.desk.busy


@pytest.fixture
def begun(qtbot: QtBot, page: ImportScreen) -> ImportScreen:
    """One row is there already, so that there is something to back up."""
    before_deeds.watch(page.desk.office)
    entries.add(page.desk.office, ledgers.all(page.desk.office)[0].id, {"name": "先有的"}, not_secret="声明人甲")
    return page


def test_closed_while_the_list_is_read(begun: ImportScreen) -> None:
    before, children = deeds(begun.desk), psutil.Process().children()
    begun.take(sample.LIST)
    assert begun.desk.busy
    closed(begun)
    assert deeds(begun.desk) == before and rows_of(begun.desk) == 1
    assert [child for child in psutil.Process().children() if child not in children] == []
    assert len(snapshots.made(begun.desk.office.folder / "backups")) == 1, "what was done before is backed up"


@pytest.mark.parametrize("late", [False, True])
def test_closed_while_the_rows_are_taken_in(qtbot: QtBot, begun: ImportScreen, late: bool) -> None:
    """At once, and when the backup ahead of it is counted: none of them is there, no rest waits, and the journal agrees."""
    take(qtbot, begun, sample.LIST)
    while begun._step != CONFIRM:
        forward(qtbot, begun)
    qtbot.keyClicks(begun.confirm.person, "shengmingren")
    before = deeds(begun.desk)
    counted: list[int] = []
    begun.desk.started.connect(lambda job: job.told.connect(lambda done, _total: counted.append(done)))
    assert begun.primary.isEnabled(), begun.primary.text()
    begun.primary.click()
    if late:
        qtbot.waitUntil(lambda: bool(counted), timeout=20_000)
    closed(begun)
    office = begun.desk.office
    assert rows_of(begun.desk) in ((1, 466) if late else (1,)), "all or nothing"
    assert deeds(begun.desk) == before or rows_of(begun.desk) == 466
    assert import_rests.every(office.folder) == [] and replay.verify(office) == []
    last = snapshots.newest(office.folder)
    assert last is not None and last.about is not None and last.about.told.ledgers[0][1] == rows_of(begun.desk)

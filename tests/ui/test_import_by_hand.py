"""导入 by clicks alone, counted; and a window that is killed or closed at any step leaves the database as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app import office as offices
from app.proof import replay
from app.storage.paths import ROOT
from tests.journeys.clerk import content, leavings
from tests.ui.conftest import TODAY, stored_office
from tests.ui.import_pages import ROWS, desk, page, rows_of, workbook
from tests.ui.pages import quiet
from ui import choosing
from ui.screens.import_screen import CONFIRM, MEND, ImportScreen

__all__ = ["desk", "page"]
KNOWN, NEW = 4, 8
"""Clicks aimed at (desk.md, 导入 Excel)."""


class Clicks:
    """Presses by the mouse alone, on what is there to be pressed, and counts."""

    def __init__(self, qtbot: QtBot, page: ImportScreen) -> None:
        self._qtbot, self._page, self.count = qtbot, page, 0

    def on(self, made: QAbstractButton) -> None:
        assert made.isVisible() and made.isEnabled(), made.text()
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)
        quiet(self._qtbot, self._page.desk)
        self.count += 1


def brought_in(clicks: Clicks, page: ImportScreen) -> int:
    """From choosing the file to 入账; how many clicks it took. The name of who declares is typed."""
    before = clicks.count
    clicks.on(page.pick.choose)
    while page._step < MEND:
        clicks.on(page.primary)
    if not page.primary.isEnabled():
        clicks.on(page.early)
    while page._step < CONFIRM:
        clicks.on(page.primary)
    assert page.window().focusWidget() is page.confirm.person, "the name can be typed at once"
    page.confirm.person.set_text("声明人甲")
    page.confirm.changed.emit()
    clicks.on(page.primary)
    assert page.confirm.ended()
    return clicks.count - before


def test_a_new_layout_takes_eight_clicks_and_a_known_one_four(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """desk.md: known 4, new 8; the dialog of the system, where the file is picked, is one click of them."""
    lists = [workbook(tmp_path / f"{at}.xlsx", [(f"{row[0]}{at}", *row[1:]) for row in ROWS]) for at in range(2)]
    monkeypatch.setattr(choosing, "open_file", lambda *_: lists.pop(0))
    clicks = Clicks(qtbot, page)
    new = brought_in(clicks, page) + 1
    page.reset()
    known = brought_in(clicks, page) + 1
    assert rows_of(page.desk) == 4
    assert new <= NEW and known <= KNOWN, (new, known)


KILLED = """
import os, shutil, signal, sys
import datetime as dt
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from sqlalchemy import Engine, event
from app import office as offices
from ui import application
from ui.desk import Desk
from ui.screens.import_screen import CONFIRM, ImportScreen
qt = application.make_application(["qidi"])
today, book, folder = dt.date.fromisoformat(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
page = ImportScreen(Desk(offices.open_folder(folder, today=today)))
page.show()
def settle():
    while page.desk.busy:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    shutil.copytree(folder, folder.with_name(f"step{page._step}"))
settle()
page.take(book)
settle()
while page._step < CONFIRM:
    (page.primary if page.primary.isEnabled() else page.early).click()
    settle()
event.listen(Engine, "commit", lambda link: os.kill(os.getpid(), signal.SIGKILL))
page.confirm.person.set_text("declared")
page.confirm.changed.emit()
page.primary.click()
settle()
"""
"""The wizard from step to step; what lies on the disk at each is what a kill would leave there. It dies while it commits."""


def test_a_kill_at_any_step_leaves_the_office_as_it_was(tmp_path: Path) -> None:
    """desk.md: kill at any step leaves nothing behind. A real process, which dies by SIGKILL before it has committed."""
    folder = stored_office(3).lay(tmp_path / "office")
    before = content(folder), leavings(folder)
    words = [sys.executable, "-c", KILLED, str(ROOT), TODAY.isoformat(), str(workbook(tmp_path / "来件.xlsx")), str(folder)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(words, capture_output=True, timeout=120, check=False, env=environment)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    for left in (*(tmp_path / f"step{step}" for step in range(CONFIRM + 1)), folder):
        assert (content(left), leavings(left)) == before, left.name
    again = offices.open_folder(folder, today=TODAY)
    assert replay.verify(again) == []
    again.close()

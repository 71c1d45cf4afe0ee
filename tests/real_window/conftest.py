"""The program's own QApplication, an office with forty projects, its window in front, and the clerk's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import office as offices
from app.office import Office
from tests.real_window.hand import Hand
from tests.ui.conftest import TODAY, fill, unasked
from tests.ui.pages import quiet
from ui import application
from ui.desk import Desk
from ui.main_window import MainWindow

WAIT_MS = 20_000
Until = Callable[[Callable[[], object]], None]
Opened = Callable[..., MainWindow]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """As the program makes it: scaling, faces, translation, look."""
    return application.make_application(["qidi"])


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Wait for a condition, as long as a busy machine may need."""
    return partial(qtbot.waitUntil, timeout=WAIT_MS)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    made = offices.create(
        tmp_path / "office",
        division="152529",
        name="示范局",
        roles=["sponsor"],
        clerk="经办人甲",
        today=TODAY,
    )
    yield made
    made.close()


@pytest.fixture
def office(empty_office: Office) -> Office:
    fill(empty_office)
    return empty_office


@pytest.fixture
def open_window(qtbot: QtBot, until: Until) -> Opened:
    """`open_window(office)`: the window as the program shows it, in front; then `page`, "" for the one it chose."""

    def opened(office: Office, page: str = "ledger") -> MainWindow:
        window = MainWindow(Desk(office))
        qtbot.addWidget(window, before_close_func=unasked)
        with qtbot.waitExposed(window):
            window.show()
        until(window.isActiveWindow)
        if page:
            window.show_page(page)
        quiet(qtbot, window.desk)
        return window

    return opened


@pytest.fixture
def window(open_window: Opened, office: Office) -> MainWindow:
    return open_window(office)


def reopened(office: Office) -> Office:
    """Close an office and open its folder again, as the next start of the program does."""
    office.close()
    return offices.open_folder(office.folder, today=TODAY)

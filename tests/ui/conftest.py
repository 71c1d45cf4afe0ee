"""An office with a filled ledger, a desk on it, and the window, all offscreen."""

from __future__ import annotations

import datetime as dt
import faulthandler
import gc
import os
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import office as offices
from app.ledger import entries, ledgers
from app.office import Office
from app.office import create as create_office
from tests.stored import Stored, keep
from tests.ui.books import ROWS, Book, seal
from ui import application
from ui.collecting import Collecting
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.tables.ledger_table import LedgerTable
from ui.widgets.screen import Screen

TODAY = dt.date(2022, 9, 20)
HARMLESS = ("propagateSizeHints", "does not support", "setGeometry: Unable")
NAMES = ("示范水库除险加固", "示范牧场危房改造", "示范教学楼加固维修", "示范物流园", "示范小区改造（二期）")
PLACES = ("示范甲镇", "示范乙镇", "示范丙苏木")
UNITS = ("旗水利局", "旗住建局", "旗教育局")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A Qt warning fails a test of the window."""
    for item in items:
        if "tests/ui" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*HARMLESS))


@pytest.fixture(autouse=True)
def own_home(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """What is kept outside of an office, and the documents of the clerk, in a place of the test's own.

    Made first and left last: what the test closed is deleted then, which no event loop does between tests.
    """
    home = tmp_path_factory.mktemp("home")
    for name in ("config", "documents"):
        (home / name).mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(home / "documents"))
    yield home
    for left in qapp.topLevelWidgets():
        if left.isVisible():  # a dialog nobody answered would keep the keys from the windows of later tests
            left.hide()
            left.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[call-overload]


@pytest.fixture(scope="session", autouse=True)
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    application.load_fonts()
    application.dress(qapp)
    Collecting(qapp)
    gc.freeze()
    yield qapp
    QGuiApplication.clipboard().clear()  # the object behind it cannot outlive the interpreter


@cache
def stored_office(rows: int) -> Stored:
    """A closed office; with `rows`, its 待批项目台账 too."""
    with TemporaryDirectory() as nest:
        made = create_office(
            Path(nest) / "office",
            division="152529",
            name="示范局",
            roles=["sponsor"],
            clerk="经办人甲",
            today=TODAY,
        )
        if rows:
            fill(made, rows)
        made.close()
        return keep(Path(nest) / "office")


def laid(folder: Path, rows: int) -> Iterator[Office]:
    opened = offices.open_folder(stored_office(rows).lay(folder), today=TODAY)
    yield opened
    opened.close()


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    yield from laid(tmp_path / "office", 0)


def fill(office: Office, rows: int = 40) -> str:
    """Open 待批项目台账 and put rows in it; returns its id."""
    ledger = str(ledgers.open_template(office, "pending-approval").subject)
    with office.write("样例") as work:
        line = ledgers.line_of(work.connection, ledger)
        made = []
        for at in range(rows):
            cells = {
                "name": f"{NAMES[at % 5]}{at + 1}",
                "invest": (at + 1) * 12_340_000,
                "resp_unit": UNITS[at % 3],
                "place": PLACES[at % 3],
                "build_state": "未开工" if at % 2 else "在建",
                "project_code": f"2204-152529-04-01-{100000 + at}",
                "due_date": f"2022-{9 + at % 4:02d}-{at % 28 + 1:02d}",
            }
            items = {
                "M03": {
                    "state": "在办",
                    "needed": "需办",
                    "level": "旗",
                    "d_submit": f"2022-09-{at % 19 + 1:02d}",
                }
            }
            made.append(entries.NewRow(cells, items if at % 2 else {}))
        entries.add_many(work, line, office, made, {"not_secret": "声明人甲"})
    return ledger


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    yield from laid(tmp_path / "office", 40)


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    made = Desk(office)
    yield made
    made.close()


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a started window hooks into the process is as before afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    faulthandler.enable(sys.__stderr__)


def unasked(window: MainWindow) -> None:
    """At the end of a test nobody is there to answer what to do with a draft."""
    for screen in window.findChildren(Screen):
        screen.may_leave = lambda: True  # type: ignore[method-assign]


def shown(qtbot: QtBot, desk: Desk, width: int = 1366, height: int = 728, page: str = "ledger") -> MainWindow:
    desk.state.setValue(
        "window/page", page
    )  # where the clerk left it, so that no other page need be made first
    window = MainWindow(desk)
    qtbot.addWidget(window, before_close_func=unasked)
    window.resize(width, height)
    with qtbot.waitExposed(window):
        window.show()
    window.show_page(page)
    for _ in range(3):  # a layout asks its parent's layout in turn
        QApplication.processEvents()
    return window


@pytest.fixture
def window(qtbot: QtBot, desk: Desk) -> MainWindow:
    return shown(qtbot, desk)


@pytest.fixture
def screen(window: MainWindow) -> LedgerScreen:
    found = window.screen()
    assert isinstance(found, LedgerScreen)
    return found


@pytest.fixture
def table(screen: LedgerScreen) -> LedgerTable:
    assert screen.bench is not None
    return screen.bench.table


def cell(table: LedgerTable, row: int, key: str) -> QModelIndex:
    return table.ledger_model.index(row, table.ledger_model.column_of(key))


def reopened(office: Office) -> Office:
    """A second look at the same folder, as the command line would have it."""
    return offices.open_folder(office.folder, readonly=True, today=TODAY)


@cache
def stored_book(sealed: bool) -> tuple[Stored, str]:
    """A folder with a closed office, whose ledger has `ROWS`, and that ledger's id."""
    with TemporaryDirectory() as nest:
        made = create_office(
            Path(nest) / "office",
            division="152529",
            name="示范局",
            roles=["sponsor"],
            clerk="经办人甲",
            today=TODAY,
        )
        ledger = str(ledgers.open_template(made, "pending-approval").subject)
        for name, (build, states) in ROWS.items():
            items = {f"M0{n}": {"state": states.get(f"M0{n}", "不需办")} for n in range(1, 9)}
            texts = {"name": name, "build_state": build, "resp_unit": "旗水利局", "invest": "1200"}
            entries.add(made, ledger, texts, not_secret="声明人甲", items=items)
        if sealed:
            seal(made, ledger, Path(nest))
        made.close()
        return keep(Path(nest)), ledger


def book_of(folder: Path, sealed: bool) -> Iterator[Book]:
    stored, ledger = stored_book(sealed)
    office = offices.open_folder(stored.lay(folder) / "office", today=TODAY)
    desk = Desk(office)
    yield Book(desk, ledger, folder)
    desk.close()
    office.close()


@pytest.fixture
def draft(tmp_path: Path) -> Iterator[Book]:
    yield from book_of(tmp_path, sealed=False)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """The same ledger, signed and sealed."""
    yield from book_of(tmp_path, sealed=True)

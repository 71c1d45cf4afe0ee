"""The column of pages: the page that is open is marked, a page that is passed through stands below its own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.conftest import shown
from tests.ui.pages import quiet
from ui import look
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.import_screen import ImportScreen

Key = Qt.Key
LIST = "项目名称,建设单位\n示范水库,示范局\n示范牧场,示范局\n"


def marked(window: MainWindow) -> list[str]:
    return [key for key in (*window.nav.keys(), "import") if window.nav.item(key).isChecked()]


def test_while_importing_the_import_is_marked(window: MainWindow) -> None:
    assert window.nav.item("import").isHidden() and marked(window) == ["ledger"]
    window.show_page("import")
    item, above = window.nav.item("import"), window.nav.item("ledger")
    assert item.isVisible() and marked(window) == ["import"]
    assert above.geometry().bottom() < item.geometry().top() < window.nav.item("sign").geometry().top()
    window.show_page("ledger")
    assert item.isHidden() and marked(window) == ["ledger"]


def test_an_import_under_way_can_be_gone_back_to(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "清单.csv").write_text(LIST, "utf-8-sig")
    window = shown(qtbot, desk, page="import")
    screen = window.screen()
    assert isinstance(screen, ImportScreen)
    screen.take(tmp_path / "清单.csv")
    quiet(qtbot, desk)
    assert screen.under_way()
    window.show_page("today")
    item = window.nav.item("import")
    assert item.isVisible() and not item.isChecked()
    qtbot.mouseClick(item, Qt.MouseButton.LeftButton)
    assert window.screen() is screen and marked(window) == ["import"]
    screen.reset()
    window.show_page("today")
    assert item.isHidden()


def test_the_arrows_walk_the_pages_that_are_seen(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.nav.item("ledger").setFocus()
    qtbot.keyClick(window.nav.item("ledger"), Key.Key_Down)
    assert QApplication.focusWidget() is window.nav.item("rounds")
    window.show_page("import")
    window.nav.item("ledger").setFocus()
    qtbot.keyClick(window.nav.item("ledger"), Key.Key_Down)
    assert QApplication.focusWidget() is window.nav.item("import")


def test_a_second_press_on_the_page_that_is_open_keeps_its_mark(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(2):
        qtbot.mouseClick(window.nav.item("today"), Qt.MouseButton.LeftButton)
        assert marked(window) == ["today"]


def test_a_page_more_moves_the_pages_closer_and_keeps_the_heads_of_their_groups(window: MainWindow) -> None:
    heads = [each for each in window.nav.findChildren(QLabel) if each.property("role") == "nav-group"]

    def seen(high: int) -> tuple[int, bool]:
        window.resize(1366, high)
        QApplication.processEvents()
        item = window.nav.item("settings")
        assert item.geometry().bottom() <= window.nav.height()
        return item.height(), all(head.isVisible() for head in heads)

    window.show_page("import")
    full = look.sizes().nav_item
    rungs = list(dict.fromkeys(seen(high) for high in range(728, 460, -12)))
    assert rungs == [(full, True), (full - look.NAV_LOWER, True), (full - look.NAV_LOWER, False)]
    assert seen(728) == (full, True)


def test_nothing_is_laid_out_before_the_window_has_its_size(qtbot: QtBot, desk: Desk) -> None:
    """Dressed for a height that nobody sees, every page would be dressed a second time while the window comes up."""
    window = MainWindow(desk)
    qtbot.addWidget(window)
    items = list(map(window.nav.item, window.nav.keys()))
    assert not any(item.property("low") for item in items)
    window.resize(1366, 440)
    with qtbot.waitExposed(window):
        window.show()
    assert all(item.property("low") == "true" for item in items)

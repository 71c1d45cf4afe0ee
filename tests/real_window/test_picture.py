"""What stands on the screen: the window inside it, its parts painted, a printed page in the preview."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.real_window.conftest import Until
from tests.real_window.eye import ground, ink, seen
from tests.real_window.hand import Hand
from tests.real_window.test_ledger import bench_of
from ui import look
from ui.main_window import MainWindow
from ui.screens.signoff_screen import SignoffScreen


def test_the_eye_tells_blank_from_written(qtbot: QtBot, until: Until) -> None:
    paper = QLabel()
    paper.setStyleSheet("background: white; color: black")
    paper.resize(300, 200)
    qtbot.addWidget(paper)
    with qtbot.waitExposed(paper):
        paper.show()
    until(lambda: ground(seen(paper)) == 1.0 and ink(seen(paper)) == 0)
    paper.setText("示范水库除险加固工程\n" * 8)
    until(lambda: ink(seen(paper)) > 0.02)


def test_every_part_of_the_window_is_painted_on_the_screen(window: MainWindow, until: Until) -> None:
    bench = bench_of(window)
    parts = {
        "nav": window.nav, "top": window.top, "grid": bench.table.viewport(), "frozen": bench.table.pane.viewport(),
        "head": bench.table.horizontalHeader(), "form": bench.panel, "status": window.status,
    }  # fmt: skip
    for name, part in parts.items():
        until(lambda part=part: ink(seen(part)) > 0.002)
        assert ground(seen(part)) < 0.99, name


def test_the_window_stands_inside_the_screen(window: MainWindow, until: Until) -> None:
    room = QGuiApplication.primaryScreen().availableGeometry()
    until(lambda: window.frameGeometry().top() >= 0)
    assert room.contains(window.frameGeometry()), f"{window.frameGeometry()} not in {room}"
    assert bench_of(window).table.viewport().height() // look.sizes().row >= 17, "rows seen at once"


def test_the_preview_shows_the_printed_page(window: MainWindow, hand: Hand, until: Until) -> None:
    hand.press("Ctrl+P")
    until(lambda: window.key() == "sign" and not window.desk.busy)
    page = window.screen()
    assert isinstance(page, SignoffScreen) and not page.view.isVisible()
    page.gaps.text.setPlainText("所缺材料正在补齐")
    hand.click(page.printing.deed)
    until(page.view.isVisible)
    until(lambda: not window.desk.busy and page.view.page() == 1)
    assert page.view.where.text() == f"第 1 页 共 {page.view.pages()} 页"
    until(lambda: ink(seen(page.view.sheet.viewport())) > 0.005)
    first = seen(page.view.sheet.viewport())
    page.view.sheet.setFocus()
    hand.press("PgDown")
    until(lambda: page.view.page() == 2)
    until(lambda: seen(page.view.sheet.viewport()) != first)

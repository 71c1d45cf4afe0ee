"""Room in the window: whole numbers, sentences in sight, a size that fits the screen of today."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import shown, unasked
from tests.ui.pages import quiet
from ui import look
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.exchanging.write_card import PHASES
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.sending_screen import SendingScreen
from ui.screens.settings_screen import SettingsScreen
from ui.tables.fitting import Wide, fitted
from ui.widgets.buttons import button


def edges(window: MainWindow, key: str) -> tuple[int, int, int]:
    """Left and right edge of a column, and of the view, without scrolling."""
    page = window.screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    table = page.bench.table
    table.horizontalScrollBar().setValue(0)
    column = table.ledger_model.column_of(key)
    left = table.columnViewportPosition(column)
    return left, left + table.columnWidth(column), table.viewport().width()


@pytest.mark.parametrize("width", [1280, 1366, 1440, 1920])
@pytest.mark.parametrize("form", [False, True])
def test_the_total_investment_is_not_cut(qtbot: QtBot, desk: Desk, width: int, form: bool) -> None:
    """desk.md: 1366×768. Beside the form it is whole, or it begins beyond the edge."""
    window = shown(qtbot, desk, width)
    page = window.screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    page.bench.open_panel() if form else page.bench.close_panel()
    qtbot.waitUntil(lambda: page.bench is not None and page.bench.panel_shown() == form)
    if form and not page.bench.docked():
        return  # it lies over the grid

    def whole() -> bool:
        left, right, view = edges(window, "invest")
        return right <= view or left >= view

    qtbot.waitUntil(whole)
    if width == 1366:
        assert edges(window, "invest")[1] <= edges(window, "invest")[2]


def test_a_width_the_clerk_set_stays(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, 1366)
    page = window.screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    page.bench.open_panel()
    table = page.bench.table
    name = table.ledger_model.column_of("name")
    table.setColumnWidth(name, 201)
    window.resize(1372, 728)
    qtbot.waitUntil(lambda: edges(window, "invest")[2] > 700)
    assert table.columnWidth(name) == 201
    assert table.kept.width("place") == 0 and table.kept.width("name") == 201  # what was fitted is not the clerk's wish


def test_fitting_takes_from_the_words_only_as_much_as_is_wanted() -> None:
    columns = [Wide(80, False, False), Wide(200, False, True), Wide(100, False, True), Wide(100, True, True)]
    assert fitted(columns, 480) == [80, 200, 100, 100]
    narrowed = fitted(columns, 440)
    assert sum(narrowed) == 440 and narrowed[0] == 80 and narrowed[3] == 100
    assert fitted(columns, 390) == [80, 200, 100, 100], "too little room: nothing gives way for nothing"
    assert fitted(columns, 300) == [80, 200, 100, 100], "words may be cut"


def test_a_sentence_of_one_page_does_not_lie_over_the_next(window: MainWindow, desk: Desk) -> None:
    desk.said.emit("导出好了")
    window.show_page("settings")
    assert not window.toast.isVisible()
    taken: list[int] = []
    desk.offered.emit("已清空 12 格", "撤销", lambda: taken.append(1))
    window.show_page("ledger")
    assert not window.toast.isVisible(), "撤销 of one page is not pressed on another"
    desk.offered.emit("已清空 12 格", "撤销", lambda: taken.append(1))
    window.toast._deed.click()
    assert taken == [1]
    desk.said.emit("导入了 40 行")
    window.show_page("settings", {})  # a page that a deed opens takes the sentence with it
    assert window.toast.isVisible()


def test_a_sentence_lies_neither_over_the_rows_nor_over_the_first_hour(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    """A grid full to the foot leaves it the middle of the status bar; with the first hour there, other rows than the
    clerk's."""
    window.resize(1366, 728)
    window.show_page("ledger")
    page = window.screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    table, whole = page.bench.table, window.centralWidget()

    def place(made: QWidget) -> QRect:
        return QRect(made.mapTo(whole, QPoint(0, 0)), made.size())

    qtbot.waitUntil(lambda: place(table.viewport()).bottom() > window.height() - 120)
    desk.said.emit("已清空 12 格")
    toast = window.toast
    assert not place(toast).intersects(place(table.viewport()))
    assert not any(place(toast).intersects(place(made)) for made in (window.status.counts, window.status.backup))
    window.tour.begin()
    window.show_page("ledger")
    table.setFocus()
    QApplication.processEvents()
    lowest = table.rowAt(table.viewport().height() - 8)
    table.setCurrentIndex(table.model().index(lowest, 2))
    desk.said.emit("已清空 12 格")
    row = place(table.viewport())
    row.setTop(row.top() + table.rowViewportPosition(lowest))
    assert window.tour.isVisible() and not place(toast).intersects(place(window.tour))
    assert row.height() < 60 and not place(toast).intersects(row)


def test_a_sentence_moves_away_from_buttons_that_come_later(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    desk.said.emit("已保存")
    toast = window.toast
    place = QRect(toast.pos(), toast.size())
    late = button_at(toast.parentWidget(), place)
    qtbot.waitUntil(lambda: not QRect(toast.pos(), toast.size()).intersects(late.geometry()))


def button_at(parent: object, place: QRect) -> QAbstractButton:
    made = button("后来的", parent=parent)  # type: ignore[arg-type]
    made.setGeometry(place)
    made.lower()
    made.show()
    return made


def test_the_size_of_another_scale_is_not_taken_over(qtbot: QtBot, desk: Desk) -> None:
    """At 150 % a window of 911×485 is the whole screen; at 100 % it is a scrap."""
    first = shown(qtbot, desk, 860, 485)
    first.close()
    again = MainWindow(desk)
    qtbot.addWidget(again, before_close_func=unasked)
    assert again.height() == 485, "the same screen: the same size"
    desk.state.setValue("window/room", "911x512@1.5")
    later = MainWindow(desk)
    qtbot.addWidget(later, before_close_func=unasked)
    room = QApplication.primaryScreen().availableSize() - QSize(*look.FRAME)
    assert later.height() == min(728, room.height())


def test_what_came_of_writing_is_in_sight_on_a_low_screen(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    window = shown(qtbot, desk, 911, 485, "send")
    page = window.screen()
    assert isinstance(page, SendingScreen)
    quiet(qtbot, desk)
    page._on_stick = True
    page._sent_off(_Told(tmp_path / "a.qidi"))  # type: ignore[arg-type]
    assert page.write.result.text() == "可以拔盘了"

    def seen() -> bool:
        return page.write.result.visibleRegion().boundingRect().height() == page.write.result.height()

    qtbot.waitUntil(seen)
    page.refresh()
    quiet(qtbot, desk)
    window.show_page("settings")
    window.show_page("send")
    quiet(qtbot, desk)
    assert page.write.result.isVisible() and page.write.result.text() == "可以拔盘了"


class _Told:
    def __init__(self, file: Path) -> None:
        self.facts = {"file": str(file)}


def test_the_words_are_those_of_an_office(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, page="settings")
    page = window.screen()
    assert isinstance(page, SettingsScreen)
    said = "".join(PHASES) + "".join(each.text() for each in page.findChildren(QLabel))
    assert not [word for word in ("组包", "落盘", "定稿", "重放", "点数") if word in said]

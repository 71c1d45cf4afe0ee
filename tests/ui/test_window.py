"""The window as a whole: pages, keys, regions, and what holds on every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.listing import lists
from app.office import Office
from tests.ui.conftest import shown
from tests.ui.pages import quiet
from ui import look
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens import places
from ui.screens.ledger_screen import LedgerScreen

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
PAGES = [place.key for place in places()]
SIZES = [(1366, 728), (1920, 1040), (911, 485)]


def seen(window: QWidget) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window):
            yield widget


def inside_scroll(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def unfit(window: QWidget) -> Iterator[str]:
    """Buttons whose words are cut, and what sticks out of its parent."""
    for widget in seen(window):
        if isinstance(widget, QPushButton):
            icon = widget.iconSize().width() + 4 if not widget.icon().isNull() else 0
            need = QFontMetrics(widget.font()).horizontalAdvance(widget.text().replace("&", "")) + icon
            if need > widget.width() - 4:
                yield f"“{widget.text()}” {need} > {widget.width()}"
        parent = widget.parentWidget()
        if parent is None or widget.isWindow() or inside_scroll(widget) or isinstance(widget, QScrollBar):
            continue
        room = QRect(QPoint(0, 0), parent.size())
        if not (room.contains(widget.geometry()) or widget.width() == 0 or widget.height() == 0):
            name = f"{widget.metaObject().className()} {widget.accessibleName()}"
            yield f"{name} {widget.geometry()} not in {room}"


def nameless(window: QWidget) -> list[str]:
    """What takes the focus and has no name to be read out."""
    return [
        f"{widget.metaObject().className()} in {widget.parentWidget().metaObject().className()}"
        for widget in seen(window)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollArea)
        and not widget.objectName().startswith("qt_")
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton | QCheckBox) and widget.text()))
    ]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_on_no_page_a_button_is_cut_or_anything_lies_outside_or_lacks_its_name(
    qtbot: QtBot, desk: Desk, width: int, height: int
) -> None:
    window = shown(qtbot, desk, width, height, PAGES[0])
    found = []
    for page in PAGES:
        window.show_page(page)
        for _ in range(3):
            QApplication.processEvents()
        assert (window.width(), window.height()) == (width, height), f"{page} asks for more room than there is"
        found += [f"{page}: {said}" for said in (*unfit(window), *nameless(window))]
    assert found == []


def turned(qtbot: QtBot, window: MainWindow) -> Iterator[str]:
    """One page after another, once it has read what it shows and the keyboard is the window's."""
    for page in PAGES:
        window.show_page(page)
        quiet(qtbot, window.desk)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        yield page


def test_f6_walks_all_regions_of_each_page_and_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    for page in turned(qtbot, window):
        window.nav.focus_widget().setFocus()
        stops = []
        for _ in range(len(window.regions())):
            qtbot.keyClick(QApplication.focusWidget() or window, Key.Key_F6)
            stops.append(QApplication.focusWidget())
        assert stops[-1] is window.nav.focus_widget(), page
        assert window.top.search in stops, page
        assert len({id(stop) for stop in stops}) == len(stops), page


def test_each_page_can_be_walked_by_tab_alone(qtbot: QtBot, window: MainWindow) -> None:
    """Tab leaves everything but a table; a table is left by F6."""
    for page in turned(qtbot, window):
        window.nav.item(window.nav.keys()[0]).setFocus()
        met: list[QWidget] = []
        for _ in range(200):
            here = QApplication.focusWidget()
            if here is None or met.count(here) > 1:
                break
            met.append(here)
            key = Key.Key_F6 if isinstance(here, QAbstractItemView) else Key.Key_Tab
            qtbot.keyClick(here, key)
        wanted = [*map(window.nav.item, window.nav.keys()), *window.regions()]
        assert not [part for part in wanted if part not in met], page


def test_ctrl_and_a_number_turns_the_page(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Key.Key_1, Ctrl)
    assert window.key() == "today"
    qtbot.keyClick(window, Key.Key_2, Ctrl)
    assert window.key() == "ledger"


def test_ctrl_k_finds_by_name_code_and_pinyin(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("today")
    for text, rows in (("教学楼", 8), ("100003", 1), ("sfwly", 8)):
        qtbot.keyClick(window, Key.Key_K, Ctrl)
        assert QApplication.focusWidget() is window.top.search
        window.top.search.selectAll()
        window.top.search.setText(text)
        qtbot.keyClick(window.top.search, Key.Key_Return)
        screen = window.screen()
        assert isinstance(screen, LedgerScreen) and screen.bench is not None
        assert screen.bench.table.ledger_model.rowCount() == rows, text
        assert QApplication.focusWidget() is screen.bench.table


def test_the_record_panel_docks_from_1300_and_lies_over_the_grid_below(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    bench = window.screen().bench  # type: ignore[attr-defined]
    assert bench.panel.isVisible() and bench.panel.width() == look.PANEL
    assert bench.table.geometry().right() < bench.panel.geometry().left()
    assert window.nav.width() == look.NAV
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: not bench.panel.isVisible())
    assert window.nav.width() == look.NAV_NARROW
    qtbot.keyClick(bench.table, Key.Key_F4)
    assert bench.panel.isVisible()
    assert bench.table.geometry().intersects(bench.panel.geometry())


def test_below_1300_the_form_does_not_cover_the_grid_unasked(qtbot: QtBot, desk: Desk) -> None:
    bench = shown(qtbot, desk, 1093, 614).screen().bench  # type: ignore[attr-defined]
    assert not bench.panel.isVisible()


def test_17_rows_are_seen_at_1366_by_768(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, 1366, 728)
    table = window.screen().bench.table  # type: ignore[attr-defined]
    assert table.viewport().height() // look.sizes().row >= 17


def test_chips_narrow_the_list_and_the_status_bar_says_so(qtbot: QtBot, window: MainWindow, screen: LedgerScreen) -> None:
    chip = screen.chips.chip("red")
    assert chip.text().startswith("逾期 ")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert screen.bench is not None
    rows = screen.bench.table.ledger_model.rowCount()
    assert chip.text() == f"逾期 {rows}"
    assert window.status.counts.text() == f"共 40 条 · 已筛 {rows} 条"


def test_a_row_stays_after_an_edit_until_f5(qtbot: QtBot, desk: Desk, window: MainWindow, screen: LedgerScreen) -> None:
    assert screen.bench is not None
    table = screen.bench.table
    table._filter("place", ("示范甲镇",))
    rows, entry = table.ledger_model.rowCount(), table.ledger_model.id_at(0)
    desk.do(entries.amend, entry, {"place": "别处"})
    qtbot.waitUntil(screen.strip.isVisible)
    assert table.ledger_model.rowCount() == rows
    assert "1 行已不符合筛选" in screen.strip.words.text()
    qtbot.keyClick(window, Key.Key_F5)
    assert table.ledger_model.rowCount() == rows - 1
    assert not screen.strip.isVisible()


def test_an_office_without_a_ledger_offers_to_open_one(qtbot: QtBot, empty_office: Office) -> None:
    desk = Desk(empty_office)
    window = shown(qtbot, desk)
    screen = window.screen()
    assert isinstance(screen, LedgerScreen)
    opener = next(b for b in screen.none.findChildren(QPushButton) if "待批项目台账" in b.text())
    qtbot.mouseClick(opener, Qt.MouseButton.LeftButton)
    assert [line.template_id for line in ledgers.all(empty_office)] == ["pending-approval"]
    qtbot.waitUntil(lambda: screen.stack.currentWidget() is screen.blank)
    assert any("新增" in b.text() for b in screen.blank.findChildren(QPushButton))
    desk.close()


def test_window_and_page_come_back(qtbot: QtBot, desk: Desk) -> None:
    first = shown(qtbot, desk)
    first.show_page("today")
    first.close()
    again = MainWindow(Desk(desk.office))
    qtbot.addWidget(again)
    assert again.key() == "today"
    again.close()


def test_no_dead_key_of_an_input_method_is_taken(window: MainWindow) -> None:
    taken = {action.shortcut().toString() for part in (window, *seen(window)) for action in part.actions()}
    forbidden = {"Ctrl+Space", "Shift+Space", "Ctrl+.", "Ctrl+Shift+F"}
    assert not taken & forbidden
    assert not [keys for keys in taken if keys.startswith("Ctrl+Alt+")]


def test_the_form_tabs_are_not_cut(qtbot: QtBot, window: MainWindow) -> None:
    tabs = window.findChildren(QTabBar)
    assert tabs and all(tab.sizeHint().width() <= look.PANEL for tab in tabs)


def test_search_by_pinyin_agrees_with_the_list(office: Office) -> None:
    ledger = ledgers.all(office)[0].id
    assert len(lists.ids(office, ledger, lists.Query(text="sfwly"))) == 8

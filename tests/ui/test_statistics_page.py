"""统计: charts that are walked by keys, tables of the same numbers, the rows behind each bar, why a number changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import office as offices
from app.figures import figures, headway
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from tests.app.counting_world import World, world
from tests.stored import Stored, keep
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from tests.ui.test_today_print import text_of
from ui.desk import Desk
from ui.screens.statistics.views import BURN, HOLD, LATE, PROGRESS, STATES
from ui.screens.statistics_screen import StatisticsScreen

Key = Qt.Key


@cache
def stored_wells() -> tuple[Stored, str, dt.date]:
    """Five wells of two units, sealed on Monday; one is closed, one late, one dropped on the days after."""
    with TemporaryDirectory() as nest:
        made = world(Path(nest))
        rows = [
            made.add(f"{name}井", resp_unit=unit, place="甲镇", due_on=due)
            for name, unit, due in (
                ("甲", "水利局", "2022-08-23"), ("乙", "水利局", ""), ("丙", "林草局", ""), ("丁", "林草局", ""),
                ("戊", "", ""),
            )
        ]  # fmt: skip
        made.seal()
        made.go(1)
        made.close(rows[1], "W01", "W02", "W03")
        made.go(3)
        made.drop(rows[2])
        made.go(2)
        made.office.close()
        return keep(Path(nest) / "office"), made.ledger, made.day


@pytest.fixture
def wells(tmp_path: Path) -> Iterator[World]:
    stored, ledger, day = stored_wells()
    made = World(offices.open_folder(stored.lay(tmp_path / "office"), today=day), ledger, tmp_path)
    yield made
    made.office.close()


def page(qtbot: QtBot, office: Office, width: int = 1366, height: int = 728) -> StatisticsScreen:
    made = open_page(qtbot, Desk(office), StatisticsScreen, width, height)
    made.take_focus()
    return made


def view(qtbot: QtBot, page: StatisticsScreen, key: str) -> None:
    page.views.chip(key).click()
    quiet(qtbot, page.desk)


def table(page: StatisticsScreen) -> list[tuple[str, ...]]:
    rows = [page.pane.model.row(at) for at in range(page.pane.model.rowCount())]
    return [row.texts for row in rows if row]


def test_bars_are_walked_by_keys_told_and_lead_to_their_rows(qtbot: QtBot, wells: World) -> None:
    screen = page(qtbot, wells.office)
    bars, places = screen.pane.bars, []
    screen.wished.connect(lambda key, place: places.append((key, place)))
    assert bars.hasFocus() and bars.chart.title == "各单位进度（项目）"
    assert [(bar.name, bar.values) for bar in bars.chart.bars] == [
        ("水利局", (1, 0, 1)), ("林草局", (1, 1, 0)), ("（未填）", (0, 1, 0)),
    ]  # fmt: skip
    assert table(screen) == [
        ("水利局", "1", "0", "1", "2"), ("林草局", "1", "1", "0", "2"), ("（未填）", "0", "1", "0", "1"),
        ("合计", "2", "2", "1", "5"),
    ]  # fmt: skip
    total = figures.of(wells.office, wells.ledger).total
    assert "在账 3 个" in screen.sums.text() and total["open"] == 3
    qtbot.keyClick(bars, Key.Key_Down)
    assert bars.accessibleName() == "各单位进度（项目）：林草局：项目共 2，已出账 1，未逾期 1，逾期 0"
    assert screen.pane.said.text() in bars.accessibleName() and screen.pane.table.currentIndex().row() == 1
    qtbot.keyClick(bars, Key.Key_Home)
    for _ in range(3):
        qtbot.keyClick(bars, Key.Key_Right)
    assert bars.part == LATE and "逾期 1（共 2）" in screen.pane.said.text()
    qtbot.keyClick(bars, Key.Key_Return)
    at = bars.place(0).center().toPoint()
    qtbot.mouseClick(
        bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(6, bars._head() + at.y() % 2 + 10)
    )
    assert [key for key, _ in places] == ["ledger", "ledger"]
    for (_, place), wanted in zip(places, (1, 2), strict=True):
        found = lists.ids(wells.office, wells.ledger, Query(lights=place["lights"], where=place["where"]))
        assert len(found) == wanted
    screen.pane.table.setFocus()
    qtbot.keyClick(screen.pane.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "单位\t已出账\t未逾期\t逾期\t合计" and copied[1:] == [
        "\t".join(row) for row in table(screen)
    ]
    screen.desk.close()


def test_every_bar_of_every_kind_opens_the_rows_it_counts(qtbot: QtBot, wells: World) -> None:
    """Of rows exactly as many as the number says; of matters the rows that have such a matter."""
    screen = page(qtbot, wells.office)
    places: list[dict] = []  # type: ignore[type-arg]
    screen.wished.connect(lambda _key, place: places.append(place))
    for by in ("unit", "place", "division", "matter"):
        screen.options.by.setCurrentIndex(screen.options.by.findData(by))
        screen.options.by.activated.emit(screen.options.by.currentIndex())
        quiet(qtbot, screen.desk)
        assert screen.found is not None and screen.found.headway.by == by
        bars = screen.pane.bars
        for at, bar in enumerate(bars.chart.bars):
            for part, number in (*enumerate(bar.values), (-1, bar.total)):
                bars.part = part
                bars.choose(at)
                bars.opened.emit()
                place = places.pop()
                rows = lists.ids(
                    wells.office, wells.ledger, Query(lights=place["lights"], where=place["where"])
                )
                assert len(rows) == number if by != "matter" else len(rows) >= (number > 0), (by, bar, part)
    view(qtbot, screen, STATES)
    for at, bar in enumerate(screen.pane.bars.chart.bars):
        screen.pane.bars.choose(at)
        screen.rows.click()
        assert lists.ids(wells.office, wells.ledger, Query(where=places.pop()["where"])), bar
    view(qtbot, screen, HOLD)
    for whose in ("row", "item"):  # 卡在谁手里: every length of every holder (decision 4)
        screen.options.whose.chip(whose).click()
        quiet(qtbot, screen.desk)
        assert screen.options.on.isHidden() and screen.options.by.isHidden() and screen.pane.bars.chart.bars
        for at, bar in enumerate(screen.pane.bars.chart.bars):
            for part, number in (*enumerate(bar.values), (-1, bar.total)):
                screen.pane.bars.part = part
                screen.pane.bars.choose(at)
                screen.rows.click()
                rows = lists.ids(wells.office, wells.ledger, Query(where=places.pop()["where"]))
                assert len(rows) == number if whose == "row" else len(rows) >= (number > 0), (bar, part)
    screen.desk.close()


def test_the_line_goes_down_day_by_day_and_says_why(qtbot: QtBot, wells: World) -> None:
    screen = page(qtbot, wells.office)
    view(qtbot, screen, BURN)
    line = screen.pane.line
    line.setFocus()
    assert line.chart is not None and line.chart.values == (5, 4, 4, 4, 3, 3, 3) and line.chart.level == 5
    assert [row[1] for row in table(screen)[:7]] == ["5", "4", "4", "4", "3", "3", "3"]
    for day, value in zip(line.chart.days, line.chart.values, strict=True):
        assert figures.of(wells.office, wells.ledger, on=day).total["open"] == value
    qtbot.keyClick(line, Key.Key_Home)
    for _ in range(4):
        qtbot.keyClick(line, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert screen.pane.said.text() == "8月22日晚到8月26日晚：项目 5 → 3，少 2"
    qtbot.keyClick(line, Key.Key_Return)
    quiet(qtbot, screen.desk)
    told = screen.deeds.asked
    assert told is not None and told.sums[0].text() == "项目：期初 5 − 核减 1 − 移除 1 = 期末 3"
    assert told.model.rowCount() == len(told.found.moves) and told.found.since == "2022-08-23"
    assert not nameless(told) and not cut_buttons(told)
    with qtbot.waitSignal(screen.wished) as wish:
        qtbot.keyClick(told.table, Key.Key_Return)
    assert wish.args is not None and wish.args[1]["entry"]
    qtbot.keyClick(line, Key.Key_End)
    screen.why.click()
    quiet(qtbot, screen.desk)
    assert screen.deeds.asked is not told and screen.deeds.asked.nothing.isVisible()  # type: ignore[union-attr]
    screen.deeds.asked.reject()  # type: ignore[union-attr]
    screen.options.whose.chip("item").click()
    quiet(qtbot, screen.desk)
    assert (line.chart.who, line.chart.values[0]) == ("事项", 15)
    screen.desk.close()


def test_a_past_day_and_a_day_to_come(qtbot: QtBot, wells: World) -> None:
    screen = page(qtbot, wells.office)
    screen.options.on.setFocus()
    qtbot.keyClicks(screen.options.on, "2022-8-23")
    qtbot.keyClick(screen.options.on, Key.Key_Return)
    quiet(qtbot, screen.desk)
    assert screen.found is not None and screen.found.headway.on == "2022-08-23"
    past = headway.of(wells.office, wells.ledger, on=dt.date(2022, 8, 23))
    assert [bar.values for bar in screen.pane.bars.chart.bars] == [
        (one.closed, one.timely, one.late) for one in past.groups
    ]
    screen.options.on.set_text("2023-01-01")
    screen.options.on.editingFinished.emit()
    assert screen.strip.isVisible() and "还没有到" in screen.strip.words.text()
    screen.options.on.set_text("")
    screen.options.on.editingFinished.emit()
    quiet(qtbot, screen.desk)
    assert not screen.strip.isVisible() and screen.found.headway.on == wells.today
    screen.desk.close()


def test_print_and_workbook_say_what_the_screen_says(qtbot: QtBot, wells: World, tmp_path: Path) -> None:
    screen = page(qtbot, wells.office)
    for key in (PROGRESS, BURN, HOLD):
        view(qtbot, screen, key)
        screen.print_shown()
        quiet(qtbot, screen.desk)
        made = screen.deeds.printing.shown
        assert made is not None and made.view.pages() == 2  # the chart, then the table
        words = text_of(made._file)
        assert screen.pane.view is not None and screen.pane.view.title in words
        for row in table(screen):
            assert row[0] in words and row[1] in words
        made.reject()
    out = tmp_path / "统计表.xlsx"
    screen.deeds.write(screen._pages((PROGRESS, BURN, STATES, HOLD)), out)
    quiet(qtbot, screen.desk)
    book = load_workbook(out)
    assert len(book.worksheets) == 4
    cells = [[str(cell) for cell in row if cell is not None] for row in book.worksheets[0].values]
    assert ["水利局", "1", "0", "1", "2"] in cells
    view(qtbot, screen, PROGRESS)
    screen.pane.bars.setFocus()
    screen.tools[0].click()
    assert QGuiApplication.clipboard().image().width() == screen.pane.bars.viewport().width() * 2
    screen.desk.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 728), (911, 485)])
def test_everything_is_named_reached_and_read_whole(
    qtbot: QtBot, wells: World, width: int, height: int
) -> None:
    screen = page(qtbot, wells.office, width, height)
    for key in (PROGRESS, BURN, STATES, HOLD):
        view(qtbot, screen, key)
        assert not nameless(screen) and not cut_buttons(screen), key
        assert not unreachable([screen.which, screen.pane.plot, *screen.tools])
        assert screen.pane.plot.viewport().height() >= 90
    if width < 1000:
        screen.pane.plot.setFocus()
        screen.sides.choose("table")
        screen._arrange()
        assert screen.pane.table.hasFocus() and not screen.pane.left.isVisible()
        screen.sides.choose("chart")
        screen._arrange()
        assert screen.pane.plot.hasFocus() and not screen.pane.table.isVisible()
    else:
        assert screen.pane.table.isVisible() and screen.sides.isHidden()
    screen.desk.close()


def test_before_the_seal_and_without_rows_or_ledgers_the_page_says_what_to_do(
    qtbot: QtBot, empty_office: Office
) -> None:
    screen = page(qtbot, empty_office)
    assert screen.none.isVisible() and screen.none.title.text() == "还没有台账" and screen.regions()
    assert not screen.options.isVisible() and not screen.tools[0].isVisible()
    ledger = str(ledgers.open_template(empty_office, "pending-approval").subject)
    screen.go({"ledger": ledger})
    quiet(qtbot, screen.desk)
    assert "还没有项目" in screen.none.title.text()
    entries.add(empty_office, ledger, {"name": "示范水库", "resp_unit": "旗水利局"}, not_secret="声明人甲")
    screen.go({"ledger": ledger, "view": BURN})
    quiet(qtbot, screen.desk)
    assert screen.unsealed.isVisible() and "签批办结" in screen.unsealed.text.text()
    with qtbot.waitSignal(screen.wished) as wish:
        screen.regions()[-1].setFocus()
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Return)
    assert wish.args is not None and wish.args[0] == "sign"
    screen.desk.close()


def test_fifty_units_are_scrolled_to_by_keys_and_a_bar_opens_its_rows_in_the_window(
    qtbot: QtBot, empty_office: Office
) -> None:
    ledger = str(ledgers.open_template(empty_office, "pending-approval").subject)
    with empty_office.write("样例") as work:
        line = ledgers.line_of(work.connection, ledger)
        rows = [
            entries.NewRow({"name": f"示范{at}", "resp_unit": f"示范单位{at % 50:02d}"}, {})
            for at in range(120)
        ]
        entries.add_many(work, line, empty_office, rows, {"not_secret": "声明人甲"})
    desk = Desk(empty_office)
    window = shown(qtbot, desk, 911, 485, page="statistics")
    quiet(qtbot, desk)
    screen = window.screen()
    assert isinstance(screen, StatisticsScreen) and screen.pane.bars.count() == 50
    bars = screen.pane.bars
    bars.setFocus()
    qtbot.keyClick(bars, Key.Key_End)
    assert bars.viewport().rect().contains(bars.place(49).toRect().adjusted(0, 4, -2, -4))
    assert bars.picture().height() > 50 * 30 * 2
    name = bars.chart.bars[49].name
    qtbot.keyClick(bars, Key.Key_Return)
    quiet(qtbot, desk)
    assert window.key() == "ledger" and window.screen().bench.table.ledger_model.rowCount() == 2  # type: ignore[attr-defined]
    tags = [tag.text() for tag in window.screen().tags.findChildren(type(screen.why))]  # type: ignore[attr-defined]
    assert any(f"责任单位 = {name}" in text for text in tags)
    desk.close()

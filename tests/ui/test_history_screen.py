"""操作记录: all deeds, one ledger's, one project's; old and new of each cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.imports import drafting, intake
from app.ledger import entries, ledgers
from app.listing import history, lists
from app.listing.lists import Query
from app.people import clerks
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, shut, unreachable
from ui import look
from ui.desk import Desk
from ui.screens.history_screen import HistoryScreen


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> HistoryScreen:
    ledger = ledgers.all(desk.office)[0].id
    entry = lists.ids(desk.office, ledger, Query(text="示范水库除险加固1"))[0]
    entries.amend(desk.office, entry, {"place": "示范丁镇"}, {"M03": {"handler": "经办人丁"}})
    return open_page(qtbot, desk, HistoryScreen)


def test_the_newest_deed_is_first_and_told_with_old_and_new(page: HistoryScreen) -> None:
    first = page.model.row(0)
    assert first is not None and first.texts[3] == "修改" and "示范甲镇→示范丁镇" in first.texts[5]
    shown = [page.detail.row(at) for at in range(page.detail.rowCount())]
    assert shown[0] is not None and shown[0].texts == ("建设地点", "示范甲镇", "示范丁镇")
    assert shown[1] is not None and shown[1].texts[1:] == ("空", "经办人丁")


def test_one_project_is_found_by_its_initials(page: HistoryScreen) -> None:
    assert page.search("sfsk")
    assert page.found.isVisible()
    assert {d.name for d in page._deeds} == {page.found.currentData()[1]}
    assert page.model.rowCount() < len(history.lines(page.desk.office))
    page.search("")
    assert page.model.rowCount() == len(history.lines(page.desk.office))


def test_nothing_found_is_said_and_the_list_stays(page: HistoryScreen) -> None:
    said: list[str] = []
    page.desk.said.connect(said.append)
    before = page.model.rowCount()
    page.search("没有这个项目")
    assert said and page.model.rowCount() == before


def test_enter_opens_the_project(qtbot: QtBot, page: HistoryScreen) -> None:
    wishes: list[object] = []
    page.wished.connect(lambda key, place: wishes.append((key, place["entry"])))
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert wishes == [("ledger", page._deeds[0].subject)]


def test_what_one_person_did_and_who_did_what_today(qtbot: QtBot, page: HistoryScreen) -> None:
    """Every deed is under a name; a name borne before is the same person's."""
    office = page.desk.office
    clerks.add(office, "经办人乙")
    other = replace(office, clerk="经办人乙")
    entries.amend(other, page._deeds[0].subject, {"place": "示范戊镇"})
    clerks.amend(office, "经办人乙", to="经办人丁")
    page.refresh()
    page.person.choose("经办人丁")
    assert [(d.clerk, d.title) for d in page._deeds] == [("经办人乙", "修改")]
    page.person.sum.click()
    dialog = page.person.asked
    assert dialog is not None and nameless(dialog) == [] and cut_buttons(dialog) == []
    told = {row.texts[0]: row.texts[2:4] for row in map(dialog.model.row, range(dialog.model.rowCount())) if row}
    assert told["经办人丁"] == ("1", "修改 1") and "新增 40" in told["经办人甲"][1] and "人员 2" in told["经办人甲"][1]
    dialog.copy.click()
    assert "经办人丁：修改 1" in QApplication.clipboard().text()
    dialog.first.set_text("2022-09-21")
    dialog.read()
    assert "颠倒" in dialog._fault.text()
    dialog.table.choose(0)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert {d.clerk for d in page._deeds} == {"经办人甲"} and shut(dialog)


def test_only_one_ledger_can_be_shown(page: HistoryScreen) -> None:
    whole = page.model.rowCount()
    page.which.setCurrentIndex(1)
    page.which.activated.emit(1)
    assert 0 < page.model.rowCount() < whole, "建立单位 belongs to no ledger"


def test_older_pages_are_added_below(qtbot: QtBot, desk: Desk) -> None:
    ledger = ledgers.all(desk.office)[0].id
    entry = lists.ids(desk.office, ledger)[0]
    with desk.office.write("试") as work:  # the lines alone: two hundred deeds would take as many seconds as the rest
        for at in range(history.PAGE):
            work.line(ledger, "amend", entry, at + 2, {"cells": {"note": f"第{at}次"}})
    page = open_page(qtbot, desk, HistoryScreen)
    assert page.model.rowCount() == history.PAGE and page.more.isVisible()
    page.more.click()
    assert page.model.rowCount() > history.PAGE and not page.more.isVisible()


def test_the_page_can_be_walked_by_keys_and_read_aloud(page: HistoryScreen) -> None:
    assert nameless(page) == []
    assert cut_buttons(page) == []
    assert unreachable([page.which, page.finder, page.table, page.steps, page.go_button]) == []


def imported(desk: Desk, folder: Path, rows: int) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "项目名称", "总投资（万元）"])
    for at in range(1, rows + 1):
        sheet.append([at, f"另批第{at}号供水工程", at])
    book.save(folder / "来件.xlsx")
    line = ledgers.all(desk.office)[0]
    drafted = drafting.draft(folder / "来件.xlsx", line.loaded)
    intake.commit(desk.office, intake.plan(desk.office, line, drafted), not_secret="声明人甲")


def test_an_import_is_one_line_that_can_be_opened(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    """465 lines 新增 once buried what the clerks did themselves."""
    imported(desk, tmp_path, 30)
    page = open_page(qtbot, desk, HistoryScreen)
    first = page.model.row(0)
    assert first is not None and first.texts[3] == "导入" and "新增 30 行" in first.texts[5]
    assert not any(d.name.startswith("另批") for d in page._deeds)
    page.table.choose(0)
    assert page.go_button.text() == "看导入的每一行"
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.model.rowCount() == 30 and {d.title for d in page._deeds} == {"新增"}
    assert page.tags.isVisible()
    page.tags.cleared.emit()
    assert page._deeds[page.table.currentIndex().row()].verb == "import"
    hit = next(i for i in lists.ids(desk.office, ledgers.all(desk.office)[0].id, Query(text="另批第7号")))
    page.go({"entry": hit})
    assert [d.title for d in page._deeds] == ["新增"], "one project's history stays whole"
    page._whole()
    page.table.choose(next(at for at, d in enumerate(page._deeds) if d.verb == "import"))
    before = ledgers.all(desk.office)[0].rows
    assert page.back_button.text() == "撤回这次导入…"
    page.back_button.click()
    assert page.asked is not None
    page.asked.primary.click()
    quiet(qtbot, desk)
    assert history.lines(desk.office, size=1)[0].verb == "withdraw"
    assert ledgers.all(desk.office)[0].rows == before - 30


def test_on_a_small_screen_the_details_stand_below_and_the_list_is_whole(qtbot: QtBot, desk: Desk) -> None:
    page = open_page(qtbot, desk, HistoryScreen, 911, 485)
    assert page.card.y() > page.table.y()
    assert page.table.horizontalScrollBar().maximum() == 0 and page.table.columnWidth(5) >= 140
    assert page.table.viewport().height() >= 3 * look.sizes().row
    wide = open_page(qtbot, desk, HistoryScreen, 1366, 728)
    assert wide.card.x() > wide.table.x() and wide.card.width() == 390


def test_a_long_value_wraps(qtbot: QtBot, desk: Desk) -> None:
    entry = lists.ids(desk.office, ledgers.all(desk.office)[0].id)[0]
    entries.amend(desk.office, entry, {"note": "进展情况已经核对过，等待下一步。" * 8})
    page = open_page(qtbot, desk, HistoryScreen, 911, 485)
    assert page.steps.rowHeight(0) > 2 * look.sizes().row
    entries.amend(desk.office, entry, {"note": "短"})
    page.refresh()
    page.table.choose(0)
    assert page.steps.rowHeight(0) > look.sizes().row, "the old value is long"

"""导入 Excel shows what differs from the ledger, what was struck off, and cells that come in as 待核."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from pytestqt.qtbot import QtBot

from app.ledger import ledgers
from app.listing import counts, lists
from tests.ui.import_pages import desk, page
from tests.ui.pages import quiet
from ui.screens.import_screen import CONFIRM, MEND, ImportScreen

__all__ = ["desk", "page"]
HEADS = ("序号", "项目名称", "项目代码", "建设单位", "总投资（万元）", "环评")
ONE = "2204-152529-04-01-000001"


def take(qtbot: QtBot, page: ImportScreen, folder: Path, *rows: tuple[Any, ...]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADS, *((number, *row) for number, row in enumerate(rows, 1))):
        sheet.append(row)
    book.save(folder / "来件.xlsx")
    page.take(folder / "来件.xlsx")
    quiet(qtbot, page.desk)
    while page._step < MEND:
        forward(qtbot, page)


def forward(qtbot: QtBot, page: ImportScreen) -> None:
    assert page.primary.isEnabled(), page.primary.text()
    page.primary.click()
    quiet(qtbot, page.desk)


def enter(qtbot: QtBot, page: ImportScreen) -> None:
    page.confirm.person.set_text("声明人甲")
    page.confirm.changed.emit()
    forward(qtbot, page)


def test_what_differs_is_shown_before_it_goes_in(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    take(qtbot, page, tmp_path, ("道路项目", ONE, "甲局", 1, "已办"))
    forward(qtbot, page)
    assert not page.confirm.differing.isVisible()
    enter(qtbot, page)
    take(qtbot, page, tmp_path, ("道路项目", ONE, "甲局", 9, "未办"), ("供水项目", "", "乙局", 1, ""))
    forward(qtbot, page)
    assert page._step == CONFIRM
    told = page.confirm.differing.text()
    assert page.confirm.differing.isVisible() and "2 处与台账不同" in told
    assert "总投资：台账里“1.00”，来件“9.00”" in told and "环评：台账里“办结”，来件“未办”" in told
    page.confirm.replace.click()
    quiet(qtbot, page.desk)
    assert not page.confirm.differing.isVisible()


def test_a_cell_nobody_can_read_does_not_stop_the_row(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    """Decision 13: it comes in as 待核; the fault stays to be seen and mended."""
    take(qtbot, page, tmp_path, ("道路项目", ONE, "甲局", 1, "已取消"))
    assert page._step == MEND and page.primary.isEnabled() and "待核" in page.mend.card.what.text()
    assert [(s.wrong, s.unread) for s in page.mend.model.rows] == [(False, True)]
    forward(qtbot, page)
    assert "1 格看不出办理情况" in page.confirm.told.text()
    enter(qtbot, page)
    office = page.desk.office
    ledger = ledgers.all(office)[0].id
    assert lists.lines(office, lists.ids(office, ledger))[0].items["M03"].state == "待核"


def test_a_row_like_another_of_the_file_can_be_struck_off(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    """Decision 14: asked, not taken; decision 2: a double is 核查剔除."""
    take(qtbot, page, tmp_path, ("道路项目", "", "乙局", 1, "在办"), ("道路项目", "", "乙局", 2, "在办"))
    assert page.reading is not None and page.reading.plan.counts["added"] == 2
    assert page.mend.card.same.isVisible() and "第 2 行" in page.mend.card.what.text()
    page.mend.card.same.click()
    quiet(qtbot, page.desk)
    forward(qtbot, page)
    enter(qtbot, page)
    office = page.desk.office
    projects = counts.count(office, ledgers.all(office)[0].id)["projects"]
    assert (projects["listed"], projects["base"], projects["excluded"]) == (2, 1, 1)

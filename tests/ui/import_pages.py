"""Hands on 导入 Excel: a workbook as it comes, and each of its five steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from pytestqt.qtbot import QtBot

from app.ledger import ledgers
from app.listing import history, lists
from app.office import Office
from tests.ui.pages import open_page, quiet
from ui.desk import Desk
from ui.screens.import_screen import MEND, ImportScreen

HEADS = ("序号", "项目名称", "立项类型", "立项日期", "总投资", "建设地点", "建设状态", "上级补助", "环评", "能评")
ROWS: list[tuple[Any, ...]] = [
    ("示范水库除险加固", "备案", "2022.8.5", "4136.95元", "示范甲镇", "在建", 12, "√", "×"),
    ("示范冷链物流园", "审核", "2022-8-6", "八百万来块", "示范乙镇", "在建", None, "√", "/"),
    ("示范中学教学楼加固", "审核", "2022.13.5", 3480.5, "示范丙苏木", "未开工", None, "×", None),
    ("示范镇污水处理", "备案", "2022.8.5", 100, "示范甲镇", "建成", None, "×", "√"),
]


def workbook(path: Path, rows: list[tuple[Any, ...]] = ROWS) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2022年重点项目（住建局报）"])
    sheet.append(["单位：万元"])
    sheet.append(list(HEADS))
    for number, row in enumerate(rows, 1):
        sheet.append([number, *row])
    sheet.append(["合计", None, None, None, 7000])
    book.save(path)
    return path


@pytest.fixture
def desk(empty_office: Office) -> Iterator[Desk]:
    ledgers.open_template(empty_office, "pending-approval")
    made = Desk(empty_office)
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> ImportScreen:
    return open_page(qtbot, desk, ImportScreen)


@pytest.fixture
def mending(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> ImportScreen:
    """The wizard at 查错改错 with two kinds of faults."""
    take(qtbot, page, workbook(tmp_path / "来件.xlsx"))
    forward(qtbot, page)
    forward(qtbot, page)
    assert page._step == MEND
    return page


def take(qtbot: QtBot, page: ImportScreen, file: Path) -> None:
    page.take(file)
    quiet(qtbot, page.desk)


def forward(qtbot: QtBot, page: ImportScreen) -> None:
    assert page.primary.isEnabled(), page.primary.text()
    page.primary.click()
    quiet(qtbot, page.desk)


def rows_of(desk: Desk) -> int:
    return len(lists.ids(desk.office, ledgers.all(desk.office)[0].id))


def deeds(desk: Desk) -> int:
    return len(history.lines(desk.office))

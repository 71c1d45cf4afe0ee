"""对列: the wheel scrolls and never chooses; a choice by hand is named, counted and judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.samples import sample
from tests.ui.import_pages import desk
from tests.ui.pages import open_page, quiet
from ui.desk import Desk
from ui.screens.import_screen import COLUMNS, ImportScreen

__all__ = ["desk"]
DOC = "锡发改投字〔2022〕%d号"


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> ImportScreen:
    """At 对列 with the league's list."""
    page = open_page(qtbot, desk, ImportScreen, 911, 472)
    to_columns(qtbot, page, sample.LIST)
    return page


def to_columns(qtbot: QtBot, page: ImportScreen, file: Path) -> None:
    page.take(file)
    quiet(qtbot, page.desk)
    page.show_step(COLUMNS)
    for _ in range(3):
        QApplication.processEvents()


def turn(over: QWidget, notches: int) -> None:
    """Turn the wheel over a widget: what it does not take goes to the one round it, as from a real mouse."""
    at: QWidget | None = over
    while at is not None:
        event = QWheelEvent(
            QPointF(at.rect().center()), QPointF(at.mapToGlobal(at.rect().center())), QPoint(), QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(at, event)
        at = None if event.isAccepted() else at.parentWidget()


def put(qtbot: QtBot, page: ImportScreen, index: int, target: str) -> None:
    combo = page.columns.combos[index]
    combo.setCurrentIndex(combo.findData(target))
    combo.activated.emit(combo.currentIndex())
    quiet(qtbot, page.desk)


def words(page: ImportScreen) -> list[str]:
    return [made.text() for made in page.columns._inner.findChildren(QLabel)]


def index_of(page: ImportScreen, head: str) -> int:
    assert page.reading is not None
    return next(c.index for c in page.reading.draft.columns if c.head.endswith(head))


@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_over_a_drop_down_scrolls_the_list_and_chooses_nothing(
    qtbot: QtBot, page: ImportScreen, focused: bool
) -> None:
    """A wheel meant for the list once put a column silently on another field."""
    assert page.trial is not None
    bar = page.columns._list.verticalScrollBar()
    assert bar.maximum() > 0, "the list is longer than the window"
    combo = next(iter(page.columns.combos.values()))
    line = combo.lineEdit()
    assert line is not None
    if focused:
        combo.setFocus()
    before = combo.currentText()
    for over in (combo, line):
        turn(over, -1)
        quiet(qtbot, page.desk)
    assert page.trial.mapping == {} and combo.currentText() == before
    assert bar.value() > 0, "the list has scrolled instead"


def test_the_wheel_on_the_head_page_changes_neither_sheet_nor_row(qtbot: QtBot, page: ImportScreen) -> None:
    page.show_step(1)
    page.heads.row.setFocus()
    before = page.heads.row.value(), page.heads.sheet.currentIndex()
    turn(page.heads.row, -1)
    turn(page.heads.sheet, -1)
    assert (page.heads.row.value(), page.heads.sheet.currentIndex()) == before


def test_a_choice_by_hand_is_named_and_the_line_above_is_counted_anew(
    qtbot: QtBot, page: ImportScreen
) -> None:
    assert page.reading is not None
    told = page.columns.told.text()
    taken = int(told.removeprefix("对上 ").partition(" ")[0])
    index = index_of(page, "项目名称")
    put(qtbot, page, index, "")
    told = page.columns.told.text()
    assert f"对上 {taken - 1} 列" in told and "1 列不导入" in told
    assert "缺项目名称，没有就不能入账" in told and page.columns.told.property("tone") == "red"
    assert "手工定为不导入" in words(page)
    put(qtbot, page, index, "name")
    assert any(w.startswith("手工指定") for w in words(page))
    assert "缺项目名称" not in page.columns.told.text()


def test_a_choice_the_head_speaks_against_warns(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    """立项文号 put on 剔除说明: everything fits a text, the head does not."""
    page = open_page(qtbot, desk, ImportScreen)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "项目名称", "立项文号", "总投资（万元）"])
    for at in range(1, 5):
        sheet.append([at, f"示范项目{at}", DOC % at, 100])
    book.save(tmp_path / "来件.xlsx")
    to_columns(qtbot, page, tmp_path / "来件.xlsx")
    assert page.columns.told.property("tone") == "green"
    put(qtbot, page, 2, "exclude_reason")
    assert any("手工指定；表头像是“" in w and w.endswith("请核对") for w in words(page)), words(page)
    assert (
        "1 列手工指定的请核对" in page.columns.told.text() and page.columns.told.property("tone") == "amber"
    )
    put(qtbot, page, 2, "invest")
    assert any("4 格里有 4 格读不成“总投资”" in w for w in words(page)), words(page)


def test_a_choice_far_down_leaves_the_list_where_it_is(qtbot: QtBot, page: ImportScreen) -> None:
    bar = page.columns._list.verticalScrollBar()
    bar.setValue(bar.maximum())
    before = bar.value()
    put(qtbot, page, max(page.columns.combos), "note")
    assert bar.value() >= before - 40

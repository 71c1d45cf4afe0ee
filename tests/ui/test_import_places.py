"""导入 Excel at 150 %: every part stands whole, the buttons keep their places, and nothing is given up unasked."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.import_pages import desk
from tests.ui.pages import cut_buttons, open_page, quiet, visible
from ui.desk import Desk
from ui.screens.import_screen import COLUMNS, CONFIRM, HEAD, MEND, PICK, ImportScreen

__all__ = ["desk"]
SMALL = (911, 485)
CODE = "2204-152529-04-01-%06d"
HEADS = ("序号", "项目名称", "项目代码", "立项类型", "总投资（万元）", "建设地点", "环评")


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> ImportScreen:
    return open_page(qtbot, desk, ImportScreen, *SMALL)


def take(qtbot: QtBot, page: ImportScreen, folder: Path, invest: int, odd: str = "") -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADS)
    for at in range(1, 13 + bool(odd)):
        sheet.append(
            [
                at,
                f"示范镇第{at}号供水工程",
                CODE % at,
                "备案",
                odd if odd and at < 5 else invest + at,
                f"第{at}镇",
                "办结",
            ]
        )
    book.save(folder / f"{invest}.xlsx")
    page.take(folder / f"{invest}.xlsx")
    quiet(qtbot, page.desk)


def second(qtbot: QtBot, page: ImportScreen, folder: Path) -> None:
    """The same projects once more, with other figures and some faults."""
    take(qtbot, page, folder, 100)
    page.show_step(CONFIRM)
    page.confirm.person.set_text("声明人甲")
    page.confirm.changed.emit()
    page.primary.click()
    quiet(qtbot, page.desk)
    assert page.confirm.ended()
    take(qtbot, page, folder, 900, "-5")


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def overlapping(page: QWidget) -> list[str]:
    """Parts of a column that stand on one another, or are lower than their words need."""
    layout = page.layout()
    assert layout is not None
    parts = [
        w for at in range(layout.count()) if (w := layout.itemAt(at).widget()) is not None and w.isVisible()
    ]  # type: ignore[union-attr]
    found = [f"{a} on {b}" for a, b in pairwise(parts) if a.geometry().intersects(b.geometry())]
    low = (w for w in parts if w.height() < max(w.minimumSizeHint().height(), w.heightForWidth(w.width())))
    return found + [f"{w} is too low" for w in low]


def test_the_last_step_of_a_second_import_scrolls_and_stands_whole(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    """At 150 % its parts once lay on one another, without a scroll bar."""
    second(qtbot, page, tmp_path)
    page.show_step(CONFIRM)
    settle()
    assert page.confirm.differing.isVisibleTo(page)
    frame = page.confirm.stack.currentWidget()
    assert isinstance(frame, QScrollArea) and frame.verticalScrollBar().maximum() > 0
    assert overlapping(frame.widget()) == []
    person = page.confirm.person.mapTo(frame.viewport(), QPoint(0, 0))
    assert 0 <= person.y() < frame.viewport().height() - page.confirm.person.height()


def test_mending_shows_three_rows_and_every_chip_whole_on_a_small_screen(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    second(qtbot, page, tmp_path)
    page.show_step(MEND)
    settle()
    table = page.mend.table
    rows = table.viewport().height() // table.rowHeight(0)
    assert rows >= 3, rows
    for chip in page.mend.chips.findChildren(QPushButton):
        assert chip.visibleRegion().boundingRect().width() == chip.width(), chip.text()
    assert cut_buttons(page) == []


@pytest.mark.parametrize("step", [HEAD, COLUMNS, MEND, CONFIRM])
def test_nothing_is_cut_at_the_side_on_a_small_screen(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path, step: int
) -> None:
    second(qtbot, page, tmp_path)
    page.show_step(step)
    settle()
    edge = page.width()
    out = [
        w
        for w in visible(page)
        if isinstance(w, QPushButton) and w.mapTo(page, QPoint(w.width(), 0)).x() > edge
    ]
    assert [w.text() for w in out] == []
    for bar in (page.columns._list.horizontalScrollBar(),):
        assert bar.maximum() == 0


def test_the_buttons_stand_in_the_same_place_at_every_step(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    second(qtbot, page, tmp_path)
    seen: dict[str, set[int]] = {"cancel": set(), "back": set(), "end": set()}
    for step in (HEAD, COLUMNS, MEND, CONFIRM):
        page.show_step(step)
        settle()
        seen["cancel"].add(page.cancel.x())
        seen["end"].add(page.primary.geometry().right())
        if page.foot.back.isVisible():
            seen["back"].add(page.foot.back.x())
        if step == MEND:
            assert page.early.isVisible()
    assert {key: len(places) for key, places in seen.items()} == {"cancel": 1, "back": 1, "end": 1}, seen


def test_giving_up_asks_once_rows_were_read(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    take(qtbot, page, tmp_path, 100)
    page.cancel.click()
    assert page.reading is not None and page.giving_up.isVisible()
    page.giving_up.stay.click()
    assert page.reading is not None and page._step == HEAD
    page.cancel.click()
    qtbot.keyClick(page.giving_up, Qt.Key.Key_Escape)
    assert page.reading is not None
    page.cancel.click()
    page.giving_up.leave.click()
    assert page.reading is None and page._step == PICK

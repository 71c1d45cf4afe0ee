"""今日要办: what is counted and in which days is said, and a place that has nothing to show is not shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import clock_words
from app.ledger import ledgers
from app.office import Office
from app.office import create as create_office
from app.today import statistics
from tests.ui.conftest import TODAY
from tests.ui.pages import cut_buttons, nameless, open_page
from ui.desk import Desk
from ui.screens.today_screen import TodayScreen


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> TodayScreen:
    return open_page(qtbot, desk, TodayScreen)


def test_late_days_are_said_to_be_working_days(page: TodayScreen) -> None:
    """旗方案 四(二)3 counts 工作日; 逾 8 天 alone reads as calendar days."""
    heads = [page.model.headerData(at, Qt.Orientation.Horizontal) for at in range(page.model.columnCount())]
    assert "时限（工作日）" in heads
    assert "个工作日" in page.late.note.text()


def test_matters_and_projects_are_told_apart(page: TodayScreen) -> None:
    """The ledger counts projects, this list matters: both numbers are named."""
    now = statistics.today_list(page.desk.office)
    projects = len({t.entry_id for t in now.todos if t.light == "red"})
    assert page.late.note.text().startswith(f"{projects:,} 个项目 · 最久")
    assert "按事项数" in page.counted_by.text()


def test_a_deadline_is_told_as_something_to_do(page: TodayScreen) -> None:
    whole = [t.what for t in statistics.today_list(page.desk.office).todos if not t.item]
    assert whole and set(whole) == {"办结全部事项（完成时限）"}


def test_a_deadline_past_is_said_once(office: Office) -> None:
    line = ledgers.all(office)[0]
    said = "".join(clock_words.deadline(line.loaded, "2022-09-09", office.calendar(), dt.date(2022, 9, 20)))
    assert said.count("已过") == 1 and said.endswith("，完成时限已过。"), said


def test_an_office_without_a_ledger_of_its_own_shows_no_empty_progress(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made = create_office(
        tmp_path / "league", division="152500", name="示范盟发改委", roles=["superior"],
        clerk="经办人乙", today=TODAY,
    )  # fmt: skip
    desk = Desk(made)
    page = open_page(qtbot, desk, TodayScreen)
    assert not page.places.isVisible()
    assert nameless(page) == [] and cut_buttons(page) == []
    desk.close()
    made.close()

"""A clock set back: a yellow strip on 今日要办, and the deed's sentence says it (desk, 今日要办)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app import office as offices
from app.change import Change
from app.ledger import entries, ledgers
from app.listing import lists
from app.office import Office
from tests.ui.conftest import TODAY, shown
from ui.desk import Desk
from ui.screens.today_screen import TodayScreen


@pytest.fixture
def back(office: Office) -> Iterator[Desk]:
    office.close()
    opened = offices.open_folder(office.folder, today=TODAY - dt.timedelta(days=3))
    made = Desk(opened)
    yield made
    made.close()
    opened.close()


def test_the_strip_says_it(qtbot: QtBot, back: Desk) -> None:
    screen = shown(qtbot, back, page="today").screen()
    assert isinstance(screen, TodayScreen)
    assert screen.strip.isVisible() and screen.strip.property("tone") == "amber"
    assert screen.strip.words.text() == offices.clock_warning(back.office)


def test_no_strip_on_a_good_day(qtbot: QtBot, desk: Desk) -> None:
    screen = shown(qtbot, desk, page="today").screen()
    assert isinstance(screen, TodayScreen) and not screen.strip.isVisible()


def test_a_deed_is_told_with_it(back: Desk) -> None:
    told: list[Change] = []
    back.changed.connect(told.append)
    entry = lists.ids(back.office, ledgers.all(back.office)[0].id)[0]
    back.do(entries.amend, entry, {"note": "已核对"})
    assert offices.clock_warning(back.office) in told[0].said

"""Counts read off the screen thread: the newest question alone is answered, and the desk is not busy meanwhile."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.listing import lists
from app.listing.lists import Query
from tests.ui.conftest import shown
from ui.desk import Desk
from ui.screens import chip_counts
from ui.screens.ledger_screen import LedgerScreen
from ui.tables.sums import Sums


def test_only_the_newest_question_is_answered(qtbot: QtBot, desk: Desk) -> None:
    going, answers = threading.Event(), list[str]()

    def slow(text: str) -> str:
        going.wait(10)
        return text

    for text in ("一", "二", "三"):
        desk.lookups.ask("counts", answers.append, slow, text)
    desk.lookups.ask("other", answers.append, str, 4)
    desk.lookups.ask("forgotten", answers.append, str, 5)
    desk.lookups.forget("forgotten")
    assert not desk.busy
    going.set()
    qtbot.waitUntil(lambda: answers == ["三", "4"])


class ChipRow(QObject):
    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self.told = told

    def show_chips(self, found: object) -> None:
        self.told.append(self.objectName())


def test_the_chips_of_a_long_ledger_are_counted_beside(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chip_counts, "LONG", 0)
    screen = shown(qtbot, desk).screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    qtbot.waitUntil(lambda: screen.chips.first() is not None)
    assert screen.chips.chip("all").text() == "全部 40"
    screen.bench.table._filter("place", ("示范甲镇",))
    qtbot.waitUntil(lambda: screen.chips.chip("all").text() == "全部 14")
    told: list[str] = []
    gone, late = Sums(screen.bench.table), ChipRow(told)
    chip_counts.ask(desk, screen.bench.line.id, screen.bench.line.loaded, Query(), 1, late.show_chips)
    delete(late)
    delete(gone)
    gone._say("选中 2 格", {})  # the page was left before the answer came
    after: list[str] = []
    desk.lookups.ask("after", after.append, str, 1)
    qtbot.waitUntil(lambda: after == ["1"])
    assert told == []
    line = screen.bench.table.ledger_model.line_at(0)
    assert line is not None
    whole = lists.lines(desk.office, [line.id])[0]
    assert dict(line.items) == dict(whole.items) and len(whole.items) == len(line.items), "read when they are asked for"
    assert lists.fitting(desk.office, line.ledger_id, Query(where=(("place", ("示范乙镇",)),)), [line.id]) == []

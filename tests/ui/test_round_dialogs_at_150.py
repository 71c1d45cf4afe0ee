"""The dialogs and pages of check rounds on the smallest screen: whole, inside it, every button readable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app import rounds
from sync import returns
from tests.sync.rounds_world import WATER, Play, play
from tests.ui.pages import cut_buttons, nameless, open_page, quiet
from ui import look
from ui.desk import Desk
from ui.screens.exchanging.arriving import Seen
from ui.screens.exchanging.vouch_dialog import VouchDialog
from ui.screens.inbox_screen import InboxScreen
from ui.screens.rounds.answer_dialog import AnswerDialog
from ui.screens.rounds.begin_dialog import BeginDialog
from ui.screens.rounds.close_dialog import CloseDialog
from ui.screens.rounds.push_dialog import PushDialog
from ui.screens.rounds.return_dialog import ReturnDialog
from ui.screens.rounds_screen import RoundsScreen

WIDE, HIGH = 911, 512  # 1366×768 at 150 %


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Play]:
    made = play(tmp_path)
    made.taken()
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, world: Play) -> Iterator[RoundsScreen]:
    desk = Desk(world.sponsor)
    yield open_page(qtbot, desk, RoundsScreen, WIDE, 485)
    desk.close()


def begin(page: RoundsScreen, world: Play) -> QDialog:
    line = page.line()
    assert line is not None
    return BeginDialog(page.desk, line, page)


def push(page: RoundsScreen, world: Play) -> QDialog:
    assert page.now is not None
    return PushDialog(page.desk, page.now, "", page)


def close(page: RoundsScreen, world: Play) -> QDialog:
    assert page.now is not None
    return CloseDialog(page.desk, page.now, page)


def answer(page: RoundsScreen, world: Play) -> QDialog:
    now = rounds.board(world.sponsor, world.ledger)
    assert now is not None
    return AnswerDialog(world.part(WATER), returns.answer(world.sponsor, world.ledger, now.id, WATER), page)


def give_back(page: RoundsScreen, world: Play) -> QDialog:
    line = world.check()
    return ReturnDialog(line, returns.mine(world.water, line.id), page)


def vouch(page: RoundsScreen, world: Play) -> QDialog:
    return VouchDialog(
        [Seen(Path(f"某某单位交回的核查表第{n}份.xlsx"), "生态环境分局") for n in range(9)], page
    )


@pytest.mark.parametrize("make", [begin, push, close, answer, give_back, vouch])
def test_a_dialog_is_whole_on_the_smallest_screen(
    qtbot: QtBot, page: RoundsScreen, world: Play, make: Callable[[RoundsScreen, Play], QDialog]
) -> None:
    dialog = make(page, world)
    with qtbot.waitExposed(dialog):
        dialog.show()
    room = HIGH - look.FRAME[1]
    assert dialog.width() <= WIDE and dialog.minimumSizeHint().height() <= room
    dialog.resize(dialog.width(), room)
    QApplication.processEvents()
    assert not cut_buttons(dialog) and not nameless(dialog)


@pytest.mark.parametrize("made", [RoundsScreen, InboxScreen])
def test_a_page_is_whole_on_the_smallest_screen(qtbot: QtBot, world: Play, made: type) -> None:
    mirror = world.back()
    desk = Desk(world.sponsor)
    shown = open_page(qtbot, desk, made, WIDE, 485)
    if isinstance(shown, InboxScreen):
        shown.go({"mirror": mirror})
        quiet(qtbot, desk)
        assert shown.clash.isVisible() and shown.clash.merge.isVisible()
    assert not cut_buttons(shown) and not nameless(shown) and shown.window().width() == WIDE
    desk.close()

"""今日要办: who has not returned, what came in and waits, and the numbers beside the pages (desk.md, decision 30)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.rounds import rounds
from sync import exchange
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless, quiet
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.inbox_screen import InboxScreen
from ui.screens.rounds_screen import RoundsScreen
from ui.screens.today_screen import TodayScreen

LATE_DAY = 31  # of August; the round was due on the 25th


world = played()


@pytest.fixture
def window(qtbot: QtBot, world: Play) -> MainWindow:
    world.taken()
    world.push(FOREST)
    late = replace(world.sponsor, fixed_today=world.sponsor.today().replace(day=LATE_DAY))
    made = shown(qtbot, Desk(late), page="today")
    quiet(qtbot, made.desk)
    return made


def test_who_is_late_opens_on_the_board_and_the_place_is_kept(
    qtbot: QtBot, window: MainWindow, world: Play
) -> None:
    page = window.screen()
    assert isinstance(page, TodayScreen) and page.awaited.isVisible()
    assert page.awaited.title.text() == "还没回传的部门 2"
    rows = [page.awaited.model.row(at) for at in range(2)]
    assert {row.texts[1] for row in rows if row} == {WATER, FOREST}
    assert rows[0] and rows[0].texts[3:] == ("9 天", "2022-08-25 前") and rows[0].tones[4] == "red"
    window._count()
    badge = window.nav.item("rounds")
    assert badge.accessibleName() == "部门核对，2 项" and badge._badge.property("tone") == "red"
    assert nameless(page) == [] and cut_buttons(page) == []
    table = page.awaited.table
    table.setFocus()
    table.choose(1)
    who = page.awaited.model.row(1).texts[1]  # type: ignore[union-attr]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    board = window.screen()
    assert isinstance(board, RoundsScreen) and board.part() is not None
    assert board.part().dept == who and board.table.hasFocus()  # type: ignore[union-attr]
    qtbot.keyClick(board.table, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert table.hasFocus() and table.currentIndex().row() == 1, "back where the clerk went away"
    rounds.close(world.sponsor, world.ledger, reason="期限已到")
    page.refresh()
    assert not page.awaited.isVisible() and page.awaited.table not in page.regions()


def test_a_return_that_waits_is_opened_where_it_is_merged(
    qtbot: QtBot, window: MainWindow, world: Play
) -> None:
    world.says("项目1", "M04", verified="已核")
    world.back()
    page = window.screen()
    assert isinstance(page, TodayScreen)
    page.refresh()
    assert page.awaited.title.text() == "还没回传的部门 1　收下还没合并的 1"
    keys = [page.awaited.model.row(at).key.partition("/")[0] for at in range(2)]  # type: ignore[union-attr]
    page.awaited.table.opened.emit(keys.index("merge"))
    quiet(qtbot, window.desk)
    inbox = window.screen()
    assert isinstance(inbox, InboxScreen) and inbox.clash.isVisible()


def test_a_department_is_told_what_has_no_receipt(qtbot: QtBot, world: Play) -> None:
    line = world.taken()
    exchange.send(world.water, line.id, world.sponsor.id, world.usb)
    window = shown(qtbot, Desk(world.water), 911, 485, page="today")
    page = window.screen()
    assert isinstance(page, TodayScreen)
    assert page.awaited.title.text().startswith("发出去还没有回执的 1") and page.awaited.isVisible()
    assert page.side.isHidden() and "近期节点" in page.awaited.title.text(), "what the side has no room for is told below"
    row = page.awaited.model.row(0)
    assert row is not None and row.texts[1] == world.sponsor.name and row.texts[3] == "今天"
    assert nameless(page) == [] and cut_buttons(page) == []
    page.awaited.table.opened.emit(0)
    board = window.screen()
    assert isinstance(board, RoundsScreen) and board.own.sent.isVisible()
    assert "还没有收到对方的回执" in board.own.answered.text() and not board.own.reasons.isVisible()
    assert nameless(board) == [] and cut_buttons(board) == []


def test_with_nothing_received_who_is_late_is_named(window: MainWindow) -> None:
    """desk.md: the empty state of 收件合并 names the overdue offices."""
    window.show_page("inbox")
    page = window.screen()
    assert isinstance(page, InboxScreen) and page.none.isVisible()
    assert "还没有收件" in page.none.text() and "已过期限还没交回的 2 个" in page.none.text()
    assert f"{WATER}（等了 9 天）" in page.none.text()

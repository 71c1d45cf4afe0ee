"""The dialogs and pages of check rounds on the smallest screen: whole, inside it, every button readable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.exports.slip_pdf import Fault, SlipSheet
from app.ledger import entries
from app.rounds import rounds
from sync import exchange
from sync.letters.slip_sheets import Given
from sync.merges import returns
from sync.merges.returns import Objection
from tests.sync.rounds_world import WATER, Play, played
from tests.ui.pages import cut_buttons, nameless, open_page, quiet
from ui import look
from ui.desk import Desk
from ui.screens.exchanging.arriving import Seen
from ui.screens.exchanging.slip_dialog import SlipDialog
from ui.screens.exchanging.vouch_dialog import VouchDialog
from ui.screens.inbox_screen import InboxScreen
from ui.screens.rounds.answer_dialog import AnswerDialog
from ui.screens.rounds.begin_dialog import BeginDialog
from ui.screens.rounds.close_dialog import CloseDialog
from ui.screens.rounds.push_dialog import PushDialog
from ui.screens.rounds.remind_dialog import RemindDialog
from ui.screens.rounds.reply_dialog import ReplyDialog
from ui.screens.rounds.return_dialog import ReturnDialog
from ui.screens.rounds_screen import RoundsScreen

WIDE, HIGH = 911, 512  # 1366×768 at 150 %


world = played(then=Play.taken)


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
    """With as much to mind as there can be: what is blank, what the sponsor changed too, objections without a word."""
    world.says(
        "项目1", "M04", note="材料还差水资源论证报告书，申请单位说下周报来", handler="张三", contest="重复"
    )
    amended = {"M04": {"note": "电话里更正：论证报告书已经报来，等专家评审", "handler": "李四"}}
    entries.amend(world.sponsor, world.rows["项目1"], {}, amended)
    exchange.receive(world.water, world.push(WATER)[WATER])
    line = world.check()
    dialog = ReturnDialog(line, returns.mine(world.water, line.id), page)
    assert (
        "2 处对方后来也改了" in dialog.crossed.text()
        and "对方写“李四”、本单位填“张三”" in dialog.crossed.text()
    )
    return dialog


def vouch(page: RoundsScreen, world: Play) -> QDialog:
    return VouchDialog(
        [Seen(Path(f"某某单位交回的核查表第{n}份.xlsx"), "生态环境分局") for n in range(9)], page
    )


def remind(page: RoundsScreen, world: Play) -> QDialog:
    assert page.now is not None
    return RemindDialog(page.now, page.desk.office.today(), (), page)


def reply(page: RoundsScreen, world: Play) -> QDialog:
    one = Objection(
        world.rows["项目1"],
        "某某灌区续建配套与节水改造项目（二期）",
        "M04",
        "取水",
        "非本部门",
        "取水口在上游旗县",
    )
    return ReplyDialog(page.desk, world.ledger, one, (WATER,), page)


def slip(page: RoundsScreen, world: Play) -> QDialog:
    why = "签字以后改过项目代码，请走“更正单”；附件里少 2 个扫描件，请连同附件再报一次"
    faults = [Fault((f"项目{n}",), why) for n in range(30)]
    sheet = SlipSheet("甲单位", "乙单位", "待批项目台账", "2022年8月22日", True, faults, "2022年8月22日")
    return SlipDialog(
        page.desk, Given(sheet, world.folder / "outbox" / "退回单_2022-08-22_0123456789ab.qidi-slip"), page
    )


@pytest.mark.parametrize("make", [begin, push, close, answer, give_back, vouch, remind, reply, slip])
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

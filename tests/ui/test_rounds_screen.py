"""部门核对: the board, pushing in four presses, what a department gave back, and its own side (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.office import create as create_office
from app.rounds import rounds
from sync.merges import merges
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.ui.conftest import TODAY
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui.desk import Desk
from ui.screens.checked_ledger_screen import CheckedLedgerScreen
from ui.screens.rounds.answer_dialog import AnswerDialog
from ui.screens.rounds.begin_dialog import BeginDialog
from ui.screens.rounds.close_dialog import CloseDialog
from ui.screens.rounds.push_dialog import PushDialog
from ui.screens.rounds.return_dialog import ReturnDialog
from ui.screens.rounds_screen import RoundsScreen

world = played()


@pytest.fixture
def page(qtbot: QtBot, world: Play) -> Iterator[RoundsScreen]:
    desk = Desk(world.sponsor)
    yield open_page(qtbot, desk, RoundsScreen)
    desk.close()


@pytest.fixture
def water(qtbot: QtBot, world: Play) -> Iterator[RoundsScreen]:
    world.taken()
    desk = Desk(world.water)
    yield open_page(qtbot, desk, RoundsScreen)
    desk.close()


def texts(page: RoundsScreen, dept: str) -> tuple[str, ...]:
    row = page.model.row(page.model.find(dept))
    assert row is not None
    return row.texts


def started(page: RoundsScreen, world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    page.refresh()


def test_nothing_was_sent_yet(page: RoundsScreen) -> None:
    assert page.none.isVisible() and page.none.title.text() == "还没有发出的"
    assert page.begin.isVisible() and not page.push.isVisible() and not page.close_round.isVisible()


def test_an_office_without_a_ledger_is_told_what_the_page_is_for(qtbot: QtBot, tmp_path: Path) -> None:
    office = create_office(
        tmp_path / "blank", division="152529", name="示范局", roles=["handler"], clerk="经办人甲", today=TODAY
    )
    desk = Desk(office)
    page = open_page(qtbot, desk, RoundsScreen)
    assert page.none.isVisible() and "收件合并" in page.none.text.text() and not page.begin.isVisible()
    desk.close()
    office.close()


def test_a_round_is_opened_with_its_day(page: RoundsScreen) -> None:
    page.begin.click()
    assert isinstance(page.asked, BeginDialog)
    page.asked.due.setText("2022.8.25")
    page.asked.primary.click()
    assert page.asked.result() == QDialog.DialogCode.Accepted
    assert page.said.text().startswith("第 1 轮") and "2022-08-25 前回传（还有 3 天）" in page.said.text()
    assert texts(page, WATER) == (WATER, "未发", "正镶白旗水利局", "数据包", "3", "6", "", "", "", "", "")
    assert texts(page, FOREST)[1:4] == ("未发", FOREST, "核查表 Excel")


def test_a_day_that_is_none_is_said_in_the_dialog(page: RoundsScreen) -> None:
    page.begin.click()
    assert isinstance(page.asked, BeginDialog)
    page.asked.due.setText("八月底吧")
    page.asked.primary.click()
    assert page.asked.isVisible() and page.asked._fault.text() and page.now is None


def test_four_presses_push_to_all(qtbot: QtBot, page: RoundsScreen, world: Play) -> None:
    """desk.md: 推送…, 选文件夹 with its dialog, 推送."""
    started(page, world)
    page.push.click()
    asked = page.asked
    assert isinstance(asked, PushDialog) and asked.depts() and "还没选写到哪里" in asked.primary.text()
    world.usb.mkdir()
    asked.target.take(world.usb)
    asked.primary.click()
    quiet(qtbot, page.desk)
    assert len(list(world.usb.glob("*.qidi"))) == 1 and list(world.usb.glob("*林草局*.xlsx"))
    assert texts(page, WATER)[1] == "已发" and texts(page, WATER)[6:8] == ("2022-08-22", "今天发出")
    assert all(tick.isChecked() is False for tick in PushDialog(page.desk, page.now).ticks.values())  # type: ignore[arg-type]


def test_a_department_without_the_program_gets_a_workbook(
    qtbot: QtBot, page: RoundsScreen, world: Play
) -> None:
    started(page, world)
    page.push.click()
    asked = page.asked
    assert isinstance(asked, PushDialog)
    for dept, tick in asked.ticks.items():
        tick.setChecked(dept == WATER)
    asked.how[WATER].setCurrentIndex(0)
    world.usb.mkdir()
    asked.target.take(world.usb)
    asked.primary.click()
    quiet(qtbot, page.desk)
    assert [f.suffix for f in world.usb.iterdir()] == [".xlsx"] and texts(page, WATER)[3] == "核查表 Excel"


def test_a_row_opens_what_came_back_and_takes_it_back(qtbot: QtBot, page: RoundsScreen, world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", contest="重复", contest_reason="与项目2重复")
    world.says("项目2", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目2"], {}, {"M05": {"dept": "农牧局"}})
    merges.merge(world.sponsor, world.back())
    page.refresh()
    assert texts(page, WATER)[1] == "有异议" and texts(page, WATER)[9] == "1"
    page.open_part(page.model.find(WATER))
    asked = page.deeds.asked
    assert isinstance(asked, AnswerDialog)
    rows = [asked.model.row(i).texts for i in range(asked.model.rowCount())]  # type: ignore[union-attr]
    assert rows[0] == ("异议", "项目1", "取水", "重复：与项目2重复")
    assert rows[1][0] == "没有采用" and "现已不归该部门办理" in rows[1][3]
    with qtbot.waitSignal(page.wished) as wish:
        asked.see.click()
    assert wish.args is not None and wish.args[1]["entry"] == world.rows["项目1"]
    page.open_part(page.model.find(WATER))
    page.deeds.asked.undo.click()
    page.deeds.asked.primary.click()
    quiet(qtbot, page.desk)
    assert texts(page, WATER)[1] == "已发" and "contest" not in world.held("项目1").items["M04"]


def test_a_department_that_was_not_asked_yet_says_so(page: RoundsScreen, world: Play) -> None:
    started(page, world)
    page.open_part(page.model.find(WATER))
    assert isinstance(page.deeds.asked, AnswerDialog) and "还没有发出" in page.deeds.asked.said.text()
    assert not page.deeds.asked.table.isVisible() and not page.differ.isEnabled()


def test_differences_are_shown_where_they_are_decided(qtbot: QtBot, page: RoundsScreen, world: Play) -> None:
    world.taken()
    page.refresh()
    page.table.choose(page.model.find(WATER))
    page.differ.click()
    assert "还没有收到" in page.strip.words.text()
    mirror = world.back()
    with qtbot.waitSignal(page.wished) as wish:
        page.differ.click()
    assert wish.args == ["inbox", {"mirror": mirror}]


def test_the_round_ends_with_a_reason(page: RoundsScreen, world: Play) -> None:
    started(page, world)
    page.close_round.click()
    assert isinstance(page.asked, CloseDialog)
    page.asked.primary.click()
    assert page.asked.isVisible() and "请写明原因" in page.asked._fault.text()
    page.asked.reason.setText("期限已到")
    page.asked.primary.click()
    assert "已结束" in page.said.text() and page.begin.isVisible() and not page.push.isVisible()


def test_waiting_past_the_day_is_red(world: Play, qtbot: QtBot) -> None:
    rounds.begin(world.sponsor, world.ledger, due="2022-08-21")
    world.push(WATER)
    desk = Desk(world.sponsor)
    page = open_page(qtbot, desk, RoundsScreen)
    row = page.model.row(page.model.find(WATER))
    assert row is not None and row.tones[7] == "red" and "已过 1 天" in page.said.text()
    desk.close()


def test_a_department_is_told_whose_list_it_is_and_sends_it_back(
    qtbot: QtBot, water: RoundsScreen, world: Play
) -> None:
    assert "正镶白旗发展和改革委员会第 1 轮推送给水利局" in water.own.strip.words.text()
    assert "2022-08-25 前回传" in water.own.strip.words.text() and not water.push.isVisible()
    world.says("项目1", "M04", contest="重复", contest_reason="与项目2重复")
    water.refresh()
    water.own.strip.deed.click()
    asked = water.own.giving.asked
    assert isinstance(asked, ReturnDialog) and "还没选" in asked.primary.text()
    assert "3 个项目 6 个事项" in water.own.goes.text() and "1 处异议" in water.own.goes.text()
    folder = world.folder / "回传"
    folder.mkdir()
    asked.target.take(folder)
    asked.primary.click()
    quiet(qtbot, water.desk)
    assert len(list(folder.glob("*.qidi"))) == 1 and "请把它交给对方" in water.own.done.text()


def test_the_ledger_says_whose_check_list_it_is(qtbot: QtBot, world: Play) -> None:
    """The strip stands above the check list, and above no ledger of the office's own."""
    line = world.taken()
    desk = Desk(world.water)
    ledger = open_page(qtbot, desk, CheckedLedgerScreen)
    assert ledger.check.isVisible() and "正镶白旗发展和改革委员会第 1 轮" in ledger.check.words.text()
    assert nameless(ledger.check) == [] and cut_buttons(ledger.check) == []
    ledger.check.deed.click()
    folder = world.folder / "回传"
    folder.mkdir()
    ledger.giving.asked.target.take(folder)
    ledger.giving.asked.primary.click()
    quiet(qtbot, desk)
    assert len(list(folder.glob("*.qidi"))) == 1
    desk.do(ledgers.open_template, "pending-approval")
    ledger.open_ledger(next(x.id for x in ledgers.all(world.water) if x.id != line.id))
    assert not ledger.check.isVisible()
    desk.close()


def test_the_page_can_be_walked_by_keys_and_read_aloud(page: RoundsScreen, world: Play) -> None:
    world.taken()
    page.refresh()
    assert nameless(page) == [] and cut_buttons(page) == []
    assert unreachable([page.push, page.take, page.close_round, page.table, page.see]) == []
    page.push.click()
    assert isinstance(page.asked, PushDialog) and nameless(page.asked) == [] and cut_buttons(page.asked) == []


def test_the_department_s_side_can_be_walked_by_keys(water: RoundsScreen, world: Play) -> None:
    assert nameless(water) == [] and cut_buttons(water) == []
    assert unreachable([water.own.strip.deed, water.own.fill]) == []

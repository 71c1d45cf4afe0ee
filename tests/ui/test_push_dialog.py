"""推送: what is this office's own is not ticked, what did not reach the stick is, a stick that is gone is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.rounds import rounds
from models.schema import outbox
from tests.sync.offices import introduce, made
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.ui.pages import cut_buttons, nameless, open_page, quiet
from ui.desk import Desk
from ui.screens.rounds.push_dialog import OWN_HERE, UNWRITTEN, PushDialog
from ui.screens.rounds_screen import RoundsScreen

HERE = "发改委"
world = played(1)


@pytest.fixture
def page(qtbot: QtBot, world: Play) -> Iterator[RoundsScreen]:
    desk = Desk(world.sponsor)
    yield open_page(qtbot, desk, RoundsScreen)
    desk.close()


def test_only_what_is_sure_is_ticked_and_what_is_ours_cannot_be(
    qtbot: QtBot, page: RoundsScreen, world: Play, tmp_path: Path
) -> None:
    league = made(tmp_path / "league", "锡林郭勒盟发展和改革委员会", "superior", "152500")
    abroad = made(tmp_path / "abroad", "苏尼特左旗林业和草原局", "handler", "152523")
    for other in (league, abroad):
        introduce(world.sponsor, other, tmp_path)
        other.close()
    rounds.begin(world.sponsor, world.ledger)
    world.push(WATER)
    with world.sponsor.write("没写成") as work:
        work.connection.execute(update(outbox).values(state="built"))
    page.refresh()
    shown = {row.key: row.texts for row in (page.model.row(at) for at in range(page.model.rowCount())) if row}
    assert shown[HERE][1:4] == ("本单位办", world.sponsor.name, "在台账里填")
    assert shown[WATER][1] == "没写到盘上" and shown[FOREST][2] == "要先指定"
    assert "本单位办 1" in page.said.text()
    page.push.click()
    asked = page.asked
    assert isinstance(asked, PushDialog) and nameless(asked) == [] and cut_buttons(asked) == []
    assert asked.ticks[WATER].isChecked() and UNWRITTEN in asked.ticks[WATER].accessibleName()
    assert not asked.ticks[FOREST].isChecked() and abroad.name in asked.ticks[FOREST].accessibleName()
    assert not asked.ticks[HERE].isEnabled() and asked.how[HERE].currentText() == OWN_HERE
    assert HERE not in asked.depts() and FOREST not in asked.depts()
    asked.how[HERE].setCurrentIndex(1)
    assert asked.ticks[HERE].isEnabled() and not asked.ticks[HERE].isChecked()
    stick = tmp_path / "盘"
    stick.mkdir()
    asked.target.take(stick)
    stick.rmdir()
    asked.primary.click()
    assert asked.isVisible() and "不在了" in asked.target.none.text() and not stick.exists()
    stick.mkdir()
    asked.primary.click()
    assert asked.result() == asked.DialogCode.Accepted and asked.folder() == stick, "back again, it goes on"
    quiet(qtbot, page.desk)

"""desk.md counts the presses: sending 4, with a stick 2; receiving and merging 3; every clash one more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from app.ledger import entries
from app.rounds import rounds
from app.storage import volumes
from app.storage.volumes import STICK, Volume
from sync import exchange
from tests.sync.rounds_world import WATER, Play, played
from tests.ui.conftest import shown, unasked
from tests.ui.pages import WAIT_MS, quiet
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.inbox_screen import InboxScreen
from ui.screens.rounds_screen import RoundsScreen

GB = 1024**3
PRESSES = {
    "推送到文件夹": 4,
    "推送到 U 盘": 2,
    "收下并合并，没有两边都改的": 3,
    "收下并合并，两边都改的 2 处": 3 + 2,
    "几份一起拖进来，两边都改的 1 处": 1 + 1,
}
"""The table of the round as desk.md counts it, a dialog of Qt for files among them."""


class Hand:
    """Presses real buttons, and answers the dialogs of Qt for files; both are counted."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot, self._window = qtbot, window
        self.presses = 0
        self.answer: list[Path] = []

    def press(self, made: QAbstractButton) -> None:
        assert made.isVisible() and made.isEnabled(), made.text()
        self.presses += 1
        self._qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
        quiet(self._qtbot, self._window.desk)

    def answered(self, dialog: QFileDialog) -> int:
        self.presses += 1
        for file in self.answer:
            dialog.selectFile(str(file))
        return 1

    def counted(self) -> int:
        """Presses since this was last asked."""
        done, self.presses = self.presses, 0
        return done


world = played()


@pytest.fixture
def window(qtbot: QtBot, world: Play, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(volumes, "sticks", list)
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    yield shown(qtbot, Desk(world.sponsor), page="rounds")


@pytest.fixture
def hand(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Hand:
    made = Hand(qtbot, window)
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: made.answered(dialog))
    return made


def returned(world: Play, **cells: str) -> Path:
    world.says("项目1", "M04", **cells)
    sent = exchange.send(world.water, world.check().id, world.sponsor.id, world.usb)
    return Path(str(sent.facts["file"]))


def test_sending_takes_four_presses_and_two_with_a_stick(
    qtbot: QtBot, world: Play, window: MainWindow, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.screen()
    assert isinstance(page, RoundsScreen)
    world.usb.mkdir()
    hand.answer = [world.usb]
    hand.press(page.push)
    hand.press(page.asked.target.choose)
    assert page.asked.primary.hasFocus(), "with the folder chosen, what is left is 推送"
    hand.press(page.asked.primary)
    assert hand.counted() == PRESSES["推送到文件夹"] and list(world.usb.glob("*.qidi"))
    stick = world.folder / "示范盘"
    stick.mkdir()
    monkeypatch.setattr(volumes, "sticks", lambda: [Volume(stick, "示范盘", STICK, True, GB, GB)])
    page.table.choose(page.model.find(WATER))
    hand.press(page.push)
    qtbot.waitUntil(lambda: page.asked.primary.isEnabled(), timeout=WAIT_MS)
    hand.press(page.asked.primary)
    assert hand.counted() == PRESSES["推送到 U 盘"] and list(stick.glob("*.qidi"))


def test_receiving_and_merging_takes_three_presses_and_one_more_for_each_clash(
    qtbot: QtBot, world: Play, window: MainWindow, hand: Hand
) -> None:
    exchange.receive(world.water, world.push(WATER)[WATER])
    window.show_page("inbox")
    page = window.screen()
    assert isinstance(page, InboxScreen)
    hand.answer = [returned(world, verified="已核")]
    hand.press(page.choose)
    hand.press(page.take)
    assert hand.counted() == PRESSES["收下并合并，没有两边都改的"] and page.batch.title.text() == "这次 1 份：已合并 1"
    assert world.held("项目1").items["M04"]["verified"] == "已核"
    hand.answer = [returned(world, handler="张三", note="来件说")]
    ours = {"handler": "李四", "note": "我们说"}
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": ours})
    hand.press(page.batch.leave)
    hand.counted()
    hand.press(page.choose)
    assert page.clash.isVisible() and not page.clash.merge.isEnabled()
    hand.press(page.clash.theirs)
    hand.press(page.clash.mine)
    assert world.held("项目1").items["M04"] | ours == world.held("项目1").items["M04"], "nothing is merged yet"
    hand.press(page.clash.merge)
    assert hand.counted() == PRESSES["收下并合并，两边都改的 2 处"] and page.batch.title.text() == "这次 1 份：已合并 1"
    told = world.held("项目1").items["M04"]
    assert {told["handler"], told["note"]} in ({"张三", "我们说"}, {"李四", "来件说"})
    bad = world.usb / "没拷完.qidi"
    good = returned(world, handler="王五")
    bad.write_bytes(good.read_bytes()[:-60])
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "赵六"}})
    hand.press(page.batch.leave)
    hand.counted()
    page.look_at_all([bad, good])  # dropped on the page
    quiet(qtbot, window.desk)
    hand.press(page.clash.theirs)
    hand.press(page.batch.take)
    assert hand.counted() == PRESSES["几份一起拖进来，两边都改的 1 处"]
    assert page.batch.title.text() == "这次 2 份：已合并 1，没有收 1" and world.held("项目1").items["M04"]["handler"] == "王五"
    unasked(window)

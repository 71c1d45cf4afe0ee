"""One check round at the office that asks, by keys alone: open, send, receive, decide, merge, print, withdraw, again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.ledger import entries
from app.proof import replay
from app.storage import volumes
from sync import exchange
from sync.letters import boxes
from tests.sync.rounds_world import WATER, Play, played
from tests.ui.conftest import shown
from tests.ui.pages import WAIT_MS, quiet, shut, tab
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.inbox_screen import InboxScreen
from ui.screens.rounds_screen import RoundsScreen

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
FARTHEST = 60  # presses of Tab


class Keys:
    """Nothing but keys, sent to whatever has the focus; a dialog of Qt for files is answered with `file`."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot, self._window = qtbot, window
        self.file = Path()

    def answered(self, dialog: QFileDialog) -> int:
        dialog.selectFile(str(self.file))
        return 1

    @property
    def focused(self) -> QWidget:
        """What has the focus in the dialog that is open, else in the window; there must be something, and in sight."""
        top = _top(self._window)
        top.activateWindow()  # offscreen nobody else does it when a dialog closes
        self._qtbot.waitUntil(top.isActiveWindow, timeout=WAIT_MS)
        found = top.focusWidget()
        assert found is not None and found.isVisible() and found.isEnabled(), "the focus was lost"
        return found

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(self.focused, key, held)
        quiet(self._qtbot, self._window.desk)

    def type(self, text: str) -> None:
        self._qtbot.keyClicks(self.focused, text)

    def press(self, made: QWidget) -> None:
        """Tab to it, then Enter."""
        for _ in range(FARTHEST):
            focused = self.focused
            if focused is made:
                self.key(Key.Key_Return)
                return
            tab(focused)
        raise AssertionError(f"Tab never comes to {made.accessibleName()}")


def _top(window: MainWindow) -> QWidget:
    dialog: QWidget | None = QApplication.activeModalWidget()
    return dialog if dialog is not None else window


world = played()


def test_a_round_from_opening_to_merging_again(
    qtbot: QtBot, world: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "sticks", list)
    window = shown(qtbot, Desk(world.sponsor), page="today")
    window.activateWindow()
    keys = Keys(qtbot, window)
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: keys.answered(dialog))
    board = _sent(window, keys, world)
    keys.file = _answered(world)
    inbox = _merged(window, keys)
    assert world.held("项目1").items["M04"]["handler"] == "张三"
    _printed(keys, inbox)
    keys.press(inbox.batch.undo)
    keys.press(inbox.asked.primary)
    assert inbox.batch.model.row(0).texts[2] == "已撤回"  # type: ignore[union-attr]
    assert world.held("项目1").items["M04"]["handler"] == "李四"
    assert window.nav.item("inbox").accessibleName() == "收件合并，1 项", "it waits again"
    keys.press(inbox.batch.leave)
    assert inbox.waiting.isVisible() and "有 1 处要您定" in inbox.waiting.words.text()
    keys.press(inbox.waiting._deed)
    keys.key(Key.Key_M)
    keys.key(Key.Key_Return)
    assert world.held("项目1").items["M04"]["handler"] == "李四" and inbox.batch.sheet.isVisible()
    assert window.nav.item("inbox").accessibleName() == "收件合并"
    _withdrawn_from_the_list(keys, inbox)
    assert board.part() is not None and replay.verify(world.sponsor) == []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(QDialog) == [], "no dialog outlives its answer"


def _sent(window: MainWindow, keys: Keys, world: Play) -> RoundsScreen:
    """Ctrl+3, 开始核查, the day, 推送 into a folder."""
    keys.key(Key.Key_3, Ctrl)
    board = window.screen()
    assert isinstance(board, RoundsScreen) and keys.focused is board.begin
    keys.key(Key.Key_Return)
    keys.type("2022-8-25")
    keys.key(Key.Key_Return, Ctrl)
    assert "2022-08-25" in board.said.text() and keys.focused is board.push, "what comes next"
    keys.key(Key.Key_Return)
    world.usb.mkdir()
    keys.file = world.usb
    keys.press(board.asked.target.choose)
    keys.press(board.asked.primary)
    assert board.model.row(board.model.find(WATER)).texts[1] == "已发"  # type: ignore[union-attr]
    assert window.nav.item("rounds").accessibleName().startswith("部门核对，")
    return board


def _answered(world: Play) -> Path:
    """The department fills in one cell that is written here meanwhile, and sends its part back."""
    exchange.receive(world.water, next(world.usb.glob("*.qidi")))
    world.says("项目1", "M04", handler="张三", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    return Path(
        str(exchange.send(world.water, world.check().id, world.sponsor.id, world.folder).facts["file"])
    )


def _merged(window: MainWindow, keys: Keys) -> InboxScreen:
    """Ctrl+7, 选文件…, T, 收下并合并."""
    keys.key(Key.Key_7, Ctrl)
    inbox = window.screen()
    assert isinstance(inbox, InboxScreen) and keys.focused is inbox.choose
    keys.key(Key.Key_Return)
    assert keys.focused is inbox.clash.table, "what is to be decided is opened at once"
    keys.key(Key.Key_T)
    assert keys.focused is inbox.clash.merge
    keys.key(Key.Key_Return)
    assert inbox.batch.model.row(0).texts[2] == "已合并"  # type: ignore[union-attr]
    assert inbox.batch.save.isVisible(), "the receipt is still to be handed back"
    assert boxes.received(window.desk.office)[0].verdict == "accepted"
    return inbox


def _printed(keys: Keys, inbox: InboxScreen) -> None:
    keys.key(Key.Key_P, Ctrl)
    paper = inbox.printing.shown
    assert paper is not None and paper.isVisible() and paper.view.pages() == 1
    keys.key(Key.Key_Escape)
    assert shut(paper)


def _withdrawn_from_the_list(keys: Keys, inbox: InboxScreen) -> None:
    """合并过的: newest first; what was taken back cannot be taken back again, and says so."""
    keys.press(inbox.batch.leave)
    keys.press(inbox.listed.chips.chip("came"))
    keys.key(Key.Key_Right)
    keys.press(inbox.listed.merged.table)
    paper = inbox.printing.shown
    assert paper is not None and paper.isVisible(), "Enter on a merging shows its sheet"
    keys.key(Key.Key_Escape)
    merged = inbox.listed.merged
    keys.press(merged.undo)
    keys.press(inbox.asked.primary)
    states = [merged.model.row(at).texts[3] for at in range(merged.model.rowCount())]  # type: ignore[union-attr]
    assert states == ["已撤回", "已撤回"] and not merged.undo.isEnabled()
    assert keys.focused is merged.table, "the button is dead, the list is not"

"""What the keys do with buttons, on pages and in dialogs."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import shown
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.settings_screen import SettingsScreen
from ui.widgets.buttons import button
from ui.widgets.empty import EmptyState
from ui.widgets.toast import Toast


def test_enter_presses_the_button_in_focus(qtbot: QtBot) -> None:
    """On a page, in a dialog, beside the inputs of a form; Ctrl+Enter stays the deed of the dialog."""
    told: list[str] = []
    dialog = PlainDialog("样例")
    qtbot.addWidget(dialog)
    choose = button("选文件…", lambda: told.append("chosen"))
    dialog.row("扫描件", choose)
    dialog.deeds("办结", lambda: told.append("done"))
    with qtbot.waitExposed(dialog):
        dialog.show()
    choose.setFocus()
    qtbot.keyClick(choose, Qt.Key.Key_Return)
    qtbot.keyClick(choose, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert told == ["chosen"] * 2 and choose.hasFocus()
    qtbot.keyClick(choose, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told[2:] == ["done"]
    dialog.primary.setFocus()
    qtbot.keyClick(dialog.primary, Qt.Key.Key_Return)
    assert told[3:] == ["done"]
    page = EmptyState("还没有项目", "", (made := button("新增", lambda: told.append("added")),))
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_Return)
    assert told[4:] == ["added"]


def over(toast: Toast, top: QWidget) -> list[str]:
    """The buttons that lie below the toast."""
    place = QRect(toast.mapTo(top, QPoint(0, 0)), toast.size())
    found = [b for b in top.findChildren(QAbstractButton) if b.isVisible() and not toast.isAncestorOf(b)]
    return [b.text() for b in found if place.intersects(QRect(b.mapTo(top, QPoint(0, 0)), b.size()))]


def test_a_toast_covers_nothing_that_can_be_pressed(qtbot: QtBot) -> None:
    """Where the foot of a page is full of buttons it stands above them; one sentence is whole however long."""
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(900, 600)
    column = QVBoxLayout(page)
    column.addStretch(1)
    for at in range(4):
        column.addWidget(button(f"第{at}个"))
    toast = Toast(page)
    with qtbot.waitExposed(page):
        page.show()
    name = "内蒙古自治区锡林郭勒盟正镶白旗明安图镇示范水库除险加固及配套灌区节水改造工程（二期）"
    text = f"已保存：{name}；注意：能评办结日期早于立项日期，请核对"
    toast.tell(text, "撤销", lambda: None)
    assert over(toast, page) == []
    assert toast._words.text() == text and toast.width() <= page.width()
    assert toast._words.height() >= toast._words.heightForWidth(toast._words.width()) > 2 * 16
    qtbot.mouseClick(toast, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert not toast.isVisible()


def test_going_to_the_cards_shows_the_button_that_takes_one_in(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, 900, 480, page="today")
    window.show_page("settings", "cards")
    page = window.screen()
    assert isinstance(page, SettingsScreen)
    made = page.cards.take_in
    qtbot.waitUntil(lambda: made.hasFocus() and made.visibleRegion().boundingRect().height() >= made.height())

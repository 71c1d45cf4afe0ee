"""工作交接 from 今日要办: two names, the sheet is shown; what is typed and not stored is on it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.listing import history
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless, quiet, shut
from tests.ui.test_today_print import text_of
from ui.desk import Desk
from ui.dialogs.handover_dialog import HandoverDialog
from ui.screens.settings_screen import SettingsScreen
from ui.screens.today_screen import TodayScreen

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


def test_a_sheet_is_made_shown_and_filed(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, 911, 485, page="today")
    desk.unsaved = lambda: ["《待批项目台账》“打了一半的”"]
    page = window.screen()
    assert isinstance(page, TodayScreen)
    page.hand_over.click()
    dialog = page.asked
    assert isinstance(dialog, HandoverDialog) and nameless(dialog) == [] and cut_buttons(dialog) == []
    qtbot.keyClick(dialog, Key.Key_Return, Ctrl)
    quiet(qtbot, desk)
    assert dialog.isVisible() and "接交人" in dialog._fault.text()
    dialog.to.setEditText("接交人乙")
    qtbot.keyClick(dialog, Key.Key_Return, Ctrl)
    quiet(qtbot, desk)
    paper = dialog.shown
    assert paper is not None and paper.isVisible() and shut(dialog)
    text = text_of(paper._file)
    assert "工作交接单" in text and "接交人：接交人乙" in text and "打了一半的" in text and "监交人（签字）" in text
    assert history.lines(desk.office, size=1)[0].verb == "handover"
    paper.close()
    window.show_page("settings")
    settings = window.screen()
    assert isinstance(settings, SettingsScreen) and cut_buttons(settings.people) == []
    settings.people.hand_over.click()
    again = settings.people.asked
    assert isinstance(again, HandoverDialog) and again.isVisible() and again is not dialog
    again.reject()

"""Hands on the pages of what follows: 回头看, 投诉, 督办."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.pages import cut_buttons, nameless, unreachable
from ui.dialogs.deed_dialog import DeedDialog
from ui.main_window import MainWindow
from ui.screens.following.following_screen import FollowingScreen

NO = "152529-DP-2022-{:04d}"
Kind = TypeVar("Kind", bound=QDialog)


def page(window: MainWindow, key: str) -> Any:
    window.show_page(key)
    QApplication.processEvents()
    found = window.screen()
    assert isinstance(found, FollowingScreen)
    return found


def top(window: MainWindow, kind: type[Kind]) -> Kind:
    """The dialog of this kind that was opened last; sound at 150 % and wholly reached by Tab."""
    found = [each for each in window.findChildren(kind) if each.isVisible()]
    assert found, kind
    dialog = found[-1]
    dialog.activateWindow()
    QApplication.processEvents()
    assert cut_buttons(dialog) == [] and nameless(dialog) == []
    if isinstance(dialog, DeedDialog):
        inputs = [
            made
            for made in dialog.inputs.values()
            if made.isVisible() and not isinstance(made.focusProxy(), QPushButton)
        ]
        assert unreachable([*inputs, dialog.primary]) == []
    return dialog


def press(dialog: Any) -> None:
    """Ctrl+Enter does the deed."""
    dialog.attempt() if isinstance(dialog, DeedDialog) else dialog.primary.click()


def tool(screen: FollowingScreen, words: str) -> QPushButton:
    made = next(b for b in screen.findChildren(QPushButton) if b.text() == words)
    made.setFocus()
    return made


def choices(screen: FollowingScreen, words: str, qtbot: QtBot) -> dict[str, Any]:
    """What the menu of a button offers, opened by Enter."""
    made = tool(screen, words)
    qtbot.keyClick(made, Qt.Key.Key_Return)
    menu = made.findChildren(QMenu)[-1]
    assert menu.isVisible()
    found = {action.text(): action for action in menu.actions() if action.text()}
    menu.hide()
    return found


def put(dialog: DeedDialog, **texts: str) -> None:
    for key, text in texts.items():
        dialog.inputs[key].set_text(text)  # type: ignore[union-attr]
        dialog.inputs[key].touched.emit()

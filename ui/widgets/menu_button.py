"""A button whose menu opens below it, filled anew each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from ui.widgets.buttons import button


class Choice(Struct, frozen=True):
    """One line of the menu; with `why` it is grey and says so. Without words it is a line between two groups."""

    words: str = ""
    chosen: Callable[[], object] = lambda: None
    why: str = ""
    tip: str = ""


def menu_button(
    text: str, choices: Callable[[], Sequence[Choice]], *, sign: str = "down", kind: str = "", why: str = ""
) -> QPushButton:
    """A push button; Enter, Space or a click opens what `choices()` says now."""
    made = button(text, lambda: drop(made, choices()), sign=sign, kind=kind, why=why)
    made.setAccessibleName(f"{text}，打开菜单")
    return made


def drop(made: QPushButton, choices: Sequence[Choice]) -> QMenu:
    """Open the menu below a button, its first possible line chosen."""
    menu = QMenu(made)
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    for one in choices:
        if not one.words:
            menu.addSeparator()
            continue
        action = QAction(one.words, menu)
        action.setEnabled(not one.why)
        action.setToolTip(one.why or one.tip)
        action.triggered.connect(lambda _on=False, one=one: one.chosen())
        menu.addAction(action)
    first = next((action for action in menu.actions() if action.isEnabled() and action.text()), None)
    if first is not None:
        menu.setActiveAction(first)
    menu.popup(made.mapToGlobal(QPoint(0, made.height())))
    return menu

"""One page in a window of its own, and the checks every page must pass."""

from __future__ import annotations

from typing import TypeVar

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QPushButton, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens import Place
from ui.widgets.screen import Screen

Page = TypeVar("Page", bound=Screen)
WAIT_MS = 20_000


def open_page(qtbot: QtBot, desk: Desk, made: type[Page], width: int = 1366, height: int = 728) -> Page:
    """Show one page and wait until it has read what it shows."""
    window = MainWindow(desk, [Place("page", made.title, "ledger", "", made)])
    qtbot.addWidget(window)
    window.resize(width, height)
    with qtbot.waitExposed(window):
        window.show()
    quiet(qtbot, desk)
    page = window.screen()
    assert isinstance(page, made)
    return page


def quiet(qtbot: QtBot, desk: Desk) -> None:
    """Wait until nothing runs off the screen thread, what follows a finished job included."""
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not desk.busy, timeout=WAIT_MS)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not desk.busy, timeout=WAIT_MS)


def shut(dialog: QDialog) -> bool:
    """Whether a dialog was answered: it is hidden, and gone when the event loop came round."""
    return not shiboken6.isValid(dialog) or not dialog.isVisible()


def visible(top: QWidget) -> list[QWidget]:
    return [w for w in top.findChildren(QWidget) if w.isVisible()]


def nameless(top: QWidget) -> list[str]:
    """Widgets that take the focus and tell a screen reader nothing."""
    inner = (QScrollBar,)
    return [
        f"{type(w).__name__} {w.objectName()}"
        for w in visible(top)
        if w.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(w, inner)
        and not w.accessibleName()
        and not w.objectName().startswith("qt_")
        and not (isinstance(w.parentWidget(), QAbstractScrollArea) and w is w.parentWidget().viewport())  # type: ignore[attr-defined]
    ]


def cut_buttons(top: QWidget) -> list[str]:
    """Buttons whose words do not fit, and widgets that stick out of their parent."""
    found = []
    for made in visible(top):
        if isinstance(made, QPushButton) and made.text():
            need = QFontMetrics(made.font()).horizontalAdvance(made.text())
            if need > made.width() - 4:
                found.append(made.text())
    return found


def unreachable(wanted: list[QWidget], most: int = 120) -> list[QWidget]:
    """Which of `wanted` Tab alone never reaches, starting from the first."""
    left = [w for w in wanted if w.isVisible() and w.isEnabled()]
    met = tabbed(left[0], most) if left else []
    return [w for w in left if not any(w is here or w.isAncestorOf(here) for here in met)]


def tabbed(start: QWidget, most: int = 120) -> list[QWidget]:
    """What Tab comes to, from one widget on and once around, as if no table kept Tab for its cells."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    met: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in met and len(met) < most:
        met.append(here)
        tab(here)
    return met


def tab(focused: QWidget) -> None:
    """Move the focus as Tab does. Its window is asked, which goes by its own focus, and not the widget for the next one."""
    QWidget.focusNextPrevChild(focused.window(), True)

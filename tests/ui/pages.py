"""One page in a window of its own, and the checks every page must pass."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QPushButton, QScrollBar, QWidget
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
    if left:
        left[0].setFocus()
    for _ in range(most):
        focused = QApplication.focusWidget()
        left = [w for w in left if w is not focused and not (focused and w.isAncestorOf(focused))]
        if not left or focused is None:
            return left
        following = focused.nextInFocusChain()
        while following is not focused and not takes_tab(following):
            following = following.nextInFocusChain()
        following.setFocus(Qt.FocusReason.TabFocusReason)
    return left


def takes_tab(widget: QWidget) -> bool:
    stops = widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
    return stops and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)

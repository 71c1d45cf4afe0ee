"""更多: where the form and the grid offer the named events; the dialogs are read from disk when a menu opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app import lists
from app.ledgers import LedgerLine
from app.lists import Line
from ui import look
from ui.desk import Desk
from ui.icons import icon
from ui.widgets.buttons import SignButton

MOST_ROWS = 500


def fill(
    menu: QMenu, desk: Desk, ledger: LedgerLine, lines: Sequence[Line], over: QWidget, before: Callable[[], bool]
) -> None:
    """Add the deeds to a menu. `before` saves what is being typed; False leaves the dialog unopened."""
    from ui.dialogs import deeds_menu  # noqa: PLC0415 - the window stands there before the dialogs are read

    deeds_menu.fill(menu, desk, ledger, lines, over, before)


def fill_for(
    menu: QMenu, desk: Desk, ledger: LedgerLine, ids: Sequence[str], over: QWidget, before: Callable[[], bool]
) -> None:
    """Add 登记与更正 as a submenu for rows named by id; nothing for none."""
    if not ids:
        return
    menu.addSeparator()
    inner = QMenu("登记与更正", menu)
    menu.addMenu(inner)
    if len(ids) > MOST_ROWS:
        inner.setTitle(f"登记与更正（一次最多 {MOST_ROWS} 行）")
        inner.setEnabled(False)
        return
    fill(inner, desk, ledger, lists.lines(desk.office, ids), over, before)


def more_button(
    desk: Desk, ledger: LedgerLine, line: Callable[[], Line | None], before: Callable[[], bool], over: QWidget
) -> QToolButton:
    """更多: a button whose menu is made anew each time it opens, for the row `line()` gives."""
    made = SignButton(over)
    made.setText("更多")
    made.setIcon(icon("down", look.INK2))
    made.setIconSize(QSize(look.ICON, look.ICON))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands after the word
    made.setStyleSheet("QToolButton::menu-indicator { image: none; }")
    made.setAccessibleName("更多登记")
    made.setToolTip("登记开工、移除、更正单、恢复在账…")
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(made)
    menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def show() -> None:
        menu.clear()
        now = line()
        fill(menu, desk, ledger, [now] if now else [], over, before)

    menu.aboutToShow.connect(show)
    made.setMenu(menu)
    return made

"""更多: where the form and the grid offer the named events; the dialogs are read from disk when a menu opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import Line
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


class MoreButton(SignButton):
    """更多: its menu is filled anew each time it opens, for the row `line()` gives; the menu lives as long as it does."""

    def __init__(
        self,
        desk: Desk,
        ledger: LedgerLine,
        line: Callable[[], Line | None],
        before: Callable[[], bool],
        over: QWidget,
    ) -> None:
        super().__init__(over)
        self._desk, self._ledger, self._line, self._before, self._over = desk, ledger, line, before, over
        self.setText("更多")
        self.setIcon(icon("down", look.INK2))
        self.setIconSize(QSize(look.ICON, look.ICON))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands after the word
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.setAccessibleName("更多登记")
        self.setToolTip("登记开工、移除、更正单、恢复在账…")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.deeds = QMenu(self)
        self.deeds.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.deeds.aboutToShow.connect(self.offer)
        self.setMenu(self.deeds)

    def offer(self) -> None:
        """Fill the menu for the row as it is now."""
        self.deeds.clear()
        now = self._line()
        fill(self.deeds, self._desk, self._ledger, [now] if now else [], self._over, self._before)

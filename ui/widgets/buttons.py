"""Buttons, made one way everywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from ui import look
from ui.icons import icon

INKS = {"primary": look.WHITE, "danger": look.RED, "link": look.ACCENT}


class Button(QPushButton):
    """Enter presses it as Space does, in a dialog and on a page alike."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if enters(event):
            self.click()
        else:
            super().keyPressEvent(event)


class SignButton(QToolButton):
    """The same for a button with an icon only."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if enters(event):
            self.click()
        else:
            super().keyPressEvent(event)


def enters(event: QKeyEvent) -> bool:
    """Whether a key stroke is Enter alone."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    plain = held == Qt.KeyboardModifier.NoModifier and not event.isAutoRepeat()
    return plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def button(
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    kind: str = "",
    sign: str = "",
    why: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """A push button. `kind`: primary, danger, link or plain; `sign`: an icon name; `why`: its tool tip."""
    made = Button(text, parent)
    made.setProperty("kind", kind)
    made.setAccessibleName(text.partition("  ")[0])
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    if sign:
        made.setIcon(icon(sign, INKS.get(kind, look.INK)))
        made.setIconSize(QSize(look.ICON, look.ICON))
    if why:
        made.setToolTip(why)
    if pressed is not None:
        made.clicked.connect(lambda _on=False: pressed())
    return made


def sign_button(
    sign: str, name: str, pressed: Callable[[], object] | None = None, parent: QWidget | None = None
) -> QToolButton:
    """A small square button with an icon only; `name` is its tool tip and accessible name."""
    made = SignButton(parent)
    made.setIcon(icon(sign, look.INK2))
    made.setIconSize(QSize(look.ICON, look.ICON))
    made.setToolTip(name)
    made.setAccessibleName(name.partition("（")[0])
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if pressed is not None:
        made.clicked.connect(lambda _on=False: pressed())
    return made


def steady(made: QPushButton) -> QPushButton:
    """A button that never gets narrower when its words do: its neighbour would come under the mouse."""
    made.setProperty("steady", True)
    return made


def allow(made: QPushButton, text: str, why_not: str = "") -> None:
    """Enable a button, or disable it with the reason written on it: “下一步（还有 3 处错）”."""
    if made.property("steady"):
        made.ensurePolished()
        made.setMinimumWidth(max(made.minimumWidth(), made.sizeHint().width()))
    made.setText(f"{text}（{why_not}）" if why_not else text)
    made.setAccessibleName(made.text())
    made.setEnabled(not why_not)

"""The frame of a small dialog: title, rows of label and input, one primary deed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.widgets.buttons import button, steady
from ui.widgets.labels import label


class Body(QScrollArea):
    """The inputs, as high as they need; they scroll only where the screen is too low."""

    def __init__(self, grid: QGridLayout) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("role", "page")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 2, 0)
        self.column.setSpacing(8)
        self.column.addLayout(grid)
        self.column.addStretch(1)
        self.setWidget(inner)

    def sizeHint(self) -> QSize:
        inner = self.widget()
        tall = inner.heightForWidth(self.width()) if inner.hasHeightForWidth() and self.isVisible() else -1
        return QSize(inner.sizeHint().width() + self._bar(), max(tall, inner.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        inner = self.widget()
        tall = min(inner.sizeHint().height(), look.sizes().grown(120))
        return QSize(inner.minimumSizeHint().width() + self._bar(), tall)

    def _bar(self) -> int:
        """The room a scroll bar takes from the inputs."""
        return self.verticalScrollBar().sizeHint().width()


class PlainDialog(PassingDialog):
    """Enter goes to the next field, Ctrl+Enter does the deed, Esc leaves everything as it was.

    `scrolled` puts the rows where they scroll when the screen is too low for them.
    """

    def __init__(
        self, title: str, subtitle: str = "", parent: QWidget | None = None, *, scrolled: bool = False
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(look.sizes().grown(440))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 14)
        self.column.setSpacing(10)
        self.column.addWidget(label(title, "h2"))
        if subtitle:
            self.column.addWidget(label(subtitle, "muted", wrap=True))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnStretch(1, 1)
        self._scrolled = scrolled
        if scrolled:
            self.body = Body(self.grid)
            self.column.addWidget(self.body, 1)
        else:
            self.column.addLayout(self.grid)
        self._fault = label("", "error", wrap=True)
        self._fault.hide()
        self._placed = False
        self._deed: Callable[[], object] | None = None

    def row(self, words: str, made: QWidget) -> None:
        """Add a labelled input."""
        at = self.grid.rowCount()
        tag = label(words)
        tag.setBuddy(made)
        made.setAccessibleName(words)
        self.grid.addWidget(tag, at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.addWidget(made, at, 1)

    def row_of(self, words: str, inner: QLayout) -> None:
        at = self.grid.rowCount()
        self.grid.addWidget(label(words), at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.addLayout(inner, at, 1)

    def say(self, text: str) -> None:
        self.column.addWidget(label(text, "muted", wrap=True))

    def deeds(self, words: str, pressed: Callable[[], object], kind: str = "primary") -> None:
        """End the dialog with 取消 and the deed."""
        self._deed = pressed
        self.column.addWidget(self._fault)
        self.foot = QHBoxLayout()
        self.foot.addStretch(1)
        self.cancel = button("取消", self.reject)
        self.foot.addWidget(self.cancel)
        self.primary = steady(button(words, pressed, kind=kind))
        self.foot.addWidget(self.primary)
        self.column.addLayout(self.foot)

    def fault(self, text: str, clause: str = "") -> None:
        """The sentence above the deed; the clause it rests on is its tool tip."""
        self._fault.setText(text)
        self._fault.setToolTip(clause)
        self._fault.setVisible(bool(text))
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def fit(self) -> None:
        """As high as all that is shown needs, never higher than the screen.

        Once it is seen its lower edge stays, so that no other button comes under the mouse.
        """
        if not self.isVisible():
            return
        if self._scrolled:
            self.body.column.activate()
            self.body.updateGeometry()
        self.column.activate()
        by_width = (
            self.column.hasHeightForWidth()
        )  # the hint of a sentence that wraps is that of a narrower one
        wanted = (
            self.column.totalHeightForWidth(self.width())
            if by_width
            else self.column.totalSizeHint().height()
        )
        room = self.screen().availableGeometry()
        tall = min(wanted, room.height() - look.FRAME[1])
        if self._placed and tall != self.height():
            self.move(self.x(), max(room.top(), self.y() + self.height() - tall))
        self._placed = True
        self.resize(self.width(), tall)
        lowest = room.bottom() + 1 - tall - look.FRAME[1]
        if self.y() > lowest:  # it grew downwards: up again until its deeds are on the screen
            self.move(self.x(), max(room.top(), lowest))

    def _go_on(self) -> None:
        """To the next field; after the last one to the deed, past 取消, which a second Enter would press."""
        was = self.focusWidget()
        self.focusNextChild()
        if self._deed is not None and self.focusWidget() is self.cancel:
            then = self.primary if self.primary.isEnabled() else was
            if then is not None:
                then.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._deed:
                self._deed()
            else:
                self._go_on()
            return
        super().keyPressEvent(event)

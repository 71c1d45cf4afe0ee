"""A scrolling frame round a form, or round the cards at the side of a page."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def scrolling(inner: QWidget) -> QScrollArea:
    """`inner` as wide as the frame, scrolled up and down only."""
    outer = QScrollArea()
    outer.setFrameShape(QFrame.Shape.NoFrame)
    outer.setWidgetResizable(True)
    outer.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    outer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    outer.setWidget(inner)
    return outer


def side_column(*cards: QWidget) -> QScrollArea:
    """The cards of a page's steps, one below the other."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 6, 0)
    column.setSpacing(8)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    return scrolling(inner)


def reveal(made: QWidget) -> None:
    """Scroll the frame round an input until it is seen, again when it is laid out."""
    outer = made.parentWidget()
    while outer is not None and not isinstance(outer, QScrollArea):
        outer = outer.parentWidget()
    if outer is not None:
        outer.ensureWidgetVisible(made, 0, 60)
        QTimer.singleShot(0, made, lambda: outer.ensureWidgetVisible(made, 0, 60))

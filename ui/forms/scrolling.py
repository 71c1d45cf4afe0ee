"""A scrolling frame round a form."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrolling(inner: QWidget) -> QScrollArea:
    """`inner` as wide as the frame, scrolled up and down only."""
    outer = QScrollArea()
    outer.setFrameShape(QFrame.Shape.NoFrame)
    outer.setWidgetResizable(True)
    outer.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    outer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    outer.setWidget(inner)
    return outer

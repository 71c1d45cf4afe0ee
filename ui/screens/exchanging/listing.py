"""How a list of what was sent or answered lies on its card: table, the sentence of the current row, its deeds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget


def lay_out(card: QWidget, table: QWidget, told: QLabel, deeds: Sequence[QWidget], none: QLabel) -> None:
    """`none` is what stands there while the list is empty."""
    none.setAlignment(Qt.AlignmentFlag.AlignTop)
    foot = QHBoxLayout()
    for made in deeds:
        foot.addWidget(made)
    foot.addStretch(1)
    column = QVBoxLayout(card)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(table, 1)
    column.addWidget(told)
    column.addLayout(foot)
    column.addWidget(none, 1)

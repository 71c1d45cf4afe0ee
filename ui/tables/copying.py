"""The selected block as tab-separated text, as Excel and WPS paste it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelectionRange, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView

MOST = 200_000


def ranges_of(view: QTableView) -> list[QItemSelectionRange]:
    """The selected rectangles: counting them is cheap where counting cells is not."""
    chosen: Any = view.selectionModel().selection()
    return list(chosen)


def block(view: QTableView) -> str:
    """The bounding block of the selection, hidden columns left out; cells with breaks are quoted."""
    ranges = ranges_of(view)
    if not ranges:
        return ""
    model = view.model()
    top, bottom = min(r.top() for r in ranges), max(r.bottom() for r in ranges)
    left, right = min(r.left() for r in ranges), max(r.right() for r in ranges)
    columns = [c for c in range(left, right + 1) if not view.isColumnHidden(c)]
    bottom = min(bottom, top + MOST // max(1, len(columns)))
    rows = []
    for row in range(top, bottom + 1):
        cells = []
        for column in columns:
            index = model.index(row, column)
            inside = any(r.contains(index) for r in ranges)
            text = str(index.data(Qt.ItemDataRole.DisplayRole) or "") if inside else ""
            cells.append(_quoted(text))
        rows.append("\t".join(cells))
    return "\n".join(rows)


def copied(view: QTableView) -> None:
    """Ctrl+C: put the block on the clipboard."""
    QGuiApplication.clipboard().setText(block(view))


def _quoted(text: str) -> str:
    if any(mark in text for mark in '\t\n"'):
        return '"' + text.replace('"', '""') + '"'
    return text

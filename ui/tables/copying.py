"""The selected block as tab-separated text, as Excel and WPS paste it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QTableView

MOST = 200_000


def block(view: QTableView) -> str:
    """The bounding block of the selection, hidden columns left out; cells with breaks are quoted."""
    chosen: QItemSelectionModel = view.selectionModel()
    ranges = chosen.selection()
    if ranges.isEmpty():
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


def _quoted(text: str) -> str:
    if any(mark in text for mark in '\t\n"'):
        return '"' + text.replace('"', '""') + '"'
    return text

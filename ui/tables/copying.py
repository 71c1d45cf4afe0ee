"""The selected block of a table, on its way to the clipboard."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QItemSelectionRange, QModelIndex, Qt
from PySide6.QtWidgets import QTableView

from ui.tables import clipboard, roles

MOST = 200_000
TOO_MANY = "选中了 {cells:,} 格，一次最多复制 {most:,} 格，没有复制；请少选一些，或用“导出”"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def ranges_of(view: QTableView) -> list[QItemSelectionRange]:
    """The selected rectangles: counting them is cheap where counting cells is not."""
    chosen: Any = view.selectionModel().selection()
    return list(chosen)


def copied(view: QTableView) -> str:
    """Ctrl+C: put the block on the clipboard; what to tell the clerk where it was too large and nothing was copied."""
    cells = _size(view)
    if cells > MOST:
        return TOO_MANY.format(cells=cells, most=MOST)
    if rows := _rows(view):
        clipboard.put(rows)
    return ""


def block(view: QTableView) -> str:
    """The bounding block of the selection as tabbed text, hidden columns left out; '' where it is too large."""
    return "" if _size(view) > MOST else clipboard.as_text([[text for text, _ in row] for row in _rows(view)])


def _bounds(view: QTableView) -> tuple[range, list[int]]:
    """The rows and the shown columns that the selection spans."""
    ranges = ranges_of(view)
    if not ranges:
        return range(0), []
    rows = range(min(r.top() for r in ranges), max(r.bottom() for r in ranges) + 1)
    columns = range(min(r.left() for r in ranges), max(r.right() for r in ranges) + 1)
    return rows, [c for c in columns if not view.isColumnHidden(c)]


def _size(view: QTableView) -> int:
    rows, columns = _bounds(view)
    return len(rows) * len(columns)


def _rows(view: QTableView) -> list[list[tuple[str, bool]]]:
    rows, columns = _bounds(view)
    model, chosen = view.model(), ranges_of(view)
    found = []
    for row in rows:
        here = [r for r in chosen if r.top() <= row <= r.bottom()]
        inside = [any(r.left() <= c <= r.right() for r in here) for c in columns]
        found.append(
            [_cell(model.index(row, c)) if taken else ("", False) for c, taken in zip(columns, inside, strict=True)]
        )
    return found


def _cell(index: QModelIndex) -> tuple[str, bool]:
    """The text of a cell, a light by its word, and whether a spreadsheet must leave it as it is (00123, 18 digits)."""
    text = str(index.data(Qt.ItemDataRole.DisplayRole) or index.data(roles.LightWord) or "")
    number = int(index.data(Qt.ItemDataRole.TextAlignmentRole) or 0) & int(Qt.AlignmentFlag.AlignRight)
    return text, bool(text) and not number and not _DAY.fullmatch(text)

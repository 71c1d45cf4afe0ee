"""Blocks of cells: selecting those that came back, and the edge of the filled ones as in Excel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtWidgets import QTableView

from ui.tables import roles
from ui.tables.copying import ranges_of


def select_cells(view: QTableView, cells: Iterable[tuple[int, int]]) -> None:
    """Select cells given as (row, column), the upper left one current and visible; hidden columns are left out."""
    seen = sorted({at for at in cells if not view.isColumnHidden(at[1])})
    if not seen:
        return
    model = view.model()
    chosen = QItemSelection()
    for (top, bottom), columns in _stripes(seen).items():
        for left, right in _runs(columns):
            chosen.select(model.index(top, left), model.index(bottom, right))
    last, first = model.index(*seen[-1]), model.index(*seen[0])
    view.scrollTo(last)
    view.setCurrentIndex(first)  # scrolls too: where both do not fit, the first is seen
    view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def _stripes(cells: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[int]]:
    """{(top, bottom): columns filled from top to bottom}: few rectangles where a block has thousands of cells."""
    rows: dict[int, list[int]] = {}
    for row, column in cells:
        rows.setdefault(column, []).append(row)
    found: dict[tuple[int, int], list[int]] = {}
    for column in sorted(rows):
        for run in _runs(rows[column]):
            found.setdefault(run, []).append(column)
    return found


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def round_selection(view: QTableView, down: int, right: int) -> QModelIndex | None:
    """The next cell inside the one selected rectangle of several cells, column by column for Enter (`down`) and row by
    row for Tab (`right`); None where there is no such rectangle."""
    blocks, at = ranges_of(view), view.currentIndex()
    if len(blocks) != 1 or not blocks[0].contains(at):
        return None
    block = blocks[0]
    columns = [c for c in range(block.left(), block.right() + 1) if not view.isColumnHidden(c)]
    tall, wide = block.height(), len(columns)
    if tall * wide < 2 or at.column() not in columns:
        return None
    row, place = at.row() - block.top(), columns.index(at.column())
    if down:
        place, row = divmod((place * tall + row + down) % (tall * wide), tall)
    else:
        row, place = divmod((row * wide + place + right) % (tall * wide), wide)
    return view.model().index(block.top() + row, columns[place])


def edge_from(
    view: QTableView, at: QModelIndex, down: int, right: int, full: Callable[[int], bool]
) -> QModelIndex:
    """Where Ctrl and an arrow lead: the end of the filled cells, or the next filled one, or the end of the table.

    `full(row)` tells of the rows of the column of `at`.
    """
    model = view.model()
    if down:
        return at.siblingAtRow(_edge(range(at.row(), model.rowCount() if down > 0 else -1, down), full))
    line = range(at.column(), model.columnCount() if right > 0 else -1, right)
    shown = [column for column in line if not view.isColumnHidden(column)]
    return at.siblingAtColumn(_edge(shown, lambda column: filled(at.siblingAtColumn(column))))


def _edge(line: Sequence[int], full: Callable[[int], bool]) -> int:
    """The cell of a line, its first the one now current, where Excel would stop."""
    if len(line) < 2:
        return line[0]
    if full(line[0]) and full(line[1]):
        empty = next((i for i in range(2, len(line)) if not full(line[i])), len(line))
        return line[empty - 1]
    return next((line[i] for i in range(1, len(line)) if full(line[i])), line[-1])


def filled(index: QModelIndex) -> bool:
    """Whether a cell shows anything, a light included."""
    return bool(index.data(Qt.ItemDataRole.DisplayRole) or index.data(roles.Light))

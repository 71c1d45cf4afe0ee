"""What was taken back or done again, shown in the grid."""

from __future__ import annotations

from app.removal.undone import Undone
from ui.tables.blocks import select_cells
from ui.tables.ledger_table import LedgerTable


def show(table: LedgerTable, undone: Undone) -> int:
    """Select the cells and rows that came back; how many rows of them are not in the list shown."""
    model = table.ledger_model
    places: list[tuple[int, int]] = []
    missed: set[str] = set()
    for entry, key in undone.cells:
        row, column = model.row_of(entry), model.column_of(key)
        if row >= 0 and column >= 0:
            places.append((row, column))
        elif row < 0:
            missed.add(entry)
    for entry in undone.back:
        row = model.row_of(entry)
        if row >= 0:
            places += [(row, column) for column in range(model.columnCount())]
        else:
            missed.add(entry)
    select_cells(table, places)
    return len(missed)


def reload(table: LedgerTable) -> None:
    """Read the list anew because rows went or came; where the current one went, the next is current."""
    was, at = table.current_id(), table.currentIndex()
    table.load(table.ledger_model.query)
    last = table.ledger_model.rowCount() - 1
    if table.ledger_model.row_of(was) < 0 <= last:
        table.setCurrentIndex(table.ledger_model.index(min(at.row(), last), max(0, at.column())))

"""The columns of a ledger's grid as the clerk arranges them by hand: width, order, which are shown, how many stand still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QMenu

from ui import look
from ui.tables.fitting import fitted
from ui.tables.panes import Pane

if TYPE_CHECKING:
    from ui.tables.ledger_table import LedgerTable

MOST_FROZEN = 4
WIDEST = 520  # px that a double click on a border makes a column at most
MEASURED = 200  # rows measured one by one: those in sight, and of a long list the longest


class Arranging(QObject):
    """Every change is kept at once, per ledger and clerk. Heads can be dragged where their column is chosen already."""

    def __init__(self, table: LedgerTable) -> None:
        super().__init__(table)
        self._table = table
        self._busy = False
        table.resized.connect(self._keep_width)
        for pane in (table, table.pane):
            pane.head.sectionMoved.connect(lambda _at, old, new, pane=pane: self._moved(pane, old, new))
            pane.head.menu_wished.connect(self.menu)

    def apply(self) -> None:
        """Lay the columns out as they are kept."""
        table = self._table
        self._busy = True
        for at, column in enumerate(table.ledger_model.columns):
            hidden = table.kept.hides(column)
            table.setColumnHidden(at, hidden)
            if not hidden:
                table.setColumnWidth(at, table.kept.width(column.key) or look.sizes().grown(column.width))
        table.freeze(table.kept.frozen())
        self._busy = False
        self.fit()

    def fit(self) -> None:
        """Widths that the clerk did not set give way so that no number is cut at the right edge."""
        table = self._table
        shown = {at: c for at, c in enumerate(table.ledger_model.columns) if not table.isColumnHidden(at)}
        widths = fitted(map(table.kept.wide, shown.values()), table.viewport().width())
        self._busy = True
        for at, width in zip(shown, widths, strict=True):
            if table.columnWidth(at) != width:
                table.setColumnWidth(at, width)
        self._busy = False

    def _keep_width(self, section: int) -> None:
        table = self._table
        if not self._busy and not table.isColumnHidden(section):
            table.kept.keep_width(table.ledger_model.columns[section].key, table.columnWidth(section))

    def arrange(self, order: list[str], shown: list[str], frozen: int) -> None:
        """Put the columns in `order`, show only `shown`, freeze the first `frozen`; kept at once."""
        table = self._table
        table.kept.keep(order, shown, frozen)
        table.settle()
        was, key = table.current_id(), self._key(table.currentIndex().column())
        table.ledger_model.set_columns(table.kept.ordered(table.ledger_model.columns))
        self.apply()
        table.filters.mark()
        table.show_entry(was, key)

    def wide(self, column: int) -> int:
        """How wide a column has to be for what it shows, in px."""
        table, model = self._table, self._table.ledger_model
        metrics = QFontMetrics(table.font())
        top = max(0, table.rowAt(0))
        rows = [*range(top, min(top + MEASURED, model.rowCount()))]
        found = model.columns[column]
        if model.rowCount() > len(rows) and found.filterable:
            longest = table.rows.longest(found.key, model.query, MEASURED // 4)
            rows += [row for row in map(model.row_of, longest) if row >= 0]
        texts = {str(model.index(row, column).data() or "") for row in rows}
        cells = max((metrics.horizontalAdvance(text.partition("\n")[0]) for text in texts), default=0) + 2 * look.CELL_PAD + 4
        head = QFontMetrics(look.bold(table.font())).horizontalAdvance(found.title) + look.CELL_PAD + 34
        least = look.PILL[0] + 2 * look.CELL_PAD if found.light else 0
        return min(max(cells, head, least), look.sizes().grown(WIDEST))

    def _moved(self, pane: Pane, old: int, new: int) -> None:
        """A head was dragged: the columns themselves take that order, and the heads go back to follow them."""
        if self._busy:
            return
        head, columns = pane.head, self._table.ledger_model.columns
        order = [columns[head.logicalIndex(at)].key for at in range(head.count())]
        self._busy = True
        head.moveSection(new, old)
        self._busy = False
        shown, frozen = self._table.shown_keys(), self._table.frozen_wish()
        QTimer.singleShot(0, self, lambda: self.arrange(order, shown, frozen))  # the drag has to end first

    def _key(self, column: int) -> str:
        columns = self._table.ledger_model.columns
        return columns[column].key if 0 <= column < len(columns) else ""

    # the menu of a head

    def menu(self, section: int, where: QPoint) -> None:
        """What can be done with a column: sort, filter, fix, hide, fit."""
        table = self._table
        made = QMenu(table)
        column = table.ledger_model.columns[section]
        place = self._place(section)
        frozen = self._place(table.frozen() - 1) if table.frozen() else 0
        for words, can, done in (
            ("升序", column.sortable, lambda: table.filters.sort(column.sort_key, False)),
            ("降序", column.sortable, lambda: table.filters.sort(column.sort_key, True)),
            ("筛选…", True, lambda: table.filters.drop(section, where)),
            ("", True, None),
            (f"固定左边 {place} 列（到这一列）", place <= MOST_FROZEN and place != frozen, lambda: self.freeze(place)),
            ("只固定第一列", frozen > 1, lambda: self.freeze(1)),
            ("列宽合适", True, lambda: table.setColumnWidth(section, self.wide(section))),
            ("隐藏这一列", len(table.shown_keys()) > 1, lambda: self._hide(column.key)),
            ("列设置…", True, table.columns_wished.emit),
        ):
            if done is None:
                made.addSeparator()
                continue
            action = made.addAction(words)
            action.setEnabled(can)
            action.triggered.connect(lambda _=False, done=done: done())
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.popup(where)

    def freeze(self, columns: int) -> None:
        """Fix the first so many shown columns, at most four."""
        self.arrange(self._order(), self._table.shown_keys(), min(columns, MOST_FROZEN))

    def _hide(self, key: str) -> None:
        table = self._table
        self.arrange(self._order(), [k for k in table.shown_keys() if k != key], table.frozen_wish())

    def _order(self) -> list[str]:
        return [column.key for column in self._table.ledger_model.columns]

    def _place(self, section: int) -> int:
        """Which of the shown columns it is, from 1."""
        return sum(not self._table.isColumnHidden(at) for at in range(section + 1))

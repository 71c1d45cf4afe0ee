"""The grid of one ledger: columns as the clerk left them, filters, sums, copying, problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import Query
from ui import look
from ui.desk import Desk
from ui.tables import copying, roles
from ui.tables.columns import Column, columns_of, light_word
from ui.tables.edits import Edits
from ui.tables.filter_popup import FilterPopup
from ui.tables.fitting import fitted
from ui.tables.grid import Grid
from ui.tables.kept_columns import KeptColumns
from ui.tables.ledger_model import LedgerModel
from ui.tables.ledger_rows import LedgerRows
from ui.tables.locks import sealed_locks

SUMMED_CELLS = 20_000
READ_AT_ONCE = 400  # rows that are read cell by cell faster than the list is asked anew
NO_LIGHT = "（无灯，不在账或手续齐全）"


class LedgerTable(Grid):
    """`queried` when filter or order changed here; `problem_shown(text)` for the cell now current."""

    queried = Signal()
    problem_shown = Signal(str)
    summed = Signal(str)
    columns_wished = Signal()
    menu_made = Signal(object, object)  # the context menu before it shows, ids of the chosen rows

    def __init__(self, desk: Desk, ledger: LedgerLine, parent: QWidget | None = None) -> None:
        super().__init__("项目台账表", parent=parent)
        self.desk = desk
        self.ledger = ledger
        self.rows = LedgerRows(desk, ledger.id)
        self.kept = KeptColumns(desk, ledger)
        self.ledger_model = LedgerModel(self.rows, self.kept.ordered(columns_of(ledger.loaded, ledger.dept)), self)
        if not ledger.own:
            self.ledger_model.readonly = f"这本台账由{ledger.origin}报来，只能查看；要改请对方改好再报"
        self.ledger_model.locks = sealed_locks(ledger)
        self.set_model(self.ledger_model)
        self.edits = Edits(desk, self.ledger_model, self)
        self._arranging = False
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(60)
        self._wire()
        self._keys()
        self._apply_columns()

    def _wire(self) -> None:
        self._settling.timeout.connect(self._sum)
        self.selected.connect(self._settling.start)
        self.filter_wished.connect(self._drop_filter)
        self.menu_wished.connect(self._menu)
        self.resized.connect(self._keep_width)
        self.picked.connect(self._tell_fault)
        self.refused.connect(self._tell_lock)
        self.ledger_model.faulted.connect(lambda _i, _k, problem: self.problem_shown.emit(problem.text))
        self.today_wished.connect(lambda: self.edits.put_all(f"{self.desk.office.today():%Y-%m-%d}"))
        self.cleared.connect(lambda: self.edits.put_all(""))

    def _keys(self) -> None:
        for words, keys, done in (
            ("复制", "Ctrl+C", self.copy),
            ("粘贴", "Ctrl+V", self.edits.paste),
            ("向下填充", "Ctrl+D", self.edits.fill_down),
            ("填到选中各格", "Ctrl+Return", self.edits.fill_all),
            ("撤销", "Ctrl+Z", self.edits.undo),
            ("重做", "Ctrl+Y", self.edits.redo),
            ("这一列的筛选", "Ctrl+Shift+L", self.show_filter),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, done=done: done())
            self.addAction(action)

    # reading

    def load(self, query: Query) -> None:
        """Show what `query` asks for; the current row stays current where it still is there."""
        self.settle()
        was, column = self.current_id(), max(0, self.currentIndex().column())
        self.ledger_model.load(query)
        self._mark()
        row = max(0, self.ledger_model.row_of(was))
        if self.ledger_model.rowCount():
            self.setCurrentIndex(self.ledger_model.index(row, column))

    def current_id(self) -> str:
        return self.ledger_model.id_at(self.currentIndex().row())

    def show_entry(self, entry_id: str, key: str = "") -> bool:
        """Make an entry current, at the column `key`. False when it is not in the list shown."""
        row = self.ledger_model.row_of(entry_id)
        if row < 0:
            return False
        column = self.ledger_model.column_of(key) if key else self.currentIndex().column()
        self.setCurrentIndex(self.ledger_model.index(row, max(0, column)))
        return True

    def move(self, step: int) -> None:
        self.step(step, 0)

    def fullness(self, column: int) -> Callable[[int], bool]:
        model, key = self.ledger_model, self.ledger_model.columns[column].key
        if model.rowCount() <= READ_AT_ONCE:
            return super().fullness(column)
        if not model.columns[column].filterable:
            return lambda row: True  # the list cannot tell: to the end of the table
        blank = set(self.rows.blanks(key, model.query)) - {entry for entry, at in model.faults if at == key}
        return lambda row: model.id_at(row) not in blank

    # filters

    def _mark(self) -> None:
        query, model = self.ledger_model.query, self.ledger_model
        filtered = {model.column_of(key) for key, _ in query.where}
        if query.lights:
            filtered.add(model.column_of("light"))
        by = None
        if query.sort:
            key, down = query.sort[0]
            found = [i for i, c in enumerate(model.columns) if c.key == key or c.sort_key == key]
            by = (found[0], down) if found else None
        self.mark(filtered, by)

    def _drop_filter(self, section: int, where: QPoint) -> None:
        column = self.ledger_model.columns[section]
        values: list[tuple[str, str, int]] = []
        query = self.ledger_model.query
        on = next((wanted for key, wanted in query.where if key == column.key), ())
        if column.filterable:
            found = self.rows.values(column.key, query)
            values = [(v, _words(column, v), n) for v, n in found]
        popup = FilterPopup(column.title, values, on, sortable=column.sortable, parent=self)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.chosen.connect(lambda wanted: self._filter(column.key, wanted))
        popup.sorted.connect(lambda down: self._sort(column.sort_key, down))
        popup.open_at(where)

    def _filter(self, key: str, wanted: tuple[str, ...]) -> None:
        query = self.ledger_model.query
        rest = tuple(w for w in query.where if w[0] != key)
        self.load(replace(query, where=(*rest, (key, wanted)) if wanted else rest))
        self.queried.emit()

    def _sort(self, key: str, down: bool) -> None:
        self.load(replace(self.ledger_model.query, sort=((key, down),)))
        if self.ledger_model.rowCount():
            self.setCurrentIndex(self.ledger_model.index(0, max(0, self.currentIndex().column())))
            self.verticalScrollBar().setValue(0)
        self.queried.emit()

    # columns, kept per ledger and clerk

    def _apply_columns(self) -> None:
        self._arranging = True
        for at, column in enumerate(self.ledger_model.columns):
            hidden = self.kept.hides(column)
            self.setColumnHidden(at, hidden)
            if not hidden:
                self.setColumnWidth(at, self.kept.width(column.key) or look.sizes().grown(column.width))
        self.freeze(self.kept.frozen())
        self._arranging = False
        self._fit()

    def _fit(self) -> None:
        """Widths that the clerk did not set give way so that no number is cut at the right edge."""
        shown = {at: c for at, c in enumerate(self.ledger_model.columns) if not self.isColumnHidden(at)}
        self._arranging = True
        for at, width in zip(
            shown, fitted(map(self.kept.wide, shown.values()), self.viewport().width()), strict=True
        ):
            if self.columnWidth(at) != width:
                self.setColumnWidth(at, width)
        self._arranging = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _keep_width(self, section: int) -> None:
        if not self._arranging and not self.isColumnHidden(section):
            self.kept.keep_width(self.ledger_model.columns[section].key, self.columnWidth(section))

    def shown_keys(self) -> list[str]:
        return [c.key for i, c in enumerate(self.ledger_model.columns) if not self.isColumnHidden(i)]

    def arrange(self, order: list[str], shown: list[str], frozen: int) -> None:
        """Put the columns in `order`, show only `shown`, freeze the first `frozen`; kept at once."""
        self.kept.keep(order, shown, frozen)
        self.settle()
        was = self.current_id()
        self.ledger_model.set_columns(self.kept.ordered(self.ledger_model.columns))
        self._apply_columns()
        self._mark()
        self.show_entry(was)

    # what the hand does

    def copy(self) -> None:
        copying.copied(self)

    def _menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        editable = bool(self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable)
        for words, keys, done, can in (
            ("打开这一行", "F4", lambda: self.opened.emit(self.currentIndex()), True),
            ("复制", "Ctrl+C", self.copy, True),
            ("粘贴", "Ctrl+V", self.edits.paste, editable),
            ("清空", "Delete", lambda: self.edits.put_all(""), editable),
            ("向下填充", "Ctrl+D", self.edits.fill_down, editable),
            ("筛选这一列…", "Ctrl+Shift+L", self.show_filter, True),
            ("列设置…", "", self.columns_wished.emit, True),
        ):
            action = menu.addAction(f"{words}\t{keys}" if keys else words)
            action.setEnabled(can)
            action.triggered.connect(lambda _=False, done=done: done())
        self.menu_made.emit(menu, self.chosen_ids())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def chosen_ids(self) -> list[str]:
        """Ids of the rows that the selection touches, top to bottom."""
        rows = sorted({row for r in copying.ranges_of(self) for row in range(r.top(), r.bottom() + 1)})
        return [self.ledger_model.id_at(row) for row in rows]

    def next_fault(self, step: int) -> bool:
        """F8: go to the next refused cell. False when there is none."""
        model = self.ledger_model
        cells = sorted((model.row_of(i), model.column_of(k)) for i, k in model.faults if model.row_of(i) >= 0)
        if not cells:
            return False
        here = (self.currentIndex().row(), self.currentIndex().column())
        after = [c for c in cells if c > here] if step > 0 else [c for c in reversed(cells) if c < here]
        row, column = after[0] if after else cells[0 if step > 0 else -1]
        self.setCurrentIndex(model.index(row, column))
        return True

    def _tell_fault(self, index: QModelIndex) -> None:
        fault = self.ledger_model.faults.get(
            (self.current_id(), self.ledger_model.columns[index.column()].key)
            if index.isValid()
            else ("", "")
        )
        self.problem_shown.emit(fault[1].text if fault else "")

    def _tell_lock(self, index: QModelIndex) -> None:
        if why := index.data(roles.Locked):
            self.desk.said.emit(why)

    def _sum(self) -> None:
        ranges = copying.ranges_of(self)
        cells = sum(r.width() * r.height() for r in ranges)
        if cells < 2:
            self.summed.emit("")
            return
        if cells > SUMMED_CELLS:
            self.summed.emit(f"选中 {cells:,} 格")
            return
        indexes = [i for r in ranges for i in r.indexes() if not self.isColumnHidden(i.column())]
        numbers = [n for n in (i.data(roles.Number) for i in indexes) if n is not None]
        text = f"选中 {len(indexes):,} 格"
        if numbers:
            total = sum(numbers) / 1_000_000
            text += f"  合计 {total:,.2f} 万元  平均 {total / len(numbers):,.2f}"
        self.summed.emit(text)


def _words(column: Column, value: str) -> str:
    if column.light and value in look.LIGHTS:
        return f"{look.LIGHTS[value].shape} {light_word(column, value)}"
    return NO_LIGHT if column.light and value == lists.EMPTY else value

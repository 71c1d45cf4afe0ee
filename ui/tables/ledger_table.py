"""The grid of one ledger: columns as the clerk left them, filters, sums, copying, problems."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Query
from ui.desk import Desk
from ui.tables import copying, roles
from ui.tables.arranging import Arranging
from ui.tables.columns import columns_of
from ui.tables.edits import Edits
from ui.tables.fill_handle import FillHandle
from ui.tables.filtering import Filters
from ui.tables.finder import Finder
from ui.tables.grid import Grid
from ui.tables.kept_columns import KeptColumns
from ui.tables.ledger_model import LedgerModel
from ui.tables.ledger_rows import LedgerRows
from ui.tables.locks import sealed_locks
from ui.tables.sums import Sums
from ui.widgets.patience import Patience

READ_AT_ONCE = 400  # rows that are read cell by cell faster than the list is asked anew


class LedgerTable(Grid):
    """`queried` when filter or order changed here; `problem_shown(text)` for the cell now current."""

    queried = Signal()
    problem_shown = Signal(str)
    summed = Signal(str)
    columns_wished = Signal()
    delete_wished = Signal(object)  # ids of rows that are selected whole
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
        self.edits = Edits(desk, self.ledger_model, self.rows, self, ledger)
        self.filters = Filters(self)
        self.arranging = Arranging(self)
        self.sought = ""
        self.patience = Patience()
        self.sums = Sums(self)
        self._wire()
        self._keys()
        self.arranging.apply()

    def _wire(self) -> None:
        self.sums.told.connect(self.summed)
        self.menu_wished.connect(self._menu)
        self.picked.connect(self._tell_fault)
        self.refused.connect(self._tell_lock)
        self.ledger_model.faulted.connect(lambda _i, _k, problem: self.problem_shown.emit(problem.text))
        self.today_wished.connect(lambda: self.edits.put_all(f"{self.desk.office.today():%Y-%m-%d}"))
        self.cleared.connect(self._clear)
        self.at_end.connect(self._tell_end)
        self.spread.connect(self.edits.put_all)
        self.fill = FillHandle(self)
        self.fill.filled.connect(self.edits.drag)
        self.fill.missed.connect(
            lambda: self.desk.said.emit("旁边的列没有内容，或者下面的格已有内容，没有填；要填请拖动小方块")
        )

    def _keys(self) -> None:
        for words, keys, done in (
            ("复制", "Ctrl+C", self.copy),
            ("剪切", "Ctrl+X", self.cut),
            ("粘贴", "Ctrl+V", self.edits.paste),
            ("粘贴为新行", "Ctrl+Shift+V", self.paste_as_rows),
            ("向下填充", "Ctrl+D", self.edits.fill_down),
            ("向右填充", "Ctrl+R", self.edits.fill_right),
            ("填到选中各格", "Ctrl+Return", self.edits.fill_all),
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
        by = [key for key, _ in query.where], [each.key for each in query.having], bool(query.text)
        with self.patience.over(f"list {query.sort} {by}", max(self.ledger.rows, self.ledger_model.rowCount())):
            self.ledger_model.load(query)
        self.kept.keep_query(query)
        self.filters.mark()
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

    def _filter(self, key: str, wanted: tuple[str, ...]) -> None:
        self.filters.ask(key, "", wanted)

    def _sort(self, key: str, down: bool) -> None:
        self.filters.sort(key, down)

    # columns, kept per ledger and clerk

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arranging.fit()

    def sizeHintForColumn(self, column: int) -> int:
        """What a double click on the border of a head makes it; Qt would measure a thousand rows."""
        return self.arranging.wide(column)

    def shown_keys(self) -> list[str]:
        return [c.key for i, c in enumerate(self.ledger_model.columns) if not self.isColumnHidden(i)]

    def arrange(self, order: list[str], shown: list[str], frozen: int) -> None:
        """Put the columns in `order`, show only `shown`, freeze the first `frozen`; kept at once."""
        self.arranging.arrange(order, shown, frozen)

    # what the hand does

    def copy(self) -> None:
        if said := copying.copied(self):
            self.desk.said.emit(said)

    def cut(self) -> None:
        """Ctrl+X: the block goes onto the clipboard, and what may be changed of it is emptied."""
        if said := copying.copied(self):
            self.desk.said.emit(said)
        else:
            self.edits.put_all("")

    def paste_as_rows(self) -> None:
        """Ctrl+Shift+V: what was copied becomes rows of its own, below the last one."""
        from ui.tables import pasting_rows  # noqa: PLC0415 - with the first such paste

        pasting_rows.paste(self, self.window())

    def _tell_end(self) -> None:
        if self.edits.grows():
            row, register = self.ledger.loaded.t.words.row, self.ledger.loaded.t.nature == REGISTER
            add = "登记" if register else f"新增{row}"
            self.sums.hint(f"已到最后一行；要再加{row}，点“{add}”，或复制好按 Ctrl+Shift+V 粘贴为新行")

    def _clear(self) -> None:
        """Delete: the cells are emptied; rows selected by their numbers, whole, are asked about."""
        shown = [c for c in range(self.ledger_model.columnCount()) if not self.isColumnHidden(c)]
        ranges = copying.ranges_of(self)
        if shown and ranges and all(r.left() <= shown[0] and r.right() >= shown[-1] for r in ranges):
            self.delete_wished.emit(self.chosen_ids())
        else:
            self.edits.put_all("")

    def find(self, replacing: bool) -> None:
        """Ctrl+F, Ctrl+H: look for a text in the cells, and put another in its place."""
        from ui.dialogs.find_dialog import FindDialog  # noqa: PLC0415 - with the first search

        self.settle()
        for shown in self.findChildren(FindDialog):
            shown.close()
        dialog = FindDialog(Finder(self), self, self.sought, replacing=replacing)
        dialog.finished.connect(lambda _: self._found(dialog.sought.text()))
        dialog.show()

    def _found(self, text: str) -> None:
        self.sought = text
        self.setFocus()

    def _menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        editable = bool(self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable)
        for words, keys, done, can in (
            ("打开这一行", "F4", lambda: self.opened.emit(self.currentIndex()), True),
            ("剪切", "Ctrl+X", self.cut, editable),
            ("复制", "Ctrl+C", self.copy, True),
            ("粘贴", "Ctrl+V", self.edits.paste, editable),
            ("粘贴为新行…", "Ctrl+Shift+V", self.paste_as_rows, self.edits.grows()),
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
        cells = self._fault_cells()
        if not cells and model.faults:  # all of them in rows that are filtered away
            self.load(Query(sort=model.query.sort))
            self.queried.emit()
            cells = self._fault_cells()
        if not cells:
            return False
        here = (self.currentIndex().row(), self.currentIndex().column())
        after = [c for c in cells if c > here] if step > 0 else [c for c in reversed(cells) if c < here]
        row, column = after[0] if after else cells[0 if step > 0 else -1]
        self.setCurrentIndex(model.index(row, column))
        return True

    def _fault_cells(self) -> list[tuple[int, int]]:
        """(row, column) of every refused cell of the rows listed, read or not."""
        model = self.ledger_model
        return sorted((model.row_of(i), model.column_of(k)) for i, k in model.faults if model.row_of(i) >= 0)

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

"""The rows of a ledger for Qt: ids all at once, lines by the page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from shiboken6 import isValid

from app.ledger.cell_blocks import Amended, NewRows
from app.listing.lists import Line, Query
from app.problem import Problem
from ui.tables.cell_facts import OUT, READERS, RIGHT, UNSAVED, face
from ui.tables.columns import Column
from ui.tables.pasting import Texts
from ui.tables.roles import Face

PAGE, AHEAD, KEPT_PAGES = 8, 3, 300  # rows of a page, and how many pages a scroll reads at once: about a screen
SIGN = "●"
NO_FACE = Face()
Index = QModelIndex | QPersistentModelIndex
READABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
WRITABLE = READABLE | Qt.ItemFlag.ItemIsEditable


class Rows(Protocol):
    """Where the rows come from: `app.listing.lists`, bound to one ledger."""

    def ids(self, query: Query) -> list[str]: ...

    def lines(self, ids: Sequence[str]) -> list[Line]: ...

    def left_on(self, entry_id: str) -> str: ...

    def amend(self, entry_id: str, texts: dict[str, str]) -> Problem | None: ...

    def amend_many(self, texts: dict[str, dict[str, str]], done: Callable[[Amended], object], new: NewRows | None) -> None: ...


class LedgerModel(QAbstractTableModel):
    """A row is an id; its line is read with its page when first painted. A refused text stays in its cell."""

    faulted = Signal(str, str, object)  # entry id, column key, Problem
    faults_changed = Signal()

    def __init__(self, rows: Rows, columns: list[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._columns = columns
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._pages: OrderedDict[int, list[Line | None]] = OrderedDict()
        self.query = Query()
        self.faults: dict[tuple[str, str], tuple[str, Problem]] = {}
        self.locked: set[str] = set()
        self.readonly = ""
        self.locks: Mapping[str, str] = {}  # column key -> why it is not typed into now, and what to do

    # reading

    def load(self, query: Query) -> None:
        """Read the ids anew; scrolls and selections start over."""
        ids = self._rows.ids(query)
        self.beginResetModel()
        self.query = query
        self._ids = ids
        self._places = {key: row for row, key in enumerate(ids)}
        self._pages.clear()
        self.endResetModel()

    def reread(self) -> None:
        """Read the lines anew and leave every row where it is."""
        self._pages.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self._columns) - 1))

    def append(self, ids: Sequence[str]) -> None:
        """Put new rows at the end until the list is next loaded."""
        fresh = [key for key in ids if key not in self._places]
        if not fresh:
            return
        at = len(self._ids)
        self.beginInsertRows(QModelIndex(), at, at + len(fresh) - 1)
        for key in fresh:
            self._places[key] = len(self._ids)
            self._ids.append(key)
        self._pages.pop(at // PAGE, None)
        self.endInsertRows()

    def line_at(self, row: int) -> Line | None:
        """The line of a row; None for a row that has gone meanwhile."""
        page = row // PAGE
        if page not in self._pages:
            pages = [each for each in range(page, page + AHEAD) if each not in self._pages]
            wanted = {each: self._ids[each * PAGE : (each + 1) * PAGE] for each in pages}
            found = {line.id: line for line in self._rows.lines([key for keys in wanted.values() for key in keys])}
            self._pages.update({each: [found.get(key) for key in keys] for each, keys in wanted.items() if keys})
            while len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        return self._pages[page][row % PAGE]

    def left_on(self, entry_id: str) -> str:
        return self._rows.left_on(entry_id)

    def has_left(self, row: int) -> bool:
        """Whether a row is out of 在账 for good."""
        line = self.line_at(row)
        return line is not None and line.standing in OUT

    def row_of(self, entry_id: str) -> int:
        return self._places.get(entry_id, -1)

    def id_at(self, row: int) -> str:
        return self._ids[row] if 0 <= row < len(self._ids) else ""

    @property
    def ids(self) -> Sequence[str]:
        return self._ids

    @property
    def columns(self) -> list[Column]:
        return self._columns

    def column_of(self, key: str) -> int:
        return next((i for i, c in enumerate(self._columns) if c.key == key), -1)

    def set_columns(self, columns: list[Column]) -> None:
        self.beginResetModel()
        self._columns = columns
        self.endResetModel()

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if side == Qt.Orientation.Vertical:
            waits = self.id_at(section) in self.locked
            if role == Qt.ItemDataRole.ToolTipRole:
                return UNSAVED if waits else None
            return (SIGN if waits else str(section + 1)) if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._columns[section].right else None
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in READERS:
            return None
        line = self.line_at(index.row())
        if line is None:
            return None
        return READERS[role](self, self._columns[index.column()], line)

    def face(self, index: Index) -> Face:
        """What is painted of a cell; a screen full asks a hundred times at each step of a scroll."""
        line = self.line_at(index.row())
        return NO_FACE if line is None else face(self, self._columns[index.column()], line)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return WRITABLE if self.open_at(index.row(), index.column()) else READABLE

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not self.open_at(index.row(), index.column()):
            return False
        line = self.line_at(index.row())
        if line is None:
            return False
        column = self._columns[index.column()]
        text = str(value).strip()
        problem = self._rows.amend(line.id, {column.key: text})
        if problem is None:
            if self.faults.pop((line.id, column.key), None):
                self.faults_changed.emit()
        else:
            self.faults[(line.id, column.key)] = (text, problem)
            self.faulted.emit(line.id, column.key, problem)
            self.faults_changed.emit()
        self._read_again(index.row())
        return problem is None

    def open_at(self, row: int, column: int) -> bool:
        """Whether a cell may be written now."""
        found = self._columns[column]
        if self.readonly or not found.editable or found.key in self.locks:
            return False
        return not self.locked or self.id_at(row) not in self.locked

    def write(
        self, texts: Texts, done: Callable[[Amended], object], new: NewRows | None = None
    ) -> None:
        """Write {row: {column: text}} and `new` rows as one deed; `done` is called when it is written, maybe later.

        What is refused stays in its cell; rows that were added come at the end.
        """
        keys = {column: self._columns[column].key for columns in texts.values() for column in columns}
        by_entry = {
            self._ids[row]: {keys[column]: text for column, text in columns.items()}
            for row, columns in texts.items()
            if columns
        }

        def written(made: Amended) -> None:
            if not isValid(self):
                return  # another ledger was opened meanwhile
            self._take(by_entry, made)
            done(made)

        self._rows.amend_many(by_entry, written, new)

    def _take(self, by_entry: Mapping[str, Mapping[str, str]], made: Amended) -> None:
        for entry, given in by_entry.items():
            for key in given:
                self.faults.pop((entry, key), None)
        self.faults.update({at: (fault.text, fault.problem) for at, fault in made.faults.items()})
        self.append(made.added)
        places = [self._places[entry] for entry in by_entry if entry in self._places]
        for page in {row // PAGE for row in places}:
            self._pages.pop(page, None)
        if places:
            last = len(self._columns) - 1
            self.dataChanged.emit(self.index(min(places), 0), self.index(max(places), last))
        self.faults_changed.emit()

    def _read_again(self, row: int) -> None:
        page = self._pages.get(row // PAGE)
        found = self._rows.lines([self._ids[row]])
        if page is not None:
            page[row % PAGE] = found[0] if found else None
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._columns) - 1))

    def lock(self, entry_id: str, on: bool) -> None:
        """Whether what was typed for a row waits in the form: the row is marked, and read-only here."""
        if on == (entry_id in self.locked):
            return
        self.locked.symmetric_difference_update({entry_id})
        row = self.row_of(entry_id)
        if row >= 0:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._columns) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, row, row)

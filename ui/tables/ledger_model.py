"""The rows of a ledger for Qt: ids all at once, lines by the page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.listing.lists import Line, Query, standing_shown
from app.problem import Problem
from ui.tables import roles
from ui.tables.columns import Column, edit_text, light_word
from ui.tables.locks import why_computed

PAGE, KEPT_PAGES = 40, 60  # a page is what one scroll may wait for: about two screens
OUT = ("已核减", "已开工", "已移除", "已更正")
SIGN, UNSAVED = "●", "填的内容还没有保存"
Index = QModelIndex | QPersistentModelIndex
READABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
WRITABLE = READABLE | Qt.ItemFlag.ItemIsEditable
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Rows(Protocol):
    """Where the rows come from: `app.listing.lists`, bound to one ledger."""

    def ids(self, query: Query) -> list[str]: ...

    def lines(self, ids: Sequence[str]) -> list[Line]: ...

    def left_on(self, entry_id: str) -> str: ...

    def amend(self, entry_id: str, texts: dict[str, str]) -> Problem | None: ...


class LedgerModel(QAbstractTableModel):
    """A row is an id; its line is read with its page when first painted. A refused text stays in its cell."""

    faulted = Signal(str, str, object)  # entry id, column key, Problem
    amended = Signal(str, str, str, str)  # entry id, column key, text before, text after

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
            wanted = self._ids[page * PAGE : (page + 1) * PAGE]
            found = {line.id: line for line in self._rows.lines(wanted)}
            self._pages[page] = [found.get(key) for key in wanted]
            while len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        return self._pages[page][row % PAGE]

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
        if not index.isValid() or role not in _READERS:
            return None
        line = self.line_at(index.row())
        if line is None:
            return None
        return _READERS[role](self, self._columns[index.column()], line)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return WRITABLE if self._may_edit(index) else READABLE

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not self._may_edit(index):
            return False
        line = self.line_at(index.row())
        if line is None:
            return False
        column = self._columns[index.column()]
        before = edit_text(column, line)
        text = str(value).strip()
        problem = self._rows.amend(line.id, {column.key: text})
        if problem is None:
            self.faults.pop((line.id, column.key), None)
            self.amended.emit(line.id, column.key, before, text)
        else:
            self.faults[(line.id, column.key)] = (text, problem)
            self.faulted.emit(line.id, column.key, problem)
        self._read_again(index.row())
        return problem is None

    def set_cells(self, row: int, texts: dict[int, str]) -> int:
        """Write several cells of a row as one deed, or one by one where that is refused; returns the faults."""
        line = self.line_at(row)
        if line is None:
            return 0
        columns = {at: self._columns[at] for at in texts}
        before = {at: edit_text(column, line) for at, column in columns.items()}
        if len(texts) > 1:
            problem = self._rows.amend(line.id, {columns[at].key: text for at, text in texts.items()})
            if problem is None:
                for at, text in texts.items():
                    self.faults.pop((line.id, columns[at].key), None)
                    self.amended.emit(line.id, columns[at].key, before[at], text)
                self._read_again(row)
                return 0
        return sum(not self.setData(self.index(row, at), text) for at, text in texts.items())

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

    def _may_edit(self, index: Index) -> bool:
        column = self._columns[index.column()]
        if self.readonly or not column.editable or column.key in self.locks:
            return False
        return self.id_at(index.row()) not in self.locked

    # what a cell says

    def _text(self, column: Column, line: Line) -> str:
        fault = self.faults.get((line.id, column.key))
        if fault:
            return fault[0]
        if column.light:
            return ""
        return column.shown(line)

    def _edit(self, column: Column, line: Line) -> str:
        fault = self.faults.get((line.id, column.key))
        return fault[0] if fault else edit_text(column, line)

    def _align(self, column: Column, line: Line) -> int | None:
        return RIGHT if column.right else None

    def _tip(self, column: Column, line: Line) -> str | None:
        if fault := self.faults.get((line.id, column.key)):
            return fault[1].text
        if column.light and line.cause:
            return line.cause
        if column.key == "name" and line.id in self.locked:
            return f"{column.shown(line)}\n{UNSAVED}"
        if column.key in ("left", "stage", "standing", "status") and line.standing in OUT:
            return f"{self._rows.left_on(line.id)} {standing_shown(line)}"
        text = column.shown(line)
        return text if len(text) > 12 and not column.light else None

    def _light(self, column: Column, line: Line) -> str | None:
        return line.light if column.light else None

    def _tone(self, column: Column, line: Line) -> str | None:
        if (line.id, column.key) in self.faults:
            return "error"
        if column.key == "name" and line.id in self.locked:
            return "warn"
        if column.key == "left":
            return {"red": "red", "yellow": "amber"}.get(line.light)
        return "muted" if line.standing not in ("在账", "") else None

    def _corner(self, column: Column, line: Line) -> bool:
        return (line.id, column.key) in self.faults

    def _choices(self, column: Column, line: Line) -> list[str]:
        return list(column.choices)

    def _key(self, column: Column, line: Line) -> str:
        return line.id

    def _locked(self, column: Column, line: Line) -> str:
        if self.readonly:
            return self.readonly
        if line.id in self.locked:
            return "这一行在表单里有没保存的改动，请先在表单里保存（Ctrl+S）或撤销"
        return self.locks.get(column.key) or why_computed(column)

    def _number(self, column: Column, line: Line) -> int | None:
        value = line.cells.get(column.key) if column.field and column.right else None
        return value if isinstance(value, int) and column.field and column.field.kind == "money" else None

    def _spoken(self, column: Column, line: Line) -> str:
        said = light_word(column, line.light) if column.light else self._text(column, line)
        waits = f"，{UNSAVED}" if column.key == "name" and line.id in self.locked else ""
        return f"{column.title} {said}{waits}"


_READERS: dict[int, Callable[[LedgerModel, Column, Line], Any]] = {
    int(Qt.ItemDataRole.DisplayRole): LedgerModel._text,
    int(Qt.ItemDataRole.EditRole): LedgerModel._edit,
    int(Qt.ItemDataRole.TextAlignmentRole): LedgerModel._align,
    int(Qt.ItemDataRole.ToolTipRole): LedgerModel._tip,
    int(Qt.ItemDataRole.AccessibleTextRole): LedgerModel._spoken,
    int(roles.Light): LedgerModel._light,
    int(roles.LightWord): lambda _model, column, line: light_word(column, line.light) if column.light else None,
    int(roles.Tone): LedgerModel._tone,
    int(roles.Corner): LedgerModel._corner,
    int(roles.Choices): LedgerModel._choices,
    int(roles.Key): LedgerModel._key,
    int(roles.Locked): LedgerModel._locked,
    int(roles.Number): LedgerModel._number,
}

"""The rows of a reading as a table: faults red, remarks amber, each cell mended in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.imports.drafts import CellProblem, DraftRow
from app.imports.matches import LookAlike
from app.values.amounts import ROUGH
from app.words.templates import Loaded
from ui.screens.importing.trial import (
    Reading,
    Trial,
    doubts,
    field_of,
    shown,
    shown_columns,
    telling_notes,
    title_of,
)
from ui.tables import roles

Index = QModelIndex | QPersistentModelIndex
WAYS = {"added": "新增", "updated": "更新", "skipped": "跳过", "problem": "有错", "left": "不导入"}
WAY_TONES = {"added": "green", "updated": "blue", "skipped": "muted", "problem": "red", "left": "muted"}
ROW, NAME, WAY = 0, 1, 2
FIXED = 3
MOST_REMARKED = 0.5


@dataclass(frozen=True)
class Shown:
    """One row as it is shown."""

    source: DraftRow
    way: str
    reason: str
    faults: dict[str, CellProblem]
    notes: dict[str, str]
    alike: LookAlike | None

    @property
    def wrong(self) -> bool:
        """A fault keeps the row out."""
        return any(not fault.kept for fault in self.faults.values())

    @property
    def unread(self) -> bool:
        """The row goes in, but for a cell whose word is not known."""
        return bool(self.faults) and not self.wrong

    @property
    def watch(self) -> bool:
        return self.way != "left" and bool(self.notes or self.alike)


class MendModel(QAbstractTableModel):
    """Columns: 原行号, 项目名称, 入账方式, then the mapped columns, those with faults first."""

    ended = (NAME,)

    def __init__(self, mended: Callable[[int, str, str], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mended = mended
        self._loaded: Loaded | None = None
        self.targets: list[str] = []
        self._order: tuple[object, ...] = ()
        self.all: list[Shown] = []
        self.rows: list[Shown] = []

    def load(self, reading: Reading, trial: Trial) -> None:
        """Take a reading; `keep` then says which rows are shown."""
        self.beginResetModel()
        self._loaded = reading.line.loaded
        fates = {r.row: r for r in reading.plan.rows}
        alike = doubts(reading, trial)
        notes = {r.row: telling_notes(self._loaded, r) for r in reading.draft.rows}
        for target in _usual(notes, len(reading.draft.rows)):
            for found in notes.values():
                if ROUGH not in found.get(target, ""):
                    found.pop(target, None)
        self.all = []
        for row in reading.draft.rows:
            fate = fates.get(row.row)
            faults = {p.field: p for p in (fate.problems if fate else ())}
            way, reason = (fate.verdict, fate.reason) if fate else ("left", "您定为不导入")
            self.all.append(Shown(row, way, reason, faults, notes[row.row], alike.get(row.row)))
        wrong = {f for s in self.all for f in s.faults}
        columns = [c.target for c in shown_columns(reading.draft) if c.target != "name"]
        extra = [f for f in sorted(wrong) if f not in columns and f != "name" and f in self._loaded.fields]
        noted = {t for s in self.all for t in s.notes}
        rank = {t: 0 if t in wrong else 1 if t in noted else 2 for t in columns + extra}
        order = (reading.draft.sha256, reading.draft.sheet, reading.draft.head_rows, *columns)
        if order != self._order:  # while a list is mended its columns stay where they are
            self.targets, self._order = sorted(rank, key=lambda t: rank[t]), order
        self.targets += [t for t in extra if t not in self.targets]
        self.rows = list(self.all)
        self.endResetModel()

    def keep(self, wanted: Callable[[Shown], bool]) -> None:
        self.beginResetModel()
        self.rows = [s for s in self.all if wanted(s)]
        self.endResetModel()

    # what is where

    def target(self, column: int) -> str:
        return {NAME: "name"}.get(column) or (self.targets[column - FIXED] if column >= FIXED else "")

    def column(self, target: str) -> int:
        if target == "name":
            return NAME
        return FIXED + self.targets.index(target) if target in self.targets else WAY

    def places(self) -> list[tuple[int, int]]:
        """(row, column) of every fault shown, in reading order; of every remark where no row shown has a fault."""
        found = [(at, self.column(f)) for at, s in enumerate(self.rows) for f in s.faults]
        if not found:
            found = [(at, self.column(t)) for at, s in enumerate(self.rows) for t in s.notes]
            found += [(at, NAME) for at, s in enumerate(self.rows) if s.alike]
        return sorted(set(found))

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else FIXED + len(self.targets)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if side == Qt.Orientation.Vertical:
            return str(section + 1)
        if section < FIXED:
            return ("原行号", "项目名称", "入账方式")[section]
        return title_of(self._loaded, self.targets[section - FIXED]) if self._loaded else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._loaded is None:
            return None
        row, column = self.rows[index.row()], index.column()
        target = self.target(column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(row, column, target)
        if role == roles.Tone:
            return self._tone(row, column, target)
        if role == roles.Corner:
            return (bool(target) and (target in row.faults or target in row.notes)) or (column == NAME and bool(row.alike))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column, target)
        if role == roles.Choices and target:
            return self._choices(target)
        if role == Qt.ItemDataRole.TextAlignmentRole and self._number(column, target):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, row: Shown, column: int, target: str) -> str:
        assert self._loaded is not None
        if column == ROW:
            return str(row.source.row)
        if column == WAY:
            return WAYS[row.way]
        return row.faults[target].raw if target in row.faults else shown(self._loaded, row.source, target)

    def _tone(self, row: Shown, column: int, target: str) -> str:
        if column == WAY:
            return WAY_TONES[row.way]
        if row.way == "left":
            return "muted"
        if target in row.faults:
            return "warn" if row.faults[target].kept else "error"
        return "warn" if target in row.notes or (column == NAME and row.alike) else ""

    def _tip(self, row: Shown, column: int, target: str) -> str:
        if column == WAY:
            return row.reason
        fault = row.faults.get(target)
        if fault:
            return fault.text
        return row.notes.get(target) or (self._text(row, column, target) if column == NAME else "")

    def _choices(self, target: str) -> list[str] | None:
        assert self._loaded is not None
        listed = self._loaded.codes.get(field_of(self._loaded, target).choices)
        return [code.label for code in listed.codes] if listed else None

    def _number(self, column: int, target: str) -> bool:
        assert self._loaded is not None
        return column == ROW or (bool(target) and field_of(self._loaded, target).kind in ("money", "area", "number", "int"))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if index.isValid() and self.target(index.column()) and self.rows[index.row()].way != "left":
            found |= Qt.ItemFlag.ItemIsEditable
        return found

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        self._mended(self.rows[index.row()].source.row, self.target(index.column()), str(value))
        return True


def _usual(notes: dict[int, dict[str, str]], rows: int) -> list[str]:
    """Targets remarked on in most rows: that is the sheet's way of writing, not something to look at row by row."""
    counted = Counter(target for found in notes.values() for target in found)
    return [t for t, n in counted.items() if n > 10 and n > MOST_REMARKED * rows]

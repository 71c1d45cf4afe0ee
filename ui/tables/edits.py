"""Changing many cells at once from the grid, and taking it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView

from ui.desk import Desk
from ui.dialogs import clearing_box
from ui.tables import roles
from ui.tables.blocks import select_cells
from ui.tables.copying import ranges_of
from ui.tables.ledger_model import LedgerModel

MOST_CELLS, MOST_STEPS = 5_000, 200
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Edit:
    """One cell: which, and its text before and after."""

    entry: str
    key: str
    before: str
    after: str


class Edits(QObject):
    """Paste, fill, clear; each is one step of Ctrl+Z and Ctrl+Y. A bad cell goes red, the rest is taken."""

    def __init__(self, desk: Desk, model: LedgerModel, table: QTableView) -> None:
        super().__init__(table)
        self._desk = desk
        self._model = model
        self._table = table
        self._done: list[list[Edit]] = []
        self._undone: list[list[Edit]] = []
        self._open: list[Edit] | None = None
        model.amended.connect(self._note)

    def _note(self, entry: str, key: str, before: str, after: str) -> None:
        if before == after:
            return
        edit = Edit(entry, key, before, after)
        if self._open is None:
            self._keep([edit])
        else:
            self._open.append(edit)

    def _keep(self, step: list[Edit]) -> None:
        self._done = [*self._done, step][-MOST_STEPS:]
        self._undone.clear()

    def _put(self, cells: list[tuple[Index, str]], verb: str) -> None:
        """Write texts into cells as one step and say how many."""
        self._open = []
        skipped = 0
        by_row: dict[int, dict[int, str]] = {}
        for index, text in cells[:MOST_CELLS]:
            if not index.flags() & Qt.ItemFlag.ItemIsEditable:
                skipped += 1
            elif str(index.data(Qt.ItemDataRole.EditRole) or "") != text:
                by_row.setdefault(index.row(), {})[index.column()] = text
        faults = sum(self._model.set_cells(row, texts) for row, texts in by_row.items())
        step, self._open = self._open, None
        if step:
            self._keep(step)
        if skipped and not (step or faults):
            self._tell_lock([index for index, _ in cells])
            return
        said = f"{verb} {len(step):,} 格"
        said += f"，{faults:,} 格有错标红" if faults else ""
        said += f"，{skipped:,} 格不能改" if skipped else ""
        if step or faults or skipped:
            self._desk.offered.emit(said, "撤销" if step else "", self.undo)

    def _tell_lock(self, cells: Sequence[Index]) -> None:
        """Nothing could be written: why the first cell of them takes nothing, and what to do."""
        self._desk.said.emit(next((why for i in cells if (why := i.data(roles.Locked))), "选中的格不能改"))

    def _chosen(self) -> list[QModelIndex]:
        """The selected cells in reading order, hidden columns left out."""
        ranges = ranges_of(self._table)
        if sum(r.width() * r.height() for r in ranges) > MOST_CELLS * 4:
            return []
        found = [i for r in ranges for i in r.indexes() if not self._table.isColumnHidden(i.column())]
        return sorted(found, key=lambda i: (i.row(), i.column()))

    def put_all(self, text: str) -> None:
        """One text into every selected cell that may be changed; '' clears."""
        chosen = self._chosen()
        cells = [i for i in chosen if i.flags() & Qt.ItemFlag.ItemIsEditable]
        if chosen and not cells:
            self._tell_lock(chosen)
        if not text and len(cells) > clearing_box.ASK_FROM:
            cells = self._agreed(cells)
        self._put([(i, text) for i in cells], "已填" if text else "已清空")

    def _agreed(self, cells: Sequence[QModelIndex]) -> list[QModelIndex]:
        """Which of so many cells are to be emptied: rows out of 在账 stay as they are, for the rest the clerk is asked."""
        full = [i for i in cells if str(i.data(Qt.ItemDataRole.EditRole) or "")]
        gone = {row for row in {i.row() for i in full} if self._model.has_left(row)}
        wanted = [i for i in full if i.row() not in gone]
        if gone and not wanted:
            self._desk.said.emit(f"选中的 {len(gone):,} 行都已出账，不能成片清空；要改请一格一格改")
        if len(wanted) <= clearing_box.ASK_FROM:
            return wanted
        titles = [self._model.columns[c].title for c in sorted({i.column() for i in wanted})]
        columns = "、".join(titles[:3]) + (f"等 {len(titles)} 列" if len(titles) > 3 else "")
        return wanted if clearing_box.ask(len(wanted), columns, len(gone), self._table.window()) else []

    def fill_all(self) -> None:
        """Ctrl+Enter: the current cell's text into the selection."""
        self.put_all(str(self._table.currentIndex().data(Qt.ItemDataRole.EditRole) or ""))

    def fill_down(self) -> None:
        """Ctrl+D: the top cell of each selected column into the cells below; one cell takes the one above."""
        chosen = self._chosen()
        if not chosen:
            return
        tops: dict[int, QModelIndex] = {}
        for index in chosen:
            tops.setdefault(index.column(), index)
        if len(chosen) == len(tops):
            tops = {c: i.siblingAtRow(i.row() - 1) for c, i in tops.items() if i.row()}
        text = {c: str(i.data(Qt.ItemDataRole.EditRole) or "") for c, i in tops.items()}
        self._put(
            [(i, text[i.column()]) for i in chosen if i.column() in tops and i != tops[i.column()]], "已填"
        )

    def paste(self) -> None:
        """A block from Excel or WPS at the current cell; one value fills the whole selection."""
        rows = parse_block(QGuiApplication.clipboard().text())
        at = self._table.currentIndex()
        if not rows or not at.isValid():
            return
        chosen = self._chosen()
        if len(rows) == 1 and len(rows[0]) == 1 and len(chosen) > 1:
            self.put_all(rows[0][0])
            return
        top = min(i.row() for i in chosen) if chosen else at.row()
        left = min(i.column() for i in chosen) if chosen else at.column()
        columns = [c for c in range(left, self._model.columnCount()) if not self._table.isColumnHidden(c)]
        cells: list[tuple[Index, str]] = []
        for down, texts in enumerate(rows):
            row = top + down
            if row < self._model.rowCount():
                cells += [
                    (self._model.index(row, c), t.strip()) for c, t in zip(columns, texts, strict=False)
                ]
        over = top + len(rows) - self._model.rowCount()
        self._put(cells, "已粘贴")
        if over > 0:
            self._desk.said.emit(f"有 {over:,} 行超出表尾，没有粘贴；请先新增项目或用“导入 Excel”")

    def undo(self) -> None:
        """Ctrl+Z: put back the texts of the last step."""
        if self._done:
            step = self._done.pop()
            self._replay([(e, e.before, e.after) for e in reversed(step)], "已撤销")
            self._undone.append(step)

    def redo(self) -> None:
        """Ctrl+Y: do the last undone step again."""
        if self._undone:
            step = self._undone.pop()
            undone = self._undone
            self._replay([(e, e.after, e.before) for e in step], "已重做")
            self._done.append(step)
            self._undone = undone

    def _replay(self, cells: list[tuple[Edit, str, str]], verb: str) -> None:
        self._open = []
        back: list[tuple[int, int]] = []
        for edit, text, _ in cells:
            index = self._model.index(self._model.row_of(edit.entry), self._model.column_of(edit.key))
            if index.isValid():
                self._model.setData(index, text)
                back.append((index.row(), index.column()))
        self._open = None
        select_cells(self._table, back)
        gone = len(cells) - len(back)
        self._desk.said.emit(
            f"{verb} {len(back):,} 格" + (f"，{gone:,} 格不在现在的列表里，没有动" if gone else "")
        )


def parse_block(text: str) -> list[list[str]]:
    """Clipboard text as rows of cells; quoted cells may hold breaks and tabs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\n"):
        return []
    rows = list(csv.reader(io.StringIO(text.removesuffix("\n")), delimiter="\t"))
    return [[cell.replace("\n", " ").strip() for cell in row] or [""] for row in rows]

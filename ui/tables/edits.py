"""Changing many cells at once from the grid, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtWidgets import QTableView

from app.ledger import ledgers, serving
from app.ledger.cell_blocks import Amended, NewRows
from app.ledger.ledgers import LedgerLine
from ui.desk import Desk
from ui.dialogs import clearing_box
from ui.tables import clipboard, roles
from ui.tables.copying import ranges_of
from ui.tables.ledger_model import LedgerModel, Rows
from ui.tables.pasting import Landing, Texts, landing, repeated
from ui.tables.red_cells import RedCells

MOST_CELLS = 200_000
Index = QModelIndex | QPersistentModelIndex


class Edits(QObject):
    """Paste, fill, clear; each is one step of Ctrl+Z and Ctrl+Y. A bad cell goes red, the rest is taken."""

    def __init__(
        self, desk: Desk, model: LedgerModel, rows: Rows, table: QTableView, ledger: LedgerLine
    ) -> None:
        super().__init__(table)
        self._desk = desk
        self._ledger = ledger.id
        self.grow = not serving.serves(ledger, "complaints")  # a complaint is asked about more closely
        self._model = model
        self._table = table
        self._red = RedCells(desk, model, rows, ledger.id)

    def grows(self) -> bool:
        """Whether what is pasted may become new rows."""
        return self.grow and not self._model.readonly

    def write(self, texts: Texts, verb: str, more: str = "", new: NewRows | None = None) -> None:
        """Write {row: {column: text}} and `new` rows as one step and say how many; `more` is said besides."""
        open_, shut = self._parted(texts)
        if not open_ and new is None:
            self._tell_lock([self._model.index(row, column) for row, columns in texts.items() for column in columns][:1])
            return
        self._model.write(open_, lambda made: self._written(made, shut, verb, more), new)

    def _parted(self, texts: Texts) -> tuple[Texts, dict[int, int]]:
        """The cells that may be written, and how many of each column may not."""
        open_: Texts = {}
        shut: dict[int, int] = {}
        for row, columns in texts.items():
            for column, text in columns.items():
                if self._model.open_at(row, column):
                    open_.setdefault(row, {})[column] = text
                else:
                    shut[column] = shut.get(column, 0) + 1
        return open_, shut

    def _written(self, made: Amended, shut: Mapping[int, int], verb: str, more: str) -> None:
        said = f"{verb} {made.facts['cells']:,} 格" if made.facts["cells"] or not made.added else verb
        said += f"，新增 {len(made.added):,} 行" if made.added else ""
        said += f"，{len(made.refused):,} 行缺必填的没有新增" if made.refused else ""
        said += f"，{len(made.faults):,} 格有错标红（F8 逐个看）" if made.faults else ""
        if shut:
            titles = [self._model.columns[c].title for c in sorted(shut)]
            said += f"，{sum(shut.values()):,} 格不能改（{'、'.join(titles[:3])}{'等' if len(titles) > 3 else ''}）"
        if made.facts["cells"] or made.added:
            self._red.came_with_last(made.faults.keys())
        self._desk.steps.offer(said + more)
        if made.added and not made.facts["cells"]:
            self._show(made.added[0])

    def _show(self, entry: str) -> None:
        """Go to a row that was added; only rows were pasted, and the hand goes on there."""
        row, column = self._model.row_of(entry), max(0, self._table.currentIndex().column())
        if row >= 0:
            self._table.setCurrentIndex(self._model.index(row, column))

    def _tell_lock(self, cells: Sequence[Index]) -> None:
        """Nothing could be written: why the first cell of them takes nothing, and what to do."""
        self._desk.said.emit(next((why for i in cells if (why := i.data(roles.Locked))), "选中的格不能改"))

    def _shown(self) -> list[int]:
        return [c for c in range(self._model.columnCount()) if not self._table.isColumnHidden(c)]

    def chosen(self) -> dict[int, list[int]]:
        """{row: its selected columns}, hidden columns left out; {} where they are too many, which is said."""
        ranges = ranges_of(self._table)
        shown = set(self._shown())
        sizes = [(r, [c for c in range(r.left(), r.right() + 1) if c in shown]) for r in ranges]
        cells = sum(r.height() * len(columns) for r, columns in sizes)
        if cells > MOST_CELLS:
            self._desk.said.emit(f"选中了 {cells:,} 格，一次最多改 {MOST_CELLS:,} 格，没有动；请少选一些")
            return {}
        found: dict[int, set[int]] = {}
        for r, columns in sizes:
            for row in range(r.top(), r.bottom() + 1):
                found.setdefault(row, set()).update(columns)
        return {row: sorted(found[row]) for row in sorted(found)}

    def put_all(self, text: str) -> None:
        """One text into every selected cell that may be changed; '' clears."""
        chosen = self.chosen()
        texts = {row: dict.fromkeys(columns, text) for row, columns in chosen.items()}
        if not text:
            texts = self._agreed(texts)
        if texts:
            self.write(texts, "已填" if text else "已清空")

    def _agreed(self, texts: Texts) -> Texts:
        """Which of so many cells are to be emptied: rows out of 在账 stay as they are, for the rest the clerk is asked."""
        open_, _ = self._parted(texts)
        if sum(map(len, open_.values())) <= clearing_box.ASK_FROM:
            return texts
        full = {
            row: kept
            for row, columns in open_.items()
            if (kept := {c: "" for c in columns if self._model.index(row, c).data(Qt.ItemDataRole.EditRole)})
        }
        gone = {row for row in full if self._model.has_left(row)}
        wanted = {row: columns for row, columns in full.items() if row not in gone}
        cells = sum(map(len, wanted.values()))
        if gone and not wanted:
            self._desk.said.emit(f"选中的 {len(gone):,} 行都已出账，不能成片清空；要改请一格一格改")
        if cells <= clearing_box.ASK_FROM:
            return wanted
        titles = [self._model.columns[c].title for c in sorted({c for columns in wanted.values() for c in columns})]
        columns = "、".join(titles[:3]) + (f"等 {len(titles)} 列" if len(titles) > 3 else "")
        return wanted if clearing_box.ask(cells, columns, len(gone), self._table.window()) else {}

    def _text(self, row: int, column: int) -> str:
        return str(self._model.index(row, column).data(Qt.ItemDataRole.EditRole) or "")

    def fill_all(self) -> None:
        """Ctrl+Enter: the current cell's text into the selection."""
        at = self._table.currentIndex()
        if at.isValid():
            self.put_all(self._text(at.row(), at.column()))

    def fill_down(self) -> None:
        """Ctrl+D: the top cell of each selected column into the cells below; one cell takes the one above."""
        chosen = self.chosen()
        rows: dict[int, list[int]] = {}
        for row, columns in chosen.items():
            for column in columns:
                rows.setdefault(column, []).append(row)
        texts: Texts = {}
        for column, down in rows.items():
            top = down[0] if len(chosen) > 1 else down[0] - 1
            for row in down if len(chosen) == 1 else down[1:]:
                if top >= 0:
                    texts.setdefault(row, {})[column] = self._text(top, column)
        if texts:
            self.write(texts, "已填")

    def fill_right(self) -> None:
        """Ctrl+R: the left cell of each selected row into the cells beside; one cell takes the one at its left."""
        shown = self._shown()
        texts: Texts = {}
        for row, columns in self.chosen().items():
            first = shown.index(columns[0])
            source = shown[first] if len(columns) > 1 else shown[first - 1] if first else -1
            if source >= 0:
                filled = columns[1:] if len(columns) > 1 else columns
                texts[row] = dict.fromkeys(filled, self._text(row, source))
        if texts:
            self.write(texts, "已填")

    def drag(self, rows: range, columns: Sequence[int]) -> None:
        """The fill handle was drawn over these cells: the selected block goes on there."""
        block = ranges_of(self._table)
        if len(block) != 1:
            return
        shown = self._shown()
        inner = [c for c in shown if block[0].left() <= c <= block[0].right()]
        source = [[self._text(row, c) for c in inner] for row in range(block[0].top(), block[0].bottom() + 1)]
        corner = (block[0].top(), shown.index(inner[0]))
        places = range(shown.index(columns[0]), shown.index(columns[-1]) + 1)
        if len(rows) * len(places) > MOST_CELLS:
            self._desk.said.emit(f"一次最多填 {MOST_CELLS:,} 格，没有填；请分几次")
            return
        self.write(repeated(source, corner, rows, places, shown), "已填")

    def paste(self) -> None:
        """A block from Excel or WPS at the current cell, or over the selection where it fills that."""
        clip = clipboard.read()
        at = self._table.currentIndex()
        if not clip.rows or not at.isValid():
            return
        if len(clip.rows) == 1 and len(clip.rows[0]) == 1:
            text = clip.rows[0][0] or ""
            chosen = self.chosen()
            if chosen:
                self.write({row: dict.fromkeys(columns, text) for row, columns in chosen.items()}, "已粘贴")
            return
        shown = self._shown()
        rows, places = self._corner(shown)
        last = self._model.rowCount() - 1
        found = landing(clip.rows, rows, places, shown, last)
        size = sum(map(len, found.inside.values())) + sum(map(len, found.over))
        if size > MOST_CELLS:
            self._desk.said.emit(f"粘贴的内容有 {size:,} 格，一次最多 {MOST_CELLS:,} 格，没有粘贴；请用“导入 Excel”")
            return
        more = "，合并的格已拆开" if clip.merged else ""
        more += f"，右边多出的 {found.cut:,} 列没有粘贴" if found.cut else ""
        if found.over and not self.grows():
            more += f"，表尾多出的 {len(found.over):,} 行没有粘贴，请一件一件登记"
            found.over.clear()
        new = None
        if found.over:
            agreed, new = self._grown(found)
            if not agreed:
                return
        self.write(found.inside, "已粘贴", more, new)
        self._select(found.inside)

    def _select(self, texts: Texts) -> None:
        """What was pasted is selected, as in Excel."""
        columns = {column for row in texts.values() for column in row}
        if columns and texts:
            first = self._model.index(min(texts), min(columns))
            block = QItemSelection(first, self._model.index(max(texts), max(columns)))
            self._table.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _corner(self, shown: Sequence[int]) -> tuple[tuple[int, int], tuple[int, int]]:
        """The selected rows and places among the shown columns; the current cell where several blocks are selected."""
        at, blocks = self._table.currentIndex(), ranges_of(self._table)
        if len(blocks) != 1:
            place = shown.index(at.column()) if at.column() in shown else 0
            return (at.row(), at.row()), (place, place)
        places = [n for n, c in enumerate(shown) if blocks[0].left() <= c <= blocks[0].right()] or [0]
        return (blocks[0].top(), blocks[0].bottom()), (places[0], places[-1])

    def _grown(self, found: Landing) -> tuple[bool, NewRows | None]:
        """Whether to paste, and the rows to add; asked of the clerk."""
        from ui.dialogs.new_rows_dialog import NewRowsDialog  # noqa: PLC0415 - with the first such paste

        columns = self._model.columns
        texts = [{columns[c].key: t for c, t in row.items() if columns[c].editable and t} for row in found.over]
        ledger = ledgers.get(self._desk.office, self._ledger)
        dialog = NewRowsDialog(self._desk, ledger, texts, len(found.inside), self._table.window())
        agreed = bool(dialog.exec())
        dialog.deleteLater()
        return agreed, dialog.new

"""查错改错: the rows with faults, one fault after another with F8."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import look
from ui.screens.importing.mend_card import MendCard
from ui.screens.importing.mend_model import FIXED, NAME, ROW, WAY, MendModel, Shown
from ui.screens.importing.row_dialog import RowDialog
from ui.screens.importing.trial import Reading, Trial, alike
from ui.tables.grid import Grid
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.empty import EmptyState

WIDTHS = {ROW: 64, NAME: 230, WAY: 84}
FIELD_WIDTH = 128
QUEUES = ("wrong", "unread", "watch")  # in this order they are worked off
KEEP = {
    "all": lambda s: True,
    "wrong": lambda s: s.wrong,
    "unread": lambda s: s.unread,
    "watch": lambda s: s.watch,
    "good": lambda s: s.way in ("added", "updated"),
    "skipped": lambda s: s.way == "skipped",
    "left": lambda s: s.way == "left",
}


class MendPage(QWidget):
    """`mended(row, target, text, everywhere)`, `left_out(row)`, `settled(row, same)`: the choices of the clerk."""

    mended = Signal(int, str, str, bool)
    left_out = Signal(int)
    settled = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._heads: dict[str, str] = {}
        self._stay: frozenset[int] = frozenset()  # rows of the sheet that are shown though they were mended since
        self.model = MendModel(lambda row, target, text: self.mended.emit(row, target, text, False), self)
        self.table = Grid("清单各行", arrows=False)
        self.table.set_model(self.model)
        self.table.picked.connect(self._show_cell)
        self.chips = ChipRow("看哪些行")
        self.chips.picked.connect(lambda _key: self._choose())
        self.before = button("上一处", lambda: self.step(-1), sign="up", why="Shift+F8")
        self.after = button("下一处  F8", lambda: self.step(1), sign="down")
        self.card = MendCard()
        self.card.mended.connect(self._mend)
        self.card.left_out.connect(self.left_out)
        self.card.settled.connect(self.settled)
        self.card.original.connect(self.show_original)
        self.clean = EmptyState("没有要改的", "每一行都读对了，可以下一步。")
        top = QHBoxLayout()
        top.addWidget(self.chips)
        top.addStretch(1)
        top.addWidget(self.before)
        top.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.clean, 1)
        column.addWidget(self.card)

    def show_reading(self, reading: Reading, trial: Trial) -> None:
        """Take a new reading and stay where the clerk was."""
        fresh = self._reading is None or self._reading.draft.file != reading.draft.file
        was = self.table.currentIndex()
        self._reading = reading
        self._heads = {c.target: c.head for c in reading.draft.columns}
        self.model.load(reading, trial)
        self._count()
        chip = self.chips.current()
        if fresh or (chip in QUEUES and not any(map(KEEP[chip], self.model.all))):
            self.chips.choose(next((k for k in QUEUES if any(map(KEEP[k], self.model.all))), "all"))
            self._choose()
        else:
            self._keep((was.row(), was.column()))
        for column in range(self.model.columnCount()):
            self.table.setColumnWidth(column, look.sizes().grown(WIDTHS.get(column, FIELD_WIDTH)))
        self.table.freeze(FIXED)

    def _count(self) -> None:
        counts = {key: sum(1 for s in self.model.all if keep(s)) for key, keep in KEEP.items()}
        words = {
            "all": "全部", "wrong": "有错", "unread": "没认出", "watch": "需留意", "good": "可入账",
            "skipped": "跳过", "left": "不导入",
        }  # fmt: skip
        chips = [(k, words[k], n) for k, n in counts.items() if n or k in ("all", "wrong", "good")]
        self.chips.set(chips)

    def _choose(self) -> None:
        """Show the rows of a chip, from its first fault on."""
        self._stay = frozenset()
        self._keep()

    def _keep(self, place: tuple[int, int] | None = None) -> None:
        """Show the rows of the chip and those that were shown under it; stay at `place` or go to the next fault."""
        wanted = KEEP[self.chips.current() or "all"]
        self.model.keep(lambda s: wanted(s) or s.source.row in self._stay)
        self._stay |= {s.source.row for s in self.model.rows}
        rows = self.model.rowCount()
        self.table.setVisible(rows > 0)
        self.clean.setVisible(rows == 0)
        faults = self.model.places()
        for made in (self.before, self.after):
            made.setEnabled(bool(faults) or any(s.wrong for s in self.model.all))
        if rows:
            row, column = place or (faults[0] if faults else (0, NAME))
            if faults and self.chips.current() in QUEUES and (row, column) not in faults:
                row, column = next((f for f in faults if f[0] >= row), faults[0])
            self.table.setCurrentIndex(self.model.index(min(row, rows - 1), min(column, self.model.columnCount() - 1)))
        self._show_cell(self.table.currentIndex())

    def current(self) -> tuple[Shown, str] | None:
        """The row and the target the clerk stands on."""
        at = self.table.currentIndex()
        if not at.isValid() or at.row() >= len(self.model.rows):
            return None
        return self.model.rows[at.row()], self.model.target(at.column())

    def _show_cell(self, _index: QModelIndex) -> None:
        found = self.current()
        if self._reading is None or found is None:
            self.card.setVisible(False)
            return
        row, target = found
        fault = row.faults.get(target)
        count = alike(self._reading, fault) if fault else 0
        self.card.show_cell(self._reading.line.loaded, row, target, self._heads.get(target, ""), count)

    def _mend(self, text: str, everywhere: bool) -> None:
        found = self.current()
        if found is not None:
            self.mended.emit(found[0].source.row, found[1], text, everywhere)

    def step(self, step: int) -> None:
        """F8: the next fault, in the rows with faults when none is among those shown."""
        if not self.model.places():
            if not any(s.wrong for s in self.model.all):
                return
            self.chips.choose("wrong")
            self._choose()
        places, at = self.model.places(), self.table.currentIndex()
        here = (at.row(), at.column())
        later = [p for p in places if p > here] if step > 0 else [p for p in reversed(places) if p < here]
        row, column = later[0] if later else places[0 if step > 0 else -1]
        self.table.setCurrentIndex(self.model.index(row, column))
        self.table.setFocus()

    def show_original(self, row: int) -> None:
        """The row as the sheet has it, every cell under its own head."""
        found = next((s for s in self.model.all if s.source.row == row), None)
        if found is not None and self._reading is not None:
            self.original = RowDialog(found, self._reading, self)
            self.original.open()

    def regions(self) -> list[QWidget]:
        first = self.chips.first()
        mend = self.card.near[0] if self.card.near[0].isVisible() else self.card.own
        if not mend.isVisible():
            mend = self.card.leave
        return [part for part in (first, self.table, mend) if part is not None]

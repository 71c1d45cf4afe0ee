"""Finding and replacing in the cells of a grid: the next one, this one, all of them as one deed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QObject, Signal

from app.listing import cell_search
from app.listing.cell_search import Hit, Wanted
from app.listing.lists import Line
from ui.tables.columns import Column, light_word
from ui.tables.copying import ranges_of
from ui.tables.pasting import Texts

if TYPE_CHECKING:
    from ui.tables.ledger_table import LedgerTable

ALL, COLUMN, CHOSEN = "整张表", "这一列", "选中的格"
AT_ONCE = 2_000  # rows that are looked through before anybody waits
MORE = "（没有显示的行和列不查）"
Place = tuple[int, int]
Met = list[tuple[Place, Hit]]


class Finder(QObject):
    """Where a text stands among the rows and columns that are shown. `told(sentence)` says how it went."""

    told = Signal(str)

    def __init__(self, table: LedgerTable) -> None:
        super().__init__(table)
        self._table = table
        self._area = ranges_of(table)
        self._known: tuple[object, list[Hit]] | None = None
        table.desk.changed.connect(self._forget)
        table.ledger_model.modelReset.connect(self._forget_all)
        table.ledger_model.faults_changed.connect(self._forget)

    def several(self) -> bool:
        """Whether more than one cell was selected when this began, so that only those may be meant."""
        return sum(r.width() * r.height() for r in self._area) > 1

    def next(self, wanted: Wanted, scope: str, step: int = 1) -> None:
        """Go to the next (-1: previous) cell that says it, from the current one round the table."""
        self._look(wanted, scope, partial(self._go, step))

    def replace(self, wanted: Wanted, by: str, scope: str) -> None:
        """Replace in the current cell where it says it, and go to the next."""
        self._look(wanted, scope, partial(self._replace, wanted, by, scope))

    def replace_all(self, wanted: Wanted, by: str, scope: str) -> None:
        """Replace in every cell that says it, as one deed; what the program fills is not meant."""
        self._look(wanted, scope, partial(self._replace_all, wanted, by), written=True)

    # looking

    def _forget(self, _change: object = None) -> None:
        self._known = None

    def _forget_all(self) -> None:
        self._known, self._area = None, []

    def _look(self, wanted: Wanted, scope: str, then: Callable[[Met], object], written: bool = False) -> None:
        """`written`: only in the columns that are typed into."""
        open_ = [c for _, c in self._columns(scope) if not c.veiled]
        keys = tuple(c.key for c in open_ if c.field or c.key == cell_search.NUMBER)
        rest = [] if written else [c for c in open_ if c.key not in keys]
        matters = tuple(c.key for c in rest if c.key in self._table.ledger.loaded.presets)
        worked = {c.key: _shown(c) for c in rest if c.key not in matters}
        asked = wanted, keys, tuple(worked), matters

        def met(hits: list[Hit]) -> None:
            self._known = asked, hits
            then(self._placed(wanted, hits, scope))

        desk, ledger = self._table.desk, self._table.ledger.id
        if self._known is not None and self._known[0] == asked:
            met(self._known[1])
        elif self._table.ledger_model.rowCount() <= AT_ONCE:
            met(desk.do(cell_search.found, ledger, keys, wanted, worked=worked, matters=matters) or [])
        else:
            desk.run(cell_search.found, ledger, keys, wanted, worked=worked, matters=matters, title="正在查找", done=met)

    def _columns(self, scope: str) -> list[tuple[int, Column]]:
        model, table = self._table.ledger_model, self._table
        current = table.currentIndex().column()
        return [
            (at, column)
            for at, column in enumerate(model.columns)
            if not table.isColumnHidden(at) and (scope != COLUMN or at == current)
        ]

    def _placed(self, wanted: Wanted, hits: list[Hit], scope: str) -> Met:
        """The cells as they stand in the table, top to bottom; a red one by the text that it shows."""
        model = self._table.ledger_model
        columns = {column.key: at for at, column in self._columns(scope)}
        red = [Hit(*at, text) for at, (text, _) in model.faults.items() if wanted.meets(text)]
        found = [hit for hit in hits if (hit.entry, hit.key) not in model.faults] + red
        placed = [
            ((model.row_of(hit.entry), columns[hit.key]), hit)
            for hit in found
            if hit.key in columns and model.row_of(hit.entry) >= 0
        ]
        if scope == CHOSEN:
            areas = [(r.top(), r.bottom(), r.left(), r.right()) for r in self._area]
            placed = [
                (at, hit) for at, hit in placed if any(t <= at[0] <= b and lf <= at[1] <= r for t, b, lf, r in areas)
            ]
        return sorted(placed, key=lambda each: each[0])

    # going there

    def _here(self) -> Place:
        at = self._table.currentIndex()
        return at.row(), at.column()

    def _go(self, step: int, met: Met) -> None:
        places = [at for at, _ in met]
        if not places:
            self.told.emit(f"没有找到{MORE}")
            return
        here = self._here()
        if step > 0:
            at = next((n for n, place in enumerate(places) if place > here), 0)
        else:
            at = next((n for n in range(len(places) - 1, -1, -1) if places[n] < here), len(places) - 1)
        self._show(places[at])
        self.told.emit(f"第 {at + 1:,} 处，共 {len(places):,} 处")

    def _show(self, place: Place) -> None:
        index = self._table.ledger_model.index(*place)
        self._table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._table.scrollTo(index)

    # replacing

    def _replace(self, wanted: Wanted, by: str, scope: str, met: Met) -> None:
        hit = dict(met).get(self._here())
        if hit is None:
            self._go(1, met)
            return
        text, count = wanted.replaced(hit.text, by)
        row, column = self._here()
        if not count or not self._table.ledger_model.open_at(row, column):
            self._go(1, met)
            self.told.emit("这一格不能改，已到下一处")
            return
        self._table.edits.write({row: {column: text}}, "已替换")
        if (row, column) < max(at for at, _ in met):
            self.next(wanted, scope)
        else:
            self.told.emit("已替换，后面没有了")

    def _replace_all(self, wanted: Wanted, by: str, met: Met) -> None:
        texts: Texts = {}
        places = shut = 0
        for (row, column), hit in met:
            text, count = wanted.replaced(hit.text, by)
            if count and self._table.ledger_model.open_at(row, column):
                texts.setdefault(row, {})[column] = text
                places += count
            else:
                shut += 1
        kept = f"，{shut:,} 格不能改，没有动" if shut else ""
        if texts:
            self._table.edits.write(texts, f"已替换 {places:,} 处，共", kept)
            self.told.emit(f"已替换 {places:,} 处{kept}；可以撤销（Ctrl+Z）")
        else:
            self.told.emit(f"没有可以替换的{kept or MORE}")


def _shown(column: Column) -> Callable[[Line], str]:
    """What a column shows of a row; of the lights their word."""
    return (lambda line: light_word(column, line.light)) if column.light else column.shown

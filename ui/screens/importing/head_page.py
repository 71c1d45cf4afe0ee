"""认表头: which sheet, which rows are the head, what of the sheet is read and what is skipped and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.imports.drafts import Draft, text_of
from ui.screens.importing.target_box import StillCombo, StillSpin
from ui.screens.importing.trial import Reading
from ui.tables.grid import Grid
from ui.tables.plain_model import PlainModel, PlainRow
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.labels import label

READ, MOST_COLUMNS = "读入", 14


class HeadPage(QWidget):
    """`changed(sheet, head_row)` when the clerk says otherwise; head_row 0 lets the program find it."""

    changed = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self.sheet = StillCombo()
        self.sheet.setAccessibleName("工作表")
        self.sheet.activated.connect(lambda _at: self.changed.emit(self._sheet(), 0))
        self.row = StillSpin()
        self.row.setRange(1, 200)
        self.row.setPrefix("第 ")
        self.row.setSuffix(" 行")
        self.row.setAccessibleName("表头从第几行开始")
        self.row.setMinimumWidth(110)
        self.again = button("按这一行重认", lambda: self.changed.emit(self._sheet(), self.row.value()), sign="refresh")
        self.told = label("", "muted")
        top = QHBoxLayout()
        top.setSpacing(8)
        for made in (label("工作表"), self.sheet, label("表头从"), self.row, self.again, self.told):
            top.addWidget(made)
        top.addStretch(1)
        self.chips = ChipRow("看哪些行")
        self.chips.picked.connect(lambda _key: self._fill())
        self.notes: QLabel = label("", tone="amber", wrap=True)
        self.model = PlainModel(("原行号", "怎么处理"), parent=self)
        self.table = Grid("清单原样预览", arrows=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        which = QHBoxLayout()
        which.addWidget(self.chips)
        which.addStretch(1)
        column.addLayout(which)
        column.addWidget(self.notes)
        column.addWidget(self.table, 1)

    def _sheet(self) -> str:
        return str(self.sheet.currentData() or "")

    def show_reading(self, reading: Reading) -> None:
        draft = self._draft = reading.draft
        self.sheet.clear()
        self.sheet.addItem(draft.sheet or "（唯一的表）", draft.sheet)
        for name, why in draft.other_sheets:
            self.sheet.addItem(f"{name}（{why}）", name)
        self.row.setValue(draft.head_rows[0])
        first, last = draft.head_rows
        where = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行（合并的表头）"
        units = f"；金额单位：{'、'.join(draft.units)}" if draft.units else ""
        self.told.setText(f"认出的表头：{where}{units}")
        self.notes.setText("\n".join(draft.notes[:4]))
        self.notes.setVisible(bool(draft.notes))
        heads = [READ, *dict.fromkeys(a.reason for a in draft.skipped)]
        counts = {h: sum(1 for a in draft.skipped if a.reason == h) for h in heads[1:]}
        chips = [("all", "全部", len(draft.rows) + len(draft.skipped)), (READ, READ, len(draft.rows)),
                 ("skipped", "跳过", len(draft.skipped))]  # fmt: skip
        self.chips.set(chips + [(h, h, n) for h, n in counts.items()][:8])
        self._fill()

    def _fill(self) -> None:
        draft = self._draft
        if draft is None:
            return
        wanted = self.chips.current() or "all"
        heads = [c.head for c in draft.columns][:MOST_COLUMNS]
        rows = [_kept(r.row, [text_of(c) for c in r.source[:MOST_COLUMNS]]) for r in draft.rows]
        rows += [_aside(a.row, a.reason, a.text) for a in draft.skipped]
        keep = {"all": lambda r: True, "skipped": lambda r: r.fact != READ}
        shown = sorted((r for r in rows if keep.get(wanted, lambda r: r.fact == wanted)(r)), key=lambda r: int(r.texts[0]))
        self.model = PlainModel(("原行号", "怎么处理", *heads), frozenset({0}), self)
        self.model.set_rows(shown)
        self.table.set_model(self.model)
        for column, wide in enumerate((66, 108, 46, 240)):
            if column < self.model.columnCount():
                self.table.setColumnWidth(column, wide)
        self.table.verticalHeader().setFixedWidth(0)
        self.table.freeze(2)
        if shown:
            self.table.setCurrentIndex(self.model.index(0, 0))

    def regions(self) -> list[QWidget]:
        first = self.chips.first()
        return [part for part in (self.sheet, first, self.table) if part is not None]


def _kept(row: int, texts: list[str]) -> PlainRow:
    return PlainRow((str(row), READ, *texts), str(row), tones={1: "green"}, fact=READ)


def _aside(row: int, reason: str, text: str) -> PlainRow:
    tones = dict.fromkeys(range(2, 2 + MOST_COLUMNS), "muted") | {1: "blue" if reason == "表头" else "muted"}
    said = " ".join(text.split())
    return PlainRow((str(row), reason, "", said), str(row), tones=tones, tips={3: said}, fact=reason)

"""对列: which column of the sheet goes where, and what √ × / mean where the sheet does not say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QGridLayout, QHBoxLayout, QWidget

from app.imports.drafts import Draft, text_of
from app.imports.mapping import SEQ, Column
from app.imports.matters import STATES, Question
from app.templates import Loaded
from ui import look
from ui.forms.inputs import ChoiceInput
from ui.forms.scrolling import scrolling
from ui.screens.importing.trial import Reading, title_of
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, dress, label

NOT_TAKEN = "（不导入这一列）"
SHOWN_SAMPLES = 3
ALL = ""


class ColumnPage(QWidget):
    """`mapped(index, target)` when a column is put elsewhere; `answers()` as the marks were confirmed."""

    mapped = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self.combos: dict[int, QComboBox] = {}
        self.marks: dict[tuple[str, str], ChoiceInput] = {}
        self.told = label("", "strong")
        self.only = QCheckBox("只看没对上的")
        self.only.setAccessibleName(self.only.text())
        self.only.toggled.connect(lambda _on: self._fill())
        top = QHBoxLayout()
        top.addWidget(self.told, 1)
        top.addWidget(self.only)
        self._left, self._right = Card(), Card("√ × / 是什么意思")
        self._left.body.addLayout(top)
        self._inner, self._asked = QWidget(), QWidget()
        for inner in (self._inner, self._asked):
            inner.setProperty("role", "fill")
        self._list, self._questions = scrolling(self._inner), scrolling(self._asked)
        self._left.body.addWidget(self._list, 1)
        self.note = label("表里没有说明这些记号，请按发表单位的意思确认。", "muted", wrap=True)
        self._right.body.addWidget(self.note)
        self._right.body.addWidget(self._questions, 1)
        self._right.setMaximumWidth(look.sizes().grown(400))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._left, 3)
        row.addWidget(self._right, 2)

    # columns

    def show_reading(self, reading: Reading, asked: Sequence[Question]) -> None:
        """`asked` are the questions of the first reading: their answers may be looked at again."""
        self._reading = reading
        unmapped = reading.draft.unmapped
        taken = sum(1 for c in reading.draft.columns if c.target not in ("", SEQ))
        words = f"对上 {taken} 列" + (f"，{len(unmapped)} 列没有对上，不选就不导入" if unmapped else "，没有遗漏")
        self.told.setText(words)
        dress(self.told, tone="amber" if unmapped else "green")
        self.only.setVisible(bool(unmapped))
        self._fill()
        self._ask(asked)

    def _fill(self) -> None:
        reading = self._reading
        if reading is None:
            return
        self._inner, self.combos = QWidget(), {}
        self._inner.setProperty("role", "fill")
        grid = QGridLayout(self._inner)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        for at, head in enumerate(("原表的列", "头几行的内容", "对到台账的", "怎么认的")):
            grid.addWidget(label(head, "strong"), 0, at)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(2, 3)
        grid.setColumnStretch(3, 2)
        shown = [c for c in reading.draft.columns if c.target != SEQ and any(c.path)]
        if self.only.isChecked() and self.only.isVisible():
            shown = [c for c in shown if not c.target]
        for column in shown:
            self._row(grid, column, reading)
        grid.setRowStretch(grid.rowCount(), 1)
        self._list.setWidget(self._inner)

    def _row(self, grid: QGridLayout, column: Column, reading: Reading) -> None:
        at = grid.rowCount()
        combo = target_box(reading.line.loaded, column)
        combo.activated.connect(lambda _at, i=column.index, c=combo: self.mapped.emit(i, str(c.currentData() or "")))
        combo.setAccessibleName(f"“{column.head}”对到")
        line = combo.lineEdit()
        assert line is not None
        line.setAccessibleName(f"“{column.head}”对到")
        self.combos[column.index] = combo
        why = f"{column.reason}{'，单位' + column.unit if column.unit else ''}"
        grid.addWidget(ElidedLabel(column.head), at, 0)
        grid.addWidget(ElidedLabel(samples(reading.draft, column.index), "muted"), at, 1)
        grid.addWidget(combo, at, 2)
        tone = label(why, "muted", tone="" if column.target else "amber")
        grid.addWidget(tone, at, 3)

    # marks

    def _ask(self, asked: Sequence[Question]) -> None:
        self._right.setVisible(bool(asked))
        now = {key: box.text_now() for key, box in self.marks.items()}
        self._asked, self.marks = QWidget(), {}
        self._asked.setProperty("role", "fill")
        grid = QGridLayout(self._asked)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        for mark in dict.fromkeys(q.mark for q in asked):
            same = [q for q in asked if q.mark == mark]
            whole = state_box(f"全部列的{mark}表示", same[0].usual)
            whole.touched.connect(lambda m=mark, b=whole: self._set_all(m, b.text_now()))
            at = grid.rowCount()
            grid.addWidget(label(f"全部列的 {mark}（{sum(q.count for q in same):,} 处）表示", "strong"), at, 0)
            grid.addWidget(whole, at, 1)
            for one in same:
                self._mark(grid, one, now)
        grid.setRowStretch(grid.rowCount(), 1)
        self._questions.setWidget(self._asked)

    def _mark(self, grid: QGridLayout, one: Question, now: dict[tuple[str, str], str]) -> None:
        short = one.column.rpartition("/")[2]
        box = state_box(f"“{short}”列的{one.mark}表示", now.get((one.column, one.mark)) or one.usual)
        self.marks[one.column, one.mark] = box
        at = grid.rowCount()
        grid.addWidget(ElidedLabel(f"    {short}（{one.count:,} 处）", "muted"), at, 0)
        grid.addWidget(box, at, 1)

    def _set_all(self, mark: str, state: str) -> None:
        for (_, known), box in self.marks.items():
            if known == mark:
                box.set_text(state)

    def answers(self) -> dict[str, dict[str, str]]:
        """{column: {mark: state}} as confirmed."""
        found: dict[str, dict[str, str]] = {}
        for (column, mark), box in self.marks.items():
            found.setdefault(column, {})[mark] = box.text_now()
        return found

    def regions(self) -> list[QWidget]:
        first = next(iter(self.combos.values()), None)
        asked = next(iter(self.marks.values()), None)
        return [part for part in (first, asked) if part is not None and part.isVisibleTo(self)]


def state_box(name: str, state: str) -> ChoiceInput:
    made = ChoiceInput([(s, s) for s in STATES])
    made.removeItem(0)
    made.set_text(state)
    made.setAccessibleName(name)
    return made


def target_box(loaded: Loaded, column: Column) -> QComboBox:
    """All places of the ledger a column may go to, the nearest ones first; typing finds by any part of the words."""
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.setMaxVisibleItems(16)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(10)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.addItem(NOT_TAKEN, "")
    targets = [f.id for f in loaded.t.fields if f.need != "auto"] + list(loaded.presets)
    parts = [f"{code}.{part}" for code in loaded.presets for part in loaded.item_fields if part != "state"]
    for target in dict.fromkeys((*column.near, column.target, *targets, *parts)):
        if target and not target.startswith("#"):
            made.addItem(title_of(loaded, target), target)
    made.setCurrentIndex(max(0, made.findData(column.target)))
    completer, line = made.completer(), made.lineEdit()
    assert completer is not None and line is not None
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    line.setCursorPosition(0)
    line.editingFinished.connect(lambda: _settle(made))
    return made


def _settle(made: QComboBox) -> None:
    """Words that are no place of the ledger go back to what was chosen."""
    at = made.findText(made.currentText())
    if at < 0:
        made.setEditText(made.itemText(made.currentIndex()))


def samples(draft: Draft, index: int) -> str:
    """The first different contents of a column."""
    texts = (" ".join(text_of(r.source[index]).split()) for r in draft.rows if index < len(r.source))
    found: dict[str, None] = {}
    for text in texts:
        if text:
            found.setdefault(text)
        if len(found) == SHOWN_SAMPLES:
            break
    return "、".join(found)

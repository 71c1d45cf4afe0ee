"""对列: which column of the sheet goes where, and what √ × / mean where the sheet does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.imports import doubting
from app.imports.drafts import Draft, text_of
from app.imports.mapping import CHOSEN, ROW_ID, SEQ, Column
from app.imports.matters import STATES, Question
from ui import look
from ui.forms.inputs import ChoiceInput
from ui.forms.scrolling import scrolling
from ui.screens.importing.target_box import target_box
from ui.screens.importing.trial import Reading
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, dress, label

SHOWN_SAMPLES = 3
BESIDE_FROM, QWIDGETSIZE_MAX = 900, 16_777_215


class ColumnPage(QWidget):
    """`mapped(index, target)` when a column is put elsewhere; `answers()` as the marks were confirmed."""

    mapped = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._doubts: Mapping[int, str] = {}
        self.combos: dict[int, QComboBox] = {}
        self.marks: dict[tuple[str, str], ChoiceInput] = {}
        self.told = label("", "strong", wrap=True)
        self.only = QCheckBox("只看没对上的")
        self.only.setAccessibleName(self.only.text())
        self.only.toggled.connect(lambda _on: self._fill())
        top = QHBoxLayout()
        top.addWidget(self.told, 1)
        top.addWidget(self.only)
        self._left, self._right = Card(), Card("√ × / 是什么意思")
        self._inner, self._asked = QWidget(), QWidget()
        self._left.body.addWidget(self._inner)
        self.note = label("表里没有说明这些记号，请按发表单位的意思确认。", "muted", wrap=True)
        self._right.body.addWidget(self.note)
        self._right.body.addWidget(self._asked)
        whole = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, whole)
        self._both.setContentsMargins(0, 0, 4, 0)
        self._both.setSpacing(10)
        self._both.addWidget(self._left, 3, Qt.AlignmentFlag.AlignTop)
        self._both.addWidget(self._right, 2, Qt.AlignmentFlag.AlignTop)
        self._list = scrolling(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._list, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the marks stand below the columns, so that both are whole."""
        super().resizeEvent(event)
        beside = self.width() >= look.sizes().grown(BESIDE_FROM)
        way = QBoxLayout.Direction
        self._both.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._right.setMaximumWidth(look.sizes().grown(400) if beside else QWIDGETSIZE_MAX)

    # columns

    def show_reading(self, reading: Reading, asked: Sequence[Question]) -> None:
        """`asked` are the questions of the first reading: their answers may be looked at again."""
        self._reading = reading
        words = doubting.words_of(reading.draft, reading.line.loaded)
        self._doubts = words.doubts
        marks = "；√ × / 的意思也请确认" if asked else ""
        self.told.setText(f"{words.said}{marks}")
        dress(self.told, tone=words.tone)
        self.only.setVisible(bool(reading.draft.unmapped))
        self._fill()
        self._ask(asked)

    def _fill(self) -> None:
        reading = self._reading
        if reading is None:
            return
        was = self._list.verticalScrollBar().value()
        gone, self._inner, self.combos = self._inner, QWidget(), {}
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
        shown = [c for c in reading.draft.columns if c.target not in (SEQ, ROW_ID) and any(c.path)]
        if self.only.isChecked() and self.only.isVisible():
            shown = [c for c in shown if not c.target]
        for column in shown:
            self._row(grid, column, reading)
        _swap(self._left, gone, self._inner)
        self._list.verticalScrollBar().setValue(was)

    def _row(self, grid: QGridLayout, column: Column, reading: Reading) -> None:
        at = grid.rowCount()
        combo = target_box(reading.line.loaded, column)
        combo.activated.connect(lambda _at, i=column.index, c=combo: self.mapped.emit(i, str(c.currentData() or "")))
        combo.setAccessibleName(f"“{column.head}”对到")
        line = combo.lineEdit()
        assert line is not None
        line.setAccessibleName(f"“{column.head}”对到")
        self.combos[column.index] = combo
        grid.addWidget(ElidedLabel(column.head), at, 0)
        grid.addWidget(ElidedLabel(samples(reading.draft, column.index), "muted"), at, 1)
        grid.addWidget(combo, at, 2)
        doubt = self._doubts.get(column.index, "")
        tone = "amber" if doubt or not column.target else ""
        grid.addWidget(label(_why(column, doubt), "muted", tone=tone, wrap=True), at, 3)

    # marks

    def _ask(self, asked: Sequence[Question]) -> None:
        self._right.setVisible(bool(asked))
        now = {key: box.text_now() for key, box in self.marks.items()}
        gone, self._asked, self.marks = self._asked, QWidget(), {}
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
        _swap(self._right, gone, self._asked)

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


def _swap(card: Card, old: QWidget, new: QWidget) -> None:
    """Put new contents where the old ones stood, laid out at once so that the place in the list is kept."""
    card.body.replaceWidget(old, new)
    old.hide()
    old.deleteLater()
    new.show()
    new.ensurePolished()


def _why(column: Column, doubt: str) -> str:
    """怎么认的: by whom, in which unit, and what looks wrong about it."""
    if column.reason == CHOSEN and not column.target:
        return "手工定为不导入"
    unit = f"，单位{column.unit}" if column.unit else ""
    return f"{column.reason}{unit}" + (f"；{doubt}，请核对" if doubt else "")


def state_box(name: str, state: str) -> ChoiceInput:
    made = ChoiceInput([(s, s) for s in STATES])
    made.removeItem(0)
    made.set_text(state)
    made.setAccessibleName(name)
    return made


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

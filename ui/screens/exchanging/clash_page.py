"""要您定: what both sides changed, side by side, decided one by one with M, T or E, and then merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sync.comparing.merging import MINE, THEIRS, Key
from ui import look
from ui.screens.exchanging import clash_rows
from ui.screens.exchanging.clash_rows import ASKED, CHIPS, Case, Line
from ui.screens.exchanging.value_dialog import ValueDialog
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.chips import ChipRow
from ui.widgets.labels import ElidedLabel, label

WIDE = 1000
MERGE = "合并"
NOTE = "合并前自动备份，合并后可以整批撤回"
DECIDES = {Qt.Key.Key_M: "mine", Qt.Key.Key_T: "theirs", Qt.Key.Key_E: "own"}


class ClashTable(PlainTable):
    """`decided(key)` on M, T or E."""

    decided = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        wanted = DECIDES.get(Qt.Key(event.key())) if plain else None
        if wanted:
            self.decided.emit(wanted)
        else:
            super().keyPressEvent(event)


class ClashPage(QWidget):
    """`merge_wished(case, choices)` when everything is decided, `left()` to go back with nothing changed.

    `settled()` right after the last open one was decided.
    """

    merge_wished = Signal(object, object)
    settled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.case: Case | None = None
        self._deed = MERGE
        self.choices: dict[Key, Any] = {}
        self._lines: list[Line] = []
        self.said = ElidedLabel("", "strong")
        self.marks = label("", tone="amber", wrap=True)
        self.chips = ChipRow("只看哪一种")
        self.chips.picked.connect(lambda _key: self._fill())
        self.model = PlainModel(clash_rows.HEADS, parent=self)
        self.table = ClashTable("两边的不同", self.model, clash_rows.WIDTHS, stretch=0)
        self.table.picked.connect(lambda _row: self._follow())
        self.table.opened.connect(lambda _row: self.decide("own"))
        self.table.decided.connect(self.decide)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.marks)
        only = QHBoxLayout()
        only.addWidget(self.chips)
        only.addStretch(1)
        column.addLayout(only)
        column.addWidget(self.table, 1)
        column.addWidget(self.detail)
        column.addLayout(self._tools())
        column.addLayout(self._foot())

    def _make_buttons(self) -> None:
        self.mine = button("我这里  M", lambda: self.decide("mine"))
        self.theirs = button("来件  T", lambda: self.decide("theirs"))
        self.own = button("手填…  E", lambda: self.decide("own"))
        self.before = button("上一处", lambda: self.step(-1), sign="up")
        self.after = button("下一处  F8", lambda: self.step(1), sign="down")
        self.all_mine = button("其余全取我这里", lambda: self.rest(MINE))
        self.all_theirs = button("其余全取来件", lambda: self.rest(THEIRS))
        self.back = button("先放着", self.left.emit)
        self.merge = button("合并", self._merge, kind="primary", sign="done")

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for made in (self.mine, self.theirs, self.own):
            row.addWidget(made)
        row.addStretch(1)
        for made in (self.before, self.after):
            row.addWidget(made)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.all_mine)
        row.addWidget(self.all_theirs)
        self.note = ElidedLabel("", "muted")
        row.addWidget(self.note, 1)
        row.addWidget(self.back)
        row.addWidget(self.merge)
        return row

    # showing

    def open_case(
        self, case: Case, given: Mapping[Key, Any] | None = None, *, deed: str = MERGE, marks: str = ""
    ) -> None:
        """Show a return; what was turned down before is turned down again unless the clerk says otherwise.

        `given` are decisions of before, all of which may be changed, `deed` the words of the last press.
        """
        self.case = case
        self._deed = deed
        self._lines = clash_rows.lines(case)
        self.choices = {line.key: MINE for line in self._lines if line.key in case.past} | dict(given or {})
        self.said.setText(case.heading)
        self.marks.setText(marks)
        self.marks.setVisible(bool(marks))
        self.note.setText(NOTE if deed == MERGE else f"还没有收下，什么都没有动；{NOTE}")
        counted = {key: sum(line.group == key for line in self._lines) for key, _ in CHIPS}
        self.chips.set([(key, word, counted[key]) for key, word in CHIPS if counted[key] or key == ASKED])
        self.chips.choose(next((key for key, _ in CHIPS if counted[key]), ASKED))
        self._fill()
        self.table.setFocus()

    def _fill(self) -> None:
        case = self.case
        if case is None:
            return
        at = self.table.currentIndex().row()
        wanted = self.chips.current()
        rows = [clash_rows.shown(case, line, self.choices) for line in self._lines if line.group == wanted]
        self.model.set_rows(rows)
        self.table.choose(at)
        self._follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """M, T and E decide wherever on the page the focus is."""
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and (
            wanted := DECIDES.get(Qt.Key(event.key()))
        ):
            self.decide(wanted)
        else:
            super().keyPressEvent(event)

    def line(self) -> Line | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def undecided(self) -> list[Key]:
        return [line.key for line in self._lines if line.group == ASKED and line.key not in self.choices]

    def _follow(self) -> None:
        line, left = self.line(), len(self.undecided())
        may = line is not None and line.group == ASKED
        whole = line is not None and line.difference is None
        self.mine.setText("不收  M" if may and whole else "我这里  M")
        self.theirs.setText("收进台账  T" if may and whole else "来件  T")
        for made in (self.mine, self.theirs):
            made.setAccessibleName(made.text().partition("  ")[0])
            made.setEnabled(may)
        self.own.setEnabled(may and not whole)
        for made in (self.before, self.after, self.all_mine, self.all_theirs):
            made.setEnabled(left > 0)
        allow(self.merge, self._deed, f"还差 {left:,} 处" if left else "")
        self.detail.setText(self._told())
        self.detail.setVisible(bool(self.detail.text()))

    def _told(self) -> str:
        """The current line in whole, where the table may cut it."""
        found = self.model.row(self.table.currentIndex().row())
        if found is None:
            none = f"没有要您定的，可以直接{self._deed}。" if self.chips.current() == ASKED else ""
            return none if self.case is not None else ""
        name, matter, field, was, here, came, _ = found.texts
        if found.fact.difference is None:
            return f"{name}：{came}"
        return f"{' · '.join(filter(None, (name, matter, field)))}　上次：{was}　我这里：{here}　来件：{came}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < look.sizes().grown(WIDE)
        for column, wide in enumerate(clash_rows.NARROW if narrow else clash_rows.WIDTHS):
            if column:  # the first one takes what is left
                self.table.setColumnWidth(column, look.sizes().grown(wide))

    # deciding

    def decide(self, choice: str) -> None:
        """'mine', 'theirs', or 'own' to write a value; then go to the next one that is open."""
        line = self.line()
        if line is None or line.group != ASKED or self.case is None:
            return
        if choice != "own":
            self._put(line, choice)
        elif line.difference is not None:
            loaded, code = self.case.line.loaded, line.key[1]
            start = clash_rows.words(loaded, code, line.field, line.difference.mine).replace(
                clash_rows.EMPTY, ""
            )
            field = clash_rows.field_of(loaded, code, line.field)
            assert field is not None, "a cell that was compared"
            self.asked = ValueDialog(loaded, field, line.row.name, start, self, item=bool(code))
            self.asked.accepted.connect(lambda: self._put(line, {"value": self.asked.value}))
            self.asked.open()

    def _put(self, line: Line, choice: Any) -> None:
        self.choices[line.key] = choice
        if choice in (MINE, THEIRS) and self.case is not None:
            self.choices |= dict.fromkeys(clash_rows.joined(self.case, self._lines, line), choice)
        self._fill()
        if self.undecided():
            self.step(1)
        else:
            self._end()

    def rest(self, choice: str) -> None:
        """Decide all that are still open alike; a date that was only guessed is taken by itself or not at all."""
        open_ = self.undecided()
        guessed = {x.key for x in self._lines if choice == THEIRS and x.difference and x.difference.doubt}
        self.choices |= dict.fromkeys((key for key in open_ if key not in guessed), choice)
        self._fill()
        if self.undecided():
            self.step(1)
        else:
            self._end()

    def _end(self) -> None:
        """Nothing is open any more: what is left is the last press."""
        self.merge.setFocus()
        self.settled.emit()

    def step(self, step: int) -> None:
        """F8: the next one nobody has decided."""
        left = set(self.undecided())
        if not left:
            return
        if self.chips.current() != ASKED:
            self.chips.choose(ASKED)
            self._fill()
        rows = [i for i in range(self.model.rowCount()) if self.model.row(i).fact.key in left]  # type: ignore[union-attr]
        at = self.table.currentIndex().row()
        later = [i for i in rows if i > at] if step > 0 else [i for i in reversed(rows) if i < at]
        self.table.choose(later[0] if later else rows[0 if step > 0 else -1])
        self.table.setFocus()

    def _merge(self) -> None:
        if self.case is not None and not self.undecided():
            self.merge_wished.emit(self.case, dict(self.choices))

    def regions(self) -> list[QWidget]:
        first = self.chips.first()
        return [*([first] if first else []), self.table, self.merge]

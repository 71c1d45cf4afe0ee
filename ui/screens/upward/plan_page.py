"""汇总以前先看: what gathering would do, counted by office and named row by row; afterwards what it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sync.comparing.merging import CHANGED, NEW, SAME
from sync.upward.lower_ledgers import Trial
from ui import look
from ui.forms.inputs import LineInput
from ui.screens.upward import gathering_case
from ui.screens.upward.gathering_case import CHIPS, NEEDS_BASIS
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.labels import ElidedLabel, label

COUNTS = ("单位", "状态", "新增", "更新", "不变", "对方撤回", "要您定", "不采用", "说明")
COUNT_WIDTHS = (210, 76, 60, 60, 60, 76, 68, 68, 180)
NUMBERS = frozenset(range(2, 8))
NAMED = ("单位", "项目", "怎么办", "说明")
NAMED_WIDTHS = (190, 260, 90, 240)
MOST_LINES = 5
WIDE, NARROW_HIDES = 1000, (4, 5)


class PlanPage(QWidget):
    """`gather_wished(basis)`, `decide_wished(trial)`, `left()`; after the deed `undo_wished()`."""

    gather_wished = Signal(str)
    decide_wished = Signal(object)
    undo_wished = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trials: list[Trial] = []
        self.said = ElidedLabel("", "strong")
        self.model = PlainModel(COUNTS, NUMBERS, parent=self)
        self.table = PlainTable("各单位汇总情况", self.model, COUNT_WIDTHS, stretch=8)
        self.table.picked.connect(lambda _row: self._follow())
        self.told = label("", wrap=True)
        self.chips = ChipRow("只看哪一种")
        self.chips.picked.connect(lambda _key: self._fill())
        self.named = PlainModel(NAMED, parent=self)
        self.rows = PlainTable("有变动的项目", self.named, NAMED_WIDTHS, stretch=3)
        self._known: list[tuple[str, PlainRow]] = []
        self.basis = LineInput()
        self.basis.setAccessibleName("补录依据")
        self.basis.setPlaceholderText("本单位台账已确定，新增的行要写依据，如：旗政府专题会议纪要〔2022〕5号")
        self.basis_words = label("补录依据")
        self.basis_words.setBuddy(self.basis)
        self.undo = button("撤回这次汇总", self.undo_wished.emit, sign="undo")
        self.back = button("先不汇总", self.left.emit)
        self.deed = button("汇总", self._deed, kind="primary", sign="gather")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        only = QHBoxLayout()
        only.addWidget(self.chips)
        only.addStretch(1)
        self.blank = QWidget()  # takes the room of the rows when there are none
        column.addWidget(self.said)
        column.addWidget(self.table)
        column.addWidget(self.told)
        column.addLayout(only)
        column.addWidget(self.rows, 1)
        column.addWidget(self.blank, 1)
        for line in (self._basis_row(), self._foot()):
            column.addLayout(line)

    def _basis_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.basis_words)
        row.addWidget(self.basis, 1)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.undo)
        self.note = ElidedLabel("", "muted")
        row.addWidget(self.note, 1)
        row.addWidget(self.back)
        row.addWidget(self.deed)
        return row

    # before

    def show_trials(self, trials: Sequence[Trial], decided: frozenset[str] = frozenset()) -> None:
        """The plan; `decided` are the ledgers whose clashes a person has decided."""
        self.trials = list(trials)
        self.said.setText(f"汇总 {len(trials):,} 个单位的台账，先看一看会怎样；现在还没有动任何数据")
        self._set_counts([_trial_row(one, one.source in decided) for one in trials])
        self._known = gathering_case.named(trials)
        counted = [(key, word, sum(how == key for how, _ in self._known)) for key, word in CHIPS]
        self.chips.set([chip for chip in counted if chip[2]] or counted[:1])
        self.chips.choose(next((key for key, _, n in reversed(counted[:3]) if n), self.chips.current()))
        self._left = [t for t in trials if t.plan.needs and t.source not in decided]
        asks = any(told["code"] == NEEDS_BASIS for one in trials for told in one.refused)
        for made in (self.basis, self.basis_words):
            made.setVisible(asks or bool(self.basis.text()))
        self._dress(done=False)
        self._fill()
        self.deed.setFocus()

    def _dress(self, *, done: bool) -> None:
        self.undo.setVisible(done)
        self.note.setText(
            "撤回以后各单位的台账不变，只还原本单位的" if done else "汇总前自动备份，汇总后可以整批撤回"
        )
        self.back.setVisible(not done)
        self.chips.setVisible(not done)
        self.rows.setVisible(bool(self.named.rowCount()) or not done)
        self.blank.setVisible(self.rows.isHidden())
        waits = 0 if done else sum(len(t.plan.needs) for t in self._left)
        self.deed.setText("好了" if done else f"去决定 {waits:,} 处" if waits else "汇总")
        self.deed.setAccessibleName(self.deed.text())
        self._done = done

    def _set_counts(self, rows: Sequence[PlainRow]) -> None:
        self.model.set_rows(rows)
        shown = min(max(len(rows), 1), MOST_LINES)
        self.table.setFixedHeight(look.sizes().header + shown * look.sizes().row + 4)
        self.table.choose(next((i for i, row in enumerate(rows) if row.texts[8]), 0))
        self._follow()

    def _follow(self) -> None:
        """What is said of the current office in whole, where the table may cut it."""
        found = self.model.row(self.table.currentIndex().row())
        said = found.texts[8] if found is not None else ""
        self.told.setText(f"{found.texts[0]}：{said}" if found is not None and said else "")
        self.told.setVisible(bool(said))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < look.sizes().grown(WIDE)
        for column in NARROW_HIDES:
            self.table.setColumnHidden(column, narrow)
        self.rows.setColumnWidth(1, look.sizes().grown(180 if narrow else NAMED_WIDTHS[1]))

    def _fill(self) -> None:
        wanted = self.chips.current()
        self.named.set_rows([row for how, row in self._known if how == wanted])
        self.rows.choose(0)

    def ready(self) -> bool:
        """Whether nothing is left to be decided or written."""
        return not self._left and (self.basis.isHidden() or bool(self.basis.text_now()))

    def _deed(self) -> None:
        if self._done:
            self.left.emit()
        elif self._left:
            self.decide_wished.emit(self._left[0])
        else:
            self.gather_wished.emit(self.basis.text_now())

    # after

    def show_done(self, said: str, done: Sequence[dict[str, Any]]) -> None:
        """What became of every office, and the rows that were not taken."""
        self.said.setText(said)
        self._set_counts([_done_row(one) for one in done])
        self._known = []
        refused = [_refused_row(one, row) for one in done for row in one.get("refused", ())]
        self.named.set_rows([*refused, *_twin_rows(done)])
        self._left = []
        self.basis.clear()
        for made in (self.basis, self.basis_words):
            made.hide()
        self._dress(done=True)
        self.undo.setVisible(any("merge" in one for one in done))
        self.deed.setFocus()

    def regions(self) -> list[QWidget]:
        return [part for part in (self.table, self.rows, self.deed) if part.isVisibleTo(self)]


def _trial_row(one: Trial, decided: bool) -> PlainRow:
    counted = one.plan.counts
    needs = len(one.plan.needs)
    mark, tone = ("已确定", "green") if one.sealed else ("未确定", "amber")
    said = one.fault or ("都定好了" if decided else "" if one.sealed else "对方还没有签字确定")
    numbers = (counted[NEW], counted[CHANGED], counted[SAME], len(one.withdrawn), needs, len(one.refused))
    if counted[NEW]:
        numbers = (counted[NEW] - _refused_new(one), *numbers[1:])
    tones = {
        1: tone,
        6: "error" if needs and not decided else "",
        7: "red" if one.refused else "",
        8: "red" if one.fault else "",
    }
    texts = (one.office, mark, *(f"{n:,}" for n in numbers), said)
    return PlainRow(texts, one.source, tones=tones, tips={0: one.office, 8: said}, fact=one)


def _refused_new(one: Trial) -> int:
    new = {row.id for row in one.plan.rows if row.kind == NEW}
    return sum(told["row"] in new for told in one.refused)


def _done_row(one: dict[str, Any]) -> PlainRow:
    good = "merge" in one
    numbers = [""] * 6
    if good:
        numbers[0], numbers[1] = f"{one['added']:,}", f"{one['changed']:,}"
        numbers[5] = f"{len(one['refused']):,}"
    texts = (one["office"], "已汇总" if good else "没有汇总", *numbers, one["said"])
    return PlainRow(texts, one["ledger"], tones={1: "green" if good else "red"}, tips={8: one["said"]})


def _refused_row(one: dict[str, Any], row: dict[str, Any]) -> PlainRow:
    texts = (one["office"], str(row["name"]), "不采用", str(row["reason"]))
    return PlainRow(texts, tones={2: "red"}, tips={1: texts[1], 3: texts[3]})


def _twin_rows(done: Sequence[dict[str, Any]]) -> list[PlainRow]:
    """Projects of two offices with one code, as the last gathering found them (decision 14: named, never merged)."""
    twins = next((one["twins"] for one in reversed(done) if "twins" in one), ())
    out = []
    for twin in twins:
        why = f"项目代码 {twin['code']} 在 {len(twin['rows']):,} 行里都有，请核对是不是同一个项目"
        for row in twin["rows"]:
            texts = (str(row["office"]), str(row["name"]), "代码相同", why)
            out.append(PlainRow(texts, str(row["id"]), tones={2: "amber"}, tips={1: texts[1], 3: why}))
    return out

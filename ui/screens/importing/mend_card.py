"""What is wrong in the current cell, and the ways to mend it: nearest words, own words, all alike, leave out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.words.templates import Loaded
from ui import look
from ui.forms.inputs import LineInput
from ui.screens.importing.mend_model import WAYS, Shown
from ui.screens.importing.trial import title_of
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, dress, label

MOST_NEAR = 3
ONE_ROW_FROM = 1000
STATE, UNSURE = "E_STATE", "待核"


class MendCard(Card):
    """`mended(text, everywhere)`, `left_out(row)`, `settled(row, same)` for a look-alike, `original(row)`."""

    mended = Signal(str, bool)
    left_out = Signal(int)
    settled = Signal(int, bool)
    original = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._row = 0
        self._loaded: Loaded | None = None
        self.what = label("", "h2", wrap=True)
        self.raw = ElidedLabel("", "muted")
        self.see = button("看原表这一行", lambda: self.original.emit(self._row), kind="link")
        top = QHBoxLayout()
        top.addWidget(self.what, 1)
        top.addWidget(self.raw)
        top.addWidget(self.see)
        self.lead = label("改为：")
        self.near = [button("", kind="primary" if at == 0 else "") for at in range(MOST_NEAR)]
        for made in self.near:
            made.clicked.connect(lambda _on=False, m=made: self._take_near(str(m.property("word") or "")))
        self.own = LineInput()
        self.own.setPlaceholderText("自己填")
        self.own.setAccessibleName("改为")
        self.own.setMaximumWidth(look.sizes().grown(220))
        self.own.returnPressed.connect(lambda: self._mend(self.own.text_now()))
        self.take = button("改好", lambda: self._mend(self.own.text_now()))
        self.same = button("是同一个，更新它", lambda: self.settled.emit(self._row, True))
        self.other = button("不是，另新增", lambda: self.settled.emit(self._row, False))
        self.leave = button("此行不导入", lambda: self.left_out.emit(self._row))
        self.every = QCheckBox("")
        row = self._deeds = QHBoxLayout()
        row.setSpacing(8)
        for one in (self.lead, *self.near, self.own, self.take, self.same, self.other, self.leave, self.every):
            row.addWidget(one)
        row.addStretch(1)
        self.body.setContentsMargins(14, 6, 12, 6)
        self.body.setSpacing(6)
        self.body.addLayout(top)
        self.body.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the tick has a row of its own, so that its words are whole."""
        super().resizeEvent(event)
        wide, beside = self.width() >= look.sizes().grown(ONE_ROW_FROM), self._deeds.indexOf(self.every) >= 0
        if wide and not beside:
            self._deeds.insertWidget(self._deeds.count() - 1, self.every)
        elif beside and not wide:
            self.body.addWidget(self.every)

    def _mend(self, text: str) -> None:
        self.mended.emit(text, self.every.isVisible() and self.every.isChecked())

    def _take_near(self, word: str) -> None:
        if word:
            self._mend(word)

    def show_cell(self, loaded: Loaded, row: Shown | None, target: str, head: str, count: int) -> None:
        """`head` is the column's name in the sheet, `count` how many cells have the same fault."""
        self.setVisible(row is not None)
        if row is None:
            return
        self._row, self._loaded = row.source.row, loaded
        fault = row.faults.get(target)
        at = f"第 {row.source.row} 行 · {title_of(loaded, target) if target else '入账方式'}"
        doubt = row.alike if fault is None and target in ("name", "") else None
        text, tone = self._words(row, target)
        title = title_of(loaded, target).removesuffix("(万元)") if target else ""
        self.what.setText(f"{at}：{text.removeprefix(title).removeprefix('：')}")
        dress(self.what, tone=tone)
        original = fault.raw if fault else row.source.raw.get(head, "")
        self.raw.setText(f"原表：“{' '.join(original.split())}”" if original else "原表：空")
        self.raw.setVisible(bool(target))
        likely = fault is not None and fault.code != STATE  # near states come by caution, not by likeness
        self.same.setText("是同一个，这行算重复" if doubt and doubt.other_row else "是同一个，更新它")
        self.same.setAccessibleName(self.same.text())
        self._ways(fault.near if fault else (), bool(fault), bool(doubt), row.way == "left", likely)
        again = bool(fault and fault.raw and count > 1)
        self.every.setVisible(again)
        if fault and again:
            self.every.setText(f"本文件 {count:,} 处“{fault.raw[:12]}”都这样改，下次自动认")
            self.every.setAccessibleName(self.every.text())
            self.every.setChecked(bool(fault.near) and fault.near[0] != UNSURE)

    def _words(self, row: Shown, target: str) -> tuple[str, str]:
        if target in row.faults:
            return row.faults[target].text, "red"
        if row.alike is not None and target in ("name", ""):
            return f"与{row.alike.where}“{row.alike.other}”很像，是同一个项目吗？没定就当新项目入账", "amber"
        if target in row.notes:
            return row.notes[target], "amber"
        reason = f"，{row.reason}" if row.reason else ""
        if not target:
            return f"{WAYS[row.way]}{reason}", ""
        other = "；".join(f"{title_of(self._loaded, t)}：{text}" for t, text in row.notes.items() if self._loaded)
        return (f"这一格没有问题。这一行还要留意：{other}", "amber") if other else ("没有问题", "")

    def _ways(self, near: tuple[str, ...], wrong: bool, doubt: bool, left: bool, likely: bool) -> None:
        for at, made in enumerate(self.near):
            word = near[at] if at < len(near) and wrong else ""
            made.setVisible(bool(word))
            made.setProperty("word", word)
            made.setText(f"{word}（最像）" if at == 0 and likely else word)
            dress(made, kind="primary" if at == 0 and likely else "")
            made.setAccessibleName(f"改为{made.text()}")
        for part in (self.lead, self.own, self.take):
            part.setVisible(wrong)
        self.own.clear()
        for made in (self.same, self.other):
            made.setVisible(doubt)
        self.leave.setText("这一行改回导入" if left else "此行不导入")
        self.leave.setAccessibleName(self.leave.text())

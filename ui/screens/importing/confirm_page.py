"""确认入账: the sum of it, the named declaration that nothing is 涉密, and afterwards what was done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.change import Change
from app.imports.fates import Difference
from ui import look
from ui.forms.inputs import LineInput, mark
from ui.forms.scrolling import scrolling
from ui.screens.importing.trial import CAME_IN, LEFT_OUT, Reading
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import dress, label

COUNTS = (("added", "新增", "green"), ("updated", "更新", "blue"), ("skipped", "跳过", "grey"),
          ("problem", "有错，不入账", "red"))  # fmt: skip


MOST_DIFFERING = 6


class Tallies(QWidget):
    """新增 · 更新 · 跳过 · 有错 as big numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._numbers = {}
        for key, words, tone in COUNTS:
            card = Card(tone=tone if tone != "grey" else "")
            card.body.setContentsMargins(14, 4, 12, 4)
            number = label("0", "number", tone=tone)
            self._numbers[key] = number
            beside = QHBoxLayout()
            beside.addWidget(number)
            beside.addWidget(label(words, "muted"))
            beside.addStretch(1)
            card.body.addLayout(beside)
            row.addWidget(card, 1)

    def show_counts(self, counts: dict[str, int]) -> None:
        for key, number in self._numbers.items():
            number.setText(f"{counts.get(key, 0):,}")


class ConfirmPage(QWidget):
    """`changed()` when the clerk touched something, `entered()` by Enter in the last line that was lacking;
    `overwritten(bool)`; `wished(deed)` after the import."""

    changed = Signal()
    entered = Signal()
    overwritten = Signal(bool)
    wished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._before())
        self.stack.addWidget(self._after())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    # before

    def _before(self) -> QWidget:
        self.tallies = Tallies()
        self.told = label("", "muted", wrap=True)
        self.fill, self.replace = QRadioButton("只补台账里空着的格"), QRadioButton("以这个文件为准，已有的格也改")
        self._how = QButtonGroup(self)
        for made in (self.fill, self.replace):
            made.setAccessibleName(made.text())
            self._how.addButton(made)
        self.fill.setChecked(True)
        self.fill.clicked.connect(lambda _on: self.overwritten.emit(False))
        self.replace.clicked.connect(lambda _on: self.overwritten.emit(True))
        self.ways = Card("台账里已有的项目")
        self.ways.body.addWidget(self.fill)
        self.ways.body.addWidget(self.replace)
        self.differing = label("", tone="amber", wrap=True)
        self.ways.body.addWidget(self.differing)
        self.person, self.basis = LineInput(), LineInput()
        self.person.setPlaceholderText("声明人的姓名")
        self.person.setAccessibleName("声明不涉密的人")
        self.basis.setPlaceholderText("台账已确定，补录要写依据，如 盟发改函〔2022〕30号")
        self.basis.setAccessibleName("补录依据")
        for line in (self.person, self.basis):
            line.touched.connect(self._touched)
            line.returnPressed.connect(self._enter)
            line.setFixedWidth(look.sizes().grown(420))
        self.secret = Card("涉密声明")
        self.secret.body.addWidget(label("涉密项目由各部门自行保管，不得录入。本人已核对，这份清单里没有涉密内容。", wrap=True))
        grid = QGridLayout()
        grid.setColumnStretch(2, 1)
        self.basis_label = label("补录依据")
        grid.addWidget(label("声明人"), 0, 0)
        grid.addWidget(self.person, 0, 1)
        grid.addWidget(self.basis_label, 1, 0)
        grid.addWidget(self.basis, 1, 1)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        self.secret.body.addLayout(grid)
        self.secret.body.addWidget(self.fault)
        return _column(self.tallies, self.told, self.secret, self.ways)

    def _touched(self) -> None:
        self.refuse("", "")
        self.changed.emit()

    def _enter(self) -> None:
        """Enter goes to the line still empty, and on when there is none."""
        shown = [line for line in (self.person, self.basis) if line.isVisibleTo(self)]
        lacking = next((line for line in shown if not line.text_now()), None)
        if lacking is not None:
            lacking.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.entered.emit()

    def show_reading(self, reading: Reading, overwrite: bool) -> None:
        self.stack.setCurrentIndex(0)
        counts = reading.plan.counts
        self.tallies.show_counts(counts)
        aside = sum(one.reason not in (LEFT_OUT, CAME_IN) for one in reading.plan.draft.skipped)
        found = reading.plan.differences
        parts = [f"“{reading.draft.file}”共 {counts['rows']:,} 行项目，另有 {aside:,} 行标题、合计、分组等不是项目"]
        if counts["problem"]:
            parts.append(f"有错的 {counts['problem']:,} 行这次不入账，留着以后接着改")
        self.told.setText("；".join((*parts, *(r.rstrip("。；") for r in reading.plan.remarks))) + "。")
        only = f"（先列前 {MOST_DIFFERING} 处）" if len(found) > MOST_DIFFERING else ""
        self.differing.setText(
            "\n".join((f"{len(found):,} 处与台账不同，台账不改{only}：", *map(_told, found[:MOST_DIFFERING])))
        )
        self.differing.setVisible(bool(found))
        known = counts["updated"] + counts["skipped"] > 0
        self.ways.setVisible(known)
        (self.replace if overwrite else self.fill).setChecked(True)
        self.basis.setVisible(reading.line.sealed)
        self.basis_label.setVisible(reading.line.sealed)

    def why_not(self, reading: Reading) -> str:
        """Why 入账 cannot be done yet, '' when it can."""
        counts = reading.plan.counts
        if not counts["added"] + counts["updated"]:
            return "没有要入账的行"
        if not self.person.text_now():
            return "还没写声明人"
        if self.basis.isVisibleTo(self) and not self.basis.text_now():
            return "还没写补录依据"
        return ""

    def declared(self) -> tuple[str, str]:
        """Who declares that nothing is 涉密, and the basis of what comes into a sealed ledger."""
        return self.person.text_now(), self.basis.text_now()

    def refuse(self, text: str, field: str) -> None:
        """Say what was refused and mark where."""
        self.fault.setText(text)
        self.fault.setVisible(bool(text))
        mark(self.person, field == "not_secret")
        mark(self.basis, field == "basis")

    # after

    def _after(self) -> QWidget:
        self.done_words = label("", "h1", wrap=True)
        self.done_note = label("", "muted", wrap=True)
        self.done_tallies = Tallies()
        self.see = button("去看台账", lambda: self.wished.emit("see"), kind="primary", sign="ledger")
        self.errors = button("另存错误清单 Excel", lambda: self.wished.emit("errors"), sign="excel")
        self.back = button("撤回本次导入", lambda: self.wished.emit("withdraw"), kind="danger", sign="undo")
        self.more = button("再导入一个", lambda: self.wished.emit("again"))
        self.people = button("按部门名录填责任人…")
        row = QWidget()
        buttons = QHBoxLayout(row)
        buttons.setContentsMargins(0, 0, 0, 0)
        for made in (self.see, self.people, self.errors, self.back, self.more):
            buttons.addWidget(made)
        buttons.addStretch(1)
        return _column(self.done_words, self.done_tallies, self.done_note, row)

    def show_done(self, change: Change, reading: Reading) -> None:
        self.stack.setCurrentIndex(1)
        counts = reading.plan.counts
        self.done_tallies.show_counts(counts)
        self.done_words.setText(f"已入账：新增 {counts['added']:,} 行，更新 {counts['updated']:,} 行")
        dress(self.done_words, tone="green")
        waits = int(change.facts.get("waiting", 0))
        left = f"有错的 {waits:,} 行留在“没有入账的行”里，再进这一页点“接着改”。" if waits else ""
        self.done_note.setText(f"{left}这种表头下次会直接认得。发现导错了可以撤回，一按就全部退回导入以前的样子。")
        self.errors.setVisible(bool(counts["problem"]))
        self.back.setVisible(True)
        self.people.hide()
        self.see.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_withdrawn(self, said: str) -> None:
        self.done_words.setText(said)
        dress(self.done_words, tone="amber")
        self.done_tallies.show_counts({})
        self.done_note.setText("台账回到导入以前的样子，操作记录里留有导入和撤回两条。")
        self.back.setVisible(False)
        self.errors.setVisible(False)
        self.people.hide()

    def ended(self) -> bool:
        return self.stack.currentIndex() == 1

    def regions(self) -> list[QWidget]:
        return [self.see, self.more] if self.ended() else [self.person]


def _told(one: Difference) -> str:
    return f"第 {one.row} 行“{one.name}”{one.title}：台账里“{one.ledger}”，来件“{one.incoming}”"


def _column(*parts: QWidget) -> QWidget:
    """The parts one below the other, scrolled where the window is too low for them."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 4, 0)
    column.setSpacing(10)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return scrolling(whole)

"""By what, of whom and of when 统计 counts: the choices above the chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.figures.headway import Span
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.reports import periods, report_forms
from app.reports.periods import Period
from app.values import dates
from ui import look
from ui.forms.inputs import DateInput
from ui.screens.statistics import views, ways
from ui.widgets.chips import ChipRow
from ui.widgets.labels import dress, label

BY = {"unit": "按单位", "matter": "按事项", "place": "按苏木镇（园区）", "division": "按旗县"}
ROW, ITEM = "row", "item"
WHOLE = "从确定台账起"
OPENED = "从打开起"


@dataclass(frozen=True)
class Asked:
    """What is to be counted; `before` the period to compare with."""

    ledger: str
    by: str
    item: bool
    on: dt.date | None
    since: dt.date | None
    before: Span | None


class Options(QWidget):
    """`touched` when something else is to be counted, `refused(problem)` of a day that cannot be."""

    touched = Signal()
    refused = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: LedgerLine | None = None
        self._today = dt.date.min
        self._known: dict[str, tuple[Period, Period | None]] = {}
        self.by, self.period = QComboBox(), QComboBox()
        self.by.setAccessibleName("按什么分")
        self.period.setAccessibleName("哪一期")
        for box in (self.by, self.period):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.whose = ChipRow("数什么")
        self.until = label("截至", "muted")
        self.on = DateInput()
        self.on.setAccessibleName("截至哪一天，不填就是今天")
        self.on.setPlaceholderText("今天")
        self.on.setToolTip("写过去任何一天，数字照那一天晚上的记录；不写就是今天")
        self.on.setFixedWidth(look.sizes().grown(124))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.by, self.whose, self.period, self.until, self.on):
            row.addWidget(part)
        row.addStretch(1)
        for box in (self.by, self.period):
            box.activated.connect(lambda _at: self._changed())
        self.whose.picked.connect(lambda _key: self._changed())
        self.on.editingFinished.connect(self._day_written)
        self.on.touched.connect(lambda: dress(self.on, wrong=""))
        self._kept = ""

    def show_line(self, line: LedgerLine, today: dt.date) -> None:
        """The choices of this ledger; what was chosen stays where it has it too."""
        by, period = self.by.currentData(), self.period.currentData()
        if self._line is not None and self._line.id != line.id:
            self.on.set_text("")
            self._kept, period = "", None
        self._line, self._today = line, today
        loaded = line.loaded
        _fill(self.by, [(key, BY[key]) for key in ways.choices(loaded)], by)
        self._known = _periods(line, today)
        whole = WHOLE if line.sealed or not _register(line) else OPENED
        listed = [("", whole), *((key, one.title) for key, (one, _) in reversed(self._known.items()))]
        _fill(self.period, listed, period)
        words = loaded.t.words
        self.whose.set([(ROW, words.row, None), (ITEM, words.item, None)])

    def show_for(self, view: str) -> None:
        """Only what makes a difference to that chart."""
        line = self._line
        items = line is not None and line.loaded.t.items is not None
        self.by.setVisible(view == views.PROGRESS and self.by.count() > 1)
        by_matter = view != views.HOLD and self._by() == "matter"
        self.whose.setVisible(items and view != views.STATES and not by_matter)
        self.period.setVisible(view not in (views.STATES, views.HOLD) and self.period.count() > 1)
        locked = self.period.isVisibleTo(self) and bool(self.period.currentData())
        for part in (self.until, self.on):
            part.setVisible(not locked and view != views.HOLD)

    def asked(self, view: str) -> Asked | None:
        """What is chosen; None while a day is written that is none."""
        if self._line is None:
            return None
        item = self.whose.current() == ITEM and self._line.loaded.t.items is not None
        if view == views.HOLD:  # in whose hand a row was on a past day nobody asks
            return Asked(self._line.id, self._by(), item, None, None, None)
        one = self._known.get(str(self.period.currentData() or "")) if view != views.STATES else None
        if one is not None:
            period, before = one
            on = min(period.ends, self._today)
            was = (before.starts, before.ends) if before else None
            return Asked(self._line.id, self._by(), item, _past(on, self._today), period.starts, was)
        try:
            day = _day(self.on.text_now(), self._today)
            if day is not None and day > self._today:
                raise Problem(
                    "E_FUTURE", f"{day} 还没有到，请写今天（{self._today}）或以前的日期", field="on"
                )
        except Problem as problem:
            dress(self.on, wrong="true")
            self.refused.emit(problem)
            return None
        return Asked(self._line.id, self._by(), item, _past(day, self._today), None, None)

    def _by(self) -> str:
        return str(self.by.currentData() or "unit")

    def _changed(self) -> None:
        self.touched.emit()

    def _day_written(self) -> None:
        if self.on.text_now() != self._kept:
            self._kept = self.on.text_now()
            self.touched.emit()


def _fill(box: QComboBox, listed: Sequence[tuple[str, str]], chosen: object) -> None:
    box.clear()
    for key, words in listed:
        box.addItem(words, key)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _register(line: LedgerLine) -> bool:
    return bool(line.loaded.t.nature == "register")


def _periods(line: LedgerLine, today: dt.date) -> dict[str, tuple[Period, Period | None]]:
    """{code: (period, the one before)} of the ledger's first kind of report, those that have begun."""
    for form in report_forms.forms(line.loaded):
        found = report_forms.series(line.loaded, form)
        if found:
            begun = [one for one in found if one.starts <= today]
            return {one.id: (one, periods.previous(found, one)) for one in begun}
    return {}


def _past(day: dt.date | None, today: dt.date) -> dt.date | None:
    return None if day is None or day >= today else day


def _day(text: str, today: dt.date) -> dt.date | None:
    return dates.read(text, year=today.year).on if text else None

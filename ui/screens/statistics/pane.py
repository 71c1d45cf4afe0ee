"""One chart beside the table of the same numbers; on a small screen the one or the other."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.exports.chart import BarChart, LineChart
from ui import look
from ui.screens.statistics.views import BURN, View
from ui.tables import copying
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.cards import Card
from ui.widgets.chart import Chart
from ui.widgets.chart_bars import BarsPlot
from ui.widgets.chart_line import LinePlot
from ui.widgets.empty import EmptyState
from ui.widgets.labels import label

CHART, TABLE = "chart", "table"
NUMBER, NAME, DAY, PLAN = 66, 150, 104, 260


class NumbersTable(PlainTable):
    """Ctrl+C copies every row with its heads, as Excel pastes them."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        model = self.model()
        both = Qt.ItemDataRole.DisplayRole
        heads = [
            str(model.headerData(at, Qt.Orientation.Horizontal, both)) for at in range(model.columnCount())
        ]
        kept, now = self.selectionMode(), self.currentIndex()
        self.setSelectionMode(PlainTable.SelectionMode.ExtendedSelection)
        self.selectAll()
        text = copying.block(self)
        self.setSelectionMode(kept)
        self.setCurrentIndex(now)
        QGuiApplication.clipboard().setText("\t".join(heads) + "\n" + text)


class ChartPane(QWidget):
    """`opened` when the current bar, row or stretch is to be looked at."""

    opened = Signal()

    def __init__(self, empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: View | None = None
        self._wide, self._shown = True, CHART
        self.bars, self.line = BarsPlot("图"), LinePlot("图")
        self.plots = QStackedWidget()
        for plot in (self.bars, self.line):
            self.plots.addWidget(plot)
            plot.told.connect(self._tell)
            plot.opened.connect(self.opened)
        self.said = label("", "strong", wrap=True)
        self.note = label("", "small", wrap=True)
        self.deeds = QHBoxLayout()
        self.deeds.setSpacing(6)
        self.left = Card()
        self.left.body.setContentsMargins(10, 8, 10, 6)
        self.left.body.setSpacing(4)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addLayout(self.deeds)
        self.left.body.addWidget(self.plots, 1)
        self.left.body.addWidget(self.note)
        self.left.body.addLayout(foot)
        self.model = PlainModel([], parent=self)
        self.table = NumbersTable("表", self.model, ())
        self.table.opened.connect(lambda _at: self.opened.emit())
        self.table.picked.connect(self._row_picked)
        self.inside = QWidget()
        row = QHBoxLayout(self.inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.left, 3)
        row.addWidget(self.table, 2)
        self.empty = empty
        self.stack = QStackedWidget()
        self.stack.addWidget(self.inside)
        self.stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    @property
    def plot(self) -> Chart:
        found = self.plots.currentWidget()
        assert isinstance(found, Chart)
        return found

    @property
    def blank(self) -> bool:
        return self.stack.currentWidget() is self.empty

    def add(self, made: QPushButton) -> None:
        """A deed beside what is said of the current part."""
        self.deeds.addWidget(made)

    def show_view(self, view: View) -> None:
        """Paint it and fill the table; the current part stays where it is still there."""
        held = self.plots.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.view = view
        if view.chart is None:
            self.stack.setCurrentWidget(self.empty)
            return
        self.stack.setCurrentWidget(self.inside)
        self._fill(view)
        self.plots.setCurrentWidget(self.bars if isinstance(view.chart, BarChart) else self.line)
        self.plot.called(view.title)
        self._note(view.chart)
        if isinstance(view.chart, BarChart):
            self.bars.show_chart(view.chart)
        else:
            self.line.show_chart(view.chart)
        if held:
            self.plot.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, view: View) -> None:
        self.table.blockSignals(True)
        self.model.set_heads(view.heads, view.numbers)
        rows = [PlainRow(texts, tips={0: texts[0], len(texts) - 1: texts[-1]}) for texts in view.rows]
        self.model.set_rows([*rows, *([PlainRow(view.totals)] if view.totals else [])])
        sizes = look.sizes()
        for at, head in enumerate(view.heads):
            first = DAY if view.key == BURN else NAME
            wide = first if at == 0 else NUMBER if at in view.numbers else PLAN
            wide = max(sizes.grown(wide), look.text_width(self.table, head) + 26)
            self.table.setColumnWidth(at, wide)
        self.table.horizontalHeader().setStretchLastSection(view.key == BURN)
        self.table.setAccessibleName(f"{view.title}的表")
        self.table.blockSignals(False)

    def _note(self, chart: BarChart | LineChart) -> None:
        """What the numbered lines stand for; on a small screen their days, the table has the rest."""
        marks = chart.marks if isinstance(chart, LineChart) else ()
        whole = [f"（{at}）{day.month}月{day.day}日{what}" for at, (day, what) in enumerate(marks, 1)]
        short = [f"（{at}）{day.month}月{day.day}日" for at, (day, _) in enumerate(marks, 1)]
        apart = self.view.foot[1:] if isinstance(chart, BarChart) and self.view is not None else ()
        self.note.setText(
            "　".join((*apart, *whole)) if self._wide else f"计划：{' '.join(short)}" if short else ""
        )
        self.note.setToolTip("\n".join(whole))
        self.note.setVisible(bool(self.note.text()))

    def _tell(self, text: str) -> None:
        self.said.setText(text)
        self.said.setAccessibleName(text)
        at = self.plot.at
        if self.table.currentIndex().row() != at and at < self.model.rowCount():
            self.table.blockSignals(True)
            self.table.choose(at)
            self.table.blockSignals(False)

    def _row_picked(self, at: int) -> None:
        """The row of the table is the part of the chart."""
        if at < self.plot.count():
            self.bars.part = -1
            self.plot.choose(at)

    # which of the two

    def arrange(self, wide: bool, shown: str) -> None:
        """Both beside each other, or only the one that is wanted."""
        self._wide, self._shown = wide, shown
        now, other = (self.plot, self.table) if shown == CHART else (self.table, self.plot)
        if not wide and other.hasFocus():
            now.setVisible(True)  # the focus goes before its widget does
            self.left.setVisible(True)
            now.setFocus(Qt.FocusReason.OtherFocusReason)
        self.left.setVisible(wide or shown == CHART)
        if self.view is not None and self.view.chart is not None:
            self._note(self.view.chart)
        self.table.setVisible(wide or shown == TABLE)

    def regions(self) -> list[QWidget]:
        if self.blank:
            return list(self.empty.findChildren(QPushButton)[:1])
        table = [self.table] if self._wide or self._shown == TABLE else []
        plot = [self.plot] if self._wide or self._shown == CHART else []
        return [*table, *plot]

"""Bars one below the other, the numbers in columns beside them; as many as there are, scrolled."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from app.exports.chart import Bar, BarChart
from ui import look
from ui.widgets.chart import Chart, fill

ROW, HIGH, HEAD, PAD = 30, 14, 30, 8
NAME_SHARE, LINES = 0.36, 2
SWATCH = 11
NOTHING = BarChart("", "", (), ())


class BarsPlot(Chart):
    """Up and Down go from bar to bar, Left and Right to one part of it and back to all; `part` is -1 for all of it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.chart = NOTHING
        self.part = -1
        self._tops: list[float] = []
        self._name_wide = self._number_wide = 0.0
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)

    def show_chart(self, chart: BarChart) -> None:
        """Paint these bars; the current one stays current where it is still there."""
        name = self.chart.bars[self.at].name if self.at < len(self.chart.bars) else ""
        self.chart = chart
        self._measure()
        self.choose(next((at for at, bar in enumerate(chart.bars) if bar.name == name), 0))

    # measures

    def _measure(self) -> None:
        self.ensurePolished()
        metrics = QFontMetricsF(self.font())
        heads = [part.word for part in self.chart.parts]
        numbers = [f"{bar.total:,}" for bar in self.chart.bars]
        widest = max((metrics.horizontalAdvance(text) for text in (*numbers, "合计")), default=0)
        self._number_wide = max([widest, *(metrics.horizontalAdvance(h) + SWATCH + 4 for h in heads)]) + 14
        room = self.viewport().width()
        longest = max((metrics.horizontalAdvance(bar.name) for bar in self.chart.bars), default=0)
        self._name_wide = min(longest + 2 * PAD, room * NAME_SHARE)
        high, self._tops = look.sizes().grown(ROW), [0.0]
        for bar in self.chart.bars:
            lines = len(self._lines(bar.name))
            self._tops.append(self._tops[-1] + high + (lines - 1) * (metrics.height() - 2))
        bar_ = self.verticalScrollBar()
        shown = self.viewport().height() - self._head()
        bar_.setRange(0, max(0, round(self._tops[-1] - shown)))
        bar_.setPageStep(max(1, round(shown)))
        bar_.setSingleStep(high)

    def _lines(self, name: str) -> list[str]:
        """A name on one line or two; what is longer still ends in ……, and is told whole below the chart."""
        layout = QTextLayout(name, self.font())
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        found = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(self._name_wide - 2 * PAD, 20))
            found.append(name[line.textStart() : line.textStart() + line.textLength()])
        layout.endLayout()
        if len(found) > LINES:
            rest = "".join(found[LINES - 1 :])
            metrics = QFontMetricsF(self.font())
            found = [
                *found[: LINES - 1],
                metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self._name_wide - 2 * PAD),
            ]
        return found or [""]

    def _head(self) -> int:
        return look.sizes().grown(HEAD)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self._head() + 2 * look.sizes().grown(ROW))

    def full_size(self) -> QRectF:
        high = self._head() + (self._tops[-1] if self._tops else 0) + PAD
        return QRectF(0, 0, self.viewport().width(), high)

    # what a chart gives

    def count(self) -> int:
        return len(self.chart.bars)

    def words(self, at: int) -> str:
        bar, who = self.chart.bars[at], self.chart.who
        told = [f"{part.word} {n:,}" for part, n in zip(self.chart.parts, bar.values, strict=True)]
        if 0 <= self.part < len(told) and at == self.at:
            return f"{bar.name}：{who}{told[self.part]}（共 {bar.total:,}）"
        return f"{bar.name}：{who}共 {bar.total:,}" + (f"，{'，'.join(told)}" if len(told) > 1 else "")

    def place(self, at: int) -> QRectF:
        top = self._head() + self._tops[at] - self.verticalScrollBar().value()
        row = QRectF(0, top, self.viewport().width(), self._tops[at + 1] - self._tops[at])
        if at == self.at and 0 <= self.part < len(self.chart.parts):
            return self._number(self.part, row)
        return row

    def show_current(self) -> None:
        bar, shown = self.verticalScrollBar(), self.viewport().height() - self._head()
        top, end = self._tops[self.at], self._tops[self.at + 1]
        if top < bar.value():
            bar.setValue(int(top))
        elif end > bar.value() + shown:
            bar.setValue(int(end - shown + 1))

    def hit(self, point: QPointF) -> int:
        if point.y() < self._head():
            return -1
        y = point.y() - self._head() + self.verticalScrollBar().value()
        return next((at for at in range(self.count()) if self._tops[at] <= y < self._tops[at + 1]), -1)

    def part_at(self, at: int, x: float) -> int:
        """Which part of a bar lies there: its area or its number; -1 elsewhere."""
        row = QRectF(0, 0, self.viewport().width(), 1)
        for part in range(len(self.chart.parts)):
            number = self._number(part, row)
            if number.left() <= x < number.right():
                return part
        left = self._name_wide
        for part, value in enumerate(self.chart.bars[at].values):
            wide = self._bar_room() * value / self.chart.most
            if left <= x < left + wide:
                return part
            left += wide
        return -1

    def mouseReleaseEvent(self, event: object) -> None:
        at = self.hit(event.position())  # type: ignore[attr-defined]
        self.part = self.part_at(at, event.position().x()) if at >= 0 else -1  # type: ignore[attr-defined]
        super().mouseReleaseEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self.chart.parts) - 1
        page = max(1, int(self.viewport().height() / look.sizes().grown(ROW)) - 2)
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.count() - 1}
        if key in steps or key in ends:
            self.choose(ends.get(Qt.Key(key), self.at + steps.get(Qt.Key(key), 0)))
        elif key == Qt.Key.Key_Right and last > 0:
            self.part = min(self.part + 1, last)
            self.choose(self.at)
        elif key == Qt.Key.Key_Left:
            self.part = max(self.part - 1, -1)
            self.choose(self.at)
        else:
            super().keyPressEvent(event)

    # painting

    def _bar_room(self) -> float:
        return self.viewport().width() - self._name_wide - self._number_wide * self._columns() - PAD

    def _columns(self) -> int:
        return len(self.chart.parts) + (len(self.chart.parts) > 1)

    def _number(self, column: int, row: QRectF) -> QRectF:
        left = self.viewport().width() - self._number_wide * (self._columns() - column)
        return QRectF(left, row.top(), self._number_wide, row.height())

    def draw(self, painter: QPainter, area: QRectF, *, whole: bool) -> None:
        if not self.chart.bars:
            return
        head, down = self._head(), 0 if whole else self.verticalScrollBar().value()
        painter.save()
        painter.setClipRect(QRectF(0, head, area.width(), area.height() - head))
        for at, bar in enumerate(self.chart.bars):
            top, end = head + self._tops[at] - down, head + self._tops[at + 1] - down
            if whole or (end > head and end < area.height() + 1):  # no half row at the lower edge
                row = QRectF(0, top, area.width(), end - top)
                if at == self.at and not whole:
                    painter.fillRect(row, QColor(look.SELECTION))
                self._bar(painter, bar, row)
        painter.restore()
        self._heads(painter, area)

    def _heads(self, painter: QPainter, area: QRectF) -> None:
        head = QRectF(0, 0, area.width(), self._head())
        painter.fillRect(head, QColor(look.HEADER))
        painter.setFont(look.bold(self.font()))
        for column, part in enumerate(self.chart.parts):
            room = self._number(column, head).adjusted(0, 0, -PAD, 0)
            painter.setPen(QColor(look.INK))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, flags, part.word)
            wide = painter.fontMetrics().horizontalAdvance(part.word)
            middle = head.center().y() - SWATCH / 2
            fill(painter, part, QRectF(room.right() - wide - SWATCH - 5, middle, SWATCH, SWATCH))
        if self._columns() > len(self.chart.parts):
            room = self._number(len(self.chart.parts), head).adjusted(0, 0, -PAD, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "合计")
        painter.setFont(self.font())

    def _bar(self, painter: QPainter, bar: Bar, row: QRectF) -> None:
        painter.setPen(QColor(look.INK))
        lines = self._lines(bar.name)
        high = QFontMetricsF(self.font()).height() - 2
        top = row.center().y() - high * len(lines) / 2
        for at, text in enumerate(lines):
            room = QRectF(PAD, top + at * high, self._name_wide - PAD, high)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)
        left, tall = self._name_wide, look.sizes().grown(HIGH)
        for part, value in zip(self.chart.parts, bar.values, strict=True):
            wide = self._bar_room() * value / self.chart.most
            if value:
                box = QRectF(left, row.center().y() - tall / 2, max(2.0, wide - 1), tall)
                fill(painter, part, box)
            left += wide
        numbers = (*bar.values, bar.total)[: self._columns()]
        for column, value in enumerate(numbers):
            painter.setPen(QColor(look.INK if value else look.FAINT))
            room = self._number(column, row).adjusted(0, 0, -PAD, 0)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, flags, f"{value:,}")

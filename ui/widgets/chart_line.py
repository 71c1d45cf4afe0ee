"""A number from day to day as a stepped line, with the days that the plan names; a stretch of it can be chosen."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.exports.chart import LineChart, spaced, ticks
from ui import look
from ui.widgets.chart import Chart

PAD, DOT = 8, 3.0


class LinePlot(Chart):
    """Left and Right go from day to day, with Shift or the mouse a stretch is chosen: from `anchor` to the current one."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chart: LineChart | None = None
        self.anchor = -1
        self._pulling = False

    def show_chart(self, chart: LineChart) -> None:
        """Paint this line; its last day is current."""
        self.chart, self.anchor = chart, -1
        self.choose(len(chart.days) - 1)

    def choose_since(self, since: dt.date) -> None:
        """Choose the stretch from the evening before that day to the last point."""
        if self.chart is not None:
            before = [at for at, day in enumerate(self.chart.days) if day < since]
            self.anchor = before[-1] if before else 0
            self.choose(self.count() - 1)

    def stretch(self) -> tuple[int, int]:
        """The chosen stretch as two points; without one the last step before the current point, of the first one itself."""
        other = self.anchor if 0 <= self.anchor != self.at else max(self.at - 1, 0)
        return min(other, self.at), max(other, self.at)

    # measures

    def minimumSizeHint(self) -> QSize:
        return QSize(320, look.sizes().grown(120))

    def _ticks(self) -> tuple[int, ...]:
        """The numbers at the left: as many as stand apart."""
        assert self.chart is not None
        high = self.viewport().height() / look.sizes().grown(60)
        return ticks(self.chart.most, max(1, min(5, int(high))))

    def _room(self, area: QRectF) -> QRectF:
        """The area in which the line runs."""
        metrics = QFontMetricsF(self.font())
        assert self.chart is not None
        left = metrics.horizontalAdvance(f"{self._ticks()[-1]:,}") + 2 * PAD
        side = metrics.horizontalAdvance("12-31") / 2 + PAD
        above = metrics.height() + PAD if self.chart.marks else PAD
        return area.adjusted(left, above + metrics.height(), -side, -metrics.height() - PAD)

    def _point(self, at: int, room: QRectF) -> QPointF:
        assert self.chart is not None
        return QPointF(self._x(self.chart.days[at], room), self._y(self.chart.values[at], room))

    def _x(self, day: dt.date, room: QRectF) -> float:
        assert self.chart is not None
        return room.left() + room.width() * self.chart.across(day)

    def _y(self, value: int, room: QRectF) -> float:
        assert self.chart is not None
        return room.bottom() - room.height() * value / self._ticks()[-1]

    # what a chart gives

    def count(self) -> int:
        return len(self.chart.days) if self.chart else 0

    def words(self, at: int) -> str:
        if self.chart is None:
            return ""
        first, last = self.stretch()
        chart = self.chart
        if at == self.at and 0 <= self.anchor != self.at:
            days = f"{_day(chart.days[first])}晚到{_day(chart.days[last])}晚"
            begun, ended = chart.values[first], chart.values[last]
            return f"{days}：{chart.who} {begun:,} → {ended:,}，{_moved(ended - begun)}"
        said = f"{_day(chart.days[at])}：{chart.who} {chart.values[at]:,}"
        if at:
            said += f"，比{_day(chart.days[at - 1])}{_moved(chart.values[at] - chart.values[at - 1])}"
        before = chart.days[at - 1] if at else chart.days[at] - dt.timedelta(1)
        named = [what for day, what in chart.marks if before < day <= chart.days[at]]
        return said + (f"　计划：{'；'.join(named)}" if named else "")

    def place(self, at: int) -> QRectF:
        point = self._point(at, self._room(QRectF(self.viewport().rect())))
        return QRectF(point.x() - 9, point.y() - 9, 18, 18)

    def hit(self, point: QPointF) -> int:
        """The nearest day, wherever the mouse is above or below it."""
        if self.chart is None:
            return -1
        room = self._room(QRectF(self.viewport().rect()))
        if not room.adjusted(-12, -30, 12, 20).contains(point):
            return -1
        return min(range(self.count()), key=lambda at: abs(self._point(at, room).x() - point.x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.hit(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            held = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.anchor = self.at if held else at
            self._pulling = True
            self.choose(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = self.hit(event.position())
        if self._pulling and at >= 0 and at != self.at:
            self.choose(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A stretch is chosen with the mouse and looked at by the button or Enter: it is easily pulled too far."""
        self._pulling = False
        if self.anchor == self.at:
            self.anchor = -1
        self.choose(self.at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_PageDown: 7, Qt.Key.Key_PageUp: -7}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.count() - 1}
        key = Qt.Key(event.key())
        if key not in steps and key not in ends:
            super().keyPressEvent(event)
            return
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.anchor = -1
        elif self.anchor < 0:
            self.anchor = self.at
        self.choose(ends.get(key, self.at + steps.get(key, 0)))

    # painting

    def draw(self, painter: QPainter, area: QRectF, *, whole: bool) -> None:
        if self.chart is None or not self.chart.days:
            return
        room = self._room(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._scale(painter, room, area)
        if not whole:
            self._stretch(painter, room)
        self._line(painter, room)
        self._marks(painter, room)
        self._level(painter, room)
        ends = {0, self.count() - 1} | (set() if whole else {self.at})
        for at in sorted(ends):
            self._value(painter, at, room, area)

    def _scale(self, painter: QPainter, room: QRectF, area: QRectF) -> None:
        assert self.chart is not None
        metrics = QFontMetricsF(self.font())
        for tick in self._ticks():
            y = self._y(tick, room)
            painter.setPen(QPen(QColor(look.LINE2), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(QColor(look.INK2))
            label = QRectF(0, y - metrics.height() / 2, room.left() - PAD, metrics.height())
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{tick:,}")
        wide = metrics.horizontalAdvance("12-31") + 10
        for at in spaced(self.chart, wide / max(room.width(), 1)):
            day = self.chart.days[at]
            label = QRectF(self._x(day, room) - wide / 2, room.bottom() + 4, wide, metrics.height())
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter, f"{day.month}-{day.day}")

    def _stretch(self, painter: QPainter, room: QRectF) -> None:
        if not 0 <= self.anchor != self.at:
            return
        first, last = self.stretch()
        left, right = self._point(first, room).x(), self._point(last, room).x()
        painter.fillRect(QRectF(left, room.top(), right - left, room.height()), QColor(look.SELECTION))

    def _line(self, painter: QPainter, room: QRectF) -> None:
        points = [self._point(at, room) for at in range(self.count())]
        path = [points[0]]
        for point in points[1:]:
            path += [QPointF(point.x(), path[-1].y()), point]
        painter.setPen(QPen(QColor(look.ACCENT), 2))
        painter.drawPolyline(QPolygonF(path))
        painter.setBrush(QColor(look.ACCENT))
        for at, point in enumerate(points):
            if at in (0, self.at) or point.y() != points[at - 1].y():
                painter.drawEllipse(point, DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _marks(self, painter: QPainter, room: QRectF) -> None:
        """Dashed lines with their number; those so near that the numbers would touch stand higher by turns."""
        assert self.chart is not None
        metrics = QFontMetricsF(self.font())
        wide, last = metrics.horizontalAdvance("（10）"), -1e9
        for at, (day, _) in enumerate(self.chart.marks, 1):
            x = self._x(day, room)
            lifted = x - last < wide
            painter.setPen(QPen(QColor(look.INK2), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            top = room.top() - metrics.height() * (2 if lifted else 1)
            painter.setPen(QColor(look.INK))
            painter.drawText(
                QRectF(x - wide / 2, top, wide, metrics.height()), Qt.AlignmentFlag.AlignHCenter, f"（{at}）"
            )
            last = -1e9 if lifted else x

    def _level(self, painter: QPainter, room: QRectF) -> None:
        assert self.chart is not None
        y = self._y(self.chart.level, room)
        painter.setPen(QPen(QColor(look.INK2), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        metrics = QFontMetricsF(self.font())
        text, high = f"期初 {self.chart.level:,}", metrics.height()
        wide = metrics.horizontalAdvance(text) + 6
        top = y - high - 2 if y - high - 2 > room.top() else y + 2
        label = QRectF(room.right() - wide - 8, top, wide, high)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)

    def _value(self, painter: QPainter, at: int, room: QRectF, area: QRectF) -> None:
        """The number of a day on a white ground beside its point, inside the chart."""
        assert self.chart is not None
        metrics = QFontMetricsF(look.bold(self.font()))
        text = f"{self.chart.values[at]:,}"
        point = self._point(at, room)
        wide, high = metrics.horizontalAdvance(text) + 8, metrics.height()
        above, under = point.y() - 8 - high, point.y() + 8
        first = at == 0 and above > room.top()  # the line goes down from there, and would be covered
        top = above if first or under + high > room.bottom() else under
        box = QRectF(min(max(point.x() - wide / 2, room.left() + 2), area.right() - wide), top, wide, high)
        ground = QColor(look.WHITE)
        ground.setAlpha(225)
        painter.fillRect(box, ground)
        painter.setFont(look.bold(self.font()))
        painter.setPen(QColor(look.ACCENT))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(self.font())


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def _moved(change: int) -> str:
    return f"少 {-change:,}" if change < 0 else f"多 {change:,}" if change else "没有变"

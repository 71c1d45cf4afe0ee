"""Stacked bars painted by ourselves: how far each place has got."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import look
from ui.widgets.pill import paint_shape

ROW, BAR, NAME, NUMBER = 28, 14, 120, 36
PARTS = (("green", look.CHART_GREEN), ("yellow", look.CHART_AMBER), ("red", look.CHART_RED))


class BarsChart(QWidget):
    """One row a place: green, yellow, red one after another, the total at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, tuple[int, int, int]]] = []

    def set(self, rows: Sequence[tuple[str, tuple[int, int, int]]]) -> None:
        """`rows` as (place, (green, yellow, red))."""
        self._rows = list(rows)
        told = [f"{n} 正常{g} 临期{y} 逾期{r}" for n, (g, y, r) in self._rows]
        self.setAccessibleDescription("；".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, max(1, len(self._rows)) * look.sizes().grown(ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        high = look.sizes().grown(ROW)
        room = max(40, self.width() - NAME - NUMBER)
        most = max((sum(parts) for _, parts in self._rows), default=1) or 1
        for at, (name, parts) in enumerate(self._rows):
            top = at * high
            if at and top + high > self.height():
                break  # whole rows only; the biggest stand first
            shown = QFontMetrics(self.font()).elidedText(name, Qt.TextElideMode.ElideRight, NAME - 8)
            painter.setPen(QColor(look.INK))
            painter.drawText(QRectF(0, top, NAME - 8, high), Qt.AlignmentFlag.AlignVCenter, shown)
            left = float(NAME)
            for (_, tint), count in zip(PARTS, parts, strict=True):
                wide = room * count / most
                if count:
                    painter.fillRect(QRectF(left, top + (high - BAR) / 2, max(1.0, wide - 1), BAR), QColor(tint))
                left += wide
            painter.setPen(QColor(look.INK2))
            number = QRectF(self.width() - NUMBER, top, NUMBER, high)
            painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(sum(parts)))
        painter.end()


class Legend(QWidget):
    """● 正常 ▲ 临期 ■ 逾期."""

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(sum(metrics.horizontalAdvance(look.LIGHTS[k].word) + 20 for k, _ in PARTS), 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        for key, tint in PARTS:
            light = look.LIGHTS[key]
            shown = look.Light(light.word, light.shape, tint, light.ground)
            paint_shape(painter, QPointF(left + 6, self.height() / 2), shown, 5.5)
            painter.setPen(QColor(look.INK))
            wide = self.fontMetrics().horizontalAdvance(light.word)
            painter.drawText(QRectF(left + 15, 0, wide + 4, self.height()), Qt.AlignmentFlag.AlignVCenter, light.word)
            left += wide + 20
        painter.end()

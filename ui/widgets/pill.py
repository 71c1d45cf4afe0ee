"""The light as a pill: colour, shape and word."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui import look


def paint_pill(
    painter: QPainter, left: float, middle: float, light: str, face: QFont, word: str = ""
) -> None:
    """Paint the pill of `light` with its left edge at `left`, centred on the height `middle`; `word` instead of its own."""
    shown = look.LIGHTS.get(light)
    if shown is None:
        return
    scale = face.pointSizeF() / look.STANDARD_PT
    wide, high = look.PILL[0] * scale, look.PILL[1] * scale
    box = QRectF(left, middle - high / 2, wide, high)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour(shown.ground))
    painter.drawRoundedRect(box, 4, 4)
    paint_shape(painter, QPointF(left + 11 * scale, middle), shown, 5 * scale)
    painter.setPen(look.colour(shown.ink))
    painter.setFont(face)
    painter.drawText(
        box.adjusted(21 * scale, -2, 0, 2),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        word or shown.word,
    )
    painter.restore()


def paint_shape(painter: QPainter, at: QPointF, shown: look.Light, half: float) -> None:
    """■ ▲ ● ○ ◇ drawn as shapes, so that every face shows them alike."""
    ink = look.colour(shown.ink)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    x, y = at.x(), at.y()
    if shown.shape == "■":
        painter.drawRect(QRectF(x - half + 0.5, y - half + 0.5, 2 * half - 1, 2 * half - 1))
    elif shown.shape == "▲":
        points = [QPointF(x, y - half), QPointF(x + half + 1, y + half), QPointF(x - half - 1, y + half)]
        painter.drawPolygon(QPolygonF(points))
    elif shown.shape == "●":
        painter.drawEllipse(at, half, half)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 1.75))
        if shown.shape == "○":
            painter.drawEllipse(at, half - 1, half - 1)
        else:
            points = [QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)]
            painter.drawPolygon(QPolygonF(points))


class LightPill(QWidget):
    """The pill as a widget of its own."""

    def __init__(self, light: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set(light)

    def set(self, light: str) -> None:
        self._light = light
        shown = look.LIGHTS.get(light)
        self.setAccessibleName(f"灯号：{shown.word}" if shown else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(*look.PILL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, 0, self.height() / 2, self._light, self.font())
        painter.end()

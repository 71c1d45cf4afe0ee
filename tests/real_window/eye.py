"""The clerk's eye: what the screen really shows, taken from the root window and not from the program."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

DARK = 110  # grey value of ink on the light grounds of the desk
GRAIN = 2  # every second pixel tells as much


def seen(widget: QWidget) -> QImage:
    """The part of the screen where a widget stands, whatever is painted there."""
    whole = QGuiApplication.primaryScreen().grabWindow(0).toImage()
    ratio = whole.devicePixelRatio()
    return whole.copy(QRect(widget.mapToGlobal(QPoint(0, 0)) * ratio, widget.size() * ratio))


def ink(image: QImage) -> float:
    """The share of dark pixels, 0 to 1: a page of text has some hundredths, an empty one none."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    points = _points(grey)
    return sum(grey.pixelColor(at).red() < DARK for at in points) / max(1, len(points))


def ground(image: QImage) -> float:
    """The share of the commonest colour; 1 is a blank surface."""
    points = _points(image)
    return Counter(image.pixel(at) for at in points).most_common(1)[0][1] / len(points) if points else 1.0


def _points(image: QImage) -> list[QPoint]:
    return [QPoint(x, y) for x in range(0, image.width(), GRAIN) for y in range(0, image.height(), GRAIN)]

"""What every chart of ours is: painted parts that the arrow keys walk through, each told to the eye and to the ear."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from app.exports.chart import Part, strokes
from ui import look

SHARP = 2.0  # how many times larger the picture is that is copied
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Chart(QAbstractScrollArea):
    """`told(text)` when another part became current, `opened` when it is to be looked at (Enter, click).

    A chart gives `count`, `words(at)`, `place(at)` (in the viewport) and `draw`.
    """

    told = Signal(str)
    opened = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self.at = 0
        self._name = name
        self.setAccessibleName(name)

    def called(self, name: str) -> None:
        """Give the chart its name, which a screen reader says before the current part."""
        self._name = name
        self.say()

    def count(self) -> int:
        return 0

    def words(self, at: int) -> str:
        """One part in a sentence."""
        raise NotImplementedError

    def place(self, at: int) -> QRectF:
        """Where a part is, in the viewport."""
        raise NotImplementedError

    def draw(self, painter: QPainter, area: QRectF, *, whole: bool) -> None:
        """Paint what is to be seen in `area`; `whole`: all there is, for a picture."""
        raise NotImplementedError

    def full_size(self) -> QRectF:
        """The area that holds everything, however little of it is to be seen."""
        return QRectF(self.viewport().rect())

    def choose(self, at: int) -> None:
        """Make a part current and tell it."""
        if self.count():
            self.at = min(max(at, 0), self.count() - 1)
            self.show_current()
        self.say()
        self.viewport().update()

    def show_current(self) -> None:
        """Scroll to the current part."""

    def say(self) -> None:
        said = self.words(self.at) if self.at < self.count() else ""
        self.setAccessibleName(f"{self._name}：{said}" if said else self._name)
        if self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.told.emit(said)

    def picture(self) -> QImage:
        """Everything on white, twice as large as on the screen."""
        area = self.full_size()
        image = QImage((area.size() * SHARP).toSize(), QImage.Format.Format_RGB32)
        image.fill(QColor(look.WHITE))
        painter = QPainter(image)
        painter.scale(SHARP, SHARP)
        painter.setFont(self.font())
        self.draw(painter, area, whole=True)
        painter.end()
        return image

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        self.draw(painter, QRectF(self.viewport().rect()), whole=False)
        if self.hasFocus() and self.at < self.count():
            painter.setPen(QPen(QColor(look.ACCENT), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.place(self.at).adjusted(1, 1, -1, -1), look.RADIUS, look.RADIUS)
        painter.end()

    def hit(self, point: QPointF) -> int:
        """Which part lies under the mouse, -1 for none."""
        return next((at for at in range(self.count()) if self.place(at).contains(point)), -1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.hit(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self.choose(at)
            self.opened.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.hit(event.position()) >= 0
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.hit(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(at) if at >= 0 else "", self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.say()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.isAutoRepeat():
            if self.count():
                self.opened.emit()
        else:
            QWidget.keyPressEvent(self, event)


def fill(painter: QPainter, part: Part, box: QRectF) -> None:
    """An area in the colour and the hatching of its part."""
    ink = QColor(part.ink)
    if part.hatch == "full":
        painter.fillRect(box, ink)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(box, QColor(look.WHITE))
    painter.setPen(QPen(ink, 1.2))
    lines = strokes((box.x(), box.y(), box.width(), box.height()), part.hatch)
    painter.drawLines([QLineF(*each) for each in lines])
    painter.setPen(QPen(ink, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()

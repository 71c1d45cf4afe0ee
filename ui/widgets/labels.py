"""Labels by role, and re-dressing a widget when a property of it changes."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

WEEKDAYS = "一二三四五六日"


def label(text: str = "", role: str = "", *, tone: str = "", wrap: bool = False) -> QLabel:
    """Plain text only. Roles: h1, h2, strong, small, muted, error, number, badge."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if tone:
        made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    return made


def dress(widget: QWidget, **properties: object) -> None:
    """Set style properties and have the style sheet read them again, where it has read them already."""
    if all((widget.property(name) or "") == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def day_words(day: dt.date) -> str:
    """2022年9月20日 星期二."""
    return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def rule() -> QFrame:
    made = QFrame()
    made.setProperty("role", "line")
    return made


class ElidedLabel(QLabel):
    """One line that ends in … when it does not fit; the whole text is its tool tip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        space = self.contentsRect()
        shown = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, space.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.setPen(self.palette().windowText().color())
        painter.drawText(space, int(self.alignment()) | Qt.TextFlag.TextSingleLine, shown)

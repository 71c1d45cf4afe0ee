"""Line icons by name, painted from the icon font that comes with qtawesome (Remix Icon)."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from ui import look

NAMES = {
    "today": "calendar-check-line",
    "ledger": "table-line",
    "sign": "quill-pen-line",
    "send": "inbox-unarchive-line",
    "receive": "inbox-line",
    "history": "history-line",
    "settings": "settings-3-line",
    "backup": "database-2-line",
    "check": "checkbox-line",
    "gather": "stack-line",
    "search": "search-line",
    "print": "printer-line",
    "import": "file-add-line",
    "export": "file-download-line",
    "add": "add-line",
    "close": "close-line",
    "down": "arrow-down-s-line",
    "up": "arrow-up-s-line",
    "left": "arrow-left-s-line",
    "right": "arrow-right-s-line",
    "filter": "filter-fill",
    "calendar": "calendar-line",
    "attach": "attachment-line",
    "folder": "folder-open-line",
    "file": "file-line",
    "excel": "file-excel-2-line",
    "undo": "arrow-go-back-line",
    "bin": "delete-bin-line",
    "warn": "error-warning-line",
    "info": "information-line",
    "lock": "lock-line",
    "done": "checkbox-circle-line",
    "edit": "edit-line",
    "more": "more-line",
    "columns": "layout-column-line",
    "ascending": "sort-asc",
    "descending": "sort-desc",
    "refresh": "refresh-line",
    "seal": "shield-check-line",
    "user": "user-line",
    "less": "subtract-line",
    "usb": "usb-line",
    "form": "layout-right-line",
    "register": "book-open-line",
    "chart": "bar-chart-2-line",
}


@lru_cache(maxsize=1)
def _charmap() -> dict[str, str]:
    found = find_spec("qtawesome")
    assert found is not None and found.origin is not None, "qtawesome is not installed"
    folder = Path(found.origin).parent / "fonts"
    return json.loads(next(folder.glob("remixicon-charmap-*.json")).read_text("utf-8"))


@lru_cache(maxsize=1)
def _family() -> str:
    found = find_spec("qtawesome")
    assert found is not None and found.origin is not None
    file = next((Path(found.origin).parent / "fonts").glob("remixicon-[0-9]*.ttf"))
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))[0]


class GlyphEngine(QIconEngine):
    """Paints one glyph at whatever size and scale is asked; grey while disabled, accent while on."""

    def __init__(self, name: str, ink: str, ink_on: str) -> None:
        super().__init__()
        self._parts = (name, ink, ink_on)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        name, ink, ink_on = self._parts
        if mode == QIcon.Mode.Disabled:
            ink = look.BORDER
        elif state == QIcon.State.On:
            ink = ink_on
        draw(painter, QRectF(rect), name, ink)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return GlyphEngine(*self._parts)


def draw(painter: QPainter, rect: QRectF, name: str, ink: str) -> None:
    """Paint the icon `name` (a key of NAMES) centred in `rect`."""
    face = QFont(_family())
    face.setPixelSize(max(8, round(min(rect.width(), rect.height()))))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(face)
    painter.setPen(QColor(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, chr(int(_charmap()[NAMES[name]], 16)))
    painter.restore()


def icon(name: str, ink: str = look.INK, ink_on: str = "") -> QIcon:
    return QIcon(GlyphEngine(name, ink, ink_on or ink))

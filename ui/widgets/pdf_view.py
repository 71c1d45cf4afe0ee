"""Looking at a PDF inside the window, page by page, drawn by pypdfium2."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.storage.inspecting import opened_pdf
from ui import look
from ui.widgets.buttons import sign_button
from ui.widgets.labels import label

PRINT_DPI = 200
STEPS = (1.0, 1.4, 2.0, 2.8)


def render(page: pypdfium2.PdfPage, scale: float) -> QImage:
    """One page as a picture; `scale` 1 is 72 dpi."""
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
    made = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888)
    return made.copy()


def print_pdf(file: Path, printer: QPrinter) -> int:
    """Send every page to a printer, each fitted to its sheet. Returns the number of pages."""
    with opened_pdf(file) as document:
        painter = QPainter(printer)
        for number in range(len(document)):
            if number:
                printer.newPage()
            picture = render(document[number], PRINT_DPI / 72)
            space = QRectF(painter.viewport())
            size = picture.size().scaled(space.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(QRectF(0, 0, size.width(), size.height()), picture)
        painter.end()
        return len(document)


class PdfSheet(QAbstractScrollArea):
    """One page, fitted to the width at zoom 1. Page keys turn the page, + and - zoom."""

    turned = Signal(int)
    zoom_wished = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("打印件预览")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._file: Path | None = None
        self._number = 0
        self._paper = (1.0, 1.0)
        self._shown: QPixmap | None = None
        self._zoom = 1.0

    def show_page(self, file: Path | None, number: int, zoom: float) -> None:
        """Show page `number` (from 0) of a file; None shows nothing."""
        self._file, self._number, self._zoom, self._shown = file, number, zoom, None
        if file is not None:
            with opened_pdf(file) as document:
                self._paper = document[number].get_size()
        self._measure()
        self.viewport().update()

    def _size(self) -> QSize:
        if self._file is None:
            return QSize()
        wide, high = self._paper
        room = self.viewport().size()
        fit = min((room.width() - 16) / wide, (room.height() - 16) / high)
        scale = max(0.05, fit) * self._zoom
        return QSize(round(wide * scale), round(high * scale))

    def _measure(self) -> None:
        size, room = self._size(), self.viewport().size()
        for bar, need, have in (
            (self.horizontalScrollBar(), size.width() + 16, room.width()),
            (self.verticalScrollBar(), size.height() + 16, room.height()),
        ):
            bar.setRange(0, max(0, need - have))
            bar.setPageStep(have)
            bar.setSingleStep(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shown = None
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(look.HEADER))
        if self._file is not None:
            size = self._size()
            if self._shown is None:
                self._shown = self._drawn(self._file, size)
            left = max(8, (self.viewport().width() - size.width()) // 2) - self.horizontalScrollBar().value()
            top = max(8, (self.viewport().height() - size.height()) // 2) - self.verticalScrollBar().value()
            painter.drawPixmap(left, top, self._shown)
            painter.setPen(QColor(look.LINE))
            painter.drawRect(left, top, size.width(), size.height())
        painter.end()

    def _drawn(self, file: Path, size: QSize) -> QPixmap:
        ratio = self.devicePixelRatioF()
        with opened_pdf(file) as document:
            made = QPixmap.fromImage(render(document[self._number], size.width() * ratio / self._paper[0]))
        made.setDevicePixelRatio(ratio)
        return made

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wished.emit(1 if event.angleDelta().y() > 0 else -1)
            return
        bar = self.verticalScrollBar()
        before = bar.value()
        super().wheelEvent(event)
        if bar.value() == before and event.angleDelta().y():
            self.turned.emit(-1 if event.angleDelta().y() > 0 else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        zooms = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
        key = Qt.Key(event.key())
        if key in turns:
            self.turned.emit(turns[key])
        elif key in zooms:
            self.zoom_wished.emit(zooms[key])
        else:
            super().keyPressEvent(event)


class PdfView(QWidget):
    """A sheet with 上一页 / 下一页 and zoom. `show_file(path)`; None shows an empty sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file: Path | None = None
        self._pages, self._at, self._step = 0, 0, 0
        self.sheet = PdfSheet()
        self.sheet.turned.connect(self.turn)
        self.sheet.zoom_wished.connect(self.zoom)
        self.where = label("", "muted")
        self.row = QHBoxLayout()
        self.row.setSpacing(4)
        self.before = sign_button("left", "上一页（PageUp）", lambda: self.turn(-1))
        self.after = sign_button("right", "下一页（PageDown）", lambda: self.turn(1))
        self.larger = sign_button("add", "放大（+）", lambda: self.zoom(1))
        self.smaller = sign_button("less", "缩小（-）", lambda: self.zoom(-1))
        for made in (self.before, self.where, self.after, self.smaller, self.larger):
            self.row.addWidget(made)
        self.row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self.row)
        column.addWidget(self.sheet, 1)
        self.show_file(None)

    def show_file(self, file: Path | None) -> None:
        """Show the first page of a PDF."""
        self._file, self._pages = file, 0
        if file is not None:
            with opened_pdf(file) as document:
                self._pages = len(document)
        self._at = self._step = 0
        self._show()

    def pages(self) -> int:
        return self._pages

    def page(self) -> int:
        """The page shown, from 1; 0 without a file."""
        return self._at + 1 if self.pages() else 0

    def turn(self, step: int) -> None:
        self._at = min(max(0, self._at + step), max(0, self._pages - 1))
        self._show()

    def zoom(self, step: int) -> None:
        self._step = min(max(0, self._step + step), len(STEPS) - 1)
        self._show()

    def _show(self) -> None:
        shown = self._file
        self.sheet.show_page(shown, self._at, STEPS[self._step])
        self.where.setText(f"第 {self.page()} 页 共 {self.pages()} 页" if shown is not None else "")
        self.before.setEnabled(self._at > 0)
        self.after.setEnabled(self._at + 1 < self.pages())
        self.smaller.setEnabled(shown is not None and self._step > 0)
        self.larger.setEnabled(shown is not None and self._step + 1 < len(STEPS))

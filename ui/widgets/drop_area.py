"""A place on which a file may be dropped, with the button that chooses one by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui import look
from ui.widgets.labels import label


def dropped_file(data: QMimeData, endings: Sequence[str]) -> Path | None:
    """The first local file of a drag whose name ends in one of `endings` (all lower case, with the dot)."""
    for url in data.urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path is not None and (not endings or path.suffix.lower() in endings):
            return path
    return None


class DropArea(QFrame):
    """A dashed frame: `dropped(path)` when a fitting file falls on it."""

    dropped = Signal(object)

    def __init__(
        self, words: str, note: str, endings: Sequence[str], buttons: Sequence[QPushButton] = (),
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._endings = tuple(endings)
        self._over = False
        self.setAcceptDrops(True)
        self.words, self.note = label(words, "h2", wrap=True), label(note, "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(8)
        column.addStretch(1)
        for made in (self.words, self.note):
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(made)
        self.note.setVisible(bool(note))
        row = QHBoxLayout()
        row.addStretch(1)
        for one in buttons:
            row.addWidget(one)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(look.ACCENT if self._over else look.BORDER), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(look.ACCENT_SOFT if self._over else look.WHITE))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), look.RADIUS, look.RADIUS)
        painter.end()

    def _mark(self, over: bool) -> None:
        self._over = over
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData(), self._endings) is not None:
            self._mark(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        path = dropped_file(event.mimeData(), self._endings)
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

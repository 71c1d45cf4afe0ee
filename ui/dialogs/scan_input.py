"""One scan: chosen by hand or dropped, looked at once at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.problem import Problem
from app.storage import inspecting
from ui import choosing, look
from ui.widgets.buttons import button, sign_button
from ui.widgets.drop_area import dropped_file
from ui.widgets.labels import ElidedLabel

ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")
FILTER = "扫描件 (*.pdf *.jpg *.jpeg *.png)"
HINT = "或把文件拖到这里（PDF、JPG、PNG）"


class ScanInput(QFrame):
    """`file` is the scan taken, None without one; `refused(problem)` when a file is no usable scan."""

    touched = Signal()
    refused = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file: Path | None = None
        self.setAcceptDrops(True)
        self.choose = button("选扫描件…", self._choose, sign="attach")
        self.setFocusProxy(self.choose)
        self.named = ElidedLabel(HINT, "muted")
        self.drop = sign_button("close", "不要这个文件", self.clear)
        self.drop.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 5, 6, 5)
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.named, 1)
        row.addWidget(self.drop)
        self._over = False

    def setAccessibleName(self, name: str) -> None:
        """The name belongs to the button that takes the focus."""
        super().setAccessibleName(name)
        self.choose.setAccessibleName(f"{name}：选扫描件")

    def take(self, file: Path) -> None:
        """Take a file; one that is no harmless PDF or picture is refused and not taken."""
        try:
            inspecting.inspect(file)
        except Problem as problem:
            self.refused.emit(problem)
            return
        self.file = file
        self.named.setText(file.name)
        self.drop.show()
        self.touched.emit()

    def clear(self) -> None:
        self.file = None
        self.named.setText(HINT)
        self.drop.hide()
        self.choose.setFocus()
        self.touched.emit()

    def text_now(self) -> str:
        return self.file.name if self.file else ""

    def _choose(self) -> None:
        file = choosing.open_file(self, "选扫描件", "scan", FILTER)
        if file is not None:
            self.take(file)

    # dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData(), ENDINGS) is not None:
            self._mark(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        path = dropped_file(event.mimeData(), ENDINGS)
        if path is not None:
            event.acceptProposedAction()
            self.take(path)

    def _mark(self, over: bool) -> None:
        self._over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        wrong = self.property("wrong") == "true"
        ink = look.RED if wrong else look.ACCENT if self._over else look.BORDER
        ground = look.ERROR_FIELD if wrong else look.ACCENT_SOFT if self._over else look.WHITE
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(ink), 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), look.RADIUS, look.RADIUS)
        painter.end()

"""A sentence that shows for a while at the foot of the window, with 撤销 where there is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.widgets.buttons import button
from ui.widgets.labels import label

SHOWN_MS = 6000


class Toast(QFrame):
    """Lies over the lower edge of its parent and takes no focus by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self._words = label()
        self._deed = button("撤销", kind="toast")
        self._deed.clicked.connect(self._do)
        self._pressed: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.addWidget(self._words)
        row.addWidget(self._deed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str, deed: str = "", pressed: Callable[[], object] | None = None) -> None:
        self._words.setText(text if len(text) <= 60 else text[:59] + "…")
        self._deed.setText(deed)
        self._deed.setVisible(bool(deed))
        self._pressed = pressed
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _do(self) -> None:
        self.hide()
        if self._pressed is not None:
            self._pressed()

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        outer = parent.rect()
        self.move((outer.width() - self.width()) // 2, outer.height() - self.height() - 44)

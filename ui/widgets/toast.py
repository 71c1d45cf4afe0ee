"""A sentence that shows for a while at the foot of the window, with 撤销 where there is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFrame, QHBoxLayout, QLineEdit, QWidget

from ui import look
from ui.widgets.buttons import button
from ui.widgets.labels import label

SHOWN_MS = 6000
WIDEST, LONGEST, STEP, ACROSS, GAP = 560, 200, 8, 40, 8
SETTLED_MS = 250
PRESSED = (QAbstractButton, QLineEdit, QComboBox)


class Toast(QFrame):
    """Lies over the lower part of its parent where nothing is to be pressed, and takes no focus by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self._words = label(wrap=True)
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
        self._again = QTimer(self)  # what was done may show other buttons a moment later
        self._again.setInterval(SETTLED_MS)
        self._again.timeout.connect(self._make_way)
        self.hide()

    def tell(self, text: str, deed: str = "", pressed: Callable[[], object] | None = None) -> None:
        shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        self._words.setText(shown)
        self._words.ensurePolished()
        parent = self.parentWidget()
        assert parent is not None
        widest = min(look.sizes().grown(WIDEST), parent.width() // 2)
        self._words.setFixedWidth(min(widest, self._words.fontMetrics().horizontalAdvance(shown) + 4))
        self._deed.setText(deed)
        self._deed.setVisible(bool(deed))
        self._pressed = pressed
        self.adjustSize()
        self.place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS)
        self._again.start()

    def left(self) -> None:
        """Another page is opened: what was said of the one before goes, but for what can still be taken back."""
        if not self._deed.text():
            self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside its button it goes out of the way."""
        self.hide()

    def _do(self) -> None:
        self.hide()
        if self._pressed is not None:
            self._pressed()

    def place(self) -> None:
        """As low as there is room beside everything to be pressed; again when the parent has another size."""
        parent = self.parentWidget()
        assert parent is not None
        lowest = parent.height() - look.STATUS_BAR - GAP - self.height()
        middle, right = (parent.width() - self.width()) // 2, parent.width() - self.width() - 2 * GAP
        taken = self._taken(parent)
        across = (middle, right, *range(right, 0, -ACROSS))
        for top in range(lowest, parent.height() // 3, -STEP):
            for left in across:
                if not any(place.intersects(QRect(QPoint(left, top), self.size())) for place in taken):
                    self.move(left, top)
                    return
        self.move(middle, lowest)

    def _make_way(self) -> None:
        """Something to be pressed came up below it."""
        parent = self.parentWidget()
        if parent is None or not self.isVisible():
            self._again.stop()
        elif any(place.intersects(self.geometry()) for place in self._taken(parent)):
            self.place()

    def _taken(self, parent: QWidget) -> list[QRect]:
        """Where the clerk can press or write, now or in a moment."""
        found = [
            w for w in parent.findChildren(QWidget) if isinstance(w, PRESSED) and not self.isAncestorOf(w)
        ]
        seen = [w for w in found if not w.visibleRegion().isEmpty()]
        return [QRect(w.mapTo(parent, QPoint(0, 0)), w.size()) for w in seen]

"""A sentence that shows for a while at the foot of the window, with 撤销 where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFrame, QHBoxLayout, QLineEdit, QTableView, QWidget

from ui import look
from ui.widgets.bars import StatusBar, Strip
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.tour_strip import TourStrip

SHOWN_MS = 6000
WIDEST, LONGEST, STEP, ACROSS, GAP = 560, 200, 8, 40, 8
SETTLED_MS = 250
TAKEN = (QAbstractButton, QLineEdit, QComboBox, Strip, TourStrip)


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
        self._deed.setText(deed)
        self._deed.setVisible(bool(deed))
        self._pressed = pressed
        self._fit()
        self.place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS)
        self._again.start()

    def _fit(self) -> bool:
        """As wide as its words are in the type of now; whether it was another width."""
        parent = self.parentWidget()
        assert parent is not None
        widest = min(look.sizes().grown(WIDEST), parent.width() // 2)
        wide = min(widest, self._words.fontMetrics().horizontalAdvance(self._words.text()) + 4)
        other = wide != self._words.width()
        self._words.setFixedWidth(wide)
        self.adjustSize()
        return other

    def left(self) -> None:
        """Another page is opened: what was said of the one before goes, with what it offered; Ctrl+Z takes it back yet."""
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside its button it goes out of the way."""
        self.hide()

    def _do(self) -> None:
        self.hide()
        if self._pressed is not None:
            self._pressed()

    def place(self) -> None:
        """As low as there is room beside everything to be pressed or read; again when the parent has another size.

        Where the rows of a table go down to the foot it lies over what is free of the status bar, else over rows other
        than the one the clerk is at.
        """
        parent = self.parentWidget()
        assert parent is not None
        taken, rows, hand = self._taken(parent), *_rows(parent)
        bottom = parent.height() - self.height()
        lowest = bottom - look.STATUS_BAR - GAP
        ways = (
            (range(lowest, parent.height() * 3 // 4, -STEP), [*rows, *taken]),
            ((bottom - 2,), [*rows, *taken, *_said(parent)]),
            (range(lowest, parent.height() // 3, -STEP), [*hand, *taken]),
        )
        free = (at for tops, avoided in ways if (at := self._free(parent.width(), tops, avoided)) is not None)
        self.move(next(free, QPoint((parent.width() - self.width()) // 2, lowest)))

    def _free(self, wide: int, tops: Iterable[int], taken: Sequence[QRect]) -> QPoint | None:
        """The first place at one of these heights, the middle first, that covers nothing of what is taken."""
        middle, right = (wide - self.width()) // 2, wide - self.width() - 2 * GAP
        for top in tops:
            for left in (middle, right, *range(right, 0, -ACROSS)):
                if not any(place.intersects(QRect(QPoint(left, top), self.size())) for place in taken):
                    return QPoint(left, top)
        return None

    def _make_way(self) -> None:
        """Something to be pressed came up below it, or the clerk has come to the row below it."""
        parent = self.parentWidget()
        if parent is None or not self.isVisible():
            self._again.stop()
        elif self._fit() or any(place.intersects(self.geometry()) for place in (*self._taken(parent), *_rows(parent)[1])):
            self.place()

    def _taken(self, parent: QWidget) -> list[QRect]:
        """Where the clerk can press or write, now or in a moment; and what is to be read while he does."""
        found = [w for w in parent.findChildren(QWidget) if isinstance(w, TAKEN) and not self.isAncestorOf(w)]
        return [_within(w, parent) for w in found if not w.visibleRegion().isEmpty()]


def _within(made: QWidget, parent: QWidget) -> QRect:
    return QRect(made.mapTo(parent, QPoint(0, 0)), made.size())


def _rows(parent: QWidget) -> tuple[list[QRect], list[QRect]]:
    """What the rows of the tables in sight take up; of the table that has the focus, the current row."""
    rows, hand = [], []
    for table in parent.findChildren(QTableView):
        last = table.model().rowCount() - 1 if table.model() is not None else -1
        if last < 0 or table.visibleRegion().isEmpty():
            continue
        whole = _within(table.viewport(), parent)
        end = table.rowViewportPosition(last) + table.rowHeight(last)
        rows.append(QRect(whole.topLeft(), QSize(whole.width(), min(whole.height(), end))))
        at = table.currentIndex().row()
        focused = table.window().focusWidget()
        if at >= 0 and focused is not None and (focused is table or table.isAncestorOf(focused)):
            top = whole.top() + table.rowViewportPosition(at)
            hand.append(QRect(whole.left(), top, whole.width(), table.rowHeight(at)).intersected(whole))
    return rows, hand


def _said(parent: QWidget) -> list[QRect]:
    """What stands in the status bar."""
    bar = parent.findChild(StatusBar)
    texts = (bar.counts, bar.sums, bar.saved, bar.backup) if bar is not None else ()
    return [
        QRect(one.mapTo(parent, QPoint(0, 0)), QSize(min(one.width(), one.sizeHint().width()), one.height()))
        for one in texts if one.text()
    ]  # fmt: skip

"""Chips: one row of counts of which one is on, and the tags of the filters in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from ui import look
from ui.widgets.buttons import Button


class ChipRow(QWidget):
    """`全部 400 · 逾期 92 …`: exactly one is on. `picked(key)` when the clerk chooses another."""

    picked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._chips: dict[str, QPushButton] = {}
        self._anchor = QWidget(self)  # keeps the row's place in the order of Tab for chips made later
        self._anchor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._anchor.hide()

    def set(
        self, chips: Sequence[tuple[str, str, int | None]], hints: Mapping[str, str] | None = None
    ) -> None:
        """`chips` as (key, words, count), shown in this order; `hints` by key. One already there keeps focus and state."""
        was, order = list(self._chips), [key for key, _, _ in chips]
        for key in [k for k in self._chips if k not in {c[0] for c in chips}]:
            gone = self._chips.pop(key)
            self._group.removeButton(gone)
            self._row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for at, (key, words, count) in enumerate(chips):
            chip = self._chips.get(key) or self._add(key)
            if self._row.indexOf(chip) != at:
                self._row.removeWidget(chip)
                self._row.insertWidget(at, chip)
            text = words if count is None else f"{words} {count:,}"
            chip.setText(text)
            chip.setAccessibleName(text)
            chip.setToolTip((hints or {}).get(key, ""))
            chip.setMinimumWidth(_bold_width(chip, text) + 24)
        self._chips = {key: self._chips[key] for key in order}
        for before, after in pairwise((self._anchor, *self._chips.values()) if was != order else ()):
            QWidget.setTabOrder(before, after)
        if chips and self.current() == "":
            self._chips[chips[0][0]].setChecked(True)

    def _add(self, key: str) -> QPushButton:
        chip = Button(self)
        chip.setProperty("kind", "chip")
        chip.setCheckable(True)
        chip.setAutoDefault(False)
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.clicked.connect(lambda: self.picked.emit(key))
        self._group.addButton(chip)
        self._row.addWidget(chip)
        self._chips[key] = chip
        return chip

    def fit(self, room: int) -> None:
        """Show as many from the left as `room` px hold, the one that is on among them; the others are `folded`."""
        chosen = self._chips.get(self.current())
        left = room - (chosen.sizeHint().width() if chosen is not None else 0)
        full = False
        for chip in self._chips.values():
            if chip is not chosen:
                left -= chip.sizeHint().width() + self._row.spacing()
                full = full or left < 0
                chip.setVisible(not full)
        if chosen is not None:
            chosen.show()

    def unfold(self) -> None:
        for chip in self._chips.values():
            chip.show()

    def folded(self) -> list[tuple[str, str]]:
        """(key, words with count) of those for which there is no room."""
        return [(key, chip.text()) for key, chip in self._chips.items() if chip.isHidden()]

    def whole(self) -> int:
        """The width of all of them."""
        wide = sum(chip.sizeHint().width() for chip in self._chips.values())
        return wide + self._row.spacing() * max(0, len(self._chips) - 1)

    def current(self) -> str:
        return next((key for key, chip in self._chips.items() if chip.isChecked()), "")

    def choose(self, key: str) -> None:
        """Turn one on without telling."""
        if key in self._chips:
            self._chips[key].setChecked(True)

    def chip(self, key: str) -> QPushButton:
        return self._chips[key]

    def first(self) -> QWidget | None:
        return self._chips.get(self.current())


def _bold_width(chip: QPushButton, text: str) -> int:
    """The style sheet makes a chosen chip bold without making it wider."""
    chip.ensurePolished()
    return QFontMetrics(look.bold(chip.font())).horizontalAdvance(text)


def tag(text: str, removed: object, parent: QWidget | None = None) -> QPushButton:
    """A filter in force; pressing it takes the filter away."""
    made = Button(f"{text}  ×", parent)
    made.setProperty("kind", "tag")
    made.setAutoDefault(False)
    made.setAccessibleName(f"去掉筛选：{text}")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.clicked.connect(removed)
    return made

"""写到哪里: the sticks that are plugged in, or a folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from ui import choosing
from ui.screens.exchanging.sticks import Stick, plugged, size_words
from ui.screens.signing.cards import head_row
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label


class TargetCard(Card):
    """`folder()` is where to write, None while nothing is chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, title: str = "3  写到哪里") -> None:
        super().__init__(parent=parent)
        self.choose = button("选文件夹…", self._choose, sign="folder")
        head_row(self, title).addWidget(self.choose)
        self.none = label("插上 U 盘就会出现在这里；也可以选一个文件夹。", "muted", wrap=True)
        self.list = QVBoxLayout()
        self.list.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(lambda _made: self.changed.emit())
        self._sticks: list[Stick] = []
        self._folder: Path | None = None
        self._ways: dict[Path, QRadioButton] = {}
        self.body.addWidget(self.none)
        self.body.addLayout(self.list)

    def refresh(self) -> None:
        """Look again which sticks are there."""
        found = plugged()
        if found != self._sticks or not self._ways:
            self._sticks = found
            self._show()

    def take(self, folder: Path) -> None:
        """Write into this folder."""
        self._folder = folder
        self._show()
        self._ways[folder].setChecked(True)
        self.changed.emit()

    def _show(self) -> None:
        kept = self.folder()
        for made in self._ways.values():
            self._group.removeButton(made)
            self.list.removeWidget(made)
            made.deleteLater()
        self._ways = {}
        for stick in self._sticks:
            self._add(stick.path, f"U 盘 {stick.name}（剩 {size_words(stick.free)}）")
        if self._folder is not None:
            self._add(self._folder, f"文件夹 {self._folder}")
        self.none.setVisible(not self._ways)
        if kept in self._ways:
            self._ways[kept].setChecked(True)
        elif len(self._ways) == 1:
            next(iter(self._ways.values())).setChecked(True)
        self.changed.emit()

    def _add(self, path: Path, words: str) -> None:
        made = QRadioButton(words)
        made.setAccessibleName(words)
        self._group.addButton(made)
        self._ways[path] = made
        self.list.addWidget(made)

    def _choose(self) -> None:
        folder = choosing.folder(self, "写到哪个文件夹", "send")
        if folder is not None:
            self.take(folder)

    def folder(self) -> Path | None:
        return next((path for path, made in self._ways.items() if made.isChecked()), None)

    def on_stick(self) -> bool:
        return self.folder() in {s.path for s in self._sticks}

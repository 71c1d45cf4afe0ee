"""写到哪里: the sticks that are plugged in, which come by themselves, or a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from app.storage.volumes import Volume
from ui import choosing
from ui.screens.exchanging.sticks import StickWatch, size_words
from ui.screens.signing.cards import head_row
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.elided_radio import ElidedRadio
from ui.widgets.labels import label

NONE = "插上 U 盘就会出现在这里；也可以选一个文件夹。"


class TargetCard(Card):
    """`folder()` is where to write, None while nothing is chosen. Of two sticks a person chooses."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, title: str = "3  写到哪里") -> None:
        super().__init__(parent=parent)
        self.choose = button("选文件夹…", self._choose, sign="folder")
        head_row(self, title).addWidget(self.choose)
        self.none = label(NONE, "muted", wrap=True)
        self.list = QVBoxLayout()
        self.list.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._pick)
        self._sticks: list[Volume] = []
        self._folder: Path | None = None
        self._meant: Path | None = None  # what a person chose, not what was the only one
        self._ways: dict[Path, QRadioButton] = {}
        self.watch = StickWatch(self)
        self.watch.changed.connect(self.show_sticks)
        self.body.addWidget(self.none)
        self.body.addLayout(self.list)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.watch.stop()

    def refresh(self) -> None:
        """Look at once which sticks are there, not only when the watch looks again."""
        if self.isVisible():
            self.watch.start()

    def show_sticks(self, found: Sequence[Volume]) -> None:
        """These are plugged in now."""
        self._sticks = list(found)
        self._show()

    def take(self, folder: Path) -> None:
        """Write into this folder."""
        self._folder = self._meant = folder
        self._show()

    def _show(self) -> None:
        focused = QApplication.focusWidget()
        held = next((path for path, made in self._ways.items() if made is focused), None)
        self._clear()
        for stick in self._sticks:
            self._add(stick.path, stick_words(stick), writable=stick.writable)
        if self._folder is not None and self._folder not in self._ways:
            self._add(self._folder, f"文件夹 {self._folder}")
        usable = [path for path, made in self._ways.items() if made.isEnabled()]
        chosen = self._meant if self._meant in usable else usable[0] if len(usable) == 1 else None
        if chosen is not None:
            self._ways[chosen].setChecked(True)
        several = len(usable) > 1 and chosen is None
        self.none.setText(f"插着 {len(usable):,} 个 U 盘，请选写到哪一个。" if several else NONE)
        self.none.setVisible(not usable or several)
        if held is not None:
            again = self._ways.get(held)
            (again if again and again.isEnabled() else self.choose).setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _clear(self) -> None:
        for made in self._ways.values():
            self._group.removeButton(made)
            self.list.removeWidget(made)
            made.hide()
            made.deleteLater()
        self._ways = {}

    def _add(self, path: Path, words: str, *, writable: bool = True) -> None:
        made = ElidedRadio(words)
        made.setEnabled(writable)
        self._group.addButton(made)
        self._ways[path] = made
        self.list.addWidget(made)
        made.show()  # at once, or it could not take the focus of the one it stands for

    def _pick(self) -> None:
        self._meant = self.folder()
        self.none.hide()
        self.changed.emit()

    def _choose(self) -> None:
        folder = choosing.folder(self, "写到哪个文件夹", "send")
        if folder is not None:
            self.take(folder)

    def lost(self) -> bool:
        """Whether what was chosen is gone, which the card says: it is never made again. It stays chosen, to be tried
        once more when the stick is back."""
        chosen = self.folder()
        gone = chosen is not None and not _is_there(chosen)
        if gone:
            self.none.setText(f"“{chosen}”不在了，盘可能拔掉了。请插好盘再试，或另选一个文件夹。")
        self.none.setVisible(gone or chosen is None)
        return gone

    def folder(self) -> Path | None:
        return next((path for path, made in self._ways.items() if made.isChecked()), None)

    def ways(self) -> list[QRadioButton]:
        """The choices, in the order shown."""
        return list(self._ways.values())

    def on_stick(self) -> bool:
        return self.folder() in {s.path for s in self._sticks}


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # it does not answer any more
        return False


def stick_words(stick: Volume) -> str:
    """U 盘 示范盘（剩 1.4 GB）."""
    room = f"剩 {size_words(stick.free)}" if stick.writable else "写保护，写不进去"
    return f"U 盘 {stick.name}（{room}）"

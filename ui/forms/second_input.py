"""The second person (decision 6): anybody by name, the other 审核 and 负责人 of the office to choose from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from app.office import Office
from app.people import locking
from ui import look
from ui.forms.inputs import LineInput
from ui.icons import icon

HINT = "在纸上签字同意的人，不能是经办人自己"
LISTED = "在纸上签字同意的人；本单位的从右边选（Alt+↓）"


class SecondInput(LineInput):
    """A name; Alt+Down or the sign at the right lists who may confirm here."""

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = locking.may_confirm(office)
        self.setPlaceholderText(LISTED if self._known else HINT)
        if not self._known:
            return
        names = QCompleter([c.name for c in self._known], self)
        names.setFilterMode(Qt.MatchFlag.MatchContains)
        names.activated.connect(lambda _name: self.touched.emit())
        self.setCompleter(names)
        drop = QAction(icon("down", look.INK2), "本单位的审核、负责人", self)
        drop.triggered.connect(self.drop)
        self.addAction(drop, QLineEdit.ActionPosition.TrailingPosition)

    def drop(self) -> None:
        """Show everybody who may confirm."""
        if (names := self.completer()) is not None:
            names.setCompletionPrefix("")
            names.complete()

    def can_confirm(self) -> bool:
        """Whether the one named may confirm with a PIN of his."""
        return any(c.pin and c.called(self.text_now()) for c in self._known)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() == Qt.Key.Key_Down:
            self.drop()
        else:
            super().keyPressEvent(event)

"""A dialog that does not outlive its answer, and on which F1 opens the guide as on a page."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget


@runtime_checkable
class Explains(Protocol):
    """The window that the dialog belongs to."""

    def explain(self, about: str, over: QWidget) -> None:
        """Open the guide at the chapter of `about`, over the dialog."""


class PassingDialog(QDialog):
    """Once it was closed, and who heard of that has read it, it is deleted from its page; while a command answers to it,
    when that is over. Every dialog of the window is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finished.connect(self._leave)

    def busy(self) -> bool:
        """Whether a command is under way that answers to this dialog."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, Explains):
            above = above.parentWidget()
        if event.key() == Qt.Key.Key_F1 and isinstance(above, Explains):
            above.explain(self.windowTitle(), self)
        else:
            super().keyPressEvent(event)

    def _leave(self, _result: int) -> None:
        if self.parent() is not None and not self.busy():
            self.deleteLater()

"""A dialog that does not outlive its answer."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget


class PassingDialog(QDialog):
    """Once it was closed, and who heard of that has read it, it is deleted from its page; while a command answers to it,
    when that is over. Every dialog of the window is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finished.connect(self._leave)

    def busy(self) -> bool:
        """Whether a command is under way that answers to this dialog."""
        return False

    def _leave(self, _result: int) -> None:
        if self.parent() is not None and not self.busy():
            self.deleteLater()

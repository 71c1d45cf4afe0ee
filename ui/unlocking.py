"""Asking for the passphrase of the keys when a deed wants it."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from ui.desk import Desk


def ask(desk: Desk, over: QWidget) -> bool:
    """True when it was the right one."""
    from ui.dialogs.unlock_dialog import UnlockDialog  # noqa: PLC0415 - brings the sending parts, slow to load

    asked = UnlockDialog(desk.office, over)
    right = asked.exec() == UnlockDialog.DialogCode.Accepted
    asked.deleteLater()
    # off the screen, then the work
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    return right

"""Which dialog adds a row to a ledger."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ledger import serving
from app.ledger.ledgers import LedgerLine
from ui.desk import Desk
from ui.dialogs.following.complaint_dialog import ComplaintDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog


def dialog(desk: Desk, ledger: LedgerLine, parent: QWidget | None = None) -> NewEntryDialog:
    """A complaint is asked about more closely than any other row."""
    if serving.serves(ledger, "complaints"):
        return ComplaintDialog(desk, ledger, parent)
    return NewEntryDialog(desk, ledger, parent)

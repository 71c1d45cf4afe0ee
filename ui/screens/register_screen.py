"""One register of 登记簿: the page of a ledger for the running lists that nobody seals."""

from __future__ import annotations

from app.ledger.ledger_groups import REGISTER, REGISTERS
from ui.screens.checked_ledger_screen import CheckedLedgerScreen


class RegisterScreen(CheckedLedgerScreen):
    """Reached from 登记簿; a place is that of the ledger page."""

    title = REGISTERS
    nature = REGISTER
    page = "register"

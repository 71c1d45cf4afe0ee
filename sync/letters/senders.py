"""Who a signed file is from: the name a person confirmed, once its signature is proved; opened is nothing."""

from __future__ import annotations

from pathlib import Path

from app.office import Office
from app.problem import Problem
from sync.letters import documents, receipts, registers, remarks, slips
from sync.peers import peers, statements

FORMS = tuple(each.FORM for each in (receipts, slips, registers, remarks, documents))


def of(office: Office, file: Path) -> str:
    """The sender of a receipt, slip, register, of remarks or a document; '' where it is not proved."""
    form = next((form for form in FORMS if statements.begins(form, file)), None)
    if form is None:
        return ""
    try:
        return statements.read(form, file, peers.lookup(office), lambda _claims, card: card.name)
    except Problem:
        return ""  # why it is not taken is said when it is

"""A signed file that was taken in: its row in the inbox, its line in the office's journal, its copy on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from app import canon
from app.office import Office
from app.writing import Write
from models.schema import inbox as inbox_table
from sync.signed_files import Letter


def enter(work: Write, office: Office, letter: Letter, kind: str, file: Path, facts: dict[str, Any]) -> None:
    """Journal and list what came; `facts` say what it was. It answers to no ledger and asks for no receipt."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    told = {**facts, "name": file.name, "encrypted": letter.encrypted}
    row = {
        "bundle_id": letter.id, "from_office": letter.sender.id, "from_name": letter.sender.name, "kind": kind,
        "digest": digest, "verdict": "accepted", "facts": told,
    }  # fmt: skip
    work.connection.execute(insert(inbox_table).values(**row, ledger_id=None, on=work.on, receipt={}))
    body = {
        "from": letter.sender.id, "from_name": letter.sender.name, "digest": digest, "kind": kind, "facts": told,
        "receipt": canon.fingerprint({}), "verdict": "accepted", "to": office.id,
    }  # fmt: skip
    work.office_line("receive", letter.id, body)

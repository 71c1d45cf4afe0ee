"""A signed file that was taken in: its row in the inbox, its line in the office's journal, its copy on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from app import canon
from app.office import Office
from app.problem import Problem
from app.writing import Write
from models.schema import inbox as inbox_table
from sync.signed_files import Letter


def known(connection: Connection, letter: Letter, file: Path, word: str) -> bool:
    """Whether this very file was taken in before. Raises Problem E_ID_REUSED for another one under its id."""
    t = inbox_table.c
    query = select(t.digest).where(t.bundle_id == letter.id, t.from_office == letter.sender.id)
    digest = connection.scalar(query)
    if digest is not None and digest != hashlib.sha256(file.read_bytes()).hexdigest():
        raise Problem(
            "E_ID_REUSED", f"这份{word}的编号以前收过，但内容不同，没有收；请让对方重新制作", id=letter.id
        )
    return digest is not None


def enter(
    work: Write, office: Office, letter: Letter, kind: str, file: Path, facts: dict[str, Any],
    receipt: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Journal and list what came; `facts` say what it was, `receipt` is what it is answered with. It has no ledger."""
    given = receipt or {}
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    told = {**facts, "name": file.name, "encrypted": letter.encrypted}
    row = {
        "bundle_id": letter.id, "from_office": letter.sender.id, "from_name": letter.sender.name, "kind": kind,
        "digest": digest, "verdict": "accepted", "facts": told,
    }  # fmt: skip
    work.connection.execute(insert(inbox_table).values(**row, ledger_id=None, on=work.on, receipt=given))
    body = {
        "from": letter.sender.id, "from_name": letter.sender.name, "digest": digest, "kind": kind, "facts": told,
        "receipt": canon.fingerprint(given), "verdict": "accepted", "to": office.id,
    }  # fmt: skip
    work.office_line("receive", letter.id, body)

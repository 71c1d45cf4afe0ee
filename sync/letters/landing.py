"""A signed file that was taken in: its row in the inbox, its line in the office's journal, its copy on the disk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app import canon
from app.journals.writing import Write
from app.office import Office
from app.problem import Problem
from models.schema import inbox as inbox_table
from sync.letters.signed_files import Letter


def known(connection: Connection, letter: Letter, word: str) -> bool:
    """Whether this very file was taken in before; one that was given back is judged anew.

    Raises Problem E_ID_REUSED for another one under its id.
    """
    t = inbox_table.c
    query = select(t.digest, t.verdict).where(t.bundle_id == letter.id, t.from_office == letter.sender.id)
    row = connection.execute(query).first()
    if row is not None and row.digest != letter.digest:
        raise Problem(
            "E_ID_REUSED", f"这份{word}的编号以前收过，但内容不同，没有收；请让对方重新制作", id=letter.id
        )
    return row is not None and row.verdict == "accepted"


def enter(
    work: Write, office: Office, letter: Letter, kind: str, name: str, facts: dict[str, Any],
    receipt: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Journal and list what came; `facts` say what it was, `receipt` is what it is answered with. It has no ledger."""
    given = receipt or {}
    told = {**facts, "name": name, "encrypted": letter.encrypted}
    row = {
        "bundle_id": letter.id, "from_office": letter.sender.id, "from_name": letter.sender.name, "kind": kind,
        "digest": letter.digest, "verdict": "accepted", "facts": told,
    }  # fmt: skip
    t = inbox_table.c
    before = (t.bundle_id == letter.id, t.from_office == letter.sender.id)  # what was given back
    work.connection.execute(delete(inbox_table).where(*before))
    work.connection.execute(insert(inbox_table).values(**row, ledger_id=None, on=work.on, receipt=given))
    body = {
        "from": letter.sender.id, "from_name": letter.sender.name, "digest": letter.digest, "kind": kind,
        "facts": told,
        "receipt": canon.fingerprint(given), "verdict": "accepted", "to": office.id,
    }  # fmt: skip
    work.office_line("receive", letter.id, body)

"""工作交接 as the journal has it: who handed over to whom, and the sheet that both signed from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.journals.writing import Write
from app.storage import files as stored
from models.schema import journal as journal_table

VERB = "handover"


def record(work: Write, sheet: Path, name: str, told: dict[str, Any]) -> None:
    """File the sheet among the office's files and say so in its own record; `told`: by, to, witness, rows, parts."""
    digest = stored.digest_of(sheet)
    work.keep(digest, sheet)
    work.office_line(VERB, work.office_id, {"handover": {**told, "pdf": digest, "name": name}})


def files(connection: Connection) -> dict[str, str]:
    """{digest: name} of the sheets that are kept."""
    t = journal_table.c
    found = connection.scalars(select(t.body).where(t.verb == VERB, t.body.is_not(None)))
    told = [msgspec.json.decode(body)["handover"] for body in found]
    return {one["pdf"]: one["name"] for one in told}

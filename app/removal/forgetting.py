"""What a sender destroyed of its mergings and imports goes from its mirrored ledger here too (误入处置, decision 11).

The content of a row waits for a person here, who may know more of it; these lines are about no row, and nobody here
can be asked about them.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, select

from app.engine.remains import PURGE
from app.engine.traces import Traces
from app.journals.writing import Write
from app.ledger.ledgers import LedgerLine
from app.removal import purge_lines
from app.removal.destroying import Destroyed
from models import database, rare_lines
from models.schema import journal as journal_table

VERBS = frozenset(("merge", "import", "withdraw", PURGE))
"""Lines of which no table of a mirrored ledger tells; what others say is judged with their tables."""


def forget(work: Write, line: LedgerLine) -> Destroyed | None:
    """Empty the lines of a received ledger of which its purge lines say what is left; None where there were none.

    What came back says which lines and since when, for `sweeping.forget`.
    """
    if line.own:
        return None
    found: dict[str, tuple[int, int]] = {}
    for row in list(
        work.connection.execute(rare_lines.query(line.stream).where(journal_table.c.verb == PURGE))
    ):
        told = msgspec.json.decode(row.body)["purge"] if row.body else {}
        if told.get("what") not in purge_lines.KEEPING:
            continue
        seqs = _live(work.connection, line.stream, row.subject, row.seq, told["lines"])
        if not seqs:
            continue
        if not found:
            database.forget_deleted(work.connection)
        left = {"what": "received", "ledger": line.id, "lines": {}, "leaves": {}, "files": []}
        work.office_line(PURGE, row.subject, {"purge": left, "facts": {"from": line.origin}})
        work.erase(line.id, row.subject, seqs)
        found[row.subject] = (min(seqs), row.seq)
    if not found:
        return None
    return Destroyed(line, [], "", Traces(), mergings=tuple(found), spans=list(found.values()))


def _live(connection: Connection, stream: str, subject: str, purge: int, named: Iterable[str]) -> list[int]:
    """Those of these lines before that one whose bodies are still here; a sender may name any number of any."""
    t = journal_table.c
    rows = select(t.seq).where(
        t.stream == stream, t.subject == subject, t.seq < purge, t.body.is_not(None), t.verb.in_(VERBS)
    )
    seqs = {int(seq) for seq in named}
    return [seq for seq in connection.scalars(rows) if seq in seqs]

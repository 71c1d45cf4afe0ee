"""Under which template each line of a ledger's stream was written: an upgrade never rewrites what went before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.words.templates import Loaded
from models.schema import journal as journal_table

VERB = "template"
"""The journal verb of an upgrade, of what it did to rows, and of taking it back (decision 21)."""
KEY = "upgrade"


class Templates:
    """The templates of one ledger by the line from which each ruled."""

    def __init__(self, told: Sequence[tuple[int, Loaded]], now: Loaded) -> None:
        self._seqs = [seq for seq, _ in told]
        self._loaded = [loaded for _, loaded in told] or [now]

    def at(self, seq: int) -> Loaded:
        """The template under which line `seq` was written."""
        return self._loaded[max(bisect_right(self._seqs, seq) - 1, 0)]


def told(body: Mapping[str, Any]) -> Loaded | None:
    """The template that the body of a line brings (打开台账, 换模板版本); None for any other line."""
    about = body.get(KEY, body)
    if not isinstance(about, Mapping) or not {"source", "digest"} <= about.keys():
        return None
    return ledgers.template_of(about["source"])


def of_ledger(connection: Connection, line: LedgerLine) -> Templates:
    """The templates a ledger has had; where it was never upgraded nothing but its own is read."""
    t = journal_table.c
    query = select(t.seq, t.verb, t.body).where(
        t.stream == line.stream, t.subject == line.id, t.verb.in_(("open", VERB)), t.body.is_not(None)
    )
    rows = connection.execute(query.order_by(t.seq)).all()
    if all(row.verb != VERB for row in rows):
        return Templates((), line.loaded)
    found = [(row.seq, told(msgspec.json.decode(row.body))) for row in rows]
    return Templates([(seq, loaded) for seq, loaded in found if loaded is not None], line.loaded)

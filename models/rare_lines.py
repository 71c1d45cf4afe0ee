"""The few lines of a stream that are looked for in the whole of it, found without reading the rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, select

from models.schema import RARE_VERBS, journal


def query(stream: str) -> Select[Any]:
    """The rows of `journal` in this stream with one of RARE_VERBS, in order."""
    t = journal.c
    verbs: Any = bindparam(
        "rare", RARE_VERBS, expanding=True, literal_execute=True
    )  # as the index was declared
    # joined with nothing, the stream cannot be looked up by the primary key, which SQLite would walk from end to end
    return select(journal).where(t.stream.concat("") == stream, t.verb.in_(verbs)).order_by(t.seq)

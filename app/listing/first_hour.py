"""第一小时: the steps of a first walk through the sample office, and which of them have been done."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from sqlalchemy import and_, false, or_, select

from app.office import Office, heads_of
from app.storage.paths import RESOURCES
from models.schema import journal as journal_table

STEPS = RESOURCES / "guide" / "first-hour.toml"


class Step(Struct, frozen=True):
    """One thing to try. `verbs` of the journal tell that it was done, none where only the clerk can say; `file` is what
    the page is given to work on, None for nothing."""

    id: str
    title: str
    text: str
    page: str
    verbs: frozenset[str]
    file: Path | None = None


def steps() -> tuple[Step, ...]:
    """The steps in their order."""
    told = tomllib.loads(STEPS.read_text("utf-8"))["step"]
    return tuple(
        Step(s["id"], s["title"], s["text"], s["page"], frozenset(s["verbs"]),
             RESOURCES / s["file"] if s.get("file") else None)
        for s in told
    )  # fmt: skip


def start_of(office: Office) -> dict[str, int]:
    """{stream: sequence number of its last line}: where the walk begins."""
    return {stream: int(seq) for stream, (seq, _) in heads_of(office.engine).items()}


def verbs_since(office: Office, start: Mapping[str, int]) -> frozenset[str]:
    """The verbs of all journal lines written after `start`; a stream it does not name is read from its beginning."""
    t = journal_table.c
    now = start_of(office)
    later = [and_(t.stream == s, t.seq > start.get(s, 0)) for s, seq in now.items() if seq > start.get(s, 0)]
    with office.read() as connection:
        return frozenset(connection.scalars(select(t.verb).where(or_(false(), *later)).distinct()))

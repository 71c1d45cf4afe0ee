"""What was typed for a row and is not in the ledger yet, kept on the disk so that a crash does not lose it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from sqlalchemy import select

from app.office import Office
from app.problem import Problem
from app.storage import files
from models.schema import entry as entry_table

FOLDER = "drafts"


class Kept(msgspec.Struct):
    """`texts` of a row by field, `items` those of its matters by code; `name` is how the row was called."""

    ledger: str
    entry: str
    name: str
    texts: dict[str, str]
    items: dict[str, dict[str, str]]


def keep(office: Office, draft: Kept) -> None:
    """Write one down. Where it cannot be, it is only in the window: the clerk goes on typing all the same."""
    if office.readonly:
        return
    place = _place(office, draft.entry)
    try:
        place.parent.mkdir(exist_ok=True)
        files.write_whole(place, msgspec.json.encode(draft))
    except (OSError, Problem):
        return


def drop(office: Office, entry_id: str) -> None:
    """It was saved, or given up."""
    if not office.readonly:
        _place(office, entry_id).unlink(missing_ok=True)


def of(office: Office, ledger_id: str) -> list[Kept]:
    """What is kept for rows of this ledger that are still there; what cannot be read is left out."""
    found = {one.entry: one for one in _read(office) if one.ledger == ledger_id}
    if not found:
        return []
    t = entry_table.c
    there = select(t.id).where(t.id.in_(list(found)), t.ledger_id == ledger_id, t.standing != "deleted")
    with office.read() as connection:
        return [found[entry] for entry in connection.scalars(there.order_by(t.number))]


def _read(office: Office) -> Iterator[Kept]:
    for file in sorted((office.folder / FOLDER).glob("*.json")):
        try:
            yield msgspec.json.decode(file.read_bytes(), type=Kept)
        except (OSError, msgspec.DecodeError):
            continue


def _place(office: Office, entry_id: str) -> Path:
    return office.folder / FOLDER / f"{entry_id}.json"

"""What was typed for a row and is not in the ledger yet, kept on the disk so that a crash does not lose it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
from sqlalchemy import select

from app.office import Office
from app.people import clerks
from app.problem import Problem
from app.storage import files
from models.schema import entry as entry_table

FOLDER = "drafts"


class Kept(msgspec.Struct):
    """`texts` of a row by field, `items` those of its matters by code; `name` is how the row was called, `clerk` who
    typed it, '' where an older version wrote it down.
    """

    ledger: str
    entry: str
    name: str
    texts: dict[str, str]
    items: dict[str, dict[str, str]]
    clerk: str = ""


def keep(office: Office, draft: Kept) -> None:
    """Write one down as typed by who is at the desk. Where it cannot be, it is only in the window: he goes on typing."""
    if office.readonly:
        return
    place = _place(office, draft.entry)
    try:
        place.parent.mkdir(exist_ok=True)
        files.write_whole(place, msgspec.json.encode(msgspec.structs.replace(draft, clerk=office.clerk)))
    except (OSError, Problem):
        return


def drop(office: Office, entry_id: str) -> None:
    """What who is at the desk typed was saved, or given up; what another typed for the row stays."""
    if office.readonly:
        return
    for file in (office.folder / FOLDER).glob(f"{entry_id}.*json"):
        if (found := _one(file)) is not None and not another(office, found):
            file.unlink(missing_ok=True)


def another(office: Office, draft: Kept) -> str:
    """Whose it is, where that is somebody else who still works here; '' where who is at the desk goes on with it."""
    if draft.clerk in ("", office.clerk):
        return ""
    whose, me = clerks.known(office, draft.clerk), clerks.at_desk(office)
    if whose is None or whose.until or (me is not None and me.id == whose.id):
        return ""
    return whose.name


def of(office: Office, ledger_id: str) -> list[Kept]:
    """What is kept for rows of this ledger that are still there; what cannot be read is left out."""
    found: dict[str, list[Kept]] = {}
    for one in _read(office):
        if one.ledger == ledger_id:
            found.setdefault(one.entry, []).append(one)
    if not found:
        return []
    t = entry_table.c
    there = select(t.id).where(t.id.in_(list(found)), t.ledger_id == ledger_id, t.standing != "deleted")
    with office.read() as connection:
        return [one for entry in connection.scalars(there.order_by(t.number)) for one in found[entry]]


def _read(office: Office) -> Iterator[Kept]:
    found = map(_one, sorted((office.folder / FOLDER).glob("*.json")))
    return (one for one in found if one is not None)


def _one(file: Path) -> Kept | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None


def _place(office: Office, entry_id: str) -> Path:
    """One file for each row and clerk: what one types does not take the place of what another left."""
    me = clerks.at_desk(office)
    whose = me.id if me else sha256(office.clerk.encode()).hexdigest()[:16]
    return office.folder / FOLDER / f"{entry_id}.{whose}.json"

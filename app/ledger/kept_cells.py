"""Cells that were refused, kept on the disk with their text until they are mended: one file for each ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from app.ledger.kept_drafts import FOLDER
from app.office import Office
from app.problem import Problem
from app.storage import files

MOST_SIGNS = 2_000_000
"""Kept of one ledger; a paste of whole books is red only until the window closes."""


class KeptCell(msgspec.Struct, array_like=True):
    """`text` was meant for the field `key` and refused with `code` and `said`; `under` is what was stored there then."""

    entry: str
    key: str
    text: str
    code: str
    said: str
    under: str | None = None


def keep(office: Office, ledger_id: str, cells: Iterable[KeptCell]) -> None:
    """Keep these and no others. Where they cannot be written they are only in the window."""
    if office.readonly:
        return
    kept, signs = [], 0
    for cell in cells:
        signs += len(cell.text)
        if signs <= MOST_SIGNS:
            kept.append(cell)
    _write(_place(office, ledger_id), kept)


def of(office: Office, ledger_id: str) -> list[KeptCell]:
    """What is kept of a ledger, [] where that cannot be read."""
    return _read(_place(office, ledger_id))


def forget(office: Office, entry_ids: Collection[str]) -> None:
    """Nothing is kept of these rows any more (误入处置)."""
    for place in (office.folder / FOLDER).glob("*.red"):
        kept = _read(place)
        left = [cell for cell in kept if cell.entry not in entry_ids]
        if len(left) < len(kept):
            _write(place, left)


def _read(place: Path) -> list[KeptCell]:
    try:
        return msgspec.json.decode(place.read_bytes(), type=list[KeptCell])
    except (OSError, msgspec.DecodeError):
        return []


def _write(place: Path, kept: list[KeptCell]) -> None:
    try:
        if kept:
            place.parent.mkdir(exist_ok=True)
            files.write_whole(place, msgspec.json.encode(kept))
        else:
            place.unlink(missing_ok=True)
    except (OSError, Problem):
        return


def _place(office: Office, ledger_id: str) -> Path:
    return office.folder / FOLDER / f"{ledger_id}.red"

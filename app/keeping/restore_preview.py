"""What restoring a backup would bring back and what would be lost: looked at before anything is done."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from app.keeping import contents, snapshots, spoilt, store
from app.keeping.contents import About
from app.office import DATABASE
from models import copies


@dataclass(frozen=True)
class Lost:
    """Deeds of one person on one day after the backup; `verbs` {verb: how many}."""

    day: str
    clerk: str
    verbs: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.verbs.values())


@dataclass(frozen=True)
class Preview:
    """`missing` scans are in no store; `same` is whether it is a backup of the office that stands in the folder.

    `lost` is None where the present data cannot be read.
    """

    file: Path
    about: About
    missing: int
    same: bool
    lost: list[Lost] | None



def look(file: Path, folder: Path | None = None) -> Preview:
    """A backup compared with the office that stands in `folder`. Nothing is written.

    Raises Problem E_BACKUP, E_NO_FILE, E_NEWER.
    """
    found = contents.inside(file)
    contents.refuse_newer(file, found)
    lacking = [] if found.whole else store.lacking(store.of(file.parent), found.parts)
    spoilt_then = found.about.lost
    if folder is not None:
        lacking = [part for part in lacking if not (folder / part.path).is_file()]
        spoilt_then = [part for part in spoilt_then if not spoilt.sound(folder / part.path, part.sha256)]
    lacking += spoilt_then
    now = folder / DATABASE if folder is not None else None
    if now is None or not now.is_file():
        return Preview(file, found.about, len(lacking), True, [])
    try:
        lines = copies.since(now, found.about.told.heads)
        office = copies.office_of(now)
    except sqlite3.Error:
        return Preview(file, found.about, len(lacking), True, None)
    people: dict[tuple[str, str], dict[str, int]] = {}
    for day, clerk, verb, count in lines:
        people.setdefault((day, clerk), {})[verb] = count
    lost = [Lost(day, clerk, verbs) for (day, clerk), verbs in sorted(people.items(), reverse=True)]
    return Preview(file, found.about, len(lacking), office == found.about.told.office, lost)


def age(office: Path, now: dt.datetime) -> int | None:
    """Days since the last good backup of an office folder, None for none."""
    last = snapshots.newest(office)
    return None if last is None else (now.date() - last.at.date()).days

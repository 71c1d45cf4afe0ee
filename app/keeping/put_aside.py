"""先放着: files that came in and wait for a person, a copy of each in the inbox with what was decided of it so far.

Nothing of them is in the ledgers yet, so the journal does not tell of them.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from app.change import Change
from app.office import Office
from app.storage import files

PREFIX, TOLD = "aside-", "told.json"
GONE = "gone.json"
OLD = 24 * 3600
"""Seconds after which a copy that waits no more goes; until then comments can still be written from it."""


class Aside(msgspec.Struct, frozen=True):
    """One file that waits. `who` is the department or office, `ledger` the own one it is for, `since` an ISO day,
    `asks` how many places a person had still to decide, `choices` the decisions as a decision file has them; `office`
    is the id of the office it came from, '' where nobody knows it."""

    file: Path
    who: str
    what: str
    ledger: str
    since: str
    asks: int = 0
    choices: Mapping[str, Any] = msgspec.field(default_factory=dict)
    office: str = ""


def keep(office: Office, file: Path, about: Aside) -> Change:
    """Copy a file into the inbox with what is known of it; the same copy once more takes the place of the one before.

    Raises Problem E_CANNOT_WRITE, E_DISK_FULL.
    """
    room = _room(office.folder, file)
    _sweep(office.folder, room)
    kept = next((each.file for each in every(office.folder) if each.file.parent == room), room / file.name)
    told = {
        "name": kept.name, "who": about.who, "what": about.what, "ledger": about.ledger, "since": about.since,
        "asks": about.asks, "choices": dict(about.choices), "office": about.office,
    }  # fmt: skip
    try:
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not kept.is_file():
            files.write_whole(kept, lambda part: shutil.copyfile(file, part))
        files.write_whole(room / TOLD, json.dumps(told, ensure_ascii=False).encode())
        (room / GONE).unlink(missing_ok=True)
    except OSError as error:
        raise files.refusal(room, error) from error
    return Change(f"先放着：{about.who}的{about.what}还没有合并", frozenset({about.ledger}))


def every(folder: Path) -> list[Aside]:
    """What waits in an office folder, the oldest first."""
    found = []
    for told in (folder / "inbox").glob(f"{PREFIX}*/{TOLD}"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(told.read_text("utf-8"))
            file = told.parent / Path(str(said.pop("name"))).name
            if file.is_file():
                found.append(Aside(file, **said))
    return sorted(found, key=lambda one: (one.since, one.who))


def of(office: Office, file: Path) -> Aside | None:
    """What was put aside of this very content, wherever the file lies; None when it cannot be read any more."""
    waiting = every(office.folder)
    try:
        size = file.stat().st_size if waiting else -1
        if not any(one.file.stat().st_size == size for one in waiting):
            return None
        room = _room(office.folder, file)
    except OSError:  # the stick was pulled out
        return None
    return next((one for one in waiting if one.file.parent == room), None)


def wait_no_more(office: Office, file: Path) -> Change:
    """It was taken in, or is not wanted: nobody is told of it any more. The facts hold `file` for `wait_again`.

    Raises Problem E_CANNOT_WRITE.
    """
    one = of(office, file)
    if one is None:
        return Change("")
    gone = one.file.parent / GONE
    try:
        (one.file.parent / TOLD).replace(gone)
        gone.touch()  # its day begins now, not when it was put aside
    except OSError as error:
        raise files.refusal(one.file, error) from error
    said = f"{one.who}的{one.what}不再放着"
    return Change(said, frozenset({one.ledger}), facts={"file": str(one.file)})


def wait_again(_office: Office, file: Path) -> Change:
    """撤销 of `wait_no_more`. Raises Problem E_CANNOT_WRITE."""
    try:
        (file.parent / GONE).replace(file.parent / TOLD)
    except OSError as error:
        raise files.refusal(file, error) from error
    return Change(f"“{file.name}”又放着了")


def holds(folder: Path, file: Path) -> bool:
    """Whether a file is the copy that waits here."""
    return file.parent.parent == folder / "inbox" and file.parent.name.startswith(PREFIX)


def _room(folder: Path, file: Path) -> Path:
    if holds(folder, file):
        return file.parent
    return folder / "inbox" / f"{PREFIX}{files.digest_of(file)[:24]}"


def _sweep(folder: Path, spared: Path) -> None:
    """Remove the copies whose day is over, but for one that is to wait again and what waits already."""
    for gone in (folder / "inbox").glob(f"{PREFIX}*/{GONE}"):
        if gone.parent == spared or (gone.parent / TOLD).exists():
            continue
        with contextlib.suppress(OSError):
            if time.time() - gone.stat().st_mtime > OLD:
                shutil.rmtree(gone.parent)

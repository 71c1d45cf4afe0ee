"""What is remembered of the backups of an office, in its folder `backups`: the second place, checks, the last failure."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from app.problem import Problem
from app.storage import files

FOLDER, NAME = "backups", "notes.json"


@dataclass(frozen=True)
class Second:
    """The second place: its `mark` is in a file there, `path` where it was last, `below` the same from its volume's root.

    `at` is when it last had everything.
    """

    mark: str
    path: str
    below: str
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Failed:
    """The last backup that was not made: when, what for, and the sentence."""

    at: dt.datetime
    why: str
    said: str


@dataclass(frozen=True)
class Notes:
    """`bad` {name of a backup: what a later check found wrong with its data}; `checked` {name: when it was checked again}.

    `lost` {name of a backup: digests of its files that are spoilt or gone}; `spoilt` are those that the last backup
    could not take; no name of a row stands here, for it could be one that is destroyed.

    `cursor` is the digest up to which old files were read again in turn. `aside` are the names of the folders
    beside the office's that it was put back from.
    """

    second: Second | None = None
    failed: Failed | None = None
    bad: dict[str, str] = field(default_factory=dict)
    checked: dict[str, dt.datetime] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)
    spoilt: list[str] = field(default_factory=list)
    cursor: str = ""
    aside: list[str] = field(default_factory=list)


def of(folder: Path) -> Notes:
    """The notes of an office folder; empty where there are none that can be read."""
    try:
        return msgspec.json.decode((folder / FOLDER / NAME).read_bytes(), type=Notes)
    except (OSError, msgspec.MsgspecError):
        return Notes()


def change(folder: Path, **moves: Any) -> Notes:
    """Note something; where the folder cannot be written nothing is remembered."""
    was = of(folder)
    made = replace(was, **moves)
    if made == was:
        return made
    with contextlib.suppress(Problem, OSError):
        if made == Notes():
            (folder / FOLDER / NAME).unlink(missing_ok=True)
            return made
        (folder / FOLDER).mkdir(exist_ok=True)
        files.write_whole(folder / FOLDER / NAME, msgspec.json.encode(made))
    return made

"""The arguments with which the window is opened, read without making the many parsers of the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

SAMPLE = "--sample"
READERS: Mapping[str, Callable[[str], Any]] = {
    "--data": Path,
    "--today": dt.date.fromisoformat,
    "--clerk": str,
    "--picture": Path,
}


class Opening(Struct):
    """As `command_line.parse` gives them where no sub-command stands."""

    data: Path | None = None
    today: dt.date | None = None
    clerk: str | None = None
    picture: Path | None = None
    sample: bool = False


def read(given: Sequence[str]) -> Opening | None:
    """None where anything else stands among them, or anything is wrong: that is for the command line to say."""
    found, left = Opening(), list(given)
    while left:
        name = left.pop(0)
        if name == SAMPLE:
            found.sample = True
            continue
        if name not in READERS or not left or left[0].startswith("-") or not left[0].isprintable():
            return None
        try:
            setattr(found, name.removeprefix("--"), READERS[name](left.pop(0)))
        except ValueError:
            return None
    return found

"""Which files are workbooks, and ids made of what stands in them."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from app.words import wording

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


def is_book(path: Path) -> bool:
    """Whether a file is a workbook by its name."""
    return path.suffix.lower() in SUFFIXES


def legal(name: str, taken: Collection[str], form: re.Pattern[str]) -> str:
    """`name` where it can be an id of this form, else one made of its letters; one that is taken gets a number."""
    key = name
    if not form.fullmatch(key):
        key = name.lower() if name.isascii() else wording.initials(name)
        key = re.sub(r"[^a-z0-9_]+", "_", key).strip("_")[:36] or "x"
        key = key if form.fullmatch(key) else f"f_{key}"
    if key not in taken or name == key:
        return key
    return next(one for n in range(2, 10_000) if (one := f"{key}_{n}") not in taken)

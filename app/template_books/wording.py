"""The Chinese explanations of sheets and columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import cache
from typing import Any

from app.storage.paths import RESOURCES
from app.template_books.shapes import CHOICES, CODES, FIELDS, SETTINGS, SURVEY

MARK = "※"
"""Begins the second head row, which explains the columns."""
_MARKED = re.compile("[，；：、（(]")


def sheet_name(key: str) -> str:
    """What the sheet of a list is called: `survey`, `clock 时限`; a list that has no words yet by its key."""
    if key in FIELDS:
        return SURVEY
    if key == CODES:
        return CHOICES
    return f"{key} {_words()['sheets'].get(key, '')}".strip()[:31]


def column_words(sheet: str, column: str) -> str:
    """What a column is for; its own name where nothing is written."""
    words = _words()
    return str(words.get(sheet, {}).get(column) or words["any"].get(column) or column)


def told(sheet: str, columns: Collection[str]) -> dict[str, str]:
    """{explanation of a column, and what of it stands before its first mark: the column}, as exports write them."""
    whole = {column_words(sheet, column): column for column in reversed(list(columns))}
    short = (
        {_MARKED.split(words)[0].strip(): column for words, column in whole.items()}
        if sheet != SETTINGS
        else {}
    )
    return {words: column for words, column in {**short, **whole}.items() if words and words != column}


def title_of(key: str) -> str:
    """The Chinese name of a sheet."""
    return str(_words()["sheets"].get(key, key))


def head(text: str) -> str:
    """The column that a Chinese head means, the text itself where it means none."""
    return str(_words()["heads"].get(text, text))


def also(text: str) -> tuple[str, ...]:
    """The columns that a word may mean on one sheet or another, the likeliest first."""
    return tuple(_words()["also"].get(text, ()))


def sheet_of(name: str) -> str:
    """The list that a sheet of another name holds, the name itself where nobody calls one so."""
    return str(_words()["sheet_names"].get(name, name))


def setting_of(name: str) -> str:
    """The value of the head that a word means, the word itself where it means none."""
    return str(_words()["setting_names"].get(name, name))


def setting_names() -> tuple[str, ...]:
    """Every other word for a value of the head."""
    return tuple(_words()["setting_names"])


def value_of(text: str) -> str:
    """One of a few fixed words, said otherwise."""
    return str(_words()["values"].get(text.strip().lower(), text))


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((RESOURCES / "words" / "template-book.toml").read_text("utf-8"))

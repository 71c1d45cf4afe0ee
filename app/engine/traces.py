"""The name and code of a project that must not be found again: where they stand, and texts without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, Text, cast, false, or_, select

from app.engine.remains import DESTROYED
from app.values import kinds
from models.schema import metadata

FEW = 40
"""So many texts SQL looks for itself; for more every row is read."""
LONGEST = 40
SHORTEST = 4
"""A name of fewer characters stands in too many innocent texts to be looked for."""
_NAMES = {"name": kinds.name_key, "project_code": kinds.code_key}


@dataclass(frozen=True)
class Traces:
    """`texts` as they may stand in the database, `keys` as names and codes are compared; none shorter than SHORTEST."""

    texts: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def __or__(self, other: Traces) -> Traces:
        return Traces(self.texts | other.texts, self.keys | other.keys)

    @cached_property
    def _written(self) -> re.Pattern[str]:
        return pattern_of(self.texts)

    @cached_property
    def _compared(self) -> re.Pattern[str]:
        return pattern_of(self.keys)

    def stands_in(self, text: str) -> bool:
        """Whether a text names the project letter by letter."""
        return self._written.search(text) is not None

    def hits(self, text: str) -> bool:
        """Whether a text names the project, in whatever widths and blanks it is written."""
        keys = (kinds.name_key(text), kinds.code_key(text))
        return self.stands_in(text) or any(self._compared.search(key) for key in keys)

    def cleaned(self, value: Any) -> Any:
        """The value with every text that names the project replaced."""
        if isinstance(value, str):
            return DESTROYED if self.hits(value) else value
        if isinstance(value, dict):
            return {
                DESTROYED if self.hits(str(key)) else key: self.cleaned(each) for key, each in value.items()
            }
        return [self.cleaned(each) for each in value] if isinstance(value, list) else value

    def rows(self, connection: Connection, query: Select[Any], columns: Sequence[Any]) -> Iterator[Any]:
        """The rows of `query` in which one of `columns`, all of them texts, names it as written."""
        texts = [cast(column, Text) for column in columns]
        if not self.texts or not texts:
            return
        if len(self.texts) <= FEW:
            named = (text.contains(one, autoescape=True) for text in texts for one in sorted(self.texts))
            yield from connection.execute(query.where(or_(false(), *named))).mappings()
            return
        labelled = [text.label(f"read_{at}") for at, text in enumerate(texts)]
        for row in connection.execute(query.add_columns(*labelled)).mappings():
            if any(self.stands_in(row[label.name] or "") for label in labelled):
                yield row


def of_bodies(bodies: Iterable[dict[str, Any]]) -> Traces:
    """Every name and code the row ever had, from the bodies of its lines."""
    texts: set[str] = set()
    keys: set[str] = set()
    for body in bodies:
        was = body.get("was", {}).get("cells", {})
        for cells in (body.get("new", {}).get("cells", {}), body.get("cells", {}), was):
            for field, key_of in _NAMES.items():
                value = cells.get(field)
                if isinstance(value, str) and len(value) >= SHORTEST:
                    texts |= {value, msgspec.json.encode(value).decode()[1:-1]}
                    keys |= {key_of(value)}
    long = frozenset(key for key in keys if len(key) >= SHORTEST)
    return Traces(frozenset(texts) | long, long)


def found(connection: Connection, traces: Traces) -> Iterator[tuple[Table, Any]]:
    """(table, row) of whatever in the database still names it."""
    for table in metadata.sorted_tables:
        columns = [c for c in table.columns if type(c.type).__name__ in ("Text", "AnyJson")]
        keys = [c for c in table.columns if c.name in ("id", "entry_id", "subject")]
        for row in traces.rows(connection, select(*keys or table.primary_key.columns), columns):
            yield table, row


def pattern_of(texts: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds any of the texts (by their first letters, where they are very long) in one passage."""
    return re.compile(_branches({text[:LONGEST] for text in texts}) or "(?!)")


def bytes_of(texts: Iterable[str], encodings: Sequence[str]) -> re.Pattern[bytes]:
    """The same for the texts as they stand in files."""
    written = {text[:LONGEST].encode(form).decode("latin-1") for text in texts for form in encodings}
    return re.compile((_branches(written) or "(?!)").encode("latin-1"))


def _branches(words: set[str]) -> str:
    """A pattern by common beginnings: the first letter alone rules out nearly every place of a text."""
    if not words or "" in words:
        return ""
    following: dict[str, set[str]] = {}
    for word in words:
        following.setdefault(word[0], set()).add(word[1:])
    parts = [re.escape(letter) + _branches(rest) for letter, rest in sorted(following.items())]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"

"""Rows as the journal tells them beside rows as the tables hold them: every difference in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from app.journals.column_words import COLUMNS, TABLES

Row = Any  # a mapping of columns, as SQL or the journal gives it
Rows = dict[Any, dict[str, Any]]
LONGEST = 60


@dataclass(frozen=True)
class Difference:
    """Something that does not agree: where, in what words, which field, and what either side says of it."""

    where: str
    text: str
    field: str = ""
    journal: str = ""
    table: str = ""


def rows(
    table: str, expected: Rows, stored: Iterable[tuple[Any, Row]], where: Callable[[Row], str]
) -> Iterator[Difference]:
    """Differences of one table. `expected` holds by key the columns that the journal proves; it is used up."""
    what = "".join(TABLES[table])
    for key, row in stored:
        told = expected.pop(key, None)
        if told is None:
            yield Difference(where(row), f"有一{what}没有操作记录", table)
        else:
            yield from columns(table, told, row, where(row))
    for told in expected.values():
        yield Difference(where(told), f"有一{what}记在操作记录里，数据里却没有", table)


def columns(table: str, told: Row, row: Row, where: str, named: str = "") -> Iterator[Difference]:
    """Differences of one row; `named` stands for the row where a table's word is not enough."""
    for column, value in told.items():
        if row[column] != value:
            word = COLUMNS[table][column]
            yield apart(
                where, f"{named or TABLES[table][1]}的“{word}”", f"{table}.{column}", value, row[column]
            )


def apart(where: str, what: str, field: str, journal: Any, table: Any) -> Difference:
    """A value that is one thing in the journal and another in the tables."""
    one, other = show(journal), show(table)
    return Difference(where, f"{what}不一致：操作记录是“{one}”，数据里是“{other}”", field, one, other)


def show(value: Any) -> str:
    """A value in few words."""
    if value is None:
        return "空"
    if isinstance(value, bytes):
        return value.hex()[:16]
    if isinstance(value, bool):
        return "是" if value else "否"
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

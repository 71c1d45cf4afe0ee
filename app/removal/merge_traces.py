"""What a merging keeps of a returned list beside the rows it wrote: the texts can be taken out, the figures stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from app.engine.remains import DESTROYED
from app.ledger import ledgers
from app.rounds import rounds

SHORTEST = 8
_BROUGHT = ("closed", "refused", "turned_down")
_ROWS = ("unplaced", "unread", "locked", "guessed", "noted")
_TEXTS = ("text", "old", "reason", "name")


def ledger_of(connection: Connection, merge: str) -> str:
    """The own ledger in which this merging was done, '' when there is no such merging."""
    for line in ledgers.lines_in(connection):
        if line.own and any(
            row.subject == merge and "merge" in body for row, body in rounds.told(connection, line.stream)
        ):
            return line.id
    return ""


def sharing(connection: Connection, stream: str, merge: str) -> list[str]:
    """This merging, and the others that keep one of its texts: the same list was merged twice, or taken back and again.

    The purge line of one that was destroyed before names those that went with it.
    """
    wanted: set[str] = set()
    found = [merge]
    told = list(rounds.told(connection, stream))
    for row, body in told:
        if row.subject == merge:
            wanted |= _texts(body)
            found += body.get("facts", {}).get("also", ())
    return list(dict.fromkeys([*found, *(row.subject for row, body in told if wanted & _texts(body))]))


def of_rows(
    connection: Connection, stream: str, rows: Collection[str]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(line, body without what it says of these rows) of the mergings that brought values for one of them.

    A line that an earlier deed destroyed counts too: its purge line still tells what that deed left of it.
    """
    for line, body in rounds.told(connection, stream):
        told = body.get("merge", {})
        brought = [one["row"] for key in _BROUGHT for one in told.get(key, ()) if "row" in one]
        if not set(rows).isdisjoint(brought) and (emptied := _without(told, rows)) != told:
            yield line, {**body, "merge": emptied}


def left(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of its line without a text of the other office: which rows and how many stays (decision 11)."""
    told = _without(body["merge"])
    if "sheet" in told:
        rows = {key: [_emptied(one) for one in told["sheet"].get(key, ())] for key in _ROWS}
        told["sheet"] = {**told["sheet"], "file": DESTROYED, **rows}
    return {**body, "merge": told}


def _texts(body: Mapping[str, Any]) -> set[str]:
    """The whole texts of rows and cells that a merging kept; too short ones say nothing."""
    sheet = body.get("merge", {}).get("sheet", {})
    texts = {one["text"] for key in _ROWS for one in sheet.get(key, ())}
    return {text for text in texts if len(text) >= SHORTEST and text != DESTROYED}


def _without(merge: Mapping[str, Any], rows: Collection[str] | None = None) -> dict[str, Any]:
    """What a merging tells without what was brought for these rows, for all when none are named."""
    told = dict(merge)
    for key in _BROUGHT:
        if key in told:
            told[key] = [
                _emptied(one) if rows is None or one.get("row") in rows else one for one in told[key]
            ]
    return told


def _emptied(one: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {k: DESTROYED if k in _TEXTS and v else v for k, v in one.items()}
    if "cells" in told:
        told["cells"] = [[code, field, None] for code, field, _ in told["cells"]]
    return told

"""The journal played back, line by line: what each line makes of an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from app.engine import remains, wire
from app.engine.remains import Remains
from app.engine.rows import Held, patched
from app.words.templates import Loaded
from models.schema import journal as journal_table

READ = 2000


def apply(loaded: Loaded, held: Held | None, subject: str, rev: int, body: dict[str, Any]) -> Held | None:
    """What one journal line makes of an entry; None for a line that concerns no entry."""
    if "new" in body:
        new = body["new"]
        held = Held(
            subject,
            new["number"],
            new["no"],
            wire.from_wire(loaded, new["cells"]),
            wire.items_from_wire(loaded, new["items"]),
            new["standing"],
            new.get("added", False),
            rev,
            dict(new["standings"]),
            set(new["items"]) if new.get("added") else set(),
            new.get("source", ""),
        )
    elif held is not None:
        if "purge" in body:
            remains.blank(held)
        _change(loaded, held, body)
        held.rev = rev
    return held


def _change(loaded: Loaded, held: Held, body: dict[str, Any]) -> None:
    held.cells = patched(held.cells, wire.from_wire(loaded, body.get("cells", {})))
    for code, changes in body.get("items", {}).items():
        held.items[code] = patched(held.items.get(code, {}), wire.from_wire(loaded, changes, item=True))
    for code in body.get("gone", ()):
        held.items.pop(code, None)
    held.standing = body.get("standing", held.standing)
    held.standings = patched(held.standings, body.get("standings", {}))
    if "added_items" in body:
        held.added_items = set(body["added_items"])
    if "added" in body:
        held.added = body["added"]


def lines(connection: Connection, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Any]:
    """The rows of a stream in order, a few thousand in memory at a time; a destroyed body is None."""
    t = journal_table.c
    while True:
        query = select(journal_table).where(t.stream == stream, t.seq > after).order_by(t.seq).limit(READ)
        if upto is not None:
            query = query.where(t.seq <= upto)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        yield from rows
        after = rows[-1]["seq"]


def told(
    connection: Connection, stream: str, left: Remains, upto: int | None = None
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(row, body) of every line that still says something; of a destroyed one what is left of it."""
    for row in lines(connection, stream, 0, upto):
        body = left.body(row)
        if body is not None:
            yield row, body

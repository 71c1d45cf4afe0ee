"""What is left of destroyed content: of a journal line its skeleton, of a row its place and where it was counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.engine.rows import Held
from models import rare_lines
from models.schema import journal as journal_table

DESTROYED = "（误入处置，内容已销毁）"
PURGE = "purge"
_MOVES = ("standing", "standings", "added_items", "added")
_PLACES = ("number", "no", "standing", "standings", "added", "source")


class Remains(msgspec.Struct):
    """What the purge lines of one stream say.

    `bodies` {seq: what stands for the destroyed body}, `leaves` {seq: leaf of the row from that line on, hex},
    `files` digests of destroyed files, `entries` ids of rows whose content is destroyed.
    """

    bodies: dict[int, dict[str, Any]] = msgspec.field(default_factory=dict)
    leaves: dict[int, str] = msgspec.field(default_factory=dict)
    files: set[str] = msgspec.field(default_factory=set)
    entries: set[str] = msgspec.field(default_factory=set)

    def take(self, subject: str, told: dict[str, Any]) -> None:
        """Add what one purge line says under `purge`."""
        self.bodies.update({int(seq): body for seq, body in told["lines"].items()})
        self.leaves.update({int(seq): leaf for seq, leaf in told["leaves"].items()})
        self.files.update(told["files"])
        if told["what"] == "entry":
            self.entries.add(subject)

    def body(self, row: Any) -> dict[str, Any] | None:
        """The body of a journal row, or what is left of it; None for a stub nobody explains (decision 16)."""
        if row["body"] is None:
            return self.bodies.get(row["seq"])
        body: dict[str, Any] = msgspec.json.decode(row["body"])
        return body


def of_stream(connection: Connection, stream: str) -> Remains:
    """The remains told in the journal of this office for one stream."""
    query = rare_lines.query(stream).where(journal_table.c.verb == PURGE)
    return of_rows(connection.execute(query).mappings())


def of_rows(rows: Iterable[Any]) -> Remains:
    """The remains told by the purge lines among these journal rows. Raises ValueError, KeyError, TypeError."""
    found = Remains()
    for row in rows:
        if row["verb"] == PURGE and row["body"] is not None:
            found.take(row["subject"], msgspec.json.decode(row["body"])["purge"])
    return found


def skeleton(body: dict[str, Any]) -> dict[str, Any]:
    """What may stay of a line: number, standings, kind and day of its events, which import; no content."""
    out = {key: body[key] for key in ("gone", *_MOVES) if key in body}
    if "new" in body:
        out["new"] = {key: body["new"][key] for key in _PLACES if key in body["new"]}
        out["new"] |= {"cells": {"name": DESTROYED}, "items": {code: {} for code in body["new"]["items"]}}
    if "items" in body:
        out["items"] = {code: {} for code in body["items"]}
    if was := {key: body["was"][key] for key in _MOVES if key in body.get("was", {})}:
        out["was"] = was
    if "events" in body:
        out["events"] = [{**event, "facts": {"reason": DESTROYED}} for event in body["events"]]
    if "import" in body.get("facts", {}):
        out["facts"] = {"import": body["facts"]["import"]}
    return out


def blank(held: Held) -> None:
    """Take the content out of a row; its place and standings stay."""
    held.cells = {"name": DESTROYED}
    held.items = {code: {} for code in held.items}

"""The rows of one ledger as its lines tell them, played again where some of the lines are lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.engine import played, remains
from app.engine.rows import Held
from app.ledger import template_history
from app.ledger.ledgers import LedgerLine
from models.salvage import Row
from models.schema import ledger as ledger_table

_OTHERS = frozenset("attach detach sign step seal source upgrade import withdraw version parent".split())
"""The keys of bodies that do not say how a row stands."""
ENDLESS = sys.maxsize


class Story(msgspec.Struct):
    """A row as its lines make it: `seq` the line its columns name, `last` its last line; `whole`: none is lacking.

    `base` is the backup from which the first of it was taken, '' where the journal alone tells it.
    """

    held: Held
    seq: int
    last: int
    whole: bool = True
    base: str = ""


class Lost(msgspec.Struct):
    """Lines of one stream that are not there: the last one `of` each row that an index still names, and the last `other`."""

    of: dict[str, int] = msgspec.field(default_factory=dict)
    other: int = 0

    def take(self, seq: int, subject: str | None) -> None:
        if subject is None:
            self.other = max(self.other, seq)
        else:
            self.of[subject] = max(self.of.get(subject, 0), seq)


class Tale:
    """One ledger's lines played again."""

    def __init__(self, connection: Connection, line: LedgerLine, subjects: Mapping[Row, str]) -> None:
        self._connection, self.line, self._loaded = connection, line, line.loaded
        self.stories: dict[str, Story] = {}
        self.events: dict[str, dict[str, Any]] = {}
        self.attachments: dict[str, dict[str, Any]] = {}
        self.originals: dict[tuple[str, str], str] = {}
        self.lost = Lost()
        self._subjects = subjects
        self._left = remains.of_stream(connection, line.stream)

    def tell(self, noted: tuple[int, str]) -> None:
        """Play the stream from its first line that is left to its last; `noted` beside the database is how it ended."""
        due, last = 1, (0, "")
        for row, body in self._lines():
            for gone in range(due, row["seq"]):
                self._gone(gone)
            due, last = row["seq"] + 1, (row["seq"], bytes(row["hash"]).hex())
            if body is None:
                self.lost.take(row["seq"], row["subject"])
            else:
                self._take(row, body)
        t = ledger_table.c
        head = self._connection.execute(select(t.head_seq, t.head_hash).where(t.id == self.line.id)).one()
        ends = [(int(head.head_seq), bytes(head.head_hash).hex()), noted]
        for gone in range(due, max(ends)[0] + 1):
            self._gone(gone)
        if last not in ends and last[0] >= max(ends)[0]:
            self.lost.other = ENDLESS  # nothing says that this was the end

    def again(self, stories: Mapping[str, Story]) -> None:
        """Play the lines of these rows once more, upon what a backup has of each."""
        self.stories |= stories
        for row, body in self._lines():
            story = stories.get(row["subject"])
            if story is not None and body is not None and row["rev"] > story.held.rev:
                self._entry(row, body)

    def whole(self, entry: str) -> bool:
        """Whether nothing that is known to be lost may change this row."""
        story = self.stories[entry]
        return story.whole and self.lost.of.get(entry, 0) <= story.last

    def sure(self, entry: str, read: Held | None) -> bool:
        """Whether the lines are above what was `read` of this row: they tell it to the end, or as far as that came."""
        story = self.stories[entry]
        upto = story.last >= self.lost.other if read is None else story.held.rev >= read.rev
        return self.whole(entry) and upto

    def _gone(self, seq: int) -> None:
        self.lost.take(seq, self._subjects.get((self.line.stream, seq)))

    def _lines(self) -> Iterator[tuple[Any, dict[str, Any] | None]]:
        self._loaded = self.line.loaded
        for row in played.lines(self._connection, self.line.stream):
            body = self._left.body(row)
            template = template_history.told(body) if body else None
            self._loaded = template or self._loaded
            yield row, body

    def _take(self, row: Any, body: dict[str, Any]) -> None:
        for event in body.get("events", ()):
            self.events[event["id"]] = {"item": None, **event, "entry_id": row["subject"], "seq": row["seq"]}
        if "attach" in body:
            told = {"entry_id": None, "version_id": None, **body["attach"], "deleted_seq": None}
            self.attachments[told["id"]] = {**told, "seq": row["seq"]}
        elif "detach" in body and body["detach"]["id"] in self.attachments:
            self.attachments[body["detach"]["id"]]["deleted_seq"] = row["seq"]
        elif _OTHERS.isdisjoint(body):
            self._entry(row, body)
            facts = body.get("facts", {})
            if "raw" in facts and row["verb"] != "withdraw":
                self.originals[row["subject"], facts.get("import", "")] = facts["raw"]

    def _entry(self, row: Any, body: dict[str, Any]) -> None:
        subject = row["subject"]
        story = self.stories.get(subject)
        if story is None and "new" not in body:
            return
        follows = story is None or row["rev"] in (story.held.rev, story.held.rev + 1)
        held = played.apply(self._loaded, story.held if story else None, subject, row["rev"], body)
        assert held is not None
        held.buried(row["seq"], destroyed="purge" in body)
        if story is None:
            self.stories[subject] = Story(held, row["seq"], row["seq"])
            return
        story.held, story.last, story.whole = held, row["seq"], story.whole and follows
        if body.keys() - {"facts"} or not self.line.own:
            story.seq = row["seq"]

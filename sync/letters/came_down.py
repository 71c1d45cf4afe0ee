"""What came down and is still in the inbox: templates, holiday notices, lists."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.office import Office
from models.schema import inbox as inbox_table

TEMPLATE, CALENDAR, LIST = "template", "calendar", "list"
WORDS = {TEMPLATE: "模板", CALENDAR: "放假安排", LIST: "清单"}
ISSUERS = frozenset(("lead", "superior"))
"""The roles that may issue them (decision 28)."""


@dataclass(frozen=True)
class Document:
    """Something that came down: its copy in the inbox, and of a template which it is; `digest` of its text.

    `on` is the day it was taken in, `issued` the day its issuer wrote on it, never after that one.
    """

    id: str
    kind: str
    name: str
    sender: str
    on: str
    path: Path
    template: str = ""
    version: str = ""
    title: str = ""
    digest: str = ""
    sender_id: str = ""
    issued: str = ""


@dataclass(frozen=True)
class Notice:
    """A holiday notice that came: `number` is its place in its issuer's records (0: an older program wrote none), `day`
    the one its issuer wrote on it, or that of taking it in where the issuer's clock was ahead."""

    day: str
    id: str
    sender: str
    sender_name: str
    number: int

    def after(self, other: Notice) -> bool:
        """Whether it was issued later: of one issuer by its records, which no clock puts out of order (decision 18)."""
        if self.sender == other.sender and self.number and other.number and self.number != other.number:
            return self.number > other.number
        return (self.day, self.id) > (other.day, other.id)


def notices(office: Office, title: str, issuers: Collection[str]) -> list[Notice]:
    """The holiday notices of that title that came from `issuers`; whether the file is still there does not matter."""
    t = inbox_table.c
    query = select(inbox_table).where(
        t.kind == CALENDAR, t.verdict == "accepted", t.from_office.in_(list(issuers))
    )
    with office.read() as connection:
        came = [row for row in connection.execute(query) if row.facts.get("title") == title]
    return [
        Notice(
            min(row.facts["file"][:10], row.on), row.bundle_id, row.from_office, row.from_name,
            row.facts.get("number", 0),
        )
        for row in came
    ]  # fmt: skip


def received(office: Office, kind: str = "") -> list[Document]:
    """What came down and is still in the inbox, newest first."""
    t = inbox_table.c
    query = select(inbox_table).where(t.kind.in_([kind] if kind else list(WORDS)), t.verdict == "accepted")
    with office.read() as connection:
        rows = connection.execute(query.order_by(t.on.desc(), t.bundle_id.desc())).all()
    found = []
    for row in rows:
        path = office.folder / "inbox" / row.facts["file"]
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row.facts["sha256"]:
            told = {key: str(row.facts.get(key, "")) for key in ("template", "version", "title")}
            told |= {
                "digest": str(row.facts.get("digest") or row.facts["sha256"]),
                "sender_id": row.from_office,
                "issued": min(row.facts["file"][:10], row.on),  # an issuer's clock may be ahead
            }
            found.append(
                Document(row.bundle_id, row.kind, row.facts["name"], row.from_name, row.on, path, **told)
            )
    return found

"""What the deeds of a command wrote into the ledgers, heard by whoever runs the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec

FINAL = "final"
"""Stands among the verbs where a line is one that nobody takes back."""
_BY_HAND = frozenset(("not_secret", "reason", "row", "raw"))
_MADE = ("docx", "xlsx")


class Span(msgspec.Struct, frozen=True):
    """The lines `first` to `last`, both included, of the stream of one ledger."""

    ledger: str
    first: int
    last: int


class Heard(msgspec.Struct):
    """The spans in the order they were written, and the verbs of all their lines."""

    spans: list[Span] = msgspec.field(default_factory=list)
    verbs: set[str] = msgspec.field(default_factory=set)


def moved(body: Mapping[str, Any]) -> bool:
    """Whether a line moved a count after the seal: its own event alone moves it back (decision 7)."""
    return bool(body.get("events"))


def issued(body: Mapping[str, Any]) -> bool:
    """Whether a line files what the program issued or drew: a numbered paper, a report that was sent, a sample.

    What a clerk adds carries who declared it 不涉密; Word files and workbooks are kept where the program made them.
    """
    if "new" in body:
        facts = body.get("facts", {})
        return "not_secret" not in facts or not _BY_HAND.issuperset(facts)
    return body.get("attach", {}).get("kind") in _MADE


_EAR: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear what is written in this thread meanwhile."""
    heard = Heard()
    token = _EAR.set(heard)
    try:
        yield heard
    finally:
        _EAR.reset(token)


def tell(spans: Iterable[Span], verbs: Iterable[str]) -> None:
    """A deed went through: what it wrote, told to who listens."""
    if (heard := _EAR.get()) is not None:
        heard.spans += spans
        heard.verbs |= set(verbs)

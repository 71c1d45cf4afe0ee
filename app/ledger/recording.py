"""Writing entries: journal line, tables, counters and events in one step, singly or by the thousand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert

from app.engine import clocks, storing, wire
from app.engine.rows import Held, census, difference, stand
from app.ids import new_id
from app.journals.writing import UNITS, Write
from app.ledger import ruling
from app.ledger.ledgers import LedgerLine
from app.values.workdays import Calendar
from models.schema import event as event_table

BATCH = 1000
_OF_ITEMS = frozenset(("items", "standings", "added_items"))


@dataclass(frozen=True)
class Event:
    """Something that moves a count: kind approved, started, removed, corrected, restored or added."""

    kind: str
    on: str
    item: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=new_id)

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"id": self.id, "kind": self.kind, "on": self.on, "facts": self.facts}
        if self.item:
            out["item"] = self.item
        return out


class Recorder:
    """Collects what a deed does to the entries of one ledger. Call `flush` at the end.

    `sparing`: every `old` is the row as it is stored, each row is put once, and items that stay the same are left alone.
    """

    def __init__(self, work: Write, ledger: LedgerLine, calendar: Calendar, *, sparing: bool = False) -> None:
        self._sparing = sparing
        self.work = work
        self.ledger = ledger
        self.calendar = calendar
        self._new = storing.Batch()
        self._changed = storing.Batch()
        self._events: list[dict[str, Any]] = []
        self._alike: list[str] = []
        self._kept: set[str] = set()
        self._told = clocks.read_of_entry(ledger.loaded, calendar)

    def put(
        self,
        old: Held | None,
        new: Held,
        verb: str,
        facts: dict[str, Any] | None = None,
        events: tuple[Event, ...] = (),
        more: dict[str, Any] | None = None,
        like: storing.Stored | None = None,
    ) -> int:
        """Record `new` in place of `old` (None: a new entry); returns the journal seq, 0 when nothing changed.

        `more` are further keys of the body; with them there is always a line. `like` is a row of the same template
        that says the same: what follows from its cells is not worked out again.
        """
        sealed = self.work.ledger(self.ledger.id).sealed
        if not sealed:
            stand(self.ledger.loaded, new)
        body = self._body(old, new, facts, events, more)
        if body is None:
            return 0
        new.rev = (old.rev if old else 0) + 1
        seq = self.work.line(self.ledger.id, verb, new.id, new.rev, body)
        new.buried(seq, destroyed="purge" in body)
        self._count(old, new, sealed, events)
        alike = like and not sealed and not ruling.named(self.ledger.loaded, new.cells)
        taken = storing.like(like, self.ledger.id, new, seq) if like and alike else None
        batch = self._new if old is None else self._changed
        if taken:
            self._alike.append(new.id)
            batch.entries.append(taken)
        else:
            same = self._sparing and old is not None and self._same_items(body)
            (self._kept.add if same else self._kept.discard)(new.id)
            loaded = self.ledger.loaded
            row, items = storing.columns(loaded, self.calendar, self.ledger.id, new, seq, matters=not same)
            batch.entries.append(row)
            batch.items.extend(items)
        self._events.extend(_event_row(self.ledger.id, new.id, e, seq) for e in events)
        if len(batch.entries) >= BATCH:
            self.flush()
        return seq

    def note(self, old: Held, new: Held, verb: str, facts: dict[str, Any]) -> int:
        """`put`, and where nothing changed a line that keeps the facts all the same; returns its seq."""
        seq = self.put(old, new, verb, facts)
        return seq or self.work.line(self.ledger.id, verb, old.id, old.rev, {"facts": facts})

    def flush(self) -> None:
        connection = self.work.connection
        storing.put_new(connection, self._new)
        storing.put_alike(connection, self._alike)
        storing.put_changed(connection, self._changed.entries, self._changed.items, self._kept)
        ruling.settle(connection, self.ledger, [*self._new.entries, *self._changed.entries])
        if self._events:
            connection.execute(insert(event_table), self._events)
        self._new, self._changed, self._events = storing.Batch(), storing.Batch(), []
        self._alike, self._kept = [], set()

    def _body(
        self,
        old: Held | None,
        new: Held,
        facts: dict[str, Any] | None,
        events: tuple[Event, ...],
        more: dict[str, Any] | None,
    ) -> dict[str, Any] | None:
        body = born(self.ledger, new) if old is None else changed(self.ledger, old, new)
        body |= more or {}
        if not body and not events:
            return None
        if facts:
            body["facts"] = facts
        if events:
            body["events"] = [e.as_json() for e in events]
        return body

    def _same_items(self, body: dict[str, Any]) -> bool:
        """Whether the stored items of a row say of it what they said before the change that `body` tells."""
        return _OF_ITEMS.isdisjoint(body) and self._told.isdisjoint(body.get("cells", ()))

    def _count(self, old: Held | None, new: Held, sealed: bool, events: tuple[Event, ...]) -> None:
        if old is not None and not events and old.standing == new.standing and old.standings == new.standings:
            return
        before, after = census(old, sealed), census(new, sealed)
        for event in events:
            after["item" if event.item else "project"][event.kind] += 1
        for unit in UNITS:
            after[unit].subtract(before[unit])
            self.work.count(self.ledger.id, unit, **after[unit])


def born(ledger: LedgerLine, held: Held) -> dict[str, Any]:
    """The journal body of a new entry."""
    body: dict[str, Any] = {
        "new": {
            "number": held.number,
            "no": held.no,
            "cells": wire.to_wire(ledger.loaded, held.cells),
            "items": wire.items_to_wire(ledger.loaded, held.items),
            "standing": held.standing,
            "standings": held.standings,
        }
    }
    if held.added:
        body["new"]["added"] = True
    if held.source:
        body["new"]["source"] = held.source
    return body


def changed(ledger: LedgerLine, old: Held, new: Held) -> dict[str, Any]:
    """The journal body of a change, {} when nothing differs: new values, and under `was` the old ones."""
    loaded = ledger.loaded
    cells = difference(old.cells, new.cells)
    body: dict[str, Any] = {}
    was: dict[str, Any] = {}
    if cells:
        body["cells"] = wire.to_wire(loaded, cells)
        was["cells"] = wire.to_wire(loaded, {k: old.cells.get(k) for k in cells})
    if old.items != new.items:
        items = {
            code: difference(old.items.get(code, {}), new.items.get(code, {}))
            for code in old.items.keys() | new.items.keys()
            if old.items.get(code) != new.items.get(code)
        }
        body["items"] = {c: wire.to_wire(loaded, d, item=True) for c, d in items.items()}
        body["gone"] = sorted(old.items.keys() - new.items.keys())
        was["items"] = {
            c: wire.to_wire(loaded, {k: old.items.get(c, {}).get(k) for k in d}, item=True)
            for c, d in items.items()
        }
    if old.standing != new.standing:
        body["standing"], was["standing"] = new.standing, old.standing
    if moved := difference(old.standings, new.standings):
        body["standings"] = moved
        was["standings"] = {k: old.standings.get(k) for k in moved}
    if new.added_items != old.added_items:
        body["added_items"] = sorted(new.added_items)
        was["added_items"] = sorted(old.added_items)
    if old.added != new.added:
        body["added"], was["added"] = new.added, old.added
    if body:
        body["was"] = was
    return body


def _event_row(ledger_id: str, entry_id: str, event: Event, seq: int) -> dict[str, Any]:
    return {
        "id": event.id,
        "ledger_id": ledger_id,
        "entry_id": entry_id,
        "item": event.item,
        "kind": event.kind,
        "on": event.on,
        "facts": event.facts,
        "seq": seq,
    }

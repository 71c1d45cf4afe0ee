"""One deed being written: journal lines, counters and stream heads move together."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from app.journals import former, heard, journal
from app.journals.heard import Span
from app.problem import Problem
from models import database
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import office as office_table
from models.schema import tally as tally_table

FLOWS_IN = ("base", "added", "restored")
FLOWS_OUT = ("open", "approved", "started", "removed", "corrected")
TALLIES = ("listed", "complete", "excluded", *FLOWS_IN, *FLOWS_OUT)
UNITS = ("project", "item")
BATCH = 2000


class LedgerHead(msgspec.Struct):
    """What a deed moves of one ledger."""

    head: journal.Head
    next_no: int
    next_print: int
    sealed: bool
    deltas: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: {u: Counter() for u in UNITS})


class Write:
    """The open transaction of one deed. `finish` checks the identity and moves the heads."""

    def __init__(
        self, connection: Connection, office_id: str, stream: str, clerk: str, today: dt.date, deed: str
    ) -> None:
        self.connection = connection
        self.office_id = office_id
        self.deed = deed
        self.on = today.isoformat()
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        self.stamp = journal.Stamp(now.replace("+00:00", "Z"), self.on, clerk)
        self._stream = stream
        self._ledgers: dict[str, LedgerHead] = {}
        self._office: journal.Head | None = None
        self._lines: list[dict[str, Any]] = []
        self._firsts: dict[str, int] = {}
        self._verbs: set[str] = set()
        self.files: dict[str, Path] = {}
        self.moved: dict[str, Path] = {}

    def keep(self, sha256: str, source: Path) -> None:
        """Have this file copied into the office's store when the deed goes through."""
        self.files[sha256] = source

    def take_in(self, found: Mapping[str, Path]) -> None:
        """Have these synced files of this disk moved into the store, by digest, when the deed goes through."""
        self.moved.update(found)

    def ledger(self, ledger_id: str) -> LedgerHead:
        """The moving parts of a ledger, read once in this deed."""
        if ledger_id not in self._ledgers:
            row = self.connection.execute(select(ledger_table).where(ledger_table.c.id == ledger_id)).one()
            self._ledgers[ledger_id] = LedgerHead(
                journal.Head(row.stream, row.head_seq, bytes(row.head_hash)),
                row.next_no,
                row.next_print,
                row.state == "sealed",
            )
        return self._ledgers[ledger_id]

    def line(self, ledger_id: str, verb: str, subject: str, rev: int, body: dict[str, Any]) -> int:
        """Append one line to the ledger's stream; returns its seq."""
        head = self.ledger(ledger_id).head
        self._append(journal.line(head, self.stamp, verb, subject, rev, body))
        self._firsts.setdefault(ledger_id, head.seq)
        self._verbs.update((verb, heard.FINAL) if heard.moved(body) or heard.issued(body) else (verb,))
        return head.seq

    def office_line(self, verb: str, subject: str, body: dict[str, Any]) -> int:
        """Append one line to the office's own stream; returns its seq."""
        if self._office is None:
            row = self.connection.execute(select(office_table.c.head_seq, office_table.c.head_hash)).one()
            self._office = journal.Head(self._stream, row.head_seq, bytes(row.head_hash))
        self._append(journal.line(self._office, self.stamp, verb, subject, 1, body))
        self._verbs.add(verb)
        return self._office.seq

    def erase(self, ledger_id: str, subject: str, seqs: Sequence[int]) -> None:
        """Destroy the bodies of these lines about `subject`; the line that says what is left must be written already.

        An empty `ledger_id` means the office's own stream.
        """
        self._flush()
        stream = self.ledger(ledger_id).head.stream if ledger_id else self._stream
        t = journal_table.c
        for seq in seqs:
            self.connection.execute(
                update(journal_table)
                .where(t.stream == stream, t.seq == seq, t.subject == subject)
                .values(body=None, salt=b"")
            )
        former.erase(self.connection, self.stamp, stream, subject)

    def destroyed(self, subject: str) -> bool:
        """Whether the content of this row was destroyed (误入处置): nothing is written into it again."""
        t = journal_table.c
        query = select(t.seq).where(t.subject == subject, t.verb == "purge").limit(1)
        return self.connection.execute(query).first() is not None

    def mark_sealed(self, ledger_id: str, version_id: str) -> None:
        """From here on the ledger is sealed upon this version."""
        self.ledger(ledger_id).sealed = True
        self.connection.execute(
            update(ledger_table)
            .where(ledger_table.c.id == ledger_id)
            .values(state="sealed", sealed_on=self.on, sealed_version=version_id)
        )

    def count(self, ledger_id: str, unit: str, **moves: int) -> None:
        """Move counters of `unit` ('project' or 'item'); checked at the end of the deed."""
        self.ledger(ledger_id).deltas[unit].update(moves)

    def finish(self) -> None:
        """Store what is pending. Raises Problem E_IDENTITY when the counts would not balance."""
        self._flush()
        for ledger_id, state in self._ledgers.items():
            for unit, delta in state.deltas.items():
                self._settle(ledger_id, unit, delta)
            self.connection.execute(
                update(ledger_table)
                .where(ledger_table.c.id == ledger_id)
                .values(
                    head_seq=state.head.seq,
                    head_hash=state.head.hash,
                    next_no=state.next_no,
                    next_print=state.next_print,
                )
            )
        if self._office is not None:
            self.connection.execute(
                update(office_table).values(head_seq=self._office.seq, head_hash=self._office.hash)
            )

    def written(self, ledger_id: str) -> int:
        """The first line of this deed in the ledger's stream, 0 while there is none."""
        return self._firsts.get(ledger_id, 0)

    def tell(self) -> None:
        """Say what was written, once it is there for good."""
        spans = [Span(ledger, first, self._ledgers[ledger].head.seq) for ledger, first in self._firsts.items()]
        heard.tell(spans, self._verbs)

    def _append(self, row: dict[str, Any]) -> None:
        self._lines.append(row)
        if len(self._lines) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            database.insert_many(self.connection, journal_table, self._lines)
            self._lines = []

    def _settle(self, ledger_id: str, unit: str, delta: Counter[str]) -> None:
        if not any(delta.values()):
            return
        key = (tally_table.c.ledger_id == ledger_id, tally_table.c.unit == unit)
        now = dict(self.connection.execute(select(tally_table).where(*key)).mappings().one())
        for name, move in delta.items():
            now[name] += move
        refuse_imbalance(now, unit)
        values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in TALLIES}
        self.connection.execute(
            update(tally_table).where(*key).values(**values), {f"v_{n}": now[n] for n in TALLIES}
        )


def refuse_imbalance(row: dict[str, Any], unit: str) -> None:
    """Raise E_IDENTITY unless 期初 + 新增 + 恢复 = 在账 + 核减 + 开工 + 移除 + 更正 and the list reconciles."""
    left, right = sum(row[n] for n in FLOWS_IN), sum(row[n] for n in FLOWS_OUT)
    listed = row["base"] + row["complete"] + row["excluded"]
    if left != right or row["listed"] != listed or min(row[n] for n in TALLIES) < 0:
        raise Problem(
            "E_IDENTITY",
            "这一步会让台账数字对不上（期初+新增+恢复≠在账+核减+开工+移除+更正），已拒绝，数据没有动",
            unit=unit,
            counts={n: row[n] for n in TALLIES},
        )

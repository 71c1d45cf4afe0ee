"""A judged bundle played into the tables of a received ledger, line by line, inside one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from app.engine import freezing, remains, storing
from app.engine.remains import Remains
from app.engine.rows import Held
from app.imports.collecting import no_collecting
from app.journals import writing
from app.journals.writing import Write
from app.ledger import ledgers, ruling, versions
from app.ledger.ledgers import LedgerLine
from app.listing import counts
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal.destroying import Destroyed
from models import database
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import seal as seal_table
from models.schema import tally as tally_table
from models.schema import version as version_table
from sync.bundles import lines
from sync.bundles.bundle import Info, Opened
from sync.bundles.faults import Faults
from sync.contents import bodies, detaching, leavings, new_templates, signatures, values
from sync.contents.opening_bodies import OpenBody, UpgradeBody

BATCH = 1000
PLAIN = ("amend", "undo", "redo")  # what changes a sealed row without an event
KIND_OF = {ledgers.CHECK: "return"}
"""By which kind of bundle a ledger of that purpose travels; all others as `ledger`."""


@dataclass
class Taken:
    """What a bundle did to the received ledger; `seals` says that it brought the seal, `odd` that its template is
    none of this office's. Of a part of a round `kept` is what its own words stand against, `told` what the inbox keeps.
    """

    ledger: str
    title: str
    lines: int = 0
    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    prints: list[str] = field(default_factory=list)
    signatures: int = 0
    attachments: set[str] = field(default_factory=set)
    destroyed: set[str] = field(default_factory=set)
    seals: bool = False
    sealed: bool = False
    first: bool = False
    anew: dict[str, Any] = field(default_factory=dict)
    odd: str = ""
    forgotten: Destroyed | None = None
    rows: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    told: dict[str, Any] = field(default_factory=dict)


@no_collecting()
def take(work: Write, office: Office, opened: Opened, known: int, faults: Faults) -> Taken:
    """Play the lines after seq `known` (0: a ledger never met) into the tables and check what comes out.

    Notes in `faults` E_CONTENT line n, E_TEMPLATE, E_NOT_ALLOWED, E_SEAL, E_SEALED_MISSING, E_FROZEN, E_IDENTITY,
    E_COUNTS; raises Problem E_NEWER. The caller's transaction undoes everything then.
    """
    line = _ledger(work, opened)
    taken = Taken(line.id, line.title, first=known == 0)
    player = _Player(work, office, line, taken, opened.rows, opened.info)
    for number, row in enumerate(opened.rows(), 1):
        if row["seq"] > known and row["subject"] not in faults.of:
            with faults.noted(row["subject"], player.named):
                player.play(number, row)
    player.taken.attachments -= player.taken.destroyed
    with faults.noted():
        leavings.refuse(player.missing)
    if not faults.content:
        with faults.noted():
            player.flush()
            new_templates.refuse_unmatched(player.line, opened)
            player.taken.odd = new_templates.odd(work.connection, player.line)
            _settle(work.connection, player.line, opened, player.taken, faults)
    return player.taken


def _ledger(work: Write, opened: Opened) -> LedgerLine:
    info = opened.info
    found = work.connection.execute(
        select(ledger_table.c.template_digest).where(ledger_table.c.id == info.ledger)
    ).first()
    if found is None:
        ledgers.create(
            work, new_templates.of_bundle(opened), office_id=info.sender, office_name=opened.sender.name, own=False,
            id=info.ledger, stream=info.stream, unit=opened.ledger["unit"], opened_on=opened.ledger["opened_on"],
        )  # fmt: skip
    elif found.template_digest != info.template_digest:
        new_templates.refuse_unknown(work.connection, opened)
    return ledgers.line_of(work.connection, info.ledger)


class _Player:
    """The state of one replay: entries touched, rows waiting to be written, whether the seal has passed."""

    def __init__(
        self, work: Write, office: Office, line: LedgerLine, taken: Taken, coming: Callable[[], Iterator[Any]],
        info: Info,
    ) -> None:  # fmt: skip
        self._coming = coming
        self.kind = info.kind
        self._today = max(office.today(), dt.date.fromisoformat(info.on))  # our clock may be behind
        self._left: Remains | None = None
        self._leaves: dict[str, bytes] = {}
        self.work = work
        self.office = office
        self.line = line
        self.taken = taken
        self.sealed = line.sealed
        self.missing: list[str] = []
        self._held: dict[str, Held] = {}
        self._stored: set[str] = set()
        self._last_number = _last_number(work.connection, line.id)
        self._dirty: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._filed: list[dict[str, Any]] = []

    def play(self, number: int, row: dict[str, Any]) -> None:
        """Take line `number` of the bundle in; whatever goes wrong with it is its own fault and named by it."""
        self.taken.lines += 1
        self._rows.append(row)
        try:
            told = self._told(row)
            if told is not None:
                self._apply(row, told, bodies.read(self.line.loaded, told))
        except values.NewerBody as error:
            raise Problem(
                "E_NEWER",
                f"包里第 {number} 条记录由更新版本的程序写成，请先升级本程序，没有收",
                line=number,
                detail=str(error),
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError) as error:
            raise lines.refusal(number, str(error)) from error
        if len(self._rows) >= BATCH:
            self.flush()

    def named(self, subject: str) -> str:
        """Number and name of a row met so far, '' for any other subject."""
        held = self._held.get(subject)
        return f"{held.no} {held.name}".strip() if held else ""

    def _told(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """The body of a line; of a destroyed one what a purge line further on in the bundle leaves of it."""
        if row["body"] is None and self._left is None:
            self._left = remains.of_rows(self._coming())
        return (self._left or Remains()).body(row)

    def flush(self) -> None:
        """Write what waits: journal first, entries with their items, events, attachments."""
        connection = self.work.connection
        database.insert_many(connection, journal_table, self._rows)
        new, old = storing.Batch(), storing.Batch()
        for entry, seq in self._dirty.items():
            row, items = self._columns(self._held[entry], seq)
            batch = old if entry in self._stored else new
            batch.entries.append(row)
            batch.items.extend(items)
        storing.put_new(connection, new)
        storing.put_changed(connection, old.entries, old.items)
        ruling.settle(connection, self.line, [*new.entries, *old.entries])
        database.insert_many(connection, event_table, self._events)
        database.insert_many(connection, attachment_table, self._filed)
        self._stored |= self._dirty.keys()
        self._rows, self._events, self._filed, self._dirty = [], [], [], {}

    def _columns(self, held: Held, seq: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        try:
            return storing.columns(self.line.loaded, self.office.calendar(), self.line.id, held, seq)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError) as error:
            raise Problem(
                "E_CONTENT", f"包里“{held.no}”这一行的内容自相矛盾，没有收", entry=held.id, detail=str(error)
            ) from error

    def _apply(self, row: dict[str, Any], told: dict[str, Any], body: bodies.Body) -> None:
        if isinstance(body, bodies.PurgeBody):
            self.taken.destroyed.update(body.purge.files)
            if body.purge.what == "entry":
                self._entry(row, told, body)
        elif isinstance(body, bodies.EntryBody):
            self._entry(row, told, body)
        elif isinstance(body, bodies.AttachBody):
            self._attach(row, told["attach"])
        elif isinstance(body, bodies.DetachBody):
            self.flush()
            self.taken.attachments -= detaching.take_off(self.work, self.line.id, body.detach, row["seq"])
        elif isinstance(body, bodies.PrintBody):
            self._print(row, told["version"])
        elif isinstance(body, bodies.SignBody):
            self._sign(row, told["sign"], mended=told.get("mended"))
        elif isinstance(body, bodies.StepBody):
            self._refuse_no_version(body.step.version_id)
        elif isinstance(body, bodies.SealBody):
            self.flush()
            self._seal(row, body.seal)
        elif isinstance(body, OpenBody):
            self._open(row, told, body)
        elif isinstance(body, UpgradeBody):
            self.flush()
            self.line = new_templates.gone_over(
                self.work, self.office, self.line, body.upgrade, sealed=self.sealed
            )

    def _open(self, row: dict[str, Any], told: dict[str, Any], body: OpenBody) -> None:
        if row["seq"] != 1:
            raise ValueError("打开台账不是第一条记录")
        self.line = new_templates.opened_under(self.work, self.line, body)
        if (body.purpose == ledgers.CHECK) != (body.origin is not msgspec.UNSET) or self.kind != KIND_OF.get(
            body.purpose, "ledger"
        ):
            raise ValueError("台账的用途与包的种类不符")
        self.work.connection.execute(
            update(ledger_table).where(ledger_table.c.id == self.line.id).values(**ledgers.told_purpose(told))
        )

    def _entry(self, row: dict[str, Any], told: dict[str, Any], body: bodies.EntryBody) -> None:
        subject = row["subject"]
        before = self._before(subject)
        if (before is None) != ("new" in told) or (row["rev"] < 1):
            raise ValueError("所改的行不存在，或新增了已有的行")
        if body.new is not msgspec.UNSET:
            if body.new.number <= self._last_number:
                raise ValueError("行号用过了")
            self._last_number = body.new.number
        old = before.copy() if before else None
        held = replay.apply(self.line.loaded, before, subject, row["rev"], told)
        assert held is not None
        held.buried(row["seq"], destroyed="purge" in told)
        if held.standings.keys() != held.items.keys():
            raise ValueError("事项与事项状态对不上")
        if self.sealed and old is not None:
            if row["verb"] in PLAIN:
                freezing.refuse_frozen(self.line.loaded, old, held)
            self.missing += leavings.unexplained(old, held, body)
            if row["body"] is not None and "purge" not in told:  # else its grounds are destroyed
                self.missing += leavings.odd(held, body, self._today)
        self._held[subject] = held
        self._dirty[subject] = row["seq"]
        if self._left is not None and row["seq"] in self._left.leaves:
            self._leaves[subject] = bytes.fromhex(self._left.leaves[row["seq"]])
        elif "purge" in told:
            self._leaves.pop(subject, None)
        (self.taken.added if old is None else self.taken.changed).add(subject)
        for event in told.get("events", ()):
            self._events.append(
                {
                    "id": event["id"], "ledger_id": self.line.id, "entry_id": subject, "item": event.get("item"),
                    "kind": event["kind"], "on": event["on"], "facts": event["facts"], "seq": row["seq"],
                }
            )  # fmt: skip

    def _before(self, subject: str) -> Held | None:
        """The entry as it stands. Raises Problem E_NOT_ALLOWED when it is a row of another ledger."""
        if subject not in self._held and not self.taken.first:
            found = storing.held_of(self.work.connection, [subject])
            if subject not in found:
                return None
            owner = self.work.connection.scalar(
                select(entry_table.c.ledger_id).where(entry_table.c.id == subject)
            )
            if owner != self.line.id:
                raise Problem("E_NOT_ALLOWED", "包里改动了别的台账的行，对方无权改，没有收", entry=subject)
            self._held.update(found)
            self._stored.add(subject)
        return self._held.get(subject)

    def _attach(self, row: dict[str, Any], told: dict[str, Any]) -> None:
        if ("entry_id" in told) == ("version_id" in told):
            raise ValueError("附件不知属于哪一行")
        if "entry_id" in told and self._before(told["entry_id"]) is None:
            raise ValueError("附件所属的行不存在")
        if "version_id" in told:
            self._refuse_no_version(told["version_id"])
        values = {"entry_id": None, "version_id": None, **told}
        self._filed.append({**values, "ledger_id": self.line.id, "seq": row["seq"]})
        self.taken.attachments.add(told["sha256"])

    def _print(self, row: dict[str, Any], told: dict[str, Any]) -> None:
        self.work.connection.execute(
            insert(version_table).values(**{"explain": None, **told}, ledger_id=self.line.id, seq=row["seq"])
        )
        self.taken.prints.append(told["label"])
        self.taken.attachments.add(told["pdf"])

    def _sign(self, row: dict[str, Any], told: dict[str, Any], *, mended: dict[str, Any] | None) -> None:
        self._refuse_no_version(told["version_id"])
        signatures.take(self.work.connection, told, row["seq"], mended=mended)
        self.taken.signatures += 1
        self.taken.attachments.add(told["scan"])

    def _refuse_no_version(self, version: str) -> None:
        owner = self.work.connection.scalar(
            select(version_table.c.ledger_id).where(version_table.c.id == version)
        )
        if owner != self.line.id:
            raise ValueError("所签的打印版本不存在")

    def _seal(self, row: dict[str, Any], told: bodies.Sealed) -> None:
        """The seal must say what the rows before it say: root over the frozen parts, and the counts."""
        connection = self.work.connection
        self._refuse_no_version(told.version_id)
        versions.refuse_unmet(connection, self.line.id, told.version_id)
        if self.sealed:
            raise ValueError("台账已确定过")
        tallies = counts.recount(connection, self.line.id)
        if versions.root_of(connection, self.line, self._leaves) != told.root or tallies != told.counts:
            raise Problem(
                "E_SEAL", "确定记录与台账内容对不上（期初数或摘要不符），没有收", ledger=self.line.id
            )
        connection.execute(
            insert(seal_table).values(
                ledger_id=self.line.id, version_id=told.version_id, root=told.root, counts=told.counts, on=told.on,
                seq=row["seq"],
            )
        )  # fmt: skip
        connection.execute(
            update(ledger_table)
            .where(ledger_table.c.id == self.line.id)
            .values(state="sealed", sealed_on=told.on, sealed_version=told.version_id)
        )
        _put_tallies(connection, self.line.id, tallies)
        self.sealed = self.taken.seals = True


def _settle(connection: Connection, line: LedgerLine, opened: Opened, taken: Taken, faults: Faults) -> None:
    """Heads, numbers and counters of the ledger, checked against the identity and against what the sender counted."""
    last_print = connection.scalar(
        select(func.max(version_table.c.number)).where(version_table.c.ledger_id == line.id)
    )
    connection.execute(
        update(ledger_table)
        .where(ledger_table.c.id == line.id)
        .values(
            head_seq=opened.info.to_seq,
            head_hash=bytes.fromhex(opened.info.head),
            next_no=_last_number(connection, line.id) + 1,
            next_print=(last_print or 0) + 1,
        )
    )
    taken.counts = counts.recount(connection, line.id)
    with faults.noted():
        _put_tallies(connection, line.id, taken.counts)
    now = ledgers.line_of(connection, line.id)
    taken.rows, taken.sealed = now.rows, now.sealed
    seal = connection.scalar(select(seal_table.c.root).where(seal_table.c.ledger_id == line.id)) or ""
    with faults.noted():
        if seal != opened.info.seal:
            raise Problem("E_SEAL", "包上写的确定记录与记录里的不符，没有收", ledger=line.id)
        leavings.refuse_other_seal(connection, line.id, opened)
    told = {"counts": taken.counts, "rows": taken.rows, "state": now.state}
    if {k: opened.ledger.get(k) for k in told} != told:
        raise Problem(
            "E_COUNTS",
            "包里写的项目数、事项数与逐行清点的不符，没有收",
            told=opened.ledger.get("counts"),
            found=taken.counts,
        )


def _last_number(connection: Connection, ledger: str) -> int:
    t = entry_table.c
    return connection.scalar(select(func.max(t.number)).where(t.ledger_id == ledger)) or 0


def _put_tallies(connection: Connection, ledger: str, tallies: dict[str, dict[str, int]]) -> None:
    for unit, row in tallies.items():
        writing.refuse_imbalance(row, unit)
        connection.execute(
            update(tally_table)
            .where(tally_table.c.ledger_id == ledger, tally_table.c.unit == unit)
            .values(**row)
        )

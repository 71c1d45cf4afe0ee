"""Sticks between three senders and a receiver, by the ten thousands: `python -m tests.sync.schedules 20000`.

Decision 35: only the pure parts run here, `plan` for what a bundle may do and `merging` for what comes of it; a
bundle is lost, doubled, overtaken or damaged, and senders and receiver are put back from backups.
"""

from __future__ import annotations

import copy
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count as counting
from typing import Any

from app.journals.journal import GENESIS
from app.journals.trust import OfficeCard
from app.problem import Problem
from sync.bundles.bag import Info
from sync.bundles.bundle import Opened
from sync.comparing import merging
from sync.comparing.merging import MINE, Row
from sync.receiving import plan
from sync.receiving.plan import Here

STEPS, KEYS, FIELDS = 40, ("a", "b", "c"), ("x", "y")
START = GENESIS.hex()
BLANK = "0" * 32


@dataclass(frozen=True)
class Line:
    """One deed: row `key`, its field and value, chained to what stands before it."""

    seq: int
    key: str
    field: str
    value: str
    hash: str

    def follows(self, before: str) -> bool:
        return self.hash == linked(before, self.seq, self.key, self.field, self.value)


def linked(before: str, *parts: object) -> str:
    return hashlib.sha256(repr((before, *parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Bundle(Opened):
    """What `plan` judges, its lines in memory instead of in files."""

    lines: tuple[Line, ...] = ()

    def rows(self) -> Iterator[dict[str, Any]]:
        return ({"seq": one.seq, "hash": bytes.fromhex(one.hash)} for one in self.lines)


@dataclass
class Sender:
    """One office with one ledger: its stream, and how far the receiver has said that it has it."""

    name: str
    lines: list[Line] = field(default_factory=list)
    acked: tuple[int, str] = (0, START)
    asked: tuple[int, str] | None = None
    backup: tuple[list[Line], tuple[int, str]] = ((), (0, START))  # type: ignore[assignment]

    @property
    def id(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()[:32]

    def head(self, seq: int) -> str:
        return self.lines[seq - 1].hash if seq else START

    def write(self, chance: random.Random) -> None:
        key, field_, value = chance.choice(KEYS), chance.choice(FIELDS), f"{chance.randrange(10**9)}"
        seq = len(self.lines) + 1
        hash_ = linked(self.head(seq - 1), seq, key, field_, value)
        self.lines.append(Line(seq, key, field_, value, hash_))

    def state(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for one in self.lines:
            found.setdefault(one.key, {})[one.field] = one.value
        return found

    def bundle(self, number: int) -> Bundle:
        """Everything after what was receipted, or after what was asked for (sending.acknowledged)."""
        known = self.acked if self.asked is None else min(self.acked, self.asked)
        if known[0] > len(self.lines) or self.head(known[0]) != known[1]:
            known = (0, START)
        to = len(self.lines)
        info = replace(
            INFO, id=f"{number:032x}", sender=self.id, sender_name=self.name, ledger=self.id, stream=self.id,
            base_seq=known[0], base_head=known[1], to_seq=to, head=self.head(to),
        )  # fmt: skip
        about = {"id": self.id, "unit": self.name, "title": "台账", "opened_on": "2022-08-22"}
        return Bundle(
            info, linked(START, number), CARD, about, "", None, {}, (), to - known[0],
            lines=tuple(self.lines[known[0] :]),
        )  # fmt: skip

    def receipted(self, seq: int, head: str) -> None:
        """An older receipt never moves back what is acknowledged (decision 30)."""
        if seq <= len(self.lines) and self.head(seq) == head and seq >= self.acked[0]:
            self.acked, self.asked = (seq, head), None


INFO = Info(
    "ledger", BLANK, BLANK, "甲", BLANK, "乙", "age", "2022-08-22", BLANK, BLANK, 0, START, 0, START, "", "t", "0" * 64
)  # fmt: skip
CARD = OfficeCard(BLANK, "甲", "152529", ("sponsor",), b"", "", "2022-08-22")


@dataclass
class Mirror:
    """What the receiver has of one sender."""

    lines: list[Line] = field(default_factory=list)

    def hashes(self, first: int, last: int) -> list[str]:
        return [one.hash for one in self.lines[first:last]]


@dataclass
class Schedule:
    """One run: `said` counts what the receiver answered."""

    chance: random.Random
    said: Counter[str]
    senders: list[Sender] = field(default_factory=lambda: [Sender(name) for name in ("发改", "工信", "水利")])
    mirrors: dict[str, Mirror] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    base: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    way: list[tuple[Sender, Bundle]] = field(default_factory=list)
    back: list[tuple[Sender, int, str]] = field(default_factory=list)
    spare: Any = None

    def __post_init__(self) -> None:
        self.number = counting(1)
        self.mirrors = {s.name: Mirror() for s in self.senders}

    def run(self) -> None:
        for _ in range(STEPS):
            getattr(self, self.chance.choice(DEEDS))(self.chance.choice(self.senders))
        self.settle()

    def write(self, sender: Sender) -> None:
        sender.write(self.chance)

    def note(self, sender: Sender) -> None:
        """The receiver's own field on a row: nobody else's, so nothing that comes in may touch it."""
        for key in list(self.rows)[:1]:
            self.rows[key]["own"] = "我的"

    def send(self, sender: Sender) -> None:
        self.way.append((sender, sender.bundle(next(self.number))))

    def carry(self, sender: Sender) -> None:
        """Any stick of those that are under way, and it may come again later."""
        if self.way:
            self.receive(*self.chance.choice(self.way))

    def lose(self, sender: Sender) -> None:
        if self.way:
            self.way.pop(self.chance.randrange(len(self.way)))

    def damage(self, sender: Sender) -> None:
        if self.way:
            place = self.chance.randrange(len(self.way))
            who, one = self.way[place]
            if one.lines:
                at = self.chance.randrange(len(one.lines))
                bad = replace(one.lines[at], value="坏")
                lines = (*one.lines[:at], bad, *one.lines[at + 1 :])
                self.receive(who, replace(one, lines=lines))

    def answer(self, sender: Sender) -> None:
        """Any receipt there ever was, in any order, as often as one likes."""
        if self.back:
            who, seq, head = self.chance.choice(self.back)
            before = who.acked[0]
            who.receipted(seq, head)
            assert who.acked[0] >= before, "a receipt moved back"

    def keep(self, sender: Sender) -> None:
        sender.backup = (list(sender.lines), sender.acked)

    def restore(self, sender: Sender) -> None:
        """The sender is put back from its backup and goes on from there: another past."""
        if self.chance.random() < 0.3:
            sender.lines, sender.acked = list(sender.backup[0]), sender.backup[1]
            sender.asked = None
            sender.write(self.chance)

    def keep_receiver(self, sender: Sender) -> None:
        self.spare = copy.deepcopy((self.mirrors, self.rows, self.base))

    def lose_receiver(self, sender: Sender) -> None:
        """The receiver is put back: it has less than it receipted."""
        if self.spare is not None:
            self.mirrors, self.rows, self.base = copy.deepcopy(self.spare)

    def receive(self, sender: Sender, one: Bundle) -> None:
        mirror = self.mirrors[sender.name]
        before = list(mirror.lines)
        seq = len(mirror.lines)
        here = Here(
            False, sender.id if seq else "", sender.id if seq else "", seq, before[-1].hash if seq else ""
        )
        try:
            refuse_broken(one)
            plan.refuse_not_allowed(one, here)
            if fault := plan.stream_fault(one, here, mirror.hashes):
                raise fault
        except Problem as problem:
            self.said[problem.code] += 1
            assert mirror.lines == before
            if problem.code == "E_GAP":
                sender.asked = (seq, here.head or START)
            return
        self.said["taken"] += 1
        mirror.lines += [line for line in one.lines if line.seq > seq]
        assert mirror.lines[: len(before)] == before, "a past was overwritten"
        for place, line in enumerate(mirror.lines):
            assert line.follows(mirror.lines[place - 1].hash if place else START), "the chain is broken"
        self.back.append((sender, one.info.to_seq, one.info.head))
        self.merge(sender)

    def merge(self, sender: Sender) -> None:
        """Their rows into mine; nobody but they writes those fields, so nothing is ever asked."""
        came = Sender(sender.name, self.mirrors[sender.name].lines)
        theirs = {f"{sender.name}{k}": {"": dict(v)} for k, v in came.state().items()}
        mine = {k: Row(k, k, {"": v}) for k, v in self.rows.items()}
        known = self.base.setdefault(sender.name, {})
        found = merging.compare(mine, {k: Row(k, k, v) for k, v in theirs.items()}, known)
        assert found.needs == ()
        out = merging.settle(found, default=MINE)
        assert not out.lost
        for key, parts in out.writes.items():
            self.rows.setdefault(key, {}).update(parts[""])
        self.base[sender.name] = theirs

    def settle(self) -> None:
        """In the end every sender's stick arrives, asked for again once where there was a gap."""
        for sender in self.senders:
            mirror = self.mirrors[sender.name]
            same = mirror.lines == sender.lines[: len(mirror.lines)]
            before = self.said["E_FORK"]
            for _ in range(3):
                self.receive(sender, sender.bundle(next(self.number)))
            if same:
                assert mirror.lines == sender.lines, "not converged"
                assert self.said["E_FORK"] == before
                self.said["converged"] += 1
                for key, cells in sender.state().items():
                    row = self.rows[f"{sender.name}{key}"]
                    assert {f: v for f, v in row.items() if f != "own"} == cells
            else:
                assert self.said["E_FORK"] > before, "a fork was not told"
                self.said["forks refused"] += 1


DEEDS = (
    "write", "write", "write", "send", "send", "carry", "carry", "carry", "lose", "damage", "answer", "answer", "keep",
    "restore", "keep_receiver", "lose_receiver", "note",
)  # fmt: skip


def refuse_broken(one: Bundle) -> None:
    """What the reader proves before anything is planned: the chain of the lines that came."""
    before = one.info.base_head
    for line in one.lines:
        if not line.follows(before):
            raise Problem("E_DAMAGED", "文件已损坏")
        before = line.hash
    if before != one.info.head:
        raise Problem("E_DAMAGED", "文件已损坏")


def count(numbers: range) -> Counter[str]:
    """What was said in these schedules; every one that does not hold is an AssertionError naming its number."""
    said: Counter[str] = Counter()
    for number in numbers:
        try:
            Schedule(random.Random(number), said).run()
        except AssertionError as error:
            raise AssertionError(f"schedule {number}: {error}") from error
    return said


def main(wanted: int) -> int:
    sys.stdout.write(f"{wanted} schedules: {dict(count(range(wanted)).most_common())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))

"""The schedules once more with real offices and real files, a few dozen: `python -m tests.sync.file_schedules 36`."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from app import office as offices
from app.ledger import entries, ledgers
from app.office import Office
from app.problem import Problem
from app.proof import replay
from sync import exchange
from tests.sync.looking import rows
from tests.sync.offices import DAY, introduce, made, project

NAMES = {"a": "正镶白旗发展和改革局", "b": "正镶白旗工业和信息化局", "c": "正镶白旗交通运输局"}
LEAD, STEPS = "lead", 20


@dataclass
class Files:
    """Three reporting offices and the one that receives, in `folder`; sticks, receipts and spares besides."""

    folder: Path
    chance: random.Random
    said: Counter[str]
    offices: dict[str, Office] = field(default_factory=dict)
    way: list[tuple[str, Path]] = field(default_factory=list)
    back: list[tuple[str, Path]] = field(default_factory=list)
    forked: set[str] = field(default_factory=set)

    def open(self, who: str) -> Office:
        self.offices[who] = offices.open_folder(self.folder / who, today=DAY)
        return self.offices[who]

    def ledger(self, who: str) -> str:
        return str(next(line.id for line in ledgers.all(self.offices[who]) if line.own))

    def write(self, who: str) -> None:
        number = self.chance.randrange(10**6)
        project(self.offices[who], self.ledger(who), f"项目{number}", M01="在办")

    def amend(self, who: str) -> None:
        found = rows(self.offices[who], self.ledger(who))
        if found:
            entries.amend(self.offices[who], found[0][0], {"note": f"{self.chance.randrange(10**6)}"})

    def send(self, who: str) -> None:
        stick = self.folder / "U盘" / who
        stick.mkdir(parents=True, exist_ok=True)
        change = exchange.send(self.offices[who], self.ledger(who), self.offices[LEAD].id, stick)
        self.way.append((who, Path(change.facts["file"])))

    def carry(self, _who: str) -> None:
        if self.way:
            self.receive(*self.chance.choice(self.way))

    def deliver(self, who: str) -> None:
        self.send(who)
        self.receive(*self.way[-1])

    def lose(self, _who: str) -> None:
        if self.way:
            self.way.pop(self.chance.randrange(len(self.way)))

    def damage(self, _who: str) -> None:
        if self.way:
            who, path = self.chance.choice(self.way)
            data = bytearray(path.read_bytes())
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
            bad = path.with_name("坏.qidi")
            bad.write_bytes(data)
            assert self.receive(who, bad) == "E_DAMAGED"

    def answer(self, _who: str) -> None:
        if self.back:
            who, path = self.chance.choice(self.back)
            try:
                exchange.receive(self.offices[who], path)
            except Problem as problem:  # a restored office knows nothing of what it sent since
                assert problem.code in ("E_RECEIPT_OTHER", "E_SLIP_OTHER")

    def keep(self, who: str) -> None:
        self.offices[who].close()
        shutil.copytree(self.folder / who, self.folder / f"{who}-备份", dirs_exist_ok=True)
        self.open(who)

    def restore(self, who: str) -> None:
        if (self.folder / f"{who}-备份").exists():
            self.offices[who].close()
            shutil.rmtree(self.folder / who)
            shutil.copytree(self.folder / f"{who}-备份", self.folder / who)
            self.open(who)
            self.write(who)

    def receive(self, who: str, path: Path) -> str:
        """What the receiver said; its answer goes among those that may be carried back."""
        try:
            facts = exchange.receive(self.offices[LEAD], path).facts
            self.back.append((who, Path(facts["receipt"])))
            code = "taken"
        except Problem as problem:
            code = problem.code
            if "slip" in problem.facts:
                self.back.append((who, Path(problem.facts["slip"])))
        self.said[code] += 1
        return code

    def settle(self) -> None:
        """The last stick of each arrives, after its slip once more; then all are proved."""
        for who in NAMES:
            code = ""
            for _ in range(2):
                self.send(who)
                code = self.receive(*self.way[-1])
                if code == "taken":
                    break
                assert code in ("E_FORK", "E_GAP"), code
                exchange.receive(self.offices[who], self.back[-1][1])
            if code == "taken":
                assert rows(self.offices[LEAD], self.ledger(who)) == rows(self.offices[who], self.ledger(who))
                self.said["converged"] += 1
            else:
                assert code == "E_FORK"
                self.said["forks refused"] += 1
        for office in self.offices.values():
            assert replay.verify(office) == []


DEEDS = (
    "write", "write", "amend", "send", "carry", "carry", "deliver", "deliver", "lose", "damage", "answer", "answer",
    "keep", "restore",
)  # fmt: skip


def born(folder: Path) -> None:
    """The offices every schedule begins with, closed."""
    lead = made(folder / LEAD, "正镶白旗发展和改革委员会", "lead")
    for who, name in NAMES.items():
        office = made(folder / who, name, "sponsor")
        introduce(office, lead, folder)
        ledgers.open_template(office, "pending-approval")
        office.close()
    lead.close()


def count(folder: Path, numbers: range) -> Counter[str]:
    """What was said in these schedules. Raises AssertionError for one that does not hold."""
    said: Counter[str] = Counter()
    born(folder / "born")
    for number in numbers:
        nest = folder / str(number)
        shutil.copytree(folder / "born", nest)
        world = Files(nest, random.Random(number), said)
        try:
            for who in (LEAD, *NAMES):
                world.open(who)
            for who in NAMES:  # something to go back to
                world.write(who)
                world.keep(who)
            for _ in range(STEPS):
                getattr(world, world.chance.choice(DEEDS))(world.chance.choice(list(NAMES)))
            world.settle()
        finally:
            for office in world.offices.values():
                office.close()
        shutil.rmtree(nest)
    return said


def main(wanted: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        said = count(Path(folder), range(wanted))
    sys.stdout.write(f"{wanted} schedules of files: {dict(said.most_common())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 36))

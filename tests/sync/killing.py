"""kill -9 in the middle of a deed, by the hundreds: `python -m tests.sync.killing 300`.

A forked child does a deed in a copy of an office and is killed at a random call of it, or, every other time, at one
of the deed after it: the first was acknowledged by then. What it said was done must be there; what it did not finish
is wholly there or not at all, and can be done again.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from app import office as offices
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from app.signing import signoff
from sync import exchange
from sync.bundles import preamble
from sync.merges import merges, pushes
from tests.sync.offices import DAY, SIGNERS
from tests.sync.rounds_world import FOREST, WATER, Play, play

DONE, DIED = "acknowledged", "not yet"


@dataclass(frozen=True)
class Deed:
    """`office` is whose folder it is done in; `act` does it, `there` says whether it is done, `then` is the next deed."""

    office: str
    act: Callable[[Office, Path], object]
    there: Callable[[Office], bool]
    then: Callable[[Office, Path], object]


@dataclass(frozen=True)
class Stage:
    """The offices before each deed, closed, and what the deeds need to know."""

    folder: Path
    ledger: str
    mirror: str
    part: Path

    def deeds(self) -> dict[str, Deed]:
        def own(office: Office) -> ledgers.LedgerLine | None:
            return next((line for line in ledgers.all(office) if line.purpose == ledgers.CHECK), None)

        def sealed(office: Office, _stick: Path) -> object:
            return signoff.seal(office, self.ledger)

        def sent(office: Office, stick: Path) -> object:
            return exchange.send(office, str(own(office).id), self.sponsor, stick)  # type: ignore[union-attr]

        def pushed(office: Office, stick: Path) -> object:
            return pushes.push(office, self.ledger, stick, depts=(FOREST,))

        def printed(office: Office, stick: Path) -> object:
            return signoff.print_ledger(office, self.ledger, stick / "again.pdf", explain="缺项正在补齐")

        def board(office: Office) -> rounds.Round:
            return rounds.board(office, self.ledger)  # type: ignore[return-value]

        def state(office: Office, dept: str) -> str:
            return board(office).part(dept).state  # type: ignore[union-attr]

        return {
            "receive": Deed(
                "water-before",
                lambda o, _: exchange.receive(o, self.part),
                lambda o: own(o) is not None,
                sent,
            ),
            "send": Deed("water-after", sent, lambda o: bool(_outbox(o)), sent),
            "push": Deed("sponsor-before", pushed, lambda o: state(o, FOREST) != rounds.UNSENT, printed),
            "merge": Deed(
                "sponsor-after",
                lambda o, _: merges.merge(o, self.mirror),
                lambda o: state(o, WATER) == rounds.RETURNED,
                pushed,
            ),
            "seal": Deed("sponsor-signed", sealed, lambda o: ledgers.get(o, self.ledger).sealed, printed),
        }

    @property
    def sponsor(self) -> str:
        with opened(self.folder / "sponsor-before") as office:
            return office.id


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Office]:
    office = offices.open_folder(folder, today=DAY)
    try:
        yield office
    finally:
        office.close()


def staged(folder: Path) -> Stage:
    """Made once: a round begun; its part taken in and answered; the return received; the print signed."""
    world = play(folder)
    rounds.begin(world.sponsor, world.ledger)
    part = world.push(WATER)[WATER]
    _keep(world, "before")
    exchange.receive(world.water, part)
    world.says("项目1", "M04", verified="已核", handler="张三")
    world.says("项目2", "M05", contest="", note="已看")
    _keep(world, "after", "water")
    mirror = world.back()
    _keep(world, "after", "sponsor")
    out = folder / "print.pdf"
    signoff.print_ledger(world.sponsor, world.ledger, out, explain="缺项正在补齐")
    for role, by in SIGNERS.items():
        signoff.sign(world.sponsor, world.ledger, role=role, by=by, on=DAY.isoformat(), scan=out)
    _keep(world, "signed", "sponsor")
    world.close()
    return Stage(folder, world.ledger, mirror, part)


def cycle(stage: Stage, kind: str, chance: random.Random, nest: Path, *, later: bool) -> str:
    """One deed killed, or with `later` the one after it; DONE or DIED when all holds. Raises AssertionError."""
    deed = stage.deeds()[kind]
    folder, stick = nest / "office", nest / "stick"
    shutil.copytree(stage.folder / deed.office, folder)
    stick.mkdir()
    first, both = _calls(stage, kind)
    last = chance.randrange(first + 1, both + 1) if later else chance.randrange(1, first + first // 20)
    told = _killed(deed, folder, stick, last)
    whole(folder, stick)
    with opened(folder) as office:
        assert replay.verify(office) == [], f"{kind}: verify"
        assert deed.there(office) or told != DONE, f"{kind}: an acknowledged deed is lost"
        with contextlib.suppress(Problem):  # a second seal is refused
            deed.act(office, stick)
        assert deed.there(office), f"{kind}: cannot be done again"
        deed.then(office, stick)
        assert replay.verify(office) == []
    whole(folder, stick)
    return told


def whole(folder: Path, stick: Path) -> None:
    """No half file under a final name: what ends in a known suffix, and does not begin with a dot, is complete."""
    for path in [*folder.rglob("*"), *stick.rglob("*")]:
        if not path.is_file() or any(p.startswith(".") for p in path.relative_to(folder.parent).parts):
            continue
        if path.suffix == ".qidi":
            preamble.examine(path)
        elif path.suffix in (".qidi-receipt", ".qidi-slip"):
            json.loads(path.read_bytes())
        elif path.suffix in (".xlsx", ".zip"):
            with zipfile.ZipFile(path) as book:
                assert book.testzip() is None, path
        elif path.suffix == ".pdf":
            assert path.read_bytes().rstrip().endswith(b"%%EOF"), path


def _calls(stage: Stage, kind: str) -> list[int]:
    """How many calls the deed makes, and with the one after it; counted once, beside the stage."""
    kept = stage.folder / f"{kind}.calls"
    if not kept.exists():
        with tempfile.TemporaryDirectory(dir=stage.folder) as nest:
            deed = stage.deeds()[kind]
            shutil.copytree(stage.folder / deed.office, Path(nest) / "office")
            (Path(nest) / "stick").mkdir()
            calls, found = [0], []

            def counted(_frame: FrameType, _event: str, _arg: object) -> None:
                calls[0] += 1

            with opened(Path(nest) / "office") as office:
                sys.setprofile(counted)
                try:
                    for act in (deed.act, deed.then):
                        act(office, Path(nest) / "stick")
                        found.append(calls[0])
                finally:
                    sys.setprofile(None)
            kept.write_text(json.dumps(found))
    return list(json.loads(kept.read_text()))


def _killed(deed: Deed, folder: Path, stick: Path, last: int) -> str:
    """Run the deed, and the next, in a child that kills itself at call `last`, at the end of both at the latest."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the child never comes back
        os.close(ours)
        _die_in(deed, folder, stick, last, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as said:
        told = said.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, told
    assert told in (b"", b"done"), told
    return DONE if told else DIED


def _die_in(deed: Deed, folder: Path, stick: Path, last: int, said: int) -> None:
    left = [last]

    def counted(_frame: FrameType, _event: str, _arg: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        office = offices.open_folder(folder, today=DAY)
        sys.setprofile(counted)
        deed.act(office, stick)
        os.write(said, b"done")
        deed.then(office, stick)
    except BaseException as error:
        sys.setprofile(None)
        os.write(said, repr(error).encode())
        os._exit(1)
    os.kill(os.getpid(), signal.SIGKILL)


def _keep(world: Play, when: str, *who: str) -> None:
    """Copies of the closed offices as they stand."""
    world.close()
    for one in who or ("sponsor", "water"):
        shutil.copytree(world.folder / one, world.folder / f"{one}-{when}")
    world.sponsor, world.water = (
        offices.open_folder(world.folder / one, today=DAY) for one in ("sponsor", "water")
    )


def _outbox(office: Office) -> list[str]:
    with office.read() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT bundle_id FROM outbox")]


def count(folder: Path, numbers: range) -> Counter[str]:
    """How the killed deeds ended. Raises AssertionError naming the number of a cycle that does not hold."""
    stage = staged(folder)
    kinds = list(stage.deeds())
    said: Counter[str] = Counter()
    for number in numbers:
        kind, later = kinds[number % len(kinds)], bool(number // len(kinds) % 2)
        with tempfile.TemporaryDirectory(dir=folder) as nest:
            try:
                said[f"{kind} {cycle(stage, kind, random.Random(number), Path(nest), later=later)}"] += 1
            except AssertionError as error:
                raise AssertionError(f"cycle {number}: {error}") from error
    return said


def acknowledged(said: Counter[str]) -> int:
    """How many were killed after the deed was acknowledged."""
    return sum(times for name, times in said.items() if name.endswith(f" {DONE}"))


def main(wanted: int) -> int:
    """Exit code 1 where fewer than a third of the kills came after an acknowledged deed: that would prove little."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        said = count(Path(folder), range(wanted))
    after = acknowledged(said)
    sys.stdout.write(f"{wanted} kills, {time.perf_counter() - began:.0f} s: {dict(sorted(said.items()))}\n")
    sys.stdout.write(
        json.dumps({"note": f"{after} of them after an acknowledged deed, during the next"}) + "\n"
    )
    return int(after * 3 < wanted)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))

"""Two 立项部门, the lead office of their banner, the league and the region: ledgers that go upward (SB 四(一))."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image

from app.change import Change
from app.engine import storing
from app.engine.rows import Held
from app.ledger import acts, closing, entries, leaving, ledgers
from app.ledger.recording import Recorder
from app.listing import counts
from app.office import Office
from app.proof import replay
from app.signing import signoff
from sync import exchange
from sync.upward import gathering
from tests.stored import Stored, keep
from tests.sync.offices import DAY, SIGNERS, born, introduce, opened, project

ON = DAY.isoformat()
FLOWS = ("base", "added", "restored", "open", "approved", "started", "removed", "corrected")
TEMPLATE = "pending-approval"
NAMES = {
    "dev": ("正镶白旗发展和改革局", "sponsor", "152529"),
    "ind": ("正镶白旗工业和信息化局", "sponsor", "152529"),
    "lead": ("正镶白旗发展和改革委员会", "lead", "152529"),
    "league": ("锡林郭勒盟发展和改革委员会", "superior", "152500"),
    "region": ("内蒙古自治区发展和改革委员会", "superior", "150000"),
}
ABOVE = {"dev": "lead", "ind": "lead", "lead": "league", "league": "region"}


@dataclass
class Upward:
    """Offices by key, the own ledger of each, and rows of the sponsors by name."""

    folder: Path
    offices: dict[str, Office]
    ledgers: dict[str, str]
    rows: dict[str, str] = field(default_factory=dict)
    opened: list[Any] = field(default_factory=list)  # the desks of a test, which it closes

    def __getitem__(self, key: str) -> Office:
        return self.offices[key]

    def close(self) -> None:
        for office in self.offices.values():
            office.close()

    @property
    def paper(self) -> Path:
        """A scan that says nothing."""
        out = self.folder / "扫描.png"
        if not out.exists():
            Image.effect_noise((60, 40), 80).save(out)
        return out

    def add(self, who: str, name: str, *, basis: str = "", code: str = "", **states: str) -> str:
        states = states or {"M01": "在办", "M03": "未办"}
        build = states.pop("build", "在建")
        entry = project(self[who], self.ledgers[who], name, basis=basis, build=build, **states)
        if code:
            entries.amend(self[who], entry, {"project_code": code})
        self.rows[name] = entry
        return entry

    def report(self, who: str) -> str:
        """The ledger of an office carried one level up, the receipt back; the id of the mirror."""
        above = self[ABOVE[who]]
        file = exchange.send(self[who], self.ledgers[who], above.id, self.folder / "U盘").facts["file"]
        facts = exchange.receive(above, Path(file)).facts
        exchange.receive(self[who], Path(facts["receipt"]))
        return str(facts["ledger"])

    def gather(self, who: str, **more: Any) -> Change:
        """`report`, and the ledger gathered above."""
        above = ABOVE[who]
        return gathering.gather(self[above], self.ledgers[above], self.report(who), keep=False, **more)

    def up(self) -> None:
        """Everything to the top."""
        for who in ("dev", "ind", "lead", "league"):
            self.gather(who)

    def seal(self, who: str) -> None:
        """Print with an explanation, sign by the route of the ledger, seal."""
        office, ledger = self[who], self.ledgers[who]
        out = self.folder / f"{who}.pdf"
        signoff.print_ledger(office, ledger, out, explain="缺项正在补齐")
        if who in ("dev", "ind"):
            for role, by in SIGNERS.items():
                signoff.sign(office, ledger, role=role, by=by, on=ON, scan=out)
        else:
            acts.study(
                office, ledger, meeting="政府常务会议", on=ON, minutes="白政纪〔2022〕3号", scan=self.paper
            )
        signoff.seal(office, ledger)

    def held(self, who: str, name: str, ledger: str = "") -> Held:
        with self[who].read() as connection:
            rows = storing.every_held(connection, ledger or self.ledgers[who])
            return next(h for h in rows if h.name == name and h.standing != "deleted")

    def all_held(self, who: str) -> list[Held]:
        with self[who].read() as connection:
            return [h for h in storing.every_held(connection, self.ledgers[who]) if h.standing != "deleted"]

    def counts(self, who: str, unit: str = "project") -> dict[str, int]:
        return counts.now(self[who], self.ledgers[who])[unit]

    def proved(self) -> bool:
        wrong = {key: found for key, office in self.offices.items() if (found := replay.verify(office))}
        if wrong:
            raise AssertionError(wrong)
        return True

    def approve(self, who: str, name: str, *codes: str) -> None:
        targets = [(self.rows[name], code) for code in codes]
        closing.close(self[who], targets, basis="批复", doc="锡发改字〔2022〕1号", on=ON)

    def remove(self, who: str, name: str) -> None:
        leaving.remove(
            self[who], self.rows[name], reason="资金未落实", policy="内政办发〔2022〕54号", conclusion="不合规", on=ON,
            targets=["在线审批平台"], confirmed={"在线审批平台": ON}, second="审核人乙", scan=self.paper,
        )  # fmt: skip

    def correct(self, who: str, row: str, **texts: str) -> None:
        leaving.correct(
            self[who], [self.rows[row]], texts=texts or None, leave=not texts, reason="录入有误", second="审核人乙",
            scan=self.paper, on=ON,
        )  # fmt: skip


def upward(folder: Path, *keys: str) -> Upward:
    """Offices of these keys (all when none is named), each introduced to the one above it.

    Laid down from the one that was made first: two of the same keys have the same ids and keys.
    """
    return _again(_first(keys or tuple(NAMES)), folder)


@dataclass(frozen=True)
class _Kept:
    """What `Upward` holds, its offices closed and put by."""

    stored: Stored
    ledgers: dict[str, str]
    rows: dict[str, str]


def _again(kept: _Kept, folder: Path) -> Upward:
    kept.stored.lay(folder)
    offices = {key: opened(folder / key) for key in kept.ledgers}
    return Upward(folder, offices, dict(kept.ledgers), dict(kept.rows))


def _put_by(made_: Upward) -> _Kept:
    made_.close()
    return _Kept(keep(made_.folder), made_.ledgers, made_.rows)


@cache
def _first(wanted: tuple[str, ...]) -> _Kept:
    with TemporaryDirectory() as nest:
        folder = Path(nest)
        offices = {key: born(folder / key, *NAMES[key]) for key in wanted}
        for low, high in ABOVE.items():
            if low in offices and high in offices:
                introduce(offices[low], offices[high], folder)
        own = {}
        for key, office in offices.items():
            merged = key not in ("dev", "ind")
            own[key] = str(ledgers.open_template(office, TEMPLATE, merged=merged).subject)
        return _put_by(Upward(folder, offices, own))


def risen(*keys: str, then: Callable[[Upward], object] | None = None) -> Any:
    """The fixture of a test file over these offices: `world = risen("dev", "lead")`; each test finds `then` done."""

    @cache
    def ready() -> _Kept:
        if then is None:
            return _first(keys or tuple(NAMES))
        with TemporaryDirectory() as nest:
            found = upward(Path(nest), *keys)
            then(found)
            return _put_by(found)

    @pytest.fixture
    def world(tmp_path: Path) -> Iterator[Upward]:
        found = _again(ready(), tmp_path)
        yield found
        found.close()

    return world


def deleted(world: Upward, entry: str) -> None:
    """A row of an unsealed ledger taken back, as withdrawing its import leaves it."""
    office = world["dev"]
    with office.write("撤回导入") as work:
        old, line = entries.held_for(work, entry)
        new = old.copy()
        new.standing, new.standings = "deleted", dict.fromkeys(new.items, "deleted")
        recorder = Recorder(work, line, office.calendar())
        recorder.put(old, new, "withdraw", {"import": "x"})
        recorder.flush()


def flows(world: Upward, who: str, unit: str = "project") -> dict[str, int]:
    found = world.counts(who, unit)
    return {name: found[name] for name in FLOWS}


def sums(world: Upward, unit: str = "project") -> dict[str, int]:
    dev, ind = flows(world, "dev", unit), flows(world, "ind", unit)
    return {name: dev[name] + ind[name] for name in FLOWS}

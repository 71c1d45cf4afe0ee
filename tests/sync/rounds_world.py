"""A sponsor that pushes its ledger out for checking, a department with the program, and one with Excel only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest

from app.engine import storing
from app.engine.rows import Held
from app.ids import new_id
from app.imports import check_reading
from app.imports.check_reading import Returned
from app.ledger import entries, ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.rounds import rounds
from sync import exchange
from sync.merges import pushes
from tests.stored import Stored, keep
from tests.sync.offices import born, introduce, opened

WATER, FOREST = "水利局", "林草局"
MATTERS = {"M04": {"state": "在办"}, "M05": {"state": "未办"}, "M06": {"state": "未办"}}


@dataclass
class Play:
    """`ledger` is the sponsor's, with `rows` by name; the water bureau has the program, the forest bureau has not."""

    folder: Path
    sponsor: Office
    water: Office
    ledger: str
    rows: dict[str, str]

    @property
    def usb(self) -> Path:
        return self.folder / "U盘"

    def close(self) -> None:
        self.sponsor.close()
        self.water.close()

    def add(self, name: str, **states: str) -> str:
        matters = MATTERS | {code: {"state": state} for code, state in states.items()}
        made_ = entries.add(self.sponsor, self.ledger, {"name": name}, not_secret="声明人", items=matters)
        self.rows[name] = str(made_.subject)
        return self.rows[name]

    def push(self, *depts: str, workbook: bool = False) -> dict[str, Path]:
        """Write the parts; {department: file}."""
        change = pushes.push(self.sponsor, self.ledger, self.usb, depts=depts, workbook=workbook)
        return {str(one["dept"]): Path(str(one["file"])) for one in change.facts["sent"]}

    def taken(self) -> LedgerLine:
        """The round opened, pushed, and taken in at the water bureau: its check ledger."""
        rounds.begin(self.sponsor, self.ledger, due="2022-08-25")
        exchange.receive(self.water, self.push(WATER)[WATER])
        return self.check()

    def check(self) -> LedgerLine:
        return next(line for line in ledgers.all(self.water) if line.purpose == ledgers.CHECK)

    def back(self) -> str:
        """The water bureau's return carried to the sponsor; the id of the mirror."""
        sent = exchange.send(self.water, self.check().id, self.sponsor.id, self.usb)
        return str(exchange.receive(self.sponsor, Path(sent.facts["file"])).facts["ledger"])

    def held(self, name: str) -> Held:
        """The sponsor's row of that name."""
        with self.sponsor.read() as connection:
            return storing.held_of(connection, [self.rows[name]])[self.rows[name]]

    def theirs(self, name: str) -> Held:
        """The water bureau's row of that name."""
        with self.water.read() as connection:
            return next(h for h in storing.every_held(connection, self.check().id) if h.name == name)

    def says(self, name: str, item: str, **cells: str) -> None:
        """The water bureau types into its part."""
        entries.amend(self.water, self.theirs(name).id, {}, {item: cells})

    def part(self, dept: str) -> rounds.Part:
        now = rounds.board(self.sponsor, self.ledger)
        assert now is not None
        found = now.part(dept)
        assert found is not None
        return found

    def filled(self, file: Path, *cells: tuple[str, str, str, str]) -> Returned:
        """The workbook as `typed`, read as it came back."""
        return check_reading.look(self.typed(file, *cells))

    def typed(self, file: Path, *cells: tuple[str, str, str, str]) -> Path:
        """The workbook with (project, matter, head, text) typed in, saved as another."""
        book = openpyxl.load_workbook(file)
        sheet = book["核查表"]
        heads = {cell.value: cell.column for cell in sheet[5]}
        for name, matter, head, text in cells:
            for row in range(6, sheet.max_row + 1):
                here = [sheet.cell(row, heads[title]).value for title in ("项目名称", "审批事项")]
                if here == [name, matter]:
                    sheet.cell(row, heads[head]).value = text
        out = self.folder / f"{new_id()}.xlsx"
        book.save(out)
        return out


def play(folder: Path, projects: int = 3) -> Play:
    """Laid down from the one that was made first: two plays have the same ids and keys."""
    return _again(_play(projects), folder)


@dataclass(frozen=True)
class _Kept:
    """What `Play` holds, its offices closed and put by."""

    stored: Stored
    ledger: str
    rows: dict[str, str]


def _again(kept: _Kept, folder: Path) -> Play:
    kept.stored.lay(folder)
    return Play(folder, opened(folder / "sponsor"), opened(folder / "water"), kept.ledger, dict(kept.rows))


def _put_by(made_: Play) -> _Kept:
    made_.close()
    return _Kept(keep(made_.folder), made_.ledger, made_.rows)


@cache
def _play(projects: int) -> _Kept:
    with TemporaryDirectory() as nest:
        folder = Path(nest)
        sponsor = born(folder / "sponsor", "正镶白旗发展和改革委员会", "sponsor")
        water = born(folder / "water", "正镶白旗水利局", "handler")
        introduce(sponsor, water, folder)
        first = Play(
            folder, sponsor, water, str(ledgers.open_template(sponsor, "pending-approval").subject), {}
        )
        for number in range(1, projects + 1):
            first.add(f"项目{number}")
        return _put_by(first)


def played(projects: int = 3, then: Callable[[Play], object] | None = None) -> Any:
    """The fixture of a test file that plays a round: `world = played()`; each test finds `then` done."""

    @cache
    def ready() -> _Kept:
        if then is None:
            return _play(projects)
        with TemporaryDirectory() as nest:
            brought = play(Path(nest), projects)
            then(brought)
            return _put_by(brought)

    @pytest.fixture
    def world(tmp_path: Path) -> Iterator[Play]:
        made_ = _again(ready(), tmp_path)
        yield made_
        made_.close()

    return world

"""An office with a sealed ledger, opened on one day after another."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from app import office
from app.engine import storing
from app.ledger import closing, entries, ledgers
from app.office import Office
from tests.app.conftest import project, sealed, stored_bureau
from tests.stored import Stored, keep

D = dt.date
FARM_WELLS = Path(__file__).parents[1] / "data" / "farm-wells.toml"
SEALED_ON = D(2022, 8, 22)


@cache
def stored_world() -> Stored:
    """A sealed ledger of four projects; M03 of 甲 was accepted on 08-23 and is overdue since 09-01 or so."""
    with TemporaryDirectory() as nest:
        made = office.open_folder(stored_bureau().lay(Path(nest) / "office"), today=SEALED_ON)
        ledger = str(ledgers.open_template(made, "pending-approval").subject)
        for name in "甲乙丙丁":
            entry = project(made, ledger, f"{name}项目", M01="在办", M03="在办")
            entries.amend(
                made, entry, {"problem": f"{name}的资金没有到位"}, {"M03": {"d_submit": "2022-08-22"}}
            )
        sealed(made, ledger, Path(nest))
        made.close()
        return keep(Path(nest))


class World:
    """The office, opened on one day after another."""

    def __init__(self, folder: Path) -> None:
        stored_world().lay(folder)
        self.folder = folder
        self.office = self._open(SEALED_ON)
        self.ledger = ledgers.find(self.office, "pending-approval").id

    def _open(self, day: dt.date) -> Office:
        return office.open_folder(self.folder / "office", today=day)

    def on(self, month: int, day: int) -> Office:
        self.office.close()
        self.office = self._open(D(2022, month, day))
        return self.office

    def approve(self, name: str, code: str, on: str, doc_no: str = "白审〔2022〕1号") -> None:
        entry = entries.find(self.office, f"{name}项目")
        scan = self.folder / "signed.pdf"
        closing.close(self.office, [(entry, code)], on=on, basis="批复", doc=doc_no, scan=scan)

    def row(self, entry: str | None) -> dict[str, object]:
        with self.office.read() as connection:
            return dict(storing.held_of(connection, [str(entry)])[str(entry)].cells)

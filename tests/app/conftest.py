"""A real office in a folder, and the small deeds that tests share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app import office
from app.ledger import entries, ledgers
from app.office import Office
from app.signing import signoff
from tests.stored import Stored, keep

DAY = dt.date(2022, 8, 22)
SIGNERS = {"立项部门主要领导": "签字人甲", "分管旗长": "签字人乙"}


@cache
def stored_bureau() -> Stored:
    with TemporaryDirectory() as nest:
        office.create(
            Path(nest) / "office",
            division="152529",
            name="正镶白旗发展和改革委员会",
            roles=["sponsor", "lead"],
            clerk="经办人甲",
            today=DAY,
        ).close()
        return keep(Path(nest) / "office")


@cache
def stored_ledger() -> tuple[Stored, str]:
    """The same office with an empty 待批项目台账, and the id of that."""
    with TemporaryDirectory() as nest:
        opened = office.open_folder(stored_bureau().lay(Path(nest) / "office"), today=DAY)
        ledger = str(ledgers.open_template(opened, "pending-approval").subject)
        opened.close()
        return keep(Path(nest) / "office"), ledger


@pytest.fixture
def bureau(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """正镶白旗发展和改革委员会 on Monday 2022-08-22, with its ledger where the test has one."""
    stored = stored_ledger()[0] if "ledger" in request.fixturenames else stored_bureau()
    opened = office.open_folder(stored.lay(tmp_path / "office"), today=DAY)
    yield opened
    opened.close()


@pytest.fixture
def ledger(bureau: Office) -> str:
    """An empty 待批项目台账."""
    return stored_ledger()[1]


def project(
    bureau: Office,
    ledger: str,
    name: str = "示范项目",
    *,
    build: str = "在建",
    basis: str = "",
    **states: str,
) -> str:
    """Add a project; matters not named are 不需办. Returns its id."""
    items = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)}
    items |= {code: {"state": state} for code, state in states.items()}
    change = entries.add(
        bureau, ledger, {"name": name, "build_state": build}, not_secret="审核人乙", items=items, basis=basis
    )
    return str(change.subject)


def sealed(bureau: Office, ledger: str, folder: Path) -> Path:
    """Print with an explanation, sign by all roles and seal; returns the scan."""
    scan = folder / "signed.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="缺项正在补齐")
    for role, by in SIGNERS.items():
        signoff.sign(bureau, ledger, role=role, by=by, on=DAY.isoformat(), scan=scan)
    signoff.seal(bureau, ledger)
    return scan

"""Offices of older programs: opened, migrated with a backup before, worked out anew, and found whole."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from app import office
from app.keeping import backup, upkeep
from app.ledger import closing, entries, ledgers, settings
from app.listing import counts, lists
from app.listing.lists import Query
from app.office import Office
from app.people import clerks
from app.proof import replay
from app.removal import purging
from app.storage import derivation
from models import copies, database
from tests.app.conftest import DAY, project

OLD = sorted((Path(__file__).parents[1] / "data").glob("office-*.zip"))
DEED = {"by": "提出人丙", "second": "审批人丁", "reason": "经核实不应录入"}


@pytest.fixture(params=OLD, ids=[p.stem for p in OLD])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An office folder as a program of that schema version left it."""
    backup.restore(request.param, tmp_path / "office")
    return tmp_path / "office"


@pytest.fixture
def opened(old: Path) -> Iterator[Office]:
    found = office.open_folder(old, today=DAY)
    upkeep.bring_up(found)
    yield found
    found.close()


def test_there_is_an_old_office_of_every_schema_version_before_this_one() -> None:
    assert [p.stem.removeprefix("office-") for p in OLD] == database.known_versions()[:-1]


def test_it_opens_migrates_with_a_backup_before_and_verifies(old: Path, opened: Office) -> None:
    """House: files of every old format version open; decision 22: a backup before migrating."""
    assert database.version_of(opened.engine) == database.known_versions()[-1]
    (kept,) = (old / "backups").glob("upgrade-from-*.db")
    assert kept.stem.rpartition("-")[2] in database.known_versions()[:-1]
    subject = lists.ids(opened, next(x.id for x in ledgers.all(opened) if x.own))[0]
    assert copies.tells(kept.read_bytes(), [subject])
    assert _lines(opened.folder / office.DATABASE) == _lines(kept), "no row, matter or deed was lost or made"
    assert replay.verify(opened) == []
    (born,) = clerks.all(opened)
    assert (born.name, born.role, opened.clerk) == ("经办人甲", clerks.MANAGER, "经办人甲"), "who set it up is the first"
    for line in ledgers.all(opened):
        assert counts.count(opened, line.id)["balanced"]


def _lines(file: Path) -> list[int]:
    tables = "office ledger entry item journal event attachment version signature seal peer outbox inbox".split()
    with contextlib.closing(sqlite3.connect(file)) as link:
        return [link.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]


def test_its_journal_can_only_grow(opened: Office) -> None:
    """Decision 22: append-only triggers are tested after every migration."""
    for statement in (
        "UPDATE journal SET clerk = 'x'",
        "UPDATE journal SET body = NULL, salt = x''",
        "DELETE FROM journal",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            opened.engine.connect() as connection,
            connection.begin(),
        ):
            connection.exec_driver_sql(statement)


def test_work_goes_on_in_it(opened: Office) -> None:
    ledger = next(x for x in ledgers.all(opened) if x.own)
    one = project(opened, ledger.id, "今年补录", basis="盟发改字2号", M01="在办")
    closing.close(opened, [(one, "M01")], basis="批复", doc="某审〔2022〕3号", on=DAY.isoformat())
    entries.amend(opened, lists.ids(opened, ledger.id, Query())[0], {"note": "新的备注"})
    assert replay.verify(opened) == []


def test_a_row_of_it_is_destroyed_with_the_copy_made_before_migrating(old: Path, opened: Office) -> None:
    """The copy that the migration made holds it too and is named among the backups."""
    ledger = next(x for x in ledgers.all(opened) if x.own)
    line = lists.lines(opened, lists.ids(opened, ledger.id, Query()))[0]
    change = purging.purge(opened, line.id, **DEED, backups=True)
    assert any("upgrade-from" in told for told in change.facts["backups_destroyed"])
    assert replay.verify(opened) == []
    left = [p for p in old.rglob("*") if p.is_file() and line.name.encode() in p.read_bytes()]
    assert left == []


def test_what_an_older_program_worked_out_is_worked_out_anew(bureau: Office, ledger: str) -> None:
    """Decision 12: stored due days follow the calendar that the program brings; values and counts do not move."""
    project(bureau, ledger, "甲", M01="在办")
    assert not upkeep.bring_up(bureau), "what this program made needs no upkeep"
    with bureau.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE entry SET stage = '旧程序的说法', pinyin = NULL")
        connection.exec_driver_sql("UPDATE setting SET value = '\"0/2025\"' WHERE key = 'derived'")
    assert {d.field for d in replay.verify(bureau)} == {"entry.stage", "entry.pinyin"}
    assert upkeep.bring_up(bureau) and not upkeep.bring_up(bureau)
    assert settings.get(bureau, derivation.STAMP) == derivation.stamp()
    assert replay.verify(bureau) == []


def test_a_read_only_office_and_one_held_elsewhere_are_left_alone(old: Path, tmp_path: Path) -> None:
    first = office.open_folder(old, today=DAY)
    first.close()
    with sqlite3.connect(old / office.DATABASE) as link:
        link.execute("DELETE FROM setting WHERE key = 'derived'")
    link.close()
    shutil.copytree(old, tmp_path / "copy")
    reader = office.open_folder(tmp_path / "copy", readonly=True)
    assert not upkeep.bring_up(reader)
    reader.close()

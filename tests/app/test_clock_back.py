"""The machine's clock set back: said at every deed, and the order stays by sequence (decision 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from app import office
from app.ledger import entries
from app.listing import history
from app.office import Office
from app.proof import replay
from models.schema import ledger as ledger_table
from tests.app.conftest import DAY, project, sealed

BEFORE = DAY - dt.timedelta(days=1)


def again(bureau: Office, today: dt.date) -> Office:
    """The same folder on another day."""
    bureau.close()
    return office.open_folder(bureau.folder, today=today)


@pytest.fixture
def back(bureau: Office, ledger: str) -> Iterator[Office]:
    """A row was added; then the clock was set back by a day."""
    project(bureau, ledger, "甲项目")
    made = again(bureau, BEFORE)
    yield made
    made.close()


def test_a_day_before_the_last_deed_is_said(back: Office) -> None:
    said = office.clock_warning(back)
    assert BEFORE.isoformat() in said and DAY.isoformat() in said


def test_nothing_is_said_on_the_same_day_or_later(back: Office) -> None:
    for day in (DAY, DAY + dt.timedelta(days=300)):
        opened = again(back, day)
        assert office.clock_warning(opened) == ""
        entries.amend(opened, entries.find(opened, "甲项目"), {"note": f"{day}"})
        assert office.warned(opened) == ""
        opened.close()


def test_every_deed_of_such_a_day_carries_the_warning_once(back: Office) -> None:
    entry = entries.find(back, "甲项目")
    for note in ("一", "二"):
        change = office.told(back, entries.amend(back, entry, {"note": note}))
        assert (
            change.facts["warning"] == office.clock_warning(back) and change.facts["warning"] in change.said
        )
        assert office.told(back, change) is change, "asked again, it has been told"
    assert replay.verify(back) == []


def test_reading_is_no_deed(back: Office) -> None:
    history.lines(back)
    assert office.warned(back) == ""


def test_the_order_stays_by_sequence(back: Office) -> None:
    """Exchange attack 15."""
    entry = entries.find(back, "甲项目")
    entries.amend(back, entry, {"note": "调表之后"})
    last, first = history.lines(back, entry)
    assert (last.on, first.on) == (BEFORE.isoformat(), DAY.isoformat()) and last.seq > first.seq


def test_a_print_and_a_seal_count_as_well(bureau: Office, ledger: str, tmp_path: Path) -> None:
    project(bureau, ledger, M03="在办")
    later = again(bureau, DAY + dt.timedelta(days=2))
    sealed(later, ledger, tmp_path)
    opened = again(later, DAY)
    assert (DAY + dt.timedelta(days=2)).isoformat() in office.clock_warning(opened)
    opened.close()


def test_what_another_office_dated_does_not_matter(bureau: Office, ledger: str) -> None:
    """Its clock may be ahead; only our own streams tell of ours."""
    later = again(bureau, DAY + dt.timedelta(days=2))
    project(later, ledger, "甲项目")
    with later.engine.begin() as connection:
        connection.execute(update(ledger_table).values(own=False))
    opened = again(later, DAY)
    assert office.clock_warning(opened) == ""
    opened.close()


def test_the_last_day_moves_with_what_is_written(bureau: Office, ledger: str) -> None:
    """The last day is remembered while the folder is open, and moves with what is written."""
    assert office.clock_warning(bureau) == ""
    project(bureau, ledger, "甲项目")
    assert bureau.cache["latest"] == DAY.isoformat()

"""在账 from day to day: the series that 统计 draws (domain A5)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app.figures import burning, figures
from app.ledger import entries, leaving, ledgers
from app.problem import Problem
from tests.app.counting_world import world

NEXT = dt.timedelta(1)


def test_the_series_runs_from_the_seal_to_today_whatever_the_clock_did(tmp_path: Path) -> None:
    """Of a day counts what was written by it, in order of seq: also where the clock was set back in between."""
    made = world(tmp_path)
    rows = [made.add(f"{name}井") for name in "甲乙丙"]
    assert burning.series(made.office, made.ledger).points == ()  # nothing is sealed yet
    made.seal()
    first = made.day
    made.go(4)
    made.close(rows[0], "W01", "W02", "W03")
    made.go(-2)  # the machine's clock is set back
    made.drop(rows[1])
    leaving.reopen(made.office, rows[0], "W01", reason="回头看", on=made.today)
    made.go(1)
    entries.amend(made.office, rows[2], {}, {"W01": {"ordered": made.today}})
    made.go(9)
    found = burning.series(made.office, made.ledger)
    assert (found.since, found.on, found.daily) == (first.isoformat(), made.today, True)
    assert len(found.points) == (made.day - first).days + 1
    assert [p.values["open"] for p in found.points] == [3, 3, 2, *[2] * 10]
    for point in found.points:
        total = figures.of(made.office, made.ledger, on=dt.date.fromisoformat(point.day)).total
        assert point.values == {key: total[key] for key in point.values}, point.day
    past = burning.series(made.office, made.ledger, on=first + NEXT)
    assert past.points == found.points[:2] and past.as_json()["points"][0]["values"]["open.item"] == 9
    with pytest.raises(Problem, match="E_FUTURE"):
        burning.series(made.office, made.ledger, on=made.day + NEXT)
    made.office.close()


def test_a_long_time_is_told_by_half_months_and_a_register_from_its_opening(tmp_path: Path) -> None:
    day = dt.date(2022, 8, 25)
    told = burning.days(day, dt.date(2022, 11, 3))
    assert [str(each)[5:] for each in told] == ["08-25", "08-31", "09-15", "09-30", "10-15", "10-31", "11-03"]
    assert len(burning.days(day, day + dt.timedelta(burning.DAILY - 1))) == burning.DAILY
    made = world(tmp_path)
    register = str(ledgers.open_template(made.office, "contacts").subject)
    entries.add(
        made.office,
        register,
        {"name": "催办", "on": made.today, "target": "水利局", "said": "已催", "promised_on": "2022-08-30"},
        not_secret="声明人",
    )
    made.go(2)
    found = burning.series(made.office, register)
    assert [p.values["open"] for p in found.points] == [1, 1, 1] and "open.item" not in found.points[0].values
    made.office.close()

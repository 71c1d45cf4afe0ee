"""卡在谁手里: counted by hand, told by lengths of working days, and the same rows in the list (decision 4)."""

from __future__ import annotations

import datetime as dt

import pytest

from app.figures import holding
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.listing.waiting_days import LENGTHS, UNDATED, band_of, told, waited
from app.office import Office
from app.problem import Problem
from tests.app.conftest import DAY, project

SUBMITTED = {
    "2022-08-22": 0, "2022-08-15": 5, "2022-08-12": 6, "2022-07-25": 20, "2022-07-22": 21, "2022-07-01": 36,
}  # fmt: skip
"""The day a matter was handed in, and the working days from then to Monday 2022-08-22, counted in a paper calendar."""


def test_days_waiting_by_holder_are_those_of_a_paper_calendar(bureau: Office, ledger: str) -> None:
    """旗方案 四(三)2、3, decision 4: who holds it, ≤5 / 6–20 / >20 working days, the longest; out of 在账 is in nobody's hand."""
    for day in SUBMITTED:
        row = project(bureau, ledger, f"交件{day}", M03="在办")
        entries.amend(bureau, row, {}, {"M03": {"d_submit": day}})
    two = project(bureau, ledger, "没交件", M03="未办", M05="未办")
    done = project(bureau, ledger, "办完", M03="办结")
    calendar = bureau.calendar()
    assert {day: waited(calendar, DAY, day) for day in SUBMITTED} == SUBMITTED
    assert [band_of(days) for days in SUBMITTED.values()] == [0, 0, 1, 1, 2, 2]
    rows, matters = holding.of(bureau, ledger), holding.of(bureau, ledger, item=True)
    by_hand = {"手续部门": ((2, 2, 2, 0), 36), "项目单位": ((0, 0, 0, 1), 0)}
    assert {row.holder: (row.bands, row.longest) for row in rows.rows} == by_hand
    assert {row.holder: row.bands for row in matters.rows} == {"手续部门": (2, 2, 2, 0), "项目单位": (0, 0, 0, 2)}
    assert (rows.idle, matters.idle) == (0, 0)
    assert (rows.total.count, matters.total.count, rows.total.longest) == (7, 8, 36)
    assert rows.rows[0].holder == "手续部门" and rows.as_json()["total"]["bands"] == [2, 2, 2, 1]
    seen = {line.name: line.waiting for line in lists.lines(bureau, lists.ids(bureau, ledger))}
    assert all(seen[f"交件{day}"] == days for day, days in SUBMITTED.items())  # the column of the grid says the same
    for found, key in ((rows, "held"), (matters, "*.held")):
        for one in found.rows:
            for at in range(len(LENGTHS)):
                ids = lists.ids(bureau, ledger, Query(where=((key, (told(one.holder, at),)),)))
                twice = key == "*.held" and bool(one.bands[UNDATED]) and at == UNDATED  # one row, two matters
                assert len(ids) == one.bands[at] - twice
            assert two in lists.ids(bureau, ledger, Query(where=((key, (told("项目单位"),)),)))
    assert done not in lists.ids(bureau, ledger, Query(where=(("held", ("手续部门", "项目单位")),)))
    funds = str(ledgers.open_template(bureau, "idle-funds").subject)
    assert holding.of(bureau, funds).rows == () and holding.of(bureau, funds).total.longest == 0
    with pytest.raises(Problem, match="E_BY"):
        holding.of(bureau, funds, item=True)
    assert waited(calendar, dt.date(2030, 1, 10), "2030-01-01") == 9  # no calendar: days of the year

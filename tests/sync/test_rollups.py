"""Counts by lower office and their sum: no row counted twice, and who has not reported in time (SB 四(一), 六(二))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import entries, ledgers, rollups
from app.problem import Problem
from sync import exchange, gathering
from tests.sync.offices import introduce, made, project
from tests.sync.upward_world import ON, TEMPLATE, Upward, upward


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Upward]:
    found = upward(tmp_path, "dev", "ind", "lead", "league")
    found.add("dev", "甲", M01="在办", M03="未办")
    found.add("dev", "乙", M01="在办")
    found.add("ind", "丙", M01="在办")
    yield found
    found.close()


def test_the_sum_is_that_of_the_offices(world):
    world.seal("dev")
    world.approve("dev", "乙", "M01")
    world.gather("dev")
    world.gather("ind")
    found = rollups.rollup(world["lead"], TEMPLATE)
    dev, ind = sorted(found.rows, key=lambda row: row.office != world["dev"].name)
    assert (dev.sealed, dev.sealed_on, dev.last_on, dev.number, dev.division) == (True, ON, ON, 1, "152529")
    assert (dev.projects["base"], dev.projects["open"], dev.projects["approved"]) == (2, 1, 1)
    assert (ind.sealed, ind.projects["open"], ind.items["open"]) == (False, 1, 1)
    assert (found.projects["base"], found.projects["open"], found.items["open"]) == (3, 2, 3)
    assert found.own is not None and found.own["agrees"] and found.own["projects"]["open"] == 2


def test_it_says_when_the_own_ledger_lags_behind(world):
    world.gather("dev")
    world.add("dev", "丁", M01="在办")
    world.report("dev")
    found = rollups.rollup(world["lead"], TEMPLATE)
    assert found.own is not None and not found.own["agrees"]
    assert "不一致" in "\n".join(rollups.lines(found)) and found.rows[0].number == 2


def test_rows_in_another_gathered_ledger_are_not_counted_twice(world):
    """The league has the lead's ledger and, sent to it directly, that of one sponsor whose rows stand in it."""
    world.gather("dev")
    world.gather("ind")
    world.report("lead")
    introduce(world["dev"], world["league"], world.folder)
    world.add("dev", "丁", M01="在办")
    file = exchange.send(world["dev"], world.ledgers["dev"], world["league"].id, world.folder / "U盘").facts[
        "file"
    ]
    exchange.receive(world["league"], Path(file))
    found = rollups.rollup(world["league"], TEMPLATE)
    lead, dev = sorted(found.rows, key=lambda row: row.office != world["lead"].name)
    assert lead.counted and not dev.counted and dev.within == world["lead"].name and dev.outside == 1
    assert found.projects["open"] == 3 and found.own is not None
    assert "不重复计（还有 1 行" in "\n".join(rollups.lines(found)).replace("，", "")


def test_the_leads_own_ledger_is_in_the_sum_when_it_was_gathered(world):
    """Decision 10: 旗发改委 is 立项部门 and 汇总 at once."""
    lead = world["lead"]
    own = str(ledgers.open_template(lead, TEMPLATE).subject)
    project(lead, own, "自己的", M01="在办")
    world.gather("dev")
    gathering.gather(lead, world.ledgers["lead"], own, keep=False)
    found = rollups.rollup(lead, TEMPLATE)
    assert found.projects["open"] == 3 and found.own is not None and found.own["agrees"]
    assert sorted(row.office for row in found.rows) == sorted([lead.name, world["dev"].name])


def test_both_reds_are_summed_apart(world):
    """Decision 4: 审批超期 is not 完成时限已过."""
    entries.amend(
        world["dev"], world.rows["甲"], {"due_date": "2022-08-20"}, {"M01": {"d_submit": "2022-08-01"}}
    )
    world.report("dev")
    red = rollups.rollup(world["lead"], TEMPLATE).red
    assert red == {"projects": 1, "items": 1, "deadline": 1}


def test_who_has_not_reported_is_named(world, tmp_path):
    """SB 六(二): half-monthly; the report of 2022-09-15 is out on the 16th."""
    world.report("dev")
    introduce(made(tmp_path / "third", "正镶白旗水利局", "handler"), world["lead"], tmp_path)
    late = rollups.rollup(replace(world["lead"], fixed_today=dt.date(2022, 9, 16)), TEMPLATE).overdue
    assert [(one.office, one.due, one.last_on) for one in late] == [
        (world["dev"].name, "2022-09-15", ON), (world["ind"].name, "2022-09-15", ""),
    ]  # fmt: skip
    assert rollups.rollup(world["lead"], TEMPLATE).overdue == ()
    league = rollups.rollup(replace(world["league"], fixed_today=dt.date(2022, 9, 16)), TEMPLATE)
    assert [one.office for one in league.overdue] == [world["lead"].name]


def test_nothing_of_that_kind_is_said(world):
    with pytest.raises(Problem) as caught:
        rollups.rollup(world["lead"], "没有的模板")
    assert caught.value.code == "E_NOTHING_RECEIVED"

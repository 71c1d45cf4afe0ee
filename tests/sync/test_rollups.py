"""Counts by lower office and their sum: no row counted twice, and who has not reported in time (SB 四(一), 六(二))."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from app.ledger import entries, ledgers, serving
from app.office import Office
from app.problem import Problem
from app.rollups import rollup_sheets, rollups
from sync import exchange
from sync.merges import merges
from sync.upward import gathering
from tests.sync.offices import introduce, made, project
from tests.sync.upward_world import ON, TEMPLATE, Upward, risen, upward


def rows(found: Upward) -> None:
    found.add("dev", "甲", M01="在办", M03="未办")
    found.add("dev", "乙", M01="在办")
    found.add("ind", "丙", M01="在办")


world = risen("dev", "ind", "lead", "league", then=rows)


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
    world.seal("dev")
    world.gather("dev")
    world.gather("ind")
    world.gather("lead")
    introduce(world["dev"], world["league"], world.folder)
    world.add("dev", "丁", basis="漏报补录", M01="在办")
    world.approve("dev", "乙", "M01")
    file = exchange.send(world["dev"], world.ledgers["dev"], world["league"].id, world.folder / "U盘").facts[
        "file"
    ]
    exchange.receive(world["league"], Path(file))
    found = rollups.rollup(world["league"], TEMPLATE)
    lead, dev = sorted(found.rows, key=lambda row: row.office != world["lead"].name)
    assert lead.counted and not dev.counted and dev.within == world["lead"].name and dev.outside == 1
    assert found.projects["open"] == 3 and found.own is not None
    assert "不重复计（还有 1 行" in "\n".join(rollups.lines(found)).replace("，", "")
    change = gathering.gather(world["league"], world.ledgers["league"], dev.ledger, keep=False)
    assert (change.facts["added"], len(change.facts["refused"])) == (1, 2)
    found = rollups.rollup(world["league"], TEMPLATE)
    assert found.own is not None and found.own["projects"]["open"] == 4
    assert found.own["agrees"], "the league has 乙 as the lead last had it"


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
    late(world)
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


def late(world: Upward) -> None:
    """甲 is past both its limits."""
    entries.amend(
        world["dev"], world.rows["甲"], {"due_date": "2022-08-20"}, {"M01": {"d_submit": "2022-08-01"}}
    )


def told_once(office: Office, found: rollups.Rollup, folder: Path) -> None:
    """The sheet says why its rows add up to more than 合计: beside the row, at its foot, printed and as .xlsx."""
    shared = next(row for row in found.rows if row.shared)
    assert "2 行也在别的单位的台账里" in rollup_sheets.state_words(shared)
    (why,) = (text for text in rollup_sheets.beside(found) if "合计" in text)
    assert shared.office in why and "2 行" in why and "只计一次" in why
    rollup_sheets.export_rollup(office, TEMPLATE, folder / "汇总.xlsx")
    sheet = openpyxl.load_workbook(folder / "汇总.xlsx").active
    assert any(why in str(cell.value) for row in sheet for cell in row)
    page = rollup_sheets.page_of(office, found)
    assert why in page.foot and why.startswith("※ ")
    assert [row[1] for row in page.rows if row[1].startswith("※")] == [f"※ {shared.office}"]


def test_a_row_reported_over_two_ways_is_counted_once(tmp_path):
    """SB 四(一): dev's ledger at the league beside the region's way up, and in the gathered ledgers of two offices."""
    world = upward(tmp_path, "dev", "lead", "league", "region")
    for name in ("甲", "乙"):
        world.add("dev", name, M01="在办")
    late(world)
    other = made(tmp_path / "other", "正镶白旗工业园区管理委员会", "lead")
    for low, high in ((world["dev"], other), (other, world["league"]), (world["dev"], world["region"])):
        introduce(low, high, tmp_path)
    theirs = str(ledgers.open_template(other, TEMPLATE, merged=True).subject)

    def sent(low: Office, ledger: str, high: Office) -> str:
        file = exchange.send(low, ledger, high.id, tmp_path / "U盘").facts["file"]
        return str(exchange.receive(high, Path(file)).facts["ledger"])

    gathering.gather(other, theirs, sent(world["dev"], world.ledgers["dev"], other), keep=False)
    for _ in range(2):
        merges.withdraw(world["lead"], world.ledgers["lead"], str(world.gather("dev").subject))
    world.gather("dev")
    world.gather("lead")
    change = gathering.gather(
        world["league"], world.ledgers["league"], sent(other, theirs, world["league"]), keep=False
    )
    assert [r["code"] for r in change.facts["refused"]] == ["E_TWICE"] * 2 and change.facts["added"] == 0
    found = rollups.rollup(world["league"], TEMPLATE)
    assert (
        found.projects["open"] == found.projects["base"] == found.items["open"] == 2 and found.own["agrees"]
    )
    assert found.red == {"projects": 1, "items": 1, "deadline": 1}, "one project is overdue, not two"
    assert sorted(row.shared for row in found.rows) == [0, 2] and "只计一次" in "\n".join(
        rollups.lines(found)
    )
    told_once(world["league"], found, tmp_path)
    sent(world["dev"], world.ledgers["dev"], world["region"])
    world.report("league")
    found = rollups.rollup(world["region"], TEMPLATE)
    dev, league = sorted(found.rows, key=lambda row: row.office != world["dev"].name)
    assert dev.within == world["league"].name and dev.outside == 0 and league.counted
    assert found.projects["open"] == 2 and world.proved()
    other.close()
    world.close()


def test_one_project_code_at_two_offices_is_named(world):
    """Decision 14: named and never merged."""
    for who, name in (("dev", "甲"), ("ind", "丙")):
        entries.amend(world[who], world.rows[name], {"project_code": "2204-152529-04-01-123456"})
        world.report(who)
    found = rollups.rollup(world["lead"], TEMPLATE)
    assert (
        found.twins == 1 and found.projects["open"] == 3 and "1 个项目代码" in "\n".join(rollups.lines(found))
    )
    assert any("1 个项目代码" in text for text in rollup_sheets.beside(found))


def test_a_report_that_its_register_does_not_tell_is_late(world):
    """SB 四(三)2, 六(二): told only of an office whose 报送登记 came after the day; a sent one is not late."""
    world.report("dev")
    register = serving.ledger(world["dev"], "reports")

    def late(day: dt.date) -> list[tuple[str, str]]:
        dev = replace(world["dev"], fixed_today=day)
        file = exchange.send(dev, register, world["lead"].id, world.folder / "U盘").facts["file"]
        lead = replace(world["lead"], fixed_today=day)
        exchange.receive(lead, Path(file))
        return [(one.office, one.due) for one in rollups.rollup(lead, TEMPLATE).overdue if one.form]

    texts = {"name": "占位", "about_ledger": TEMPLATE, "form": "overdue"}
    entries.add(world["dev"], register, texts, not_secret="审核人乙")
    assert late(dt.date(2022, 8, 22)) == []
    found = late(dt.date(2022, 10, 9))
    assert found and {office for office, _ in found} == {world["dev"].name}
    due = dict(found)[world["dev"].name]
    sent = texts | {"name": "九月", "due_on": due, "sent_on": "2022-10-09", "sent_by": "经办人甲"}
    entries.add(replace(world["dev"], fixed_today=dt.date(2022, 10, 9)), register, sent, not_secret="审核人乙")
    assert len(late(dt.date(2022, 10, 10))) == len(found) - 1

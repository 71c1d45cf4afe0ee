"""Statistics of a ledger: what each figure counts, by what, and of which day (domain A5, decisions 2 and 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.figures import figure_print, figure_sums, figures, past, ranking_units
from app.figures.figures import Figures
from app.imports import drafting, intake
from app.ledger import attachments, entries, ledgers, recomputing
from app.listing import counts
from app.office import Office
from app.problem import Problem
from app.removal import purging, withdrawing
from app.reports import one_liner
from app.template_books import template_upgrades
from app.templating import template_reading
from app.values import workdays
from models.schema import attachment
from tests.app.conftest import DAY
from tests.app.counting_world import SECOND, World, template, world
from tests.data.write_books import Sheet, write_xlsx

NEXT = dt.timedelta(1)
BUDGET = """
[[field]]
id = "budget"
title = "概算"
kind = "money"
[[figure]]
id = "budget-all"
title = "概算合计"
of = "sum"
field = "budget"
"""


SHARES = """
[[field]]
id = "water"
title = "出水量"
kind = "number"
[[figure]]
id = "yielded"
title = "出水合计"
of = "sum"
field = "water"
[[figure]]
id = "each"
title = "每吨费用"
of = "sum"
field = "cost"
over = "yielded"
unit = "万元/吨"
[[figure]]
id = "share"
title = "占办结率"
over = "closing_rate"
"""


@pytest.fixture
def wells(tmp_path: Path) -> Iterator[World]:
    """Three wells of two units in two places, sealed on Monday; what is done on Tuesday and Wednesday."""
    made = world(tmp_path)
    a = made.add(
        "甲井", depth="100", cost="2", plot="4", resp_unit="水利局", place="甲镇", due_on="2022-08-22"
    )
    b = made.add("乙井", depth="40", cost="1", plot="0", resp_unit="林草局", place="乙镇")
    c = made.add(
        "丙井",
        depth="90",
        resp_unit="水利局",
        place="乙镇",
        home="正蓝旗",
        states=("未办", "不需办", "不需办"),
    )
    entries.amend(made.office, a, {}, {"W01": {"ordered": "2022-08-12", "dept": "水利局"}})
    made.seal()
    made.go()
    made.close(a, "W01", on="2022-08-22", doc="验字1号")
    made.close(c, "W01", doc="验字2号")
    made.go()
    made.drop(b)
    made.add("丁井", depth="85", resp_unit="林草局", place="甲镇")
    yield made
    made.office.close()


def _got(found: Figures, key: tuple[str, ...], *names: str) -> tuple[Any, ...]:
    row = next(row for row in found.rows if row.key == key)
    return tuple(row.values[name] for name in names)


def test_the_flows_of_a_period_and_what_it_began_with(wells: World) -> None:
    """Decision 2: 期初 + 新增 + 恢复 = 在账 + 核减 + 开工 + 移除 + 更正, of the whole time and of any period."""
    names = ("base", "added", "open", "approved", "removed")
    whole = figures.of(wells.office, wells.ledger)
    assert [whole.total[name] for name in names] == [3, 1, 2, 1, 1]
    assert [whole.total[f"{name}.item"] for name in names] == [7, 3, 5, 2, 3]
    assert (whole.total["closing_rate"], whole.total["approval_rate"]) == ("66.67", "33.33")
    last = figures.of(wells.office, wells.ledger, since=wells.day).total
    assert [last[name] for name in names] == [2, 1, 2, 0, 1]
    tallies = counts.now(wells.office, wells.ledger)
    assert {name: tallies["project"][name] for name in names} == {name: whole.total[name] for name in names}
    for since, on, code in ((None, wells.day + NEXT, "E_FUTURE"), (wells.day + NEXT, None, "E_DATE_ORDER"),
                            (wells.day, wells.day - NEXT, "E_DATE_ORDER")):  # fmt: skip
        with pytest.raises(Problem, match=code):
            figures.of(wells.office, wells.ledger, since=since, on=on)
    with pytest.raises(Problem, match="E_FUTURE"):
        one_liner.say(wells.office, wells.ledger, wells.day + NEXT)
    wells.go()
    nothing = figures.of(wells.office, wells.ledger, since=wells.day, on=wells.day)
    assert (nothing.total["approved"], nothing.total["base"], nothing.total["open"]) == (0, 2, 2)


def test_by_unit_place_division_and_matter(wells: World) -> None:
    """A row counts for its responsible unit, a matter for the department that handles it; a row has no matter."""
    by_unit = figures.of(wells.office, wells.ledger, by=("unit",))
    assert [row.key for row in by_unit.rows] == [("林草局",), ("水利局",), ("（未填）",)]
    assert _got(by_unit, ("林草局",), "base", "added", "open", "removed") == (1, 1, 1, 1)
    assert _got(by_unit, ("水利局",), "open", "approved", "open.item", "approved.item") == (1, 1, 0, 1)
    by_place = figures.of(wells.office, wells.ledger, by=("division", "place"))
    assert _got(by_place, ("正镶白旗", "甲镇"), "open", "open.item") == (2, 5)
    assert _got(by_place, ("正蓝旗", "乙镇"), "open", "approved", "approved.item") == (0, 1, 1)
    by_matter = figures.of(wells.office, wells.ledger, by=("matter",))
    assert [row.key for row in by_matter.rows] == [("断电拆泵",), ("回填",), ("立碑",)]
    assert _got(by_matter, ("断电拆泵",), "base.item", "approved.item", "open", "deep") == (3, 2, None, None)
    assert by_matter.total["open"] == 2
    with pytest.raises(Problem, match="不能按“year”分"):
        figures.of(wells.office, wells.ledger, by=("year",))


def test_a_share_of_a_nought_in_words_is_empty() -> None:
    """A number's sum and a rate are texts: "0" is as little to be divided by as 0 (S59 亩均)."""
    loaded = template(SHARES)
    told = figure_sums.values(
        loaded,
        workdays.Calendar(workdays.published().values()),
        DAY,
        {"yielded": 0.0, "each": 30000, "share": 2, "open.item": 5},
    )
    assert (told["yielded"], told["each"], told["closing_rate"], told["share"]) == ("0", None, None, None)
    flows = {"open": 1, "open.item": 5, "yielded": 4.0, "each": 3000000, "share": 2}
    told = figure_sums.values(loaded, workdays.Calendar(workdays.published().values()), DAY, flows)
    assert (told["each"], told["closing_rate"], told["share"]) == ("0.75", "0", None)


def test_figures_of_the_template(wells: World) -> None:
    """Sums are of what is stored and rounded at the end; a ratio over 0 is empty, never ∞ (S59 亩均)."""
    total = figures.of(wells.office, wells.ledger).total
    assert (total["deep"], total["deep-open"], total["deepest"], total["depth-mean"]) == (3, 2, 100, "78.75")
    assert (total["cost-all"], total["plot-all"], total["cost-mean"], total["worth-all"]) == (
        3000000,
        40000,
        1500000,
        6000000,
    )
    assert (total["ordered"], total["due"]) == (total["open.item"], 1), (
        "named like a day and like a part of the sums"
    )
    assert (total["begun"], total["work-days"], total["begun-rate"]) == (1, "6", "20")
    assert (total["deep-rate"], total["per-plot"]) == ("100", "0.75")
    by_unit = figures.of(wells.office, wells.ledger, by=("unit",))
    assert _got(by_unit, ("林草局",), "per-plot", "work-days", "cost-mean") == (None, None, 1000000)
    shown = {each.id: each.shown(total[each.id]) for each in by_unit.columns}
    assert (shown["cost-all"], shown["plot-all"], shown["deep-rate"], shown["red"]) == (
        "3.00",
        "4.00",
        "100%",
        "0",
    )
    assert (
        by_unit.column("cost-all").head == "封填费用（万元）"
        and by_unit.column("red").head == "项目施工超期（个）"
    )
    page = figure_print.page_of(by_unit, "甲单位")
    assert page.foot == (
        "期初＋新增＋恢复＝在账＋核减＋开工＋移除＋更正，项目、事项分别平衡；变动按记录的日期归期。",
    )
    assert [(each.group, each.title) for each in page.columns[1:4]] == [
        ("", "单位"),
        ("项目", "期初（个）"),
        ("项目", "新增（个）"),
    ]
    assert page.totals[:4] == ("", "合计", "3", "1") and page.rows[0][:4] == ("1", "林草局", "1", "1")
    with pytest.raises(Problem, match="没有“none”这个数"):
        by_unit.column("none")


def test_the_two_reds_stand_apart(wells: World) -> None:
    """Decision 4: only 审批超期 enters the statistics as red, 完成时限已过 is another number."""
    then = figures.of(wells.office, wells.ledger, on=DAY + NEXT * 2, by=("unit",)).total
    assert [then[name] for name in ("red", "red.item", "deadline_past", "deadline_past.item")] == [0, 0, 1, 2]
    assert (then["longest_past"], then["longest_overdue"]) == (2, None)
    before = figures.of(wells.office, wells.ledger, on=DAY).total
    assert [before[name] for name in ("red", "red.item", "deadline_past", "longest_overdue")] == [
        0,
        0,
        0,
        None,
    ]
    entries.amend(
        wells.office,
        entries.find(wells.office, "丁井"),
        {},
        {"W02": {"ordered": "2022-08-12"}, "W03": {"ordered": "2022-08-15"}},
    )
    now = figures.of(wells.office, wells.ledger).total
    assert [now[name] for name in ("red", "red.item", "longest_overdue", "longest_overdue.item")] == [
        1,
        1,
        1,
        1,
    ]
    wells.go()
    recomputing.add_rest(wells.office, ["2022-08-23"], "旗政府通知")
    assert figures.of(wells.office, wells.ledger, on=DAY + NEXT * 2).total == now, "the calendar of that day"
    assert figures.of(wells.office, wells.ledger, since=wells.day).total["red"] == 1


def test_what_is_recorded_late_never_moves_an_older_day(wells: World) -> None:
    """Domain A5: a closing of Monday recorded on Tuesday counts from Tuesday on; the figure by its own day as it was known."""
    on_monday = figures.of(wells.office, wells.ledger, on=DAY).total
    assert (on_monday["approved.item"], on_monday["begun"], on_monday["work-days"]) == (0, 1, None)
    tuesday = figures.of(wells.office, wells.ledger, on=DAY + NEXT, since=DAY + NEXT).total
    assert (tuesday["approved.item"], tuesday["begun"], tuesday["work-days"]) == (2, 0, None)
    assert figures.of(wells.office, wells.ledger, on=DAY + NEXT).total["work-days"] == "6"
    assert figures.of(wells.office, wells.ledger, on=DAY - NEXT).total["open"] == 0


def test_a_journal_line_ends_what_is_known_of_a_day(wells: World) -> None:
    """Decision 18: what was frozen at a line is neither sealed by a later line of that day nor has files filed after it."""
    made = wells
    row = entries.find(made.office, "甲井")
    before = ledgers.get(made.office, made.ledger).head_seq
    attachments.attach(made.office, row, made.scan)
    entries.amend(made.office, row, {"resp_unit": "林草局"}, {})
    with made.office.read() as connection:
        line = ledgers.line_of(connection, made.ledger)
        seq, on = past.seal_of(connection, line) or (0, "")
        day = dt.date.fromisoformat(on)
        assert [past.of(connection, line, day, upto).sealed for upto in (seq - 1, seq, None)] == [False, True, True]
        for upto, files in ((before, 0), (before + 1, 1)):
            then = past.of(connection, line, made.office.today(), upto)
            with past.laid_out(connection, then, made.office.calendar()) as there:
                assert there.scalar(select(func.count()).select_from(attachment)) == files


def test_ranking_shares_places_and_tells_the_change(wells: World) -> None:
    """Domain A5: ties share a place, 环比 beside."""
    now = figures.of(wells.office, wells.ledger, by=("place",))
    found = ranking_units.ranked(wells.office, wells.ledger, "deep", by=("place",), previous=(None, DAY))
    assert [(each.place, each.key[0], each.value, each.before, each.change) for each in found] == [
        (1, "甲镇", 2, 1, 1), (2, "乙镇", 1, 1, 0),
    ]  # fmt: skip
    assert ranking_units.words(now.column("deep"), found)[0] == "1　甲镇　2　上期 1，升 1"
    tied = ranking_units.ranked(wells.office, wells.ledger, "approved", by=("unit",))
    assert [(each.place, each.value) for each in tied] == [(1, 1), (2, 0)]
    rates = ranking_units.ranked(wells.office, wells.ledger, "per-plot", by=("unit",))
    assert [(each.place, each.value) for each in rates] == [(1, "0.5"), (None, None)]


def test_as_of_honours_imports_upgrades_slips_and_destruction(tmp_path: Path) -> None:
    """A past day is read under its own template, rows withdrawn since are there again, of destroyed ones the place stays."""
    made = world(tmp_path, template(BUDGET))
    kept = made.add("甲井", depth="100", resp_unit="水利局", budget="3")
    secret = made.add("乙井", depth="90", resp_unit="林草局")
    line = ledgers.get(made.office, made.ledger)
    book = write_xlsx(
        [Sheet("机井", [["机井名称", "井深"], ["丙井", 88], ["丁井", 20]])], tmp_path / "井.xlsx"
    )
    plan = intake.plan(made.office, made.ledger, drafting.draft(book, line.loaded))
    run = intake.commit(made.office, plan, not_secret="声明人").facts["import"]
    first = _evening(made)
    withdrawing.withdraw(made.office, run)
    second = _evening(made)
    purging.purge(made.office, secret, by="提出人丙", second=SECOND, reason="不应录入")
    third = _evening(made)
    more = '[[figure]]\nid = "shallow"\ntitle = "浅井"\nexpr = "depth <= 90"\n'
    newer = template(more).source.replace('version = "1"', 'version = "2"')
    template_upgrades.upgrade(made.office, made.ledger, template_of(newer))
    entries.amend(made.office, kept, {}, {f"W0{n}": {"state": "不需办"} for n in (1, 2, 3)})
    made.add("戊井", depth="10")
    _evening(made)
    totals = [figures.of(made.office, made.ledger, on=DAY + NEXT * n, by=("unit",)) for n in range(4)]
    assert totals[2] == third and totals[2].total["open"] == 1
    assert [each.total["open"] for each in totals] == [4, 2, 1, 1] and second.total["open"] == 2
    assert (first.total["deep"], totals[0].total["deep"]) == (3, 2), (
        "the content of the destroyed row is gone"
    )
    assert totals[1].total["budget-all"] == 3000000, "a field that the later template has dropped"
    assert "shallow" in totals[3].total and "shallow" not in totals[2].total
    made.office.close()


def _evening(made: World) -> Figures:
    said = figures.of(made.office, made.ledger, by=("unit",))
    made.go()
    return said


def template_of(text: str) -> Any:
    return ledgers.template_of(text)


def test_every_built_in_ledger_can_be_counted(bureau: Office) -> None:
    """Whatever figures a template names, SQL counts them by everything there is."""
    for built in template_reading.builtins():
        ledger = str(ledgers.open_template(bureau, built).subject)
        by = [each for each in figures.BY_WORDS if built.t.items or each != "matter"]
        found = figures.of(bureau, ledger, by=by, since=DAY)
        assert {head.id for head in found.columns} <= found.total.keys() and not any(
            found.total[k] for k in ("open", "base")
        )

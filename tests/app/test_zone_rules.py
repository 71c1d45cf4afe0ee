"""Rules of the ledgers of 内政办发〔2022〕59号, each by its clause; the words of the language that they needed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from app.engine.expressions import gaps, said
from app.figures import figures
from app.ledger import checks, closing, entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.listing.pages import printed
from app.office import Office
from app.problem import Problem
from app.templating.template_reading import builtin, builtins, read
from app.today import statistics
from app.words.templates import Loaded
from tests.app.conftest import DAY
from tests.app.ledger_life import ON
from tests.app.zone_rows import BASES, REST, ROWS

MU, YUAN, WAN = 10**4, 100, 10**6


def spoken(loaded: Loaded, today: Any = DAY, **cells: object) -> set[str]:
    return {each.check.id for each in said(loaded, {"name": "甲", **cells}, {}, today)}


def lacking(loaded: Loaded, **cells: object) -> set[str]:
    return {gap.field.id for gap in gaps(loaded, {"name": "甲", **cells}, {}, today=DAY)}


def test_funds_keep_their_identity() -> None:
    """55号: 拟缴回＋留用＋支出 = 余额, 已缴回 <= 拟缴回, 留用要理由; 59号 二(二)."""
    funds = builtin("idle-funds")
    whole = {"balance": 100 * YUAN, "plan_return": 60 * YUAN, "keep": 30 * YUAN, "plan_spend": 10 * YUAN}
    assert "parts" not in spoken(funds, **whole) and "parts" in spoken(funds, **{**whole, "keep": 29 * YUAN})
    assert "parts" not in spoken(funds, balance=100, plan_return=60, spent=40)  # 没有写应支出的按已支出
    assert "parts" not in spoken(funds, balance=100)  # 什么都没有填的是缺项，不是不平
    assert "returned-more" in spoken(funds, plan_return=5, returned=6)
    assert "keep_reason" in lacking(funds, keep=1) and "keep_reason" not in lacking(funds, keep=0)
    assert "used-more" in spoken(funds, balance=1, used=2) and "spent-more" in spoken(
        funds, plan_spend=1, spent=2
    )
    assert [c.code for c in funds.codes["fund_class"].codes] == [f"J{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9)]
    account = funds.fields["acct_no"]
    assert printed(account, "150012345678901234") == "…1234" and account.private
    assert printed(funds.fields["resp_tel"], "13800000000") == "138****0000"
    assert {f.title for f in funds.t.figures if f.over} == {"应缴尽缴", "应撤尽撤", "应支尽支"}
    assert {str(d.on) for d in funds.t.dates if d.clause == "55号"} == {"2022-07-31"}


def test_unsupplied_is_approved_less_supplied() -> None:
    """51号: 未供 = 批准 - 已供, within 0.01 亩; seven situations by three measures."""
    land = builtin("unsupplied-land")
    for unsupplied, wrong in (
        (120 * MU, False),
        (120 * MU + 100, False),
        (120 * MU - 101, True),
        (120 * MU + 101, True),
    ):
        got = spoken(land, area_ok=300 * MU, supplied=180 * MU, unsupplied=unsupplied)
        assert ("unsupplied-sum" in got) is wrong
    assert (len(land.codes["situation"].codes), len(land.codes["method"].codes)) == (7, 3)
    assert "used-method" in spoken(land, situation="未供即用", method="加快供应")
    assert "used-method" not in spoken(land, situation="未供即用", method="完善供地手续")
    assert "unverified" in spoken(land, done=1) and "unverified" not in spoken(
        land, done=1, verified_on="2022-08-01"
    )


BEGUN = {"start_by": "2019-01-01", "start_date": "2019-03-01"}


@pytest.mark.parametrize(
    ("cells", "idle"),
    [
        ({"start_by": "2021-08-22"}, True),  # 满一年当天
        ({"start_by": "2021-08-23"}, False),
        ({**BEGUN, "p_area": 3333, "stopped_on": "2021-08-22"}, True),
        ({**BEGUN, "p_area": 3334, "p_inv": 2500, "stopped_on": "2020-01-01"}, False),
        ({**BEGUN, "p_area": 5000, "p_inv": 2499, "stopped_on": "2020-01-01"}, True),
        ({**BEGUN, "p_area": 1000, "p_inv": 1000, "stopped_on": "2022-01-01"}, False),
    ],
)  # fmt: skip
def test_what_is_idle(cells: dict[str, object], idle: bool) -> None:
    """闲置土地处置办法 第二条: 满一年未动工, or < 1/3 area or < 25 % investment and stopped for a year."""
    assert ("not-idle" in spoken(builtin("idle-land"), **cells)) is not idle


@pytest.mark.parametrize(
    ("state", "linked", "found"),
    [
        ("手续不全", None, {"route-pending"}),
        ("未建成", "152529-BL-2022-0001", {"route-pending"}),
        ("未建成", "152529-YD-2022-0001", set()),
        ("手续不全", "152529-DP-2022-0003", set()),
        ("半拉子", None, {"route-semi"}),
        ("建成未投运", "152529-DP-2022-0001", {"route-semi"}),
        ("半拉子", "152529-BL-2022-0001", set()),
        ("闲置", None, set()),
    ],
)
def test_assets_go_their_route(state: str, linked: str | None, found: set[str]) -> None:
    """59号 三(二)4: 手续不全、未建成 → 待批; 半拉子、建成未投运 → 半拉子; a gap that says what to do next."""
    loaded = builtin("zone-assets")
    cells = {"asset_state": state, **({"linked": linked} if linked else {})}
    assert spoken(loaded, **cells) & {"route-pending", "route-semi"} == found
    told = {c.id: c for c in loaded.t.checks}
    assert all(
        told[i].level == "gap" and "台账编号填在" in told[i].text for i in ("route-pending", "route-semi")
    )


def test_three_years_is_no_red_and_the_earlier_day_is_said() -> None:
    """59号 四(三) “力争三年内” = 2025-12-31 against 53号 2023-12-31; decision 15."""
    for template in ("zone-assets", "stopped-firms", "stopped-projects"):
        t = builtin(template).t
        day = next(d for d in t.dates if d.id == "three-years")
        assert str(day.on) == "2025-12-31" and "不亮红灯" in day.note
        conflict = next(c for c in t.conflicts if c.id == "three-years")
        assert "三年" in conflict.first and "2023年12月31日" in conflict.second
    assert "semi-late" in spoken(builtin("zone-assets"), asset_state="半拉子", due_date="2024-06-30")


@pytest.mark.parametrize(
    ("template", "field", "three", "plain", "until"),
    [
        ("stopped-firms", "stop_kind", "僵尸企业", "长期停产", "2025-12-31"),
        ("stopped-projects", "stop_kind", "僵尸项目", "停建", "2025-12-31"),
        ("zone-assets", "asset_state", "半拉子", "闲置", "2023-12-31"),
        ("zone-assets", "asset_state", "建成未投运", "低效", "2023-12-31"),
    ],
)
def test_what_has_three_years_is_not_asked_why(
    template: str, field: str, three: str, plain: str, until: str
) -> None:
    """59号 四(三) 力争三年内; decision 15: 半拉子 by 53号 until 2023-12-31."""
    loaded = builtin(template)
    after = (dt.date.fromisoformat(until) + dt.timedelta(1)).isoformat()
    for state, day, asked in ((three, until, False), (three, after, True), (plain, "2023-01-01", True)):
        cells = {field: state, "due_date": day}
        assert ("due-late" in spoken(loaded, **cells)) is asked
        assert ("due_late_reason" in lacking(loaded, **cells)) is asked
        assert "due-late" not in spoken(loaded, **cells, due_late_reason="等接手")
    cells = {field: plain, "due_date": "2022-12-31"}
    assert "due-late" not in spoken(loaded, **cells)


PART = {
    "idle-funds": ({"returned": "1"}, {"returned": "1000000"}, {"returned": "1000000", **REST["idle-funds"]}),
    "unsupplied-land": ({"done": ""}, {"done": "119.98"}, {"done": "119.99"}),
    "idle-land": ({"done": "1"}, {"done": "89.98"}, {"done": "89.99"}),
    "zone-assets": ({"asset_state": "半拉子"}, {"asset_state": "手续不全"}, {"linked": "152529-DP-2022-0001"}),
}  # fmt: skip
"""What is done of a row: a part, still not all, all."""


@pytest.mark.parametrize("template", PART)
def test_what_is_done_in_part_stays(bureau: Office, template: str) -> None:
    """59号 三(二) and 不得随意调减: all is returned, spent, digested, or dealt with in the ledger of its route."""
    ledger = str(ledgers.open_template(bureau, template).subject)
    part, more, whole = PART[template]
    row = str(entries.add(bureau, ledger, ROWS[template] | part, not_secret="甲").subject)

    def close(basis: str = BASES[template]) -> None:
        closing.close(bureau, [(row, "")], basis=basis, doc="某发〔2022〕9号", on=ON)

    for cells in (part, more):
        entries.amend(bureau, row, cells)
        with pytest.raises(Problem, match="E_NOT_NOW"):
            close()
    if template == "idle-funds":  # the other two ways out are no way round
        for basis in ("已形成支出", "批准继续留用"):
            with pytest.raises(Problem, match="全部支出"):
                close(basis)
    entries.amend(bureau, row, whole)
    close()
    assert lists.line(bureau, row).cells["done_by"] == BASES[template]


def test_an_account_with_nothing_to_return_leaves_by_its_closing(bureau: Office) -> None:
    """59号 三(二)2, 55号: 应撤销的账户; it is no way round what is still to be returned."""
    ledger = str(ledgers.open_template(bureau, "idle-funds").subject)
    account = {"acct_no": "1234567890", "acct_action": "撤销"}
    bare = {"name": "某某专户", "budget_unit": "某某局"}
    row = str(entries.add(bureau, ledger, bare | account, not_secret="甲").subject)

    def close() -> None:
        closing.close(bureau, [(row, "")], basis="账户已撤销", doc="销户回执1号", on=ON)

    with pytest.raises(Problem, match="”还没有填撤销日期，请按那一种登记"):
        close()
    entries.amend(bureau, row, {"acct_done_on": ON, "plan_return": "10"})
    with pytest.raises(Problem, match="”还有拟缴回的，请按那一种登记"):
        close()
    entries.amend(bureau, row, {"plan_return": "0"})
    close()
    assert lists.line(bureau, row).cells["done_by"] == "账户已撤销"


def test_no_rule_waits_for_a_code_that_nobody_can_choose() -> None:
    """A check, list or figure that compares a field with a word not in its code list can never speak."""
    dead = []
    for loaded in builtins():
        t = loaded.t
        rules: list[Any] = [*t.checks, *t.sublists, *t.figures]
        for name, scope, expr in ((rule.id, rule.scope, rule.expr) for rule in rules):
            fields = loaded.item_fields if scope == "item" else loaded.fields
            for key, word in re.findall(r"\b([a-z_]+) [!=]= '([^']*)'", expr):
                choices = fields[key].choices if key in fields else ""
                if choices and word not in {code.code for code in loaded.codes[choices].codes}:
                    dead.append((t.id, name, word))
    assert dead == []


def test_units_and_accounts_are_counted_once(bureau: Office) -> None:
    """55号: 预算单位数, 实有资金账户数; a unit with several funds is one, in its group and in the total."""
    ledger = str(ledgers.open_template(bureau, "idle-funds").subject)
    for name, unit, account, place in (
        ("甲", "管委会", "10001", "东区"), ("乙", "管委会", "10001", "西区"), ("丙", "管委会", "10002", "西区"),
        ("丁", "学校", "", "东区"),
    ):  # fmt: skip
        cells = {"name": name, "budget_unit": unit, "acct_no": account, "place": place}
        entries.add(bureau, ledger, cells, not_secret="甲")
    found = figures.of(bureau, ledger, by=("place",))
    assert {row.key[0]: (row.values["budget_units"], row.values["accounts"]) for row in found.rows} == {
        "东区": (2, 1), "西区": (1, 2),
    }  # fmt: skip
    assert (found.total["budget_units"], found.total["accounts"]) == (2, 2)
    source = builtin("idle-funds").source.replace('field = "budget_unit"\nunit', 'field = "no_such"\nunit')
    with pytest.raises(Problem, match="no_such"):
        read(source)


def test_zombies_are_marked(bureau: Office) -> None:
    """59号 二(五): the mark is a list of its own; a firm and a project on one plot are told once each (B8/B9)."""
    firms = str(ledgers.open_template(bureau, "stopped-firms").subject)
    projects = str(ledgers.open_template(bureau, "stopped-projects").subject)
    firm = str(
        entries.add(bureau, firms, {**ROWS["stopped-firms"], "parcel_no": "另一块"}, not_secret="甲").subject
    )
    entries.add(bureau, projects, ROWS["stopped-projects"], not_secret="甲")
    assert lists.ids(bureau, firms, Query(sublist="僵尸企业")) == [firm]
    assert lists.ids(bureau, projects, Query(sublist="僵尸项目")) == []
    assert lists.line(bureau, firm).computed["stop_years"] == 4
    assert "C_other-ledger" not in {f.code for f in checks.check(bureau, firms)}  # another plot
    entries.amend(bureau, firm, {"parcel_no": "152529-2015-03"})
    for ledger in (firms, projects):
        (found,) = [f for f in checks.check(bureau, ledger) if f.code == "C_other-ledger"]
        assert found.level == "warn" and "同一地块" in found.text and found.field == "uscc"


YIELD = ROWS["land-yield"]


def test_yield_per_mu(bureau: Office) -> None:
    """59号 二(六), 三(二)6, 三(三): land 0 or blank gives empty; below is 低效, four below 候选; ties share a rank."""
    ledger = str(ledgers.open_template(bureau, "land-yield").subject)

    def row(name: str, **cells: str) -> str:
        return str(entries.add(bureau, ledger, {**YIELD, "name": name, **cells}, not_secret="甲").subject)

    bad = row("甲", fai="1000", output="1000", gfa="4000")
    good = row("乙", fai="30000", output="40000", tax="2000", gfa="90000")
    like = row("丙", fai="30000", output="40000", tax="2000", gfa="90000")
    none = row("丁", land_mu="0")
    blank = row("戊", land_mu="")
    other = row("己", indicator_year="2020", tax="1000")
    got = {line.id: line.computed for line in lists.lines(bureau, [bad, good, like, none, blank, other])}
    assert got[bad]["per_fai"] == 10 and got[bad]["far"] == 0.06 and got[bad]["per_tax"] == -1.2
    assert [got[i]["grade"] for i in (bad, good, other)] == ["倒逼腾退候选", "达标", "低效"]
    assert [got[i].get("below") for i in (bad, good, other, none)] == [4, 0, 3, None]
    for key in ("per_fai", "per_output", "per_tax", "far", "rank_tax", "last_tax", "grade"):
        assert key not in got[none] and key not in got[blank]
    assert [got[i]["rank_tax"] for i in (good, like, bad, other)] == [1, 1, 3, 1]
    assert [got[i]["last_tax"] for i in (good, like, bad, other)] == [False, False, True, False]
    assert lists.ids(bureau, ledger, Query(sublist="倒逼腾退候选")) == [bad]
    assert set(lists.ids(bureau, ledger, Query(sublist="低效"))) == {bad, other}
    assert lists.ids(bureau, ledger, Query(where=(("rank_tax", ("3",)),))) == [bad]
    assert lists.ids(bureau, ledger, Query(where=(("last_tax", ("是",)),))) == [bad]
    assert dict(lists.values(bureau, ledger, "rank_tax")) == {"1": 3, "3": 1, lists.EMPTY: 2}
    assert lists.ids(bureau, ledger, Query(sort=(("per_tax", False),)))[:2] == [bad, other]
    assert lists.ids(bureau, ledger, Query(where=(("per_fai", ("10",)),))) == [bad]
    stages = {line.name: line.stage for line in lists.lines(bureau, [bad, good, none, other])}
    assert stages == {"甲": "倒逼腾退候选", "乙": "达标", "丁": "待填用地面积", "己": "低效"}


def test_pending_matters_of_a_zone_follow_the_regions_limits() -> None:
    """59号 二(一), 三(二)1: 54号 初审 5, 告知 5, 转报 7 from 接件; 审批权限责任部门、审批受理情况、完成时限."""
    loaded = builtin("zone-pending")
    assert {c.id: (c.workdays, c.starts) for c in loaded.t.clocks if c.workdays} == {
        "K1": (5, "d_submit"), "K2": (5, "d_submit"), "K3": (7, "d_submit"),
    }  # fmt: skip
    titles = {loaded.item_fields[k].title for k in ("dept", "state", "due_date")}
    assert titles == {"审批权限责任部门", "审批受理情况", "完成时限"}
    assert [p.title for p in loaded.presets.values() if p.always] == [
        "土地预审",
        "能评",
        "环评",
        "取水",
        "水土保持",
        "林地征占",
        "草地征占",
        "施工许可",
    ]
    assert loaded.t.base == "n_open > 0 or build_state == '未开工'"
    assert "early-approval" in spoken(loaded, approval_date="2015-12-31")  # 59号 二: 2016年以来
    assert "early-approval" not in spoken(loaded, approval_date="2015-12-31", pre2016_reason="仍要建")
    assert "early-approval" not in spoken(loaded, approval_date="2016-01-01")
    assert {str(d.on): d.clause for d in loaded.t.dates}["2022-10-01"] == "54号 六(三)"
    assert loaded.fields["source"].default == "部门自行梳理" and loaded.fields["fund_kind"].choices


def test_a_day_that_ledgers_share_stands_once(bureau: Office) -> None:
    """59号 四(二): 2022-08-31 is one day for all the ledgers of the campaign, each report its own."""
    for template in ("idle-funds", "idle-land", "stopped-firms"):
        ledgers.open_template(bureau, template)
    soon = [each for each in statistics.today_list(bureau).coming if each.due == "2022-08-31"]
    dates = [each for each in soon if each.kind == "date"]
    assert len(dates) == 3 and {each.ledger for each in dates} == {"园区沉淀资金台账等 3 本台账"}
    assert len([each for each in soon if each.kind == "report"]) == 3

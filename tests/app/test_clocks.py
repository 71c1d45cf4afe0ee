"""Clocks of a matter: what runs, what stops it, whose turn it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.engine.clocks import ItemTimes, explain, item_clocks
from app.templating.template_reading import builtin
from app.values.workdays import Calendar, published, rest

LOADED = builtin("pending-approval")
CALENDAR = Calendar(published().values())


def times(cells: dict[str, Any] | None = None, /, *, code: str = "M03", **item: Any) -> ItemTimes:
    given = {"state": "在办", "needed": "需办", "level": "旗", **item}
    return item_clocks(LOADED, given, cells or {}, CALENDAR, item_code=code)


def runs(**item: Any) -> dict[str, Any]:
    return {run.id: run for run in times(**item).runs if run.round == len(item.get("rounds", ())) + 1}


def said(today: str, cells: dict[str, Any] | None = None, /, **item: Any) -> str:
    given = {"state": "在办", "needed": "需办", "level": "旗", **item}
    return "\n".join(explain(LOADED, given, cells or {}, CALENDAR, dt.date.fromisoformat(today), "M03"))


def test_k1_runs_five_days_from_the_submission() -> None:
    """旗方案 四(三)1, 区方案 四(三)1: 初审 5 working days."""
    now = times(d_submit="2022-08-22")
    assert (now.clock, now.due, now.upper_due, now.state) == ("K1", "2022-08-29", "2022-08-29", "running")
    assert (now.stage, now.holder, now.since) == ("待初审", "手续部门", "2022-08-22")


def test_k2_three_days_when_the_file_does_not_conform() -> None:
    """旗方案 四(二)2: 3 working days, 区方案 四(二)2: 5; counted from the submission."""
    now = times(d_submit="2022-08-22", d_first="2022-08-23", r_first="一次性告知补正")
    assert (now.clock, now.due, now.upper_due) == ("K2", "2022-08-25", "2022-08-29")
    assert (now.stage, now.holder, now.state) == ("待告知", "手续部门", "running")


def test_k2_does_not_run_for_a_conforming_file() -> None:
    """旗方案 四(二)2 speaks of files that do not conform only."""
    assert "K2" not in runs(
        d_submit="2022-08-22", d_first="2022-08-23", r_first="受理", d_accept="2022-08-23"
    )


def test_waiting_for_the_applicant_never_runs() -> None:
    """decision 4: 未提交 and waiting for the applicant are not the department's turn."""
    waiting = times(
        d_submit="2022-08-22", d_first="2022-08-23", r_first="一次性告知补正", d_notice="2022-08-24"
    )
    assert (waiting.state, waiting.due, waiting.stage, waiting.holder) == ("none", "", "待补正", "项目单位")
    unsent = times(state="未办")
    assert (unsent.state, unsent.due, unsent.stage, unsent.holder) == ("none", "", "未提交", "项目单位")
    refused = times(d_submit="2022-08-22", d_first="2022-08-23", r_first="不予受理", d_notice="2022-08-24")
    assert (refused.state, refused.stage, refused.holder) == ("none", "已退回", "项目单位")


def test_k3_five_days_from_acceptance_seven_from_receipt() -> None:
    """旗方案 四(二)3: 受理后5个工作日; 区方案 四(二)3: 接件后7个工作日."""
    now = times(
        level="盟市", d_submit="2022-08-22", d_first="2022-08-23", r_first="受理", d_accept="2022-08-23"
    )
    assert (now.clock, now.due, now.upper_due) == ("K3", "2022-08-30", "2022-08-31")
    assert now.stage == "待转报"


def test_k3_banner_limit_after_the_regions_is_warned() -> None:
    """domain A1: 受理 3 working days after 接件 makes the banner's day later than the region's."""
    item = {"level": "自治区", "d_submit": "2022-08-22", "d_accept": "2022-08-25"}
    now = times(**item)
    assert now.due == "2022-09-01" > now.upper_due == "2022-08-31"
    assert "注意：按旗方案的到期日晚于自治区方案的到期日" in said("2022-08-26", **item)


def test_k3_is_only_for_matters_above_the_banner() -> None:
    """旗方案 四(二)3: 审批权限在上级部门的申请."""
    assert "K3" not in runs(level="旗", d_submit="2022-08-22", d_accept="2022-08-23")
    assert "K3" in runs(level="国家", d_submit="2022-08-22", d_accept="2022-08-23")


def test_k4_runs_the_promised_days_from_acceptance() -> None:
    """旗方案 四(二)3: 按照不同审批事项承诺的时限; the example of the data dictionary, 受理 8-25 + 10."""
    now = times(d_submit="2022-08-22", d_accept="2022-08-25", promise_wd=10)
    assert (now.clock, now.due, now.stage) == ("K4", "2022-09-08", "审批中")


def test_the_earlier_of_two_running_clocks_counts() -> None:
    """K3 and K4 run together for a matter of a higher level."""
    now = times(level="盟市", d_submit="2022-08-22", d_accept="2022-08-25", promise_wd=10)
    assert (now.clock, now.due) == ("K3", "2022-09-01")
    assert {run.id for run in now.runs if run.state == "running"} == {"K3", "K4"}
    sooner = times(level="盟市", d_submit="2022-08-22", d_accept="2022-08-25", promise_wd=3)
    assert (sooner.clock, sooner.due) == ("K4", "2022-08-30")


def test_forwarding_stops_the_banners_clocks_but_not_the_overall_day() -> None:
    """decision 4: after 转报 the superior holds it, K5 goes on."""
    now = times(
        {"due_date": "2022-12-31"},
        level="盟市", d_submit="2022-08-22", d_accept="2022-08-25", promise_wd=10, d_forward="2022-09-01",
    )  # fmt: skip
    assert (now.state, now.due, now.holder, now.stage) == ("paused", "", "上级", "上级审批中")
    assert now.deadline == "2022-12-31" and now.since == "2022-09-01"


@pytest.mark.parametrize(
    ("item", "deadline"),
    [
        ({"state": "办结", "needed": "已办"}, ""),
        ({"state": "不需办", "needed": "不需办"}, ""),
        ({"state": "未办"}, "2022-12-31"),
        ({"result": "不予许可", "d_done": "2022-09-01"}, "2022-12-31"),
        ({"state": "未办", "due_date": "2022-10-31"}, "2022-10-31"),
    ],
)
def test_k5_stands_while_somebody_has_to_act(item: dict[str, Any], deadline: str) -> None:
    """旗方案 四(一) 完成时限: the matter's own, else the project's."""
    assert times({"due_date": "2022-12-31"}, **item).deadline == deadline


def test_refused_and_withdrawn_matters_stop_and_ask_for_a_disposal() -> None:
    """decision 6: 不予许可 and 撤回 stop the clock and stay 在账."""
    for result in ("不予许可", "撤回"):
        now = times(
            d_submit="2022-08-22", d_accept="2022-08-23", promise_wd=5, d_done="2022-08-30", result=result
        )
        assert (now.state, now.stage, now.holder, now.due) == ("closed", "待处置", "立项部门", "")


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([{"from": "2022-08-29", "to": "2022-09-05", "reason": "专家评审"}], "2022-09-16"),
        ([{"from": "2022-08-29", "to": "2022-08-29", "reason": "听证"}], "2022-09-08"),
        ([{"from": "2022-08-27", "to": "2022-08-29", "reason": "检验"}], "2022-09-08"),
        ([{"from": "2022-09-08", "to": "2022-09-09", "reason": "鉴定"}], "2022-09-09"),
        ([{"from": "2022-09-09", "to": "2022-09-20", "reason": "检测"}], "2022-09-08"),
        ([{"from": "2022-08-20", "to": "2022-08-26", "reason": "招标"}], "2022-09-08"),
        ([{"from": "2022-08-29", "to": "2022-09-01", "reason": "拍卖"},
          {"from": "2022-08-31", "to": "2022-09-05", "reason": "检疫"}], "2022-09-16"),
    ],
)  # fmt: skip
def test_pauses_push_the_promised_day_by_their_working_days(pauses: list[dict[str, str]], due: str) -> None:
    """行政许可法 45条: the day a pause begins is not counted, the day it ends is."""
    now = times(d_submit="2022-08-22", d_accept="2022-08-25", promise_wd=10, pauses=pauses)
    assert (now.clock, now.state, now.due) == ("K4", "running", due)


def test_an_open_pause_stops_the_clock() -> None:
    """行政许可法 45条, decision 5."""
    open_pause = [{"from": "2022-08-29", "reason": "专家评审"}]
    now = times(d_submit="2022-08-22", d_accept="2022-08-25", promise_wd=10, pauses=open_pause)
    assert (now.state, now.due, now.stage, now.since) == ("paused", "", "停表", "2022-08-29")
    unpromised = times(d_submit="2022-08-22", d_accept="2022-08-25", pauses=open_pause)
    assert unpromised.state == "paused"


def test_a_pause_after_the_due_day_does_not_undo_the_delay() -> None:
    now = times(d_accept="2022-08-25", promise_wd=3, pauses=[{"from": "2022-09-20", "reason": "听证"}])
    assert (now.state, now.due) == ("running", "2022-08-30")


def test_pauses_do_not_stop_the_forwarding_clock() -> None:
    """行政许可法 45条 speaks of the decision; K3 is not pausable."""
    now = times(level="盟市", d_submit="2022-08-22", d_accept="2022-08-25", promise_wd=10,
                pauses=[{"from": "2022-08-26", "reason": "专家评审"}])  # fmt: skip
    assert (now.clock, now.state, now.due, now.stage) == ("K3", "running", "2022-09-01", "待转报")


PAST = {
    "d_submit": "2022-08-22",
    "d_first": "2022-08-30",
    "r_first": "一次性告知补正",
    "d_notice": "2022-08-30",
}


def test_resubmission_opens_a_new_round_with_its_own_clocks() -> None:
    """decision 5: K1 and K2 start again, history is kept."""
    moved = times(d_submit="2022-09-13", rounds=[PAST])
    assert (moved.clock, moved.due, moved.stage) == ("K1", "2022-09-20", "待初审")
    past = {run.id: run for run in moved.runs if run.round == 1}
    assert past["K1"].late(dt.date(2022, 9, 15), CALENDAR) == 1
    assert past["K2"].late(dt.date(2022, 9, 15), CALENDAR) == 3
    assert all(run.state == "stopped" for run in past.values())


def test_a_resubmission_date_beside_the_old_answers_counts_the_same() -> None:
    beside = times(**{**PAST, "d_resubmit": "2022-09-13"})
    assert (beside.clock, beside.due, beside.stage, beside.since) == (
        "K1",
        "2022-09-20",
        "待初审",
        "2022-09-13",
    )
    answered = times(**{**PAST, "d_resubmit": "2022-09-13", "d_first": "2022-09-14", "r_first": "受理",
                        "d_accept": "2022-09-14", "promise_wd": 5})  # fmt: skip
    assert (answered.clock, answered.due, answered.stage) == ("K4", "2022-09-21", "审批中")


def test_answers_of_the_resubmission_day() -> None:
    same_day = {**PAST, "d_first": "2022-09-13", "d_notice": "2022-09-13", "d_resubmit": "2022-09-13"}
    assert times(**same_day).stage == "待初审"
    assert times(**{**same_day, "rounds": [PAST]}).stage == "待补正"


@pytest.mark.parametrize(
    ("item", "stage", "holder", "state"),
    [
        ({"needed": "待核", "state": "待核"}, "待核", "手续部门", "none"),
        ({"needed": "不需办", "state": "不需办"}, "不需办", "", "closed"),
        ({"needed": "已办", "state": "办结"}, "已办结", "", "closed"),
        ({"state": "在办"}, "在办", "手续部门", "none"),
        ({"state": "未办"}, "未提交", "项目单位", "none"),
        (
            {"d_submit": "2022-08-22", "d_first": "2022-08-23", "r_first": "受理"},
            "审批中",
            "手续部门",
            "none",
        ),
        ({"result": "批复", "state": "办结", "d_done": "2022-09-01"}, "已办结", "", "closed"),
    ],
)
def test_stages(item: dict[str, Any], stage: str, holder: str, state: str) -> None:
    """decision 4: 卡在谁手里."""
    now = times(**item)
    assert (now.stage, now.holder, now.state) == (stage, holder, state)


def test_only_the_departments_turn_can_be_late() -> None:
    """decision 4: a due day is only given while the department holds the matter."""
    for item in ({"state": "未办"}, {**PAST}, {"d_submit": "2022-08-22", "d_forward": "2022-08-30"}):
        now = times(**item)
        assert now.due == "" and now.holder != "手续部门"


def test_accepted_matters_make_the_pending_list() -> None:
    """decision 3: 待批 = 受理 and not closed."""
    assert times(d_submit="2022-08-22", d_accept="2022-08-23").accepted
    assert times(d_accept="2022-08-23", level="盟市", d_forward="2022-08-30").accepted
    assert not times(d_submit="2022-08-22").accepted and not times(state="未办").accepted
    assert not times(state="办结", needed="已办").accepted


def test_beyond_the_calendar_only_the_day_is_refused() -> None:
    """decision 12: the row stays, state unknown, 待补日历."""
    now = times(d_submit="2026-12-30")
    assert (now.clock, now.due, now.state, now.stage) == ("K1", "", "unknown", "待初审")
    assert "2027年" in now.unknown
    assert "待补日历" in said("2026-12-31", d_submit="2026-12-30")
    early = times(d_submit="2012-01-05")
    assert early.state == "unknown" and "2012年" in early.unknown


def test_a_stopped_clock_beyond_the_calendar_does_not_hide_a_running_one() -> None:
    now = times(d_submit="2012-01-05", d_accept="2022-08-25", promise_wd=10)
    assert (now.state, now.due) == ("running", "2022-09-08")


def test_an_empty_matter_and_odd_cells_do_not_fail() -> None:
    assert item_clocks(LOADED, {}, {}, CALENDAR).stage == "待核"
    assert times(d_accept="2022-08-25", promise_wd=0).state == "none"
    assert times(d_accept="2022-08-25", d_submit="2022-08-30").state in ("none", "running")
    assert times(code="M99.2", state="未办").stage == "未提交"


def test_matters_without_dates_share_one_answer() -> None:
    a = item_clocks(LOADED, {"state": "未办", "needed": "需办", "doc_no": "x"}, {"name": "甲"}, CALENDAR)
    b = item_clocks(LOADED, {"state": "未办", "needed": "需办"}, {"name": "乙"}, CALENDAR)
    assert a is b
    c = item_clocks(LOADED, {"state": "未办", "needed": "需办"}, {"due_date": "2022-12-31"}, CALENDAR)
    assert c.deadline == "2022-12-31" and a.deadline == ""


def test_explain_says_start_pause_stop_calendar_and_both_due_days() -> None:
    text = said(
        "2022-09-15", {"due_date": "2022-12-31"},
        d_submit="2022-08-22", d_first="2022-08-25", r_first="受理", d_accept="2022-08-25", promise_wd=10,
        pauses=[{"from": "2022-08-29", "to": "2022-09-05", "reason": "专家评审"}],
    )  # fmt: skip
    for part in (
        "当前环节：审批中，在手续部门手里",
        "K1 初审：提交（接件）日期2022年8月22日，当日不计，按旗方案 四(三)1，5 个工作日，到期日2022年8月29日",
        "按区方案 四(三)1：提交（接件）日期2022年8月22日起，5 个工作日，到期日2022年8月29日",
        "受理日期2022年8月25日，停止计时，没有超期",
        "到期日2022年9月16日",
        "专家评审，2022年8月29日至2022年9月5日恢复",
        "扣除 5 个工作日",
        "还剩 1 个工作日",
        "2022年12月31日",
        "此前最后一个工作日是2022年12月30日",
        "国务院办公厅关于2022年部分节假日安排的通知",
        "中秋节放假",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("today", "part"),
    [("2022-08-29", "今天到期"), ("2022-08-30", "已超期 1 个工作日"), ("2022-08-27", "还剩 1 个工作日")],
)
def test_explain_counts_from_today(today: str, part: str) -> None:
    assert part in said(today, d_submit="2022-08-22")


def test_explain_names_a_local_rest_day() -> None:
    local = Calendar(published().values(), [rest("152529", "2022-08-24", "旗政府办通知")])
    item = {"state": "在办", "needed": "需办", "level": "旗", "d_submit": "2022-08-22"}
    assert item_clocks(LOADED, item, {}, local).due == "2022-08-30"
    text = "\n".join(explain(LOADED, item, {}, local, dt.date(2022, 8, 25)))
    assert "本地休息（旗政府办通知）" in text


def test_explain_a_matter_that_waits() -> None:
    assert "项目单位" in said("2022-09-01", state="未办")
    assert "已转报，本级停表" in said(
        "2022-09-05", level="盟市", d_accept="2022-08-25", d_forward="2022-09-01"
    )
    assert "已过" in said("2023-01-05", {"due_date": "2022-12-31"}, state="未办")

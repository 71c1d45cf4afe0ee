"""Every cross-field check of 待批项目 finds its fault and leaves a sound row alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.engine.expressions import said
from app.templating.template_reading import builtin

LOADED = builtin("pending-approval")
TODAY = dt.date(2022, 10, 31)
ENTRY = {
    "name": "某旗示范项目（一期）",
    "project_code": "2204-152529-04-01-123456",
    "owner_org": "某某有限公司",
    "approval_type": "备案",
    "approval_doc": "某发改字〔2022〕1号",
    "approval_date": "2022-04-01",
    "industry": "D4415",
    "invest": 12_000_000,
    "build_state": "未开工",
    "region_code": "152529",
    "resp_tel": "0479-1234567",
    "due_date": "2022-12-31",
}
ITEM = {
    "state": "在办",
    "needed": "需办",
    "level": "盟市",
    "handler": "责任人乙",
    "handler_tel": "13800000000",
    "disposal": "转报上级",
    "d_submit": "2022-08-22",
    "d_first": "2022-08-25",
    "r_first": "受理",
    "d_accept": "2022-08-25",
    "promise_wd": 10,
    "d_forward": "2022-08-31",
    "forward_to": "盟行政公署生态环境局",
    "channel": "线上",
}
ENTRY_FACTS = {"division": "152529", "standing": "在账", "files": 0}
ITEM_FACTS = {"files": 0, "due": "2022-08-31", "upper_due": "2022-08-31"}


def met(entry: dict[str, Any], item: dict[str, Any], *, code: str = "M03", **facts: Any) -> set[str]:
    cells = {k: v for k, v in {**ENTRY, **entry}.items() if v is not None}
    own = {k: v for k, v in {**ITEM, **item}.items() if v is not None}
    found = said(
        LOADED, cells, {code: own}, TODAY,
        facts={**ENTRY_FACTS, **facts}, item_facts={code: {**ITEM_FACTS, **facts}},
    )  # fmt: skip
    return {each.check.id for each in found}


CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("early-approval", {"approval_date": "2015-05-01"}, {}, {}),
    ("future-approval", {"approval_date": "2022-11-01"}, {}, {}),
    ("no-code", {"project_code": None}, {}, {}),
    ("industry-form", {"industry": "农业"}, {}, {}),
    ("tel-form", {"resp_tel": "1.38E+10"}, {}, {}),
    ("other-banner", {"region_code": "152530"}, {}, {}),
    ("due-after-campaign", {"due_date": "2023-03-31"}, {}, {}),
    ("due-before-start", {"due_date": "2022-06-30"}, {}, {}),
    ("due-missing", {"due_date": None}, {}, {}),
    ("idle-no-reason", {"build_state": "不再实施"}, {}, {}),
    ("idle-no-disposal", {"build_state": "不再实施"}, {}, {}),
    ("removal-late", {"disposal": "移除", "removal_asked": "2022-09-21"}, {}, {}),
    ("removal-built", {"disposal": "移除", "build_state": "在建"}, {}, {}),
    ("removal-lawful", {"disposal": "移除", "judge_conclusion": "合规"}, {}, {}),
    ("removal-order", {"judge_date": "2022-09-10", "removal_asked": "2022-09-09"}, {}, {}),
    ("started-unbuilt", {"start_date": "2022-09-01"}, {}, {}),
    ("start-before-approval", {"start_date": "2022-03-01", "build_state": "在建"}, {}, {}),
    ("invest-zero", {"invest": 0}, {}, {}),
    ("invest-huge", {"invest": 1_200_000_000_001}, {}, {}),
    ("nothing-to-do", {"build_state": "建成"}, {"state": "办结", "needed": "已办"}, {}),
    ("matter-unnamed", {}, {}, {"code": "M99"}),
    ("unverified", {}, {"needed": "待核", "state": "待核"}, {}),
    ("not-needed-basis", {}, {"needed": "不需办", "state": "不需办"}, {}),
    ("future-submit", {}, {"d_submit": "2022-11-01"}, {}),
    ("future-date", {}, {"d_forward": "2022-11-02"}, {}),
    ("first-before-submit", {}, {"d_first": "2022-08-19"}, {}),
    ("notice-before-submit", {}, {"d_notice": "2022-08-19"}, {}),
    ("resubmit-before-notice", {}, {"d_resubmit": "2022-08-19"}, {}),
    ("accept-before-submit", {}, {"d_accept": "2022-08-19"}, {}),
    ("forward-before-accept", {}, {"d_forward": "2022-08-24"}, {}),
    ("done-before", {}, {"d_done": "2022-08-30", "result": "批复", "doc_no": "某〔2022〕1号"}, {}),
    ("done-before-approval", {"approval_date": "2022-09-30"}, {"d_done": "2022-09-20"}, {}),
    ("no-submit", {}, {"d_submit": None}, {}),
    ("no-accept", {}, {"d_accept": None}, {}),
    ("no-promise", {}, {"promise_wd": None, "d_forward": None}, {}),
    ("return-no-notice", {}, {"r_first": "不予受理"}, {}),
    ("second-notice", {}, {"notice_count": 2}, {}),
    ("forward-own-level", {}, {"level": "旗"}, {}),
    ("disposal-forward-level", {}, {"level": None}, {}),
    ("region-limit-earlier", {}, {}, {"due": "2022-09-01"}),
    ("offline", {}, {"channel": "线下", "d_submit": "2022-10-08", "d_accept": "2022-10-09"}, {}),
    ("done-no-doc", {}, {"result": "批复", "d_done": "2022-09-20", "state": "办结"}, {}),
    ("done-no-date", {}, {"result": "批复"}, {}),
    ("refused-no-disposal", {}, {"result": "撤回", "disposal": None}, {}),
    ("state-not-needed", {}, {"needed": "不需办"}, {}),
    ("state-done", {}, {"result": "批复"}, {}),
    ("state-idle", {}, {"state": "未办"}, {}),
    ("pause-unaccepted", {}, {"pauses": [{"from": "2022-09-01"}], "d_accept": None}, {}),
    ("item-due-after", {}, {"due_date": "2023-01-01"}, {}),
    ("handler-tel-form", {}, {"handler_tel": "12345"}, {}),
]


def test_every_check_has_a_case() -> None:
    assert {case[0] for case in CASES} == {check.id for check in LOADED.t.checks}


def test_a_sound_row_is_left_alone() -> None:
    assert met({}, {}) == set()
    assert (
        met(
            {},
            {
                "state": "未办",
                **dict.fromkeys(("d_submit", "d_first", "r_first", "d_accept", "d_forward", "channel")),
            },
        )
        == set()
    )


@pytest.mark.parametrize(("check", "entry", "item", "facts"), CASES, ids=[case[0] for case in CASES])
def test_the_fault_is_found(
    check: str, entry: dict[str, Any], item: dict[str, Any], facts: dict[str, Any]
) -> None:
    """domain B0-B2 rules, the clause stands with each check."""
    found = next(c for c in LOADED.t.checks if c.id == check)
    assert check in met(entry, item, **facts), f"{found.clause} {found.expr}"


@pytest.mark.parametrize(
    ("check", "entry", "item", "facts"),
    [
        ("early-approval", {"approval_date": "2015-05-01", "pre2016_reason": "确有审批需求"}, {}, {}),
        ("no-code", {"project_code": None, "no_code_reason": "2016年以前立项"}, {}, {}),
        ("due-after-campaign", {"due_date": "2023-03-31", "due_late_reason": "等自治区批复"}, {}, {}),
        ("due-missing", {"due_date": None, "due_text": "长期"}, {}, {}),
        ("other-banner", {"region_code": "152530", "excluded": "非本旗"}, {}, {}),
        ("matter-unnamed", {}, {"matter_name": "消防设计审查"}, {"code": "M99"}),
        ("done-no-doc", {}, {"result": "批复", "d_done": "2022-09-20", "state": "办结"}, {"files": 1}),
        ("offline", {}, {"channel": "线下"}, {}),
        ("removal-late", {"disposal": "移除", "removal_asked": "2022-09-20"}, {}, {}),
        ("future-date", {}, {"d_forward": "2022-10-31"}, {}),
        ("region-limit-earlier", {}, {}, {"upper_due": ""}),
    ],
)
def test_what_mends_it(
    check: str, entry: dict[str, Any], item: dict[str, Any], facts: dict[str, Any]
) -> None:
    """The reason, document or day that the rule asks for is enough."""
    assert check not in met(entry, item, **facts)


def test_only_impossible_days_are_refused_while_typing() -> None:
    """decision 9: what is merely missing is a gap before signing, never in the way of typing."""
    hard = {check.id for check in LOADED.t.checks if check.level == "error"}
    assert hard == {
        "future-approval", "future-submit", "future-date", "first-before-submit", "notice-before-submit",
        "resubmit-before-notice", "accept-before-submit", "forward-before-accept", "done-before", "removal-order",
    }  # fmt: skip
    gaps = {check.id for check in LOADED.t.checks if check.level == "gap"}
    assert {"unverified", "due-after-campaign", "no-code", "matter-unnamed", "done-no-doc"} <= gaps

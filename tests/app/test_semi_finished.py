"""The ledger of 半拉子工程: every rule of 内政办发〔2022〕53号 stands in the template, each test names its clause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from app.engine import expressions
from app.engine.expressions import gaps, said
from app.ledger import checks, closing, entries
from app.listing import counts, explain, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.templating.template_reading import builtin
from tests.app.ledger_life import ON, live

LOADED = builtin("semi-finished")
T = LOADED.t
TODAY = dt.date(2022, 11, 15)
ROW = {
    "name": "示范卫生院业务用房", "project_code": "1804-152529-84-01-123456", "owner_org": "旗甲局",
    "ministry": "自治区卫生健康委", "level": "盟市", "approved_year": 2018, "fund_kind": "政府投资",
    "category": "医疗卫生", "facility": "苏木乡镇卫生院", "place": "明安图镇", "intro": "建筑面积1200平方米",
    "start_date": "2018-05-01", "invest": 860_000_000, "done_invest": 540_000_000, "in_place": 540_000_000,
    "paid": 500_000_000, "fund_gap": 320_000_000, "stop_kind": "未完工停建", "stop_date": "2020-10-01",
    "percent": 6500, "reasons": ["资金短缺"], "route": "复工续建", "measures": "筹资续建", "target": "业务用房",
    "principle": "属地管理", "flow": "评估、续建、验收", "plan_due": "2022-10-31", "planned_on": "2022-10-20",
    "resp_unit": "旗卫健委", "resp_person": "责任人甲", "resp_title": "主任", "resp_tel": "13800000000",
    "due_date": "2023-10-31", "problem": "资金缺口", "judged": "主管部门认定", "judged_by": "自治区卫生健康委",
    "judged_on": "2022-08-30",
}  # fmt: skip
TEXTS = {
    "name": "示范卫生院业务用房", "owner_org": "旗甲局", "ministry": "自治区卫生健康委", "level": "盟市",
    "approved_year": "2018", "category": "F05", "facility": "卫生院", "stop_kind": "T1", "stop_date": "2020-10-01",
    "invest": "860.00", "done_invest": "540", "in_place": "540", "fund_gap": "320", "percent": "65%",
    "intro": "建筑面积1200平方米", "problem": "资金缺口", "measures": "筹资续建", "resp_unit": "旗卫健委",
    "resp_person": "责任人甲", "resp_others": "旗财政局", "due_date": "2023-10-31", "route": "续建",
}  # fmt: skip
PROOFS: dict[str, tuple[str, dict[str, str]]] = {
    "完善手续": ("已补办验收和登记", {"accept_on": "2022-08-01", "to_complete": "规划、消防", "fees": "已缴",
                "made_up_on": "2022-08-10", "registry_no": "蒙（2022）不动产权第1号"}),
    "报上级批准": ("已获上级批准", {"upper_organ": "国家某部", "upper_progress": "已批", "upper_doc": "国某〔2022〕1号"}),
    "复工续建": ("已续建竣工", {"appraisal": "某院鉴定1号", "confirmed_by": "旗住建局", "resume_plan": "续建方案",
                "resume_body": "某公司", "promised_on": "2022-08-20"}),
    "引导盘活": ("已盘活投用", {"revive_ways": "引入社会资本", "revive_body": "某公司", "revive_doc": "协议1号"}),
    "按判决办理": ("已按判决处置", {"judgment": "（2022）内25民初1号", "invest_body": "某公司"}),
    "依法拍卖": ("已拍卖处置", {"lost_body": "公司注销", "debts": "已清", "auction_on": "2022-08-01", "auction_money": "100",
                "proceeds": "清偿工程款"}),
    "调解确认": ("已调解确认", {"mediation": "调解1号", "court_confirm": "（2022）司确1号"}),
    "整治拆除": ("已整治拆除", {"no_relocation": "是", "bad_view": "是", "no_formalities": "是", "unfit": "是",
                "demolish_way": "拆除", "demolish_doc": "旗政〔2022〕1号", "demolished_on": "2022-08-15"}),
}  # fmt: skip


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("facility-f05", {"facility": "幼儿园"}),
    ("facility-f02", {"category": "业务技术用房", "facility": "养老院"}),
    ("facility-f08", {"category": "文化体育", "facility": "公安", "secret_check": "不涉密"}),
    ("facility-none", {"category": "水利"}),
    ("facility-missing", {"facility": None}),
    ("secret-unasked", {"category": "业务技术用房", "facility": "法院"}),
    ("secret", {"category": "业务技术用房", "facility": "公安", "secret_check": "涉密"}),
    ("impact", {"level": "旗县"}),
    ("early", {"approved_year": 2015}),
    ("future-year", {"approved_year": 2023}),
    ("not-public", {"fund_kind": "企业投资"}),
    ("gap-differs", {"fund_gap": 310_000_000}),
    ("over-done", {"done_invest": 1_040_000_000}),
    ("over-paid", {"paid": 540_000_001}),
    ("invest-zero", {"invest": 0}),
    ("stopped-whole", {"percent": 10_000}),
    ("built-part", {"stop_kind": "竣工未投用", "built_date": "2020-01-01"}),
    ("stop-order", {"stop_date": "2018-04-30"}),
    ("built-order", {"built_date": "2018-04-30"}),
    ("future-date", {"planned_on": "2022-11-16"}),
    ("close-order", {"applied_on": "2022-11-02", "closed_on": "2022-11-01", "closed_by": "厅"}),
    ("apply-order", {"applied_on": "2022-08-29"}),
    ("due-after", {"due_date": "2024-01-01"}),
    ("due-missing", {"due_date": None}),
    ("no-route", {"route": None}),
    ("no-plan", {"measures": None}),
    ("no-target", {"flow": None}),
    ("park-linked", {"category": "产业园区建设", "facility": None, "park": "明安图产业园"}),
    ("d5-conditions", {"route": "整治拆除", "no_relocation": True, "bad_view": True, "no_formalities": True}),
    ("promise-late", {"promised_on": "2024-01-01"}),
    ("closed-by-who", {"applied_on": "2022-11-01", "closed_on": "2022-11-02"}),
    ("tel-form", {"resp_tel": "12345"}),
    *((f"proof-{d.id}", {"route": d.title, "applied_on": "2022-11-01"}) for d in T.disposals),
]  # fmt: skip


def met(today: dt.date = TODAY, **cells: Any) -> set[str]:
    row = {k: v for k, v in {**ROW, **cells}.items() if v is not None}
    return {each.check.id for each in said(LOADED, row, {}, today)}


def lacking(**cells: Any) -> set[str]:
    row = {k: v for k, v in {**ROW, **cells}.items() if v is not None}
    return {g.field.id for g in gaps(LOADED, row, {}, today=TODAY)}


def codes(list_id: str) -> list[str]:
    return [code.code for code in LOADED.codes[list_id].codes]


def test_every_field_of_the_data_dictionary_is_there() -> None:
    """domain B3 and the head and tail of B0."""
    wanted = """name project_code owner_org ministry level impact_reason approved_year pre2016_reason category facility
        stop_kind place scale invest done_invest in_place paid fund_gap start_date stop_date built_date percent percent_text
        reasons intro route measures principle flow target resp_unit resp_others resp_person resp_title resp_tel leader judged
        judged_by judged_on green applied_on closed_on closed_by review_date review_result due_date due_text problem
        suggestion progress status light not_secret seq ledger_no region_code unit_id note linked rules_made"""
    assert set(wanted.split()) <= LOADED.fields.keys()
    assert [f.id for f in T.fields if f.need == "create"] == ["name"]
    assert LOADED.fields["linked"].follows and LOADED.fields["resp_tel"].private


def test_facilities_and_their_kinds() -> None:
    """53号 三(二): ten groups of public buildings and seven fields, each with the kinds it names."""
    groups = LOADED.codes["category"].codes
    assert len(groups) == 17 and [g.words[0] for g in groups] == [f"F{n:02}" for n in range(1, 18)]
    assert len(codes("facility")) == 8 + 5 + 3 + 7 + 2 + 2 + 12 + 9 + 1
    assert codes("stop_kind") == ["未完工停建", "竣工未投用"] and len(codes("reasons")) == 9
    assert codes("level") == ["自治区", "盟市", "旗县"]
    assert codes("judged") == ["盟市提出", "主管部门认定", "不予认定"]
    assert len(codes("route")) == 8 == len(T.disposals)


def test_a_sound_row_is_left_alone() -> None:
    assert met() == set() and lacking() == set()


@pytest.mark.parametrize(("check", "cells"), FAULTS, ids=[case[0] for case in FAULTS])
def test_the_fault_is_found(check: str, cells: dict[str, Any]) -> None:
    """domain B3 rules; the clause stands with each check."""
    assert check in met(**cells)


def test_every_check_is_tried_or_one_of_the_groups() -> None:
    named = {case[0] for case in FAULTS}
    assert {c.id for c in T.checks} - named == {f"facility-f0{n}" for n in (3, 4, 6, 7, 9)}


def test_what_mends_it() -> None:
    """53号 三(二): 影响较大的一并起底 with its reason; 其他 kinds under “等”."""
    assert "impact" not in met(level="旗县", impact_reason="闹市区")
    assert "early" not in met(approved_year=2015, pre2016_reason="影响较大")
    assert not {c for c in met(category="教育", facility="其他") if c.startswith("facility")}
    assert not met(today=dt.date(2022, 10, 31), route=None, measures=None, target=None)
    assert "due-after" not in met(due_date="2024-01-01", due_late_reason="诉讼未结")


def test_conditional_fields() -> None:
    """53号 三(一)(二): the day that each kind asks for, the reasons for what lies outside the range."""
    assert "stop_date" in lacking(stop_date=None) and "built_date" not in lacking()
    assert "built_date" in lacking(stop_kind="竣工未投用")
    assert {"impact_reason", "pre2016_reason"} <= lacking(level="旗县", approved_year=2014)
    assert "secret_check" in lacking(category="业务技术用房", facility="检察院")
    assert "facility_text" in lacking(facility="其他") and "judge_reason" in lacking(judged="不予认定")


def test_phases_clocks_cadence_and_conflicts() -> None:
    """53号 六, 七(一); 59号 四: both deadlines stand, the earlier rules."""
    days = {d.on.isoformat(): d.clause for d in T.dates}
    assert {"2022-08-10", "2022-08-31", "2022-10-31", "2023-12-31"} <= days.keys()
    assert {c.id: c.until for c in T.clocks} == {"H1": "due_date", "H2": "plan_due"}
    (month,) = T.cadences
    assert (month.every, month.proof, month.form) == ("月", "report", "progress") and "七(一)" in month.clause
    assert T.reports[0].asks == ("存在问题", "工作建议")
    three = next(c for c in T.conflicts if c.id == "deadline")
    assert "2023年12月31日" in three.first and "三年" in three.second and "早" in three.here
    for each in (*T.fields, *T.checks, *T.clocks, *T.dates, *T.closings, *T.figures, *T.disposals):
        for part in each.clause.split("；"):
            assert not part or part.startswith(("53号方案 ", "内政办发〔2022〕59号 ")), each


def test_the_seven_items_of_real_sheets_are_read() -> None:
    """项目介绍、存在问题、解决方案、主责单位、责任人、配合单位、完成时限."""
    words = {w: f.id for f in T.fields for w in (f.title, *f.words)}
    heads = ("项目介绍", "存在问题", "解决方案", "主责单位", "责任人", "配合单位", "完成时限")
    assert [words[h] for h in heads] == [
        "intro", "problem", "measures", "resp_unit", "resp_person", "resp_others", "due_date",
    ]  # fmt: skip
    met_words: dict[str, str] = {}
    for field in T.fields:
        for word in {field.title, *field.words}:
            assert met_words.setdefault(word, field.id) == field.id, word


def test_it_lives(bureau: Office, tmp_path: Path) -> None:
    """53号 四(一), 六(三)(四): filled, sealed, 申请销号 → 主管部门认定 → 已销号, and back by 回头看."""
    life = live(bureau, tmp_path, "semi-finished", TEXTS, drafts=True)
    assert {"ministry", "owner_org"}.isdisjoint(life.lacking) and {"resp_tel", "place"} <= life.lacking
    assert "半拉子工程台账" in life.text and "F05" not in life.text and "苏木乡镇卫生院" not in life.text
    line = lists.line(bureau, life.row)
    assert (line.stage, line.holder, line.deadline) == ("待认定", "行业主管部门", "2022-10-31")
    assert line.cells["plan_due"] == "2022-10-31" and line.computed["gap_worked"] == 320_000_000
    apply = {"basis": "申请销号", "on": ON}
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(life.row, "")], **apply)  # type: ignore[arg-type]
    assert refused.value.code == "E_NOT_NOW"
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, life.row, {"judged": "主管部门认定"})
    assert refused.value.code == "E_FROZEN" and "“认定”登记" in refused.value.text
    entries.amend(bureau, life.row, {"judged_by": "自治区卫生健康委"})
    closing.close(bureau, [(life.row, "")], basis="主管部门认定", on=ON)
    closing.close(bureau, [(life.row, "")], **apply)  # type: ignore[arg-type]
    line = lists.line(bureau, life.row)
    assert (line.stage, line.standing, line.cells["applied_on"]) == ("申请销号", "在账", ON)
    assert line.deadline == "2023-10-31"  # 方案提出以后只剩完成时限
    done = {"basis": "已续建竣工", "on": ON, "doc": "内卫〔2022〕1号"}
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(life.row, "")], **done)  # type: ignore[arg-type]
    assert refused.value.code == "E_LACKING" and len(refused.value.facts["lacking"]) == 6
    (told,) = explain.entry(bureau, life.row)
    assert any("处置路径“复工续建”还缺安全质量评估鉴定报告" in said for said in told.sentences)
    assert "proof-d2" in {f.code.removeprefix("C_") for f in checks.check(bureau, life.ledger)}
    entries.amend(bureau, life.row, {**PROOFS["复工续建"][1], "closed_by": "自治区卫生健康委"})
    closing.close(bureau, [(life.row, "")], **done)  # type: ignore[arg-type]
    tally = counts.count(bureau, life.ledger)
    assert (tally["projects"]["approved"], tally["projects"]["open"], tally["balanced"]) == (1, 1, True)
    assert replay.verify(bureau) == []


@pytest.mark.parametrize("route", PROOFS)
def test_each_route_asks_for_its_own_evidence(route: str) -> None:
    """53号 四(二)1-5: what a route needs is what its 销号 asks for, and what the row is said to lack."""
    basis, proof = PROOFS[route]
    event = next(c for c in T.closings if basis in c.bases)
    assert event.title == "销号" and event.to == "approved" and route in event.when
    assert set(event.needs) - proof.keys() == {"closed_by", "close_doc|scan"} and proof.keys() < set(
        event.needs
    )
    (lack,) = expressions.lacking_of_route(LOADED, "entry", {"route": route})
    assert len(lack[1]) == len(proof)

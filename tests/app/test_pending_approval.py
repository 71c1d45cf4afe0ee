"""The ledger of 待批项目: every rule of both plans stands in the template, each test names its clause."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.engine.expressions import gaps
from app.ledger import closing, entries
from app.listing import lists
from app.office import Office
from app.storage.paths import RESOURCES
from app.templating.template_reading import builtin
from tests.app.conftest import DAY, project

LOADED = builtin("pending-approval")
T = LOADED.t

B0 = """seq ledger_no region_code unit_id resp_unit resp_person resp_title resp_tel due_date problem suggestion
progress status light not_secret note due_text""".split()
B1 = """name project_code owner_org uscc approval_type approval_doc approval_date approval_dept industry park invest
scale fund_kind build_state reason_idle sublists source disposal n_open n_done""".split()
B2 = """matter needed dept level handler d_submit d_first r_first d_notice notice advice d_resubmit d_accept d_forward
forward_to promise_wd pauses d_due d_done result doc_no channel overdue_wd""".split()


def codes(list_id: str) -> list[str]:
    return [code.code for code in LOADED.codes[list_id].codes]


def test_every_field_of_the_data_dictionary_is_there() -> None:
    """domain B0, B1, B2: ids exactly as the keys."""
    assert set(B0) | set(B1) <= LOADED.fields.keys()
    assert set(B2) | {"state"} <= LOADED.item_fields.keys()
    assert {"place", "pre2016_reason", "no_code_reason"} <= LOADED.fields.keys()


def test_only_the_name_is_demanded_before_a_row_is_stored() -> None:
    """A list may lack anything else; a blank cell must not lose a row."""
    assert [f.id for f in T.fields if f.need == "create"] == ["name"]
    assert not [f.id for f in LOADED.item_fields.values() if f.need == "create"]
    assert LOADED.fields["source"].default == "盟发改委下达"


def test_fields_the_plan_names_are_demanded_before_signing() -> None:
    """旗方案 四(一): 部门责任人、审批受理情况、完成时限."""
    lacking = {
        (g.field.id, g.item)
        for g in gaps(LOADED, {"name": "甲"}, {"M01": {"needed": "需办", "state": "未办"}})
    }
    for field in (
        "resp_person",
        "resp_unit",
        "resp_tel",
        "due_date",
        "problem",
        "build_state",
        "approval_type",
    ):
        assert (field, "") in lacking
    assert ("handler", "M01") in lacking and ("level", "M01") in lacking
    assert ("dept", "M01") not in lacking
    assert ("note", "") not in lacking and ("seq", "") not in lacking


def test_conditional_fields() -> None:
    """domain B1: C columns — no code, before 2016, not to be built, late due day."""

    def lacking(**cells: str) -> set[str]:
        return {g.field.id for g in gaps(LOADED, {"name": "甲", **cells}, {})}

    assert "no_code_reason" in lacking() and "no_code_reason" not in lacking(
        project_code="2204-152529-04-01-123456"
    )
    assert "pre2016_reason" in lacking(approval_date="2015-12-31")
    assert "pre2016_reason" not in lacking(approval_date="2016-01-01")
    assert "reason_idle" in lacking(build_state="不再实施") and "reason_idle" not in lacking(
        build_state="在建"
    )
    assert "due_late_reason" in lacking(due_date="2023-01-01")
    assert "due_date" not in lacking(due_text="长期")
    assert {"judge_basis", "judge_conclusion", "judge_date", "removal_targets"} <= lacking(disposal="移除")


def test_the_matters() -> None:
    """旗方案 三(二), 区方案 三(二): eight named ones, the rest under “等所有”."""
    always = [p.title for p in LOADED.presets.values() if p.always]
    assert always == ["土地预审", "能评", "环评", "取水", "水土保持", "林地征占", "草地征占", "施工许可"]
    assert list(LOADED.presets) == [f"M{n:02}" for n in range(1, 13)] + ["M99"]
    assert [p.code for p in LOADED.presets.values() if p.named] == ["M99"]
    assert [LOADED.presets[c].dept for c in ("M01", "M03", "M04", "M06", "M08", "M09", "M12")] == [
        "自然资源局", "生态环境分局", "水利局", "林草局", "住建局", "自然资源局", "水利局",
    ]  # fmt: skip


def test_code_lists() -> None:
    """domain B1, B2."""
    assert codes("approval_type") == ["审批", "核准", "备案"]
    assert codes("build_state") == ["未开工", "在建", "建成", "不再实施"]
    assert codes("source") == ["盟发改委下达", "部门自行梳理", "项目单位提出", "以案促改"]
    assert codes("state") == ["办结", "在办", "未办", "不需办", "待核"]
    assert codes("needed") == ["需办", "不需办", "已办", "待核"]
    assert codes("level") == ["旗", "盟市", "自治区", "国家"]
    assert codes("r_first") == ["受理", "一次性告知补正", "不予受理"]
    assert codes("result") == ["批复", "不予许可", "撤回"]
    assert codes("channel") == ["线上", "线下"]
    assert codes("fund_kind") == ["政府投资", "企业投资", "PPP"]
    assert codes("sublists") == ["待批", "超期", "已立项未开工"]
    assert codes("item_disposal") == ["限时审批", "退回", "转报上级"]
    assert codes("entry_disposal") == ["移除"]
    assert len(codes("reason_idle")) == 7


def test_marks_have_no_meaning_of_their_own() -> None:
    """decision 13: √ × / mean what the sheet's note says."""
    words = {w for c in LOADED.codes["state"].codes for w in (c.code, *c.words)}
    assert not words & {"√", "×", "/", "✓", "x", "是", "否"}


def test_what_is_frozen_by_the_seal() -> None:
    """decision 7, 旗方案 四(一) 不得随意调减."""
    frozen = {f.id for f in T.fields if f.frozen}
    assert {
        "name",
        "project_code",
        "owner_org",
        "approval_type",
        "approval_doc",
        "approval_date",
        "invest",
    } <= frozen
    assert {"due_date"} <= frozen and "needed" in {f.id for f in LOADED.item_fields.values() if f.frozen}
    assert not frozen & {"resp_person", "resp_tel", "progress", "note", "build_state", "problem"}
    assert not {f.id for f in LOADED.item_fields.values() if f.frozen} & {
        "handler",
        "d_submit",
        "d_accept",
        "d_notice",
        "d_forward",
    }


def test_phones_are_private() -> None:
    assert LOADED.fields["resp_tel"].private and LOADED.item_fields["handler_tel"].private


@pytest.mark.parametrize(
    ("clock", "days", "clause", "upper_days", "upper_clause"),
    [
        ("K1", 5, "旗方案 四(三)1", 5, "区方案 四(三)1"),
        ("K2", 3, "旗方案 四(二)2", 5, "区方案 四(二)2"),
        ("K3", 5, "旗方案 四(二)3", 7, "区方案 四(二)3"),
        ("K4", 0, "旗方案 四(二)3", None, "区方案 四(二)3"),
        ("K5", 0, "旗方案 四(一)、四(二)3", None, "区方案 四(一)、四(二)3"),
    ],
)
def test_clocks_stand_side_by_side_with_the_regions(
    clock: str, days: int, clause: str, upper_days: int | None, upper_clause: str
) -> None:
    """domain A1 clocks: banner limit and region limit with both clauses."""
    found = LOADED.clocks[clock]
    assert (found.workdays, found.clause) == (days, clause)
    assert found.upper is not None and (found.upper.workdays, found.upper.clause) == (
        upper_days,
        upper_clause,
    )


def test_the_forwarding_clocks_start_on_different_days() -> None:
    """旗方案 四(二)3 受理; 区方案 四(二)3 接件."""
    clock = LOADED.clocks["K3"]
    assert clock.starts == "d_accept" and clock.upper is not None and clock.upper.starts == "d_submit"


def test_only_the_promised_clock_pauses_and_only_for_lawful_reasons() -> None:
    """行政许可法 45条, decision 5: 补正 is not a pause."""
    assert [c.id for c in T.clocks if c.pausable] == ["K4"]
    assert [p.reason for p in T.pauses] == [
        "听证",
        "招标",
        "拍卖",
        "检验",
        "检测",
        "检疫",
        "鉴定",
        "专家评审",
    ]


def test_two_reds() -> None:
    """decision 4."""
    assert {c.id: c.cause for c in T.clocks} == {
        **dict.fromkeys(("K1", "K2", "K3", "K4"), "审批超期"),
        "K5": "完成时限已过",
    }


@pytest.mark.parametrize(
    ("day", "clause", "who"),
    [
        ("2022-08-20", "旗方案 四(一)", "旗直立项部门"),
        ("2022-08-20", "旗方案 四(一)", "前期手续办理部门"),
        ("2022-08-23", "旗方案 四(一)", "立项部门"),
        ("2022-08-25", "旗方案 四(一)", "旗发改委"),
        ("2022-08-31", "区方案 四(一)", "自治区各审批部门"),
        ("2022-09-20", "旗方案 四(二)1", "立项部门"),
        ("2022-09-30", "旗方案 六(三)", "没有在线审批系统的审批部门"),
        ("2022-10-01", "旗方案 六(三)", "各审批部门"),
        ("2022-10-01", "区方案 六(三)", "各级各审批部门"),
        ("2022-12-31", "旗方案 四(二)3", "各审批部门"),
        ("2022-12-31", "区方案 四(二)3", "各级各审批部门"),
    ],
)
def test_fixed_dates(day: str, clause: str, who: str) -> None:
    """domain A1 dates, never moved to another day."""
    assert (dt.date.fromisoformat(day), clause, who) in {(d.on, d.clause, d.who) for d in T.dates}


def test_the_regions_dates_are_marked_as_such() -> None:
    assert all((d.level == "自治区") == d.clause.startswith("区方案") for d in T.dates)
    assert len(T.dates) == 11


def test_sublists(bureau: Office, ledger: str) -> None:
    """旗方案 四(一), 区方案 四(一), decision 3: computed, more than one may hold; 在办 without dates is 受理 too."""
    on = DAY.isoformat()
    every = project(bureau, ledger, "甲", build="未开工", M01="在办")
    entries.amend(
        bureau, every, {}, {"M01": {"d_submit": "2022-08-01", "d_accept": "2022-08-02", "promise_wd": "3"}}
    )
    bare = project(bureau, ledger, "乙", M01="在办")
    waiting = project(bureau, ledger, "丙", M01="未办")
    finished = project(bureau, ledger, "丁", M01="在办")
    closing.close(bureau, [(finished, "M01")], basis="批复", doc="某审〔2022〕1号", on=on)
    shown = {line.id: line.sublists for line in lists.lines(bureau, [every, bare, waiting, finished])}
    assert shown == {every: ("待批", "超期", "已立项未开工"), bare: ("待批",), waiting: (), finished: ()}
    tabs = lists.tabs(bureau, ledger)
    assert (tabs["待批"], tabs["超期"], tabs["已立项未开工"]) == (2, 1, 1)
    assert lists.ids(bureau, ledger, lists.Query(sublist="待批")) == [every, bare]
    assert lists.ids(bureau, ledger, lists.Query(sublist="pending")) == [every, bare]


def test_computed_values(bureau: Office, ledger: str) -> None:
    """旗方案 三(一) 2016年至今; 四(二)1 all targets confirmed."""
    one = project(bureau, ledger, "甲", M01="未办")
    dates = {"approval_date": "2015-06-01", "removal_platform": "2022-08-01", "removal_major": "2022-08-10"}
    entries.amend(bureau, one, dates)
    two = project(bureau, ledger, "乙", M01="未办")
    values = {line.id: line.computed for line in lists.lines(bureau, [one, two])}
    assert values[one] == {"approval_year": 2015, "before_2016": True, "removal_last": "2022-08-10"}
    assert values[two] == {"before_2016": False}
    assert lists.ids(bureau, ledger, lists.Query(where=(("approval_year", ("2015",)),))) == [one]
    assert dict(lists.values(bureau, ledger, "before_2016")) == {"否": 1, "是": 1}
    assert lists.ids(bureau, ledger, lists.Query(sort=(("removal_last", True),))) == [one, two]


def test_figures_and_reports() -> None:
    """旗方案 六(二), 四(三)2: progress drafted from the numbers; overdue with a page per department, copied to 派驻纪检组."""
    figures = {figure.id: figure for figure in T.figures}
    assert {
        "accepted",
        "returned",
        "forwarded",
        "granted",
        "online_rate",
        "on_time_rate",
        "work_days",
    } <= figures.keys()
    assert (figures["work_days"].of, figures["work_days"].field, figures["work_days"].to) == (
        "workdays",
        "d_accept",
        "d_done",
    )
    assert (figures["online_rate"].over, figures["on_time_rate"].over) == ("by_channel", "finished")
    progress, overdue = T.reports
    assert (
        progress.paragraphs[0].text.startswith("截至{until}，{whole}")
        and "零报告" in progress.paragraphs[1].zero
    )
    assert overdue.pages_per == "unit" and "派驻纪检组" in overdue.cc and not progress.cc
    assert [c.form for c in T.cadences] == ["progress", "progress", "overdue"]
    linked = LOADED.fields["linked"]
    assert (linked.kind, linked.follows) == ("row", True) and "pending-region" in linked.ledgers


def test_cadence() -> None:
    """旗方案 六(二): half-monthly to 9月30日, then monthly; decision 15: first report 2022-08-31."""
    half, month, late = T.cadences
    assert (half.every, half.first, half.until) == ("半月", dt.date(2022, 8, 31), dt.date(2022, 9, 30))
    assert (month.every, month.first) == ("月", dt.date(2022, 10, 31))
    assert "派驻纪检组" in late.to and late.clause.startswith("旗方案 四(三)2")


def test_signoff_routes() -> None:
    """旗方案 四(一): 主要领导 and 分管旗长; 政府研究 then 报盟行署. decision 10."""
    sponsor, banner = T.signoffs
    assert sponsor.roles == ("立项部门主要领导", "分管旗长")
    assert sponsor.lines == ("填报人", "审核人", "立项部门主要领导", "分管旗长")
    assert [step.title for step in banner.steps] == [
        "政府研究",
        "报送盟行署",
    ] and banner.seals_upon == "政府研究"


def test_closings() -> None:
    """decision 6, 旗方案 四(一) 审批1个核减1个."""
    by_id = {c.id: c for c in T.closings}
    assert by_id["approve"].bases == ("批复", "许可证", "备案回执", "承诺书", "区域评估免办")
    assert by_id["approve"].to == "approved" and "doc_no|scan" in by_id["approve"].needs
    assert by_id["refuse"].to == "kept" and set(by_id["refuse"].bases) == {"不予许可", "撤回"}
    assert {c.id for c in T.closings if c.second_person} == {"remove", "correct", "correct-item"}
    assert {"judge_basis", "judge_conclusion", "judge_date", "removal_targets", "scan"} <= set(
        by_id["remove"].needs
    )
    assert by_id["start"].to == "started" and by_id["start"].needs == ("start_date",)
    assert by_id["start"].wants == ("evidence|scan",)
    assert "回头看" in by_id["reopen"].bases


def test_disposals() -> None:
    """旗方案 四(二)1-3; decision 5: the project knows only 移除."""
    assert {d.title: d.scope for d in T.disposals} == {
        "限时审批": "item",
        "退回": "item",
        "转报上级": "item",
        "移除": "entry",
    }


@pytest.mark.parametrize(
    ("conflict", "first", "second"),
    [
        ("notice-days", "3个工作日", "5个工作日"),
        ("notice-inside", "5个工作日", "3个工作日"),
        ("forward-days", "受理后5个工作日", "接件后7个工作日"),
        ("ledger-day", "8月25日", "8月31日"),
        ("same-day", "8月20日", "8月20日"),
        ("removal-where", "重大项目库", "在线审批平台"),
        ("scope-built", "在建项目", "未开工"),
        ("last-day", "12月31日", "休息日"),
    ],
)
def test_conflicts_are_shown(conflict: str, first: str, second: str) -> None:
    """domain A5: make them visible, never silently choose."""
    found = next(c for c in T.conflicts if c.id == conflict)
    assert first in found.first and second in found.second and found.here and found.why


def test_every_clause_names_its_document() -> None:
    everything = [*T.fields, *LOADED.item_fields.values(), *LOADED.presets.values(), *T.clocks, *T.dates, *T.checks,
                  *T.closings, *T.disposals, *T.sublists, *T.computed, *T.cadences, *T.signoffs]  # fmt: skip
    for each in everything:
        for part in each.clause.split("；"):
            assert not part or part.startswith(
                ("旗方案 ", "区方案 ", "行政许可法 ", "GB/T ", "内政办发〔")
            ), each
    assert all(c.clause for c in (*T.clocks, *T.dates, *T.sublists, *T.cadences, *T.signoffs, *T.closings))


def test_no_word_leads_to_two_columns() -> None:
    met: dict[str, str] = {}
    for field in T.fields:
        for word in {field.title, *field.words}:
            assert met.setdefault(word, field.id) == field.id, word
    for preset in LOADED.presets.values():
        for word in {preset.title, *preset.words}:
            assert met.setdefault(word, preset.code) == preset.code, word


def test_the_heads_of_the_leagues_list_are_known(league_list: Worksheet) -> None:
    known = {word for f in T.fields for word in (f.title, *f.words)}
    known |= {word for p in LOADED.presets.values() for word in (p.title, *p.words)}
    heads = [c.value for row in league_list["A4:U5"] for c in row if c.value]
    heads = ["".join(str(h).split()) for h in heads if h != "前期手续办理情况"]
    assert len(heads) == 21 and {"".join(w.split()) for w in known} >= set(heads)


def test_the_words_of_the_leagues_list_are_known(league_list: Worksheet) -> None:
    def words(list_id: str) -> set[str]:
        return {w for c in LOADED.codes[list_id].codes for w in (c.code, *c.words)}

    rows = [r for r in league_list.iter_rows(min_row=8, max_row=478, values_only=True) if r[1] and r[4]]
    assert len(rows) == 465
    assert {r[4] for r in rows} <= words("approval_type") and {r[11] for r in rows} <= words("build_state")
    states = {str(v).partition("（")[0] for r in rows for v in r[12:20] if v is not None} - {"√", "×", "/"}
    assert states <= words("state")


@pytest.fixture(scope="module")
def league_list() -> Worksheet:
    return openpyxl.load_workbook(RESOURCES / "sample" / "league-list.xlsx")["汇总"]

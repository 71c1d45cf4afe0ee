"""Columns are mapped by their words, and a layout that was mapped once is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports import mapping
from app.imports.drafting import draft
from app.imports.mapping import Matcher, fingerprint, head_unit, split_target
from app.problem import Problem
from app.templating import template_reading
from app.words.templates import Loaded
from tests.data import make_lists as lists

HEADS = {
    "name": "项目名称 名\u3000\u3000称 建设项目名称 1.项目名称 *项目名称（必填） 项目（工程）名称 工程名称 项目基本情况/名称",
    "project_code": "项目代码（24位） 国家统一项目代码 在线审批监管平台代码 统一项目代码 投资项目代码",
    "owner_org": "项目单位 建设单位（业主） 项目法人（业主） 项目业主名称 实施单位",
    "approval_type": "立项类型 立项方式（审批、核准、备案） 审批类型 立项信息/类型",
    "approval_doc": "批复（备案）文号 立项批复文号 立项（备案）文号 立项情况/文号",
    "approval_date": "批复时间 立项批复时间 立项（备案）时间 备案日期 立项情况/时间",
    "approval_dept": "审批部门 立项部门 立项情况/部门",
    "invest": "总投资(万元) 总投资（单位：万元） 项目总投资额（元） 计划总投资 投资总额 投资估算（亿元）",
    "scale": "建设内容及规模 主要建设内容和规模 建设规模与主要内容 建设规模\n及主要内容",
    "place": "建设地点 项目所在地 所在苏木乡镇 建设地址",
    "build_state": "建设状态 项目建设状态（未开工/在建/建成） 是否开工",
    "note": "备注 备\u3000注",
    "resp_tel": "联系电话 责任落实/联系电话",
    "M01": "土地预审 用地预审 用地预审及选址意见书 用地预审与规划选址 前期手续/土地预审/办理情况",
    "M02": "节能审查 能评（节能审查） 能评手续办理情况 审批事项办理情况/能评",
    "M03": "环评 环评手续 环境影响评价（环评） 环评是否办理 是否办理环评 环评/是否办理",
    "M03.doc_no": "环评批复文号 环评/批复文号 环评·批复文号",
    "M03.d_done": "环评批复时间 环评/办结时间",
    "M03.handler": "环评/责任人",
    "M04": "取水许可 取水许可证 水资源论证",
    "M05": "水土保持方案 水保 水保方案审批",
    "M06": "林地 使用林地 使用林地审批 林地占用审核",
    "M07": "草原征占用 草地征占用 使用草原",
    "M08": "施工许可 施工许可证 建筑工程施工许可证",
    "M10": "工程规划许可证",
    "M99.2": "其他事项（2）",
    mapping.SEQ: "序号 No. 序",
    mapping.ROW_ID: "行标识（勿改）",
    "": "已完成投资 累计完成投资 2022年计划投资 责任人及电话 竣工时间 建设性质 立项年份 审批情况",
}


@pytest.mark.parametrize(("target", "head"), [(t, h) for t, words in HEADS.items() for h in words.split(" ")])
def test_a_head_is_known_by_its_words(loaded: Loaded, target: str, head: str) -> None:
    path = tuple(head.split("/")) if head.count("/") and "（" not in head else (head,)
    assert Matcher(loaded).match(path)[0] == target


def test_a_head_of_the_program_is_the_lists_own_where_nothing_else_is(loaded: Loaded, tmp_path: Path) -> None:
    """状态 of a list is 建设状态; beside a column of that name (our own print) it is what the program says."""
    alone: lists.Grid = [["项目名称", "状态", "环评"], ["甲", "在建", "已办"], ["乙", "未动工", "已办"]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", alone)], tmp_path / "a.xlsx"), loaded)
    assert [r.cells["build_state"] for r in drafted.rows] == ["在建", "未开工"]
    beside: lists.Grid = [["项目名称", "建设状态", "状态"], ["甲", "在建", "在账"]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", beside)], tmp_path / "b.xlsx"), loaded)
    assert drafted.rows[0].cells["build_state"] == "在建" and not drafted.problems


def test_an_unknown_head_is_kept_and_only_suggested(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [["项目名称", "项目编码号码", "包联干部"], ["甲", "x", "干部甲"]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    column = drafted.columns[1]
    assert column.target == "" and "project_code" in column.near
    assert [c.head for c in drafted.unmapped] == ["项目编码号码", "包联干部"]
    assert drafted.rows[0].raw["包联干部"] == "干部甲"


def test_two_columns_for_one_field_keep_the_first(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [["项目名称", "建设地点", "建设地址"], ["甲", "明安图镇", "星耀镇"]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert drafted.rows[0].cells["place"] == "明安图镇"
    assert "重复" in drafted.columns[2].reason


def test_a_mapping_is_remembered_by_the_head(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [["项目名称", "包联干部"], ["甲", "干部甲"]]
    path = lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx")
    chosen = draft(path, loaded, mapping={"包联干部": "resp_person"})
    assert chosen.rows[0].cells["resp_person"] == "干部甲"
    again = draft(path, loaded, memory=chosen.remembered)
    assert again.rows[0].cells["resp_person"] == "干部甲"
    assert again.columns[1].reason == "上次这样对的"
    with pytest.raises(Problem) as caught:
        draft(path, loaded, mapping={1: "没有这一栏"})
    assert caught.value.code == "E_MAPPING"


def test_a_memory_is_not_applied_to_another_template_nor_to_a_head_nobody_knew(
    loaded: Loaded, tmp_path: Path
) -> None:
    """The same heads may mean other fields elsewhere; and the program may know more words tomorrow."""
    rows: lists.Grid = [["项目名称", "环评", "包联干部"], ["甲", "已办", "干部甲"]]
    path = lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx")
    chosen = draft(path, loaded, mapping={"环评": ""})
    assert draft(path, loaded, memory=chosen.remembered).rows[0].items == {}
    other = template_reading.read(loaded.source.replace('id = "pending-approval"', 'id = "another"', 1))
    assert draft(path, other, memory=chosen.remembered).rows[0].items["M03"]["state"] == "办结"
    assert chosen.remembered[chosen.fingerprint] == {"项目名称": "name", "环评": ""}


def test_the_fingerprint_is_of_the_words() -> None:
    one = fingerprint([("项目名称",), ("环评", "批复文号")])
    assert one == fingerprint([("项目 名称*",), ("环\n评", "批复文号")])
    assert one != fingerprint([("环评", "批复文号"), ("项目名称",)])


def test_units_of_heads_and_targets() -> None:
    assert (
        head_unit(("总投资（万元）",))
        == head_unit(("总投资", "万元"))
        == head_unit(("总投资/万元",))
        == "万元"
    )
    assert head_unit(("用地面积(㎡)",)) == "平方米"
    assert head_unit(("项目名称（全称）",)) == ""
    assert split_target("M03") == ("M03", "state")
    assert split_target("M99.2.doc_no") == ("M99.2", "doc_no")
    assert split_target("M99.2") == ("M99.2", "state")

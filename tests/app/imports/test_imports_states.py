"""Only words known to mean it close a matter; what is not known is 待核 with its own words shown (decision 13)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports.drafting import draft
from app.imports.matters import MatterReader, legend
from app.problem import Problem
from app.words.templates import Loaded
from tests.data import make_lists as lists

DONE = (
    "已批复（锡发改〔2021〕3号） 2021年5月已办结 已完成环评批复 已取得施工许可证 环评已批复 手续已全部办结 √已办 "
    "已办（文号：锡环审〔2022〕5号） 已批复(2021年) 已办结，证号15252920220001 已批复（旗水利局） "
    "环评登记表已备案 已取得水土保持方案批复 “已办结” 均已办结"
)
GOING = (
    "已申请 已报件 已委托 已编制 已公示 已评审 即将办结 预计9月办结 预计2022年9月5日办结 基本办结 完成50% 已完成公示 "
    "已通过专家评审 已上报自治区审批 正在办理（林草局） 办理中，预计9月底 已审批中 进行中 部分办理 正在办理，预计9月底办结 "
    "已申请（锡环受〔2022〕3号） 办结中 批复中"
)
NOT_DONE = (
    "已退回 已驳回 已撤销 已作废 已失效 已废止 已过期 过期 已到期 批复已失效 施工许可证已过期 未取得批复 "
    "未办，正在准备材料 尚未办结 没有办结 未完全办结 均未办"
)
UNSURE = (
    "已批复（已过期） 已列入计划 已取消 已终止 办结率50% 已办但未取得批复 已过会 已批复，正在变更 已办结（待换证） "
    "已完成水保方案 水保方案已完成 已取得初审意见 一期已办结 没有问题，已办结 "
    "已受理并办结 完成100% 不涉及林地，但涉及草地 正常 停工中 ×已办 √未办 ×（锡环审〔2022〕5号） "
    "已批复待领证 拟办结 准备办结 已办结（退回）"
)
NOT_NEEDED = "不涉及（不占林地） 无需办理环评 不占用草原 豁免办理 免办（登记表）"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (state, text)
        for state, texts in (("办结", DONE), ("在办", GOING), ("未办", NOT_DONE), ("不需办", NOT_NEEDED))
        for text in texts.split(" ")
    ],
)
def test_what_a_cell_says(loaded: Loaded, state: str, text: str) -> None:
    assert MatterReader(loaded).read(text).cells["state"] == state


@pytest.mark.parametrize("text", UNSURE.split(" "))
def test_what_is_not_certain_closes_nothing(loaded: Loaded, text: str) -> None:
    """应批尽批 is counted by what was really approved: a guess must never close a matter (decision 13)."""
    with pytest.raises(Problem) as caught:
        MatterReader(loaded).read(text)
    assert caught.value.code == "E_STATE" and text in caught.value.text
    assert caught.value.facts["near"][0] not in ("办结", "不需办")


def test_a_reading_that_is_not_word_for_word_is_shown(loaded: Loaded) -> None:
    read = MatterReader(loaded).read
    for text in ("已退回", "完成50%", "已完成环评批复", "预计9月办结"):
        assert text in read(text).note, text
    assert read("已批复").note == read("已批复（锡发改〔2021〕3号）").note == ""
    month = read("2021年5月已办结")
    assert "d_done" not in month.cells and "没有写到哪一天" in month.note


def test_a_document_number_goes_with_an_approval_only(loaded: Loaded) -> None:
    assert MatterReader(loaded).read("已申请（锡环受〔2022〕3号）").cells == {"state": "在办"}
    assert MatterReader(loaded).read("未办（锡环函〔2022〕3号要求补正）").cells == {"state": "未办"}
    full = MatterReader(loaded).read("已批复（锡发改〔２０２１〕３号）")
    assert full.cells == {"state": "办结", "doc_no": "锡发改〔2021〕3号"}


def test_a_note_explains_a_mark_only_by_words_that_are_known() -> None:
    assert legend(["√表示已申请，×表示未申请"]).noted == {"√": "在办", "×": "未办"}
    assert legend(["√表示已办理了相关手续"]).noted == {"√": "办结"}
    unclear = legend(["√表示已列入计划"], {"√": "办结"})
    assert unclear.noted == {} and unclear.meaning("√", "环评", "M03") == ""


def test_an_unreadable_cell_is_unknown_and_told(loaded: Loaded, tmp_path: Path) -> None:
    """The row comes in with that matter 待核; the cell is a problem with its row, field and own words."""
    rows: lists.Grid = [["项目名称", "环评", "洪评"], ["甲", "已取消", "已取消"]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert drafted.rows[0].items == {"M03": {"state": "待核"}, "M12": {"state": "待核"}}
    assert [(p.row, p.field, p.code, p.raw, p.kept) for p in drafted.problems] == [
        (2, "M03", "E_STATE", "已取消", "待核"), (2, "M12", "E_STATE", "已取消", "待核"),
    ]  # fmt: skip
    assert not drafted.rows[0].refused
    mended = draft(tmp_path / "a.xlsx", loaded, value_fixes={("M03", "已取消"): "在办"})
    assert mended.rows[0].items["M03"] == {"state": "在办"} and [p.field for p in mended.problems] == ["M12"]


def test_marks_nobody_explains_are_unknown_cell_by_cell(loaded: Loaded, tmp_path: Path) -> None:
    """What `--yes` does with ○ ● △: 待核 with a problem per cell; √ × / as decision 13 says."""
    rows: lists.Grid = [["项目名称", "环评", "能评"], ["甲", "√", "○"], ["乙", "●", "×"], ["丙", "〇", "△"]]
    path = lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx")
    drafted = draft(path, loaded, answers={"√": "办结", "×": "未办"}, unexplained="待核")
    assert drafted.questions == []
    assert [(r.items["M03"]["state"], r.items["M02"]["state"]) for r in drafted.rows] == [
        ("办结", "待核"), ("待核", "未办"), ("待核", "待核"),
    ]  # fmt: skip
    assert [(p.row, p.field, p.kept) for p in drafted.problems] == [
        (2, "M02", "待核"), (3, "M03", "待核"), (4, "M03", "待核"), (4, "M02", "待核"),
    ]  # fmt: skip
    assert [q.mark for q in draft(path, loaded).questions] == ["√", "●", "○", "○", "×", "△"]

"""Cells of matters become states; marks mean what the sheet says, else what a person confirms (decision 13)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports.drafting import draft
from app.imports.matters import MatterReader, legend
from app.problem import Problem
from app.words.templates import Loaded
from tests.data import make_lists as lists

WORDS = {
    "办结": "已办 已办结 已批复 已办理 办理完毕 手续齐全 已取得批复 已核发 已完成环评批复 已取得施工许可证",
    "在办": "在办 办理中 正在办理 已受理 已上报自治区审批 正在编制报告 评审中 不予许可 撤回申请",
    "未办": "未办 未办理 尚未办理 未批复 未取得批复 未办，正在准备材料",
    "不需办": "不需要 不涉及 无需办理 免办 豁免 不需办理",
    "待核": "待核 待核实 待确认 不清楚",
}


@pytest.mark.parametrize(("state", "text"), [(s, w) for s, words in WORDS.items() for w in words.split(" ")])
def test_the_words_for_a_state(loaded: Loaded, state: str, text: str) -> None:
    assert MatterReader(loaded).read(text).cells["state"] == state


@pytest.mark.parametrize(
    "text",
    [
        "已批复（某审〔2016〕18号）", "已批复\n某审（2016）18号", "已办结，文号：某审[2016]18号", "某审【2016】第18号",
        "已办理 某审〔2016〕 18 号",
    ],
)  # fmt: skip
def test_the_document_number_is_taken_out(loaded: Loaded, text: str) -> None:
    cells = MatterReader(loaded).read(text).cells
    assert (cells["state"], cells["doc_no"]) == ("办结", "某审〔2016〕18号")


def test_a_date_is_taken_out_and_a_refusal_stays_open(loaded: Loaded) -> None:
    """不予许可 stops the clock and stays 在账 (decision 6)."""
    read = MatterReader(loaded).read
    assert read("2022.3.5已批复").cells == {"state": "办结", "d_done": "2022-03-05"}
    assert read("不予许可").cells == {"state": "在办", "result": "不予许可"}
    assert read("").cells == {"state": "待核"}
    assert read("√（某审〔2016〕18号）").mark == "√"


def test_a_cell_that_says_nothing_known_is_a_problem(loaded: Loaded) -> None:
    with pytest.raises(Problem) as caught:
        MatterReader(loaded).read("abc")
    assert caught.value.code == "E_STATE" and caught.value.facts["near"]


@pytest.mark.parametrize(
    "note",
    [
        "“√”表示已办理，“×”表示未办理，“/”表示不涉及。", "注：√为已办，×为未办，/为不需要办理",
        "已办理的打“√”，未办理打×；不涉及填/", "√：已办结；×：未办结；／：不涉及",
        "(√)代表已批复 （×）代表未办 （/）代表无需办理",
    ],
)  # fmt: skip
def test_the_sheet_explains_its_marks(note: str) -> None:
    assert legend([note]).noted == {"√": "办结", "×": "未办", "/": "不需办"}


def test_the_sheets_own_note_wins_and_may_be_otherwise(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [["项目名称", "环评", "能评"], ["甲", "√", "○"], ["注：√表示正在办理，○表示不涉及。"]]
    path = lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx")
    drafted = draft(path, loaded, answers={"√": "办结"})
    assert drafted.rows[0].items == {"M03": {"state": "在办"}, "M02": {"state": "不需办"}}
    assert drafted.questions == []


def test_marks_without_a_note_are_asked_once_per_column(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [["项目名称", "环评", "能评"], ["甲", "√", "/"], ["乙", "√", "×"], ["丙", "—", ""]]
    path = lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx")
    drafted = draft(path, loaded)
    assert [(q.column, q.mark, q.count, q.usual) for q in drafted.questions] == [
        ("环评", "√", 2, "办结"), ("能评", "/", 1, "不需办"), ("能评", "×", 1, "未办"),
    ]  # fmt: skip
    answered = draft(path, loaded, answers={"环评": {"√": "在办"}, "M02": {"/": "未办理", "×": "未办"}})
    assert answered.questions == []
    assert [r.items["M03"]["state"] for r in answered.rows] == ["在办", "在办", "待核"]
    assert [r.items["M02"]["state"] for r in answered.rows] == ["未办", "未办", "待核"]
    with pytest.raises(Problem) as caught:
        draft(path, loaded, answers={"√": "大概"})
    assert caught.value.code == "E_ANSWER"


def test_a_matter_that_is_not_always_there_comes_only_when_entered(loaded: Loaded, tmp_path: Path) -> None:
    """M09… only when entered, M01-M08 always (decision 13)."""
    rows: lists.Grid = [["项目名称", "环评", "洪评"], ["甲", "", ""], ["乙", "已办", "在办"]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert [r.items for r in drafted.rows] == [
        {"M03": {"state": "待核"}}, {"M03": {"state": "办结"}, "M12": {"state": "在办"}},
    ]  # fmt: skip

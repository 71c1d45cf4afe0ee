"""What becomes of bad cells, how they are mended, what a row keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports.columns import secret
from app.imports.drafting import draft
from app.words.templates import Loaded
from tests.data import make_lists as lists

HEADS = ["序号", "项目名称", "项目代码", "立项类型", "立项日期", "总投资（万元）", "环评"]
BAD = [7, "甲工程", 2.2041525290401e19, "备按", "2026.13.5", "八百万", "abc"]
GOOD = [8, "乙\n工 程", "2204–152529–04–01–000001", "备案制", "2022.8.5", "1亿元", "已办"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return lists.write_xlsx([lists.Sheet("表", [HEADS, BAD, GOOD])], tmp_path / "a.xlsx")


def test_each_bad_cell_is_a_problem_with_its_row_and_field(path: Path, loaded: Loaded) -> None:
    drafted = draft(path, loaded)
    assert [(p.row, p.field, p.code) for p in drafted.problems] == [
        (2, "project_code", "E_DIGITS_LOST"), (2, "approval_type", "E_CODE"), (2, "approval_date", "E_DATE"),
        (2, "invest", "E_MONEY"), (2, "M03", "E_STATE"),
    ]  # fmt: skip
    assert drafted.problems[1].near == ("备案",)
    assert drafted.rows[1].cells == {
        "name": "乙工程", "project_code": "2204-152529-04-01-000001", "approval_type": "备案",
        "approval_date": "2022-08-05", "invest": 10**10,
    }  # fmt: skip
    assert ("approval_date", "由“2022.8.5”读作 2022年8月5日") in drafted.rows[1].notes
    assert ("invest", "由“1亿元”读作 10,000 万元") in drafted.rows[1].notes


def test_cells_are_mended_one_by_one_or_all_alike(path: Path, loaded: Loaded) -> None:
    drafted = draft(
        path,
        loaded,
        fixes={
            (2, "project_code"): "2204-152529-04-01-000002",
            (2, "invest"): "800",
            (2, "owner_org"): "某局",
        },
        value_fixes={
            ("approval_type", "备按"): "备案",
            ("approval_date", "2026.13.5"): "2022-03-05",
            ("M03", "abc"): "在办",
        },
    )
    assert drafted.problems == []
    row = drafted.rows[0]
    assert row.cells["invest"] == 8 * 10**8 and row.cells["approval_type"] == "备案"
    assert row.cells["owner_org"] == "某局" and row.items == {"M03": {"state": "在办"}}
    assert row.raw["总投资（万元）"] == "八百万"


def test_a_mending_that_is_wrong_again_stays_a_problem(path: Path, loaded: Loaded) -> None:
    drafted = draft(path, loaded, fixes={(2, "invest"): "八千万", (2, "start_date"): "13月"})
    assert {p.field for p in drafted.problems} >= {"invest", "start_date"}


def test_texts_given_for_all_rows_fill_what_the_sheet_lacks(path: Path, loaded: Loaded) -> None:
    drafted = draft(path, loaded, given={"source": "部门自行梳理", "approval_type": "审批"})
    assert [r.cells["source"] for r in drafted.rows] == ["部门自行梳理"] * 2
    assert drafted.rows[1].cells["approval_type"] == "备案"


def test_a_row_without_a_name_is_a_problem(tmp_path: Path, loaded: Loaded) -> None:
    rows: lists.Grid = [HEADS, [1, "", "2204-152529-04-01-000001", "备案", "2022.8.5", 1, "已办"]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert [(p.row, p.field, p.code) for p in drafted.problems] == [(2, "name", "E_REQUIRED")]


def test_a_row_marked_secret_stays_out(tmp_path: Path, loaded: Loaded) -> None:
    """S53 三(二): classified projects are kept by their own departments (decision 11)."""
    rows: lists.Grid = [
        ["项目名称", "备注"],
        ["甲工程（涉密）", ""],
        ["乙工程", "本项目不涉密"],
        ["丙工程", "密级：秘密"],
    ]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert [(p.row, p.code) for p in drafted.problems] == [(2, "E_SECRET_WORD"), (4, "E_SECRET_WORD")]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("（秘密）", True), ("秘密★10年", True), ("机密", True), ("【机密】某管线", True), ("机密★", True),
        ("商业秘密保护中心", False), ("脱密处理", False), ("", False), ("不涉密", False), ("密云路改造", False),
    ],
)  # fmt: skip
def test_a_mark_of_secrecy_is_known_as_papers_bear_it(text: str, asked: bool) -> None:
    """GB/T 9704 puts 密级★期限 at the head; lists bear it bracketed or alone in a cell (decision 11)."""
    assert secret(text) is asked


def test_a_limit_in_words_is_kept_in_words(tmp_path: Path, loaded: Loaded) -> None:
    rows: lists.Grid = [
        ["项目名称", "完成时限"],
        ["甲", "长期"],
        ["乙", "年底前"],
        ["丙", "8月底前"],
        ["丁", "2026.13.5"],
    ]
    path = lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx")
    drafted = draft(path, loaded, context_year=2023)
    assert drafted.rows[0].cells["due_text"] == "长期"
    assert [r.cells.get("due_date") for r in drafted.rows] == [None, "2023-12-31", "2023-08-31", None]
    assert [p.row for p in drafted.problems] == [5]


def test_progress_is_told_and_may_stop_it(tmp_path: Path, loaded: Loaded) -> None:
    path = lists.write_xlsx([lists.other_words(lists.entries(2100))], tmp_path / "a.xlsx")
    told: list[int] = []
    draft(path, loaded, tell=lambda done, total: told.append(done))
    assert told == [2000]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draft(path, loaded, tell=stop)

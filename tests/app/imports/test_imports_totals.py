"""Total rows in all their spellings are no projects, and projects with such words in their names are."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports.drafting import draft
from app.words.templates import Loaded
from tests.data import make_lists as lists

WORDS = (
    "合计 合　计 总计 小计 共计 合计： 全旗合计 项目合计 合计（3个） 合计3个项目 本页小计 累计 3个 共3个项目 共计3个 3个项目 "
    "总投资合计 投资合计 Σ ∑ 各项目合计 3项"
).split(" ")
SUMS = (
    600.5,
    68_034_807_900,
    681_034_807_900,
    "138314550140.00",
    "1,383,145,501,400",
    "６８０３４８０７９００",
    "600.5万元",
)


@pytest.mark.parametrize("numbered", [True, False], ids=["序号", "no 序号"])
@pytest.mark.parametrize("turned", [False, True], ids=["name first", "sum first"])
def test_a_total_is_no_project(loaded: Loaded, tmp_path: Path, turned: bool, numbered: bool) -> None:
    def row(number: object, name: str, sum_: object, *more: object) -> list[object]:
        return [*([number] if numbered else []), *((sum_, name) if turned else (name, sum_)), *more]

    rows: lists.Grid = [row("序号", "项目名称", "总投资（元）", "建设单位", "建设状态", "环评")]
    rows += [row(k, f"项目{k}", 100 + k, "甲局", "在建", "已办") for k in (1, 2, 3)]
    totals = [(word, sum_) for word in WORDS for sum_ in SUMS]
    rows += [row("", word, sum_) for word, sum_ in totals]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert [r.name for r in drafted.rows] == ["项目1", "项目2", "项目3"]
    assert [a.reason for a in drafted.skipped[1:]] == ["合计行"] * len(totals)


@pytest.mark.parametrize(
    "name", ["3个泵站改造", "合计量检测站", "共建3个项目区道路", "三项工程", "总投资公司厂房"]
)
def test_a_project_named_like_one_stays(loaded: Loaded, tmp_path: Path, name: str) -> None:
    rows: lists.Grid = [
        ["项目名称", "建设单位", "总投资（万元）"],
        ["甲", "甲局", 1],
        [name, "乙局", 2],
        ["丙", "丙局", 3],
    ]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert [r.name for r in drafted.rows] == ["甲", name, "丙"]


def test_a_count_beside_words_is_a_project_or_a_group(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [
        ["项目名称", "建设单位", "总投资（万元）"],
        ["2016年", "37个"],
        ["3个", "甲局", 1],
        ["共3个项目", "甲局", ""],
    ]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert [r.name for r in drafted.rows] == ["3个", "共3个项目"] and len(drafted.groups) == 1


def test_a_wide_total_with_counts_per_matter(loaded: Loaded, tmp_path: Path) -> None:
    heads = ["项目名称", "建设单位", "总投资（万元）", "环评", "能评", "取水", "水土保持", "施工许可"]
    rows: lists.Grid = [heads, ["甲", "甲局", 1, *["已办"] * 5], ["共1个项目", "", 1, 1, 0, 0, 1, 1]]
    drafted = draft(lists.write_xlsx([lists.Sheet("表", rows)], tmp_path / "a.xlsx"), loaded)
    assert [r.name for r in drafted.rows] == ["甲"]

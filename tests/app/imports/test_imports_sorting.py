"""The quick look at a row says nothing else than the slow one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.imports import sorting
from app.imports.layout import Head
from app.imports.mapping import ROW_ID, SEQ, Column
from app.imports.sorting import Sorter
from app.values.cells import Cell
from app.words import wording

HEADS = tuple("项目名称 代码 建设单位 立项时间 总投资（万元） 地点 环评 取水 能评 林地 备注".split())
WORDS: tuple[Cell, ...] = (
    *HEADS, "合计", "小 计", "全旗合计：", "总计（个）", "例", "填写示例", "万元", "（亩）", "单位：元", "甲", "乙", "1", "2",
    "2022年", "注：本表由盟发改委下达", "填报人：", "审核人：张某", "共12个项目", "（一）2016年立项", "某镇供水工程",
    "2204-152529-04-01-000001", "已办", "未办", "√", "/", "—", "同上", "", " ", None, 0, 1, 2, 3.5, -1, True, False,
    dt.date(2022, 8, 5), dt.datetime(2022, 8, 5, 9), "inf", float("inf"),
)  # fmt: skip
NUMBERED = ("1", "2022", "inf", "1", "2022", "1", "2022")
PLAIN: tuple[Cell, ...] = (
    "某镇供水工程", "2204-152529-04-01-000001", "某旗水利局", dt.date(2022, 8, 5), 3.5, "明安图镇", "已办", "未办", "√", "/", "",
)  # fmt: skip


class Slow(Sorter):
    """Looks at every row the long way."""

    def _surely(self, row: int, cells: list[Cell]) -> bool:
        return False


def sorter(kind: type[Sorter], name_at: int, heads: tuple[str, ...], tied: bool) -> Sorter:
    targets = {name_at: "name"} | ({len(heads) - 1: ROW_ID} if tied else {})
    columns = [Column(i, h, (h,), targets.get(i, ""), 1.0, "", "") for i, h in enumerate(heads)]
    return kind(Head(3, 1, tuple((h,) for h in heads)), columns, [])


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=13), min_size=1, max_size=12),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from(((), NUMBERED)),
)
@example(
    [[*PLAIN], ["合计", *PLAIN[1:]], [*HEADS], ["例", *PLAIN[1:]], ["", "", "小计", *PLAIN[3:]]], 2, False, ()
)
@example([[*PLAIN], ["元", "万元", "元", "亩", "元", "元", "万元"]], 0, True, ())
@example([[1, 2022, float("inf"), 1, 2022, 1, 2022, "某镇"]], 0, False, NUMBERED)
def test_the_quick_look_and_the_slow_one_agree(
    rows: list[list[Cell]], name_at: int, tied: bool, more: tuple[str, ...]
) -> None:
    quick = sorter(Sorter, name_at, (*more, *HEADS), tied)
    slow = sorter(Slow, name_at, (*more, *HEADS), tied)
    for number, cells in enumerate([*rows, *rows], 5):
        assert quick.aside([number, *cells]) == slow.aside([number, *cells]), cells


def test_a_plain_row_is_known_at_a_quick_look() -> None:
    """Else a list without 序号 is read twice as slowly."""
    quick = sorter(Sorter, 0, HEADS, False)
    assert (
        quick._surely(9, [*PLAIN]) and not quick._surely(4, [*PLAIN]) and not quick._surely(9, [*PLAIN][:5])
    )


def test_no_character_that_is_passed_over_is_part_of_a_total_when_folded() -> None:
    """Full-width and compatibility forms become plain letters in a key."""
    passed = [c for c in map(chr, range(0x110000)) if not sorting._PERHAPS_SUM.search(c)]
    assert len(passed) > 20_000 and not [c for c in passed if set(wording.key(c)) & set("计汇例st")]


@pytest.mark.parametrize("number", [7, "7", "", None])
@pytest.mark.parametrize(
    "word",
    ["合计", "合　　计", "总 计：", "小计", "累计", "合计（4个）", "合计4个", "Total", "2016年合计", "本年小计",
     "审批类合计", "本页合计", "其中：审批类", "其中在建项目"],
)  # fmt: skip
def test_a_total_is_no_project_whatever_it_is_called(word: str, number: Cell) -> None:
    """Total rows are skipped, numbered or not, many sums or one; 合计镇 and 总计站 are places."""
    heads = ("序号", *HEADS)
    columns = [Column(i, h, (h,), {0: SEQ, 1: "name"}.get(i, ""), 1.0, "", "") for i, h in enumerate(heads)]
    judge = Sorter(Head(3, 1, tuple((h,) for h in heads)), columns, [])
    for sums in ([101.5], [101.5, 3, 4, 5, 6, 7]):
        cells: list[Cell] = [number, word, "", "", "", *sums]
        assert judge.aside([9, *cells]) == "合计行", cells
    for name in ("合计镇供水工程", "其中坝灌区改造", "苏木总计"):
        assert judge.aside([9, number, name, "2204-152529-04-01-000001", "某旗水利局", "", 101.5]) == ""


def test_a_row_that_ends_before_the_serial_number_is_judged() -> None:
    """序号 in the last column: a reader leaves the blanks at the end of a row out."""
    heads = (*HEADS, "序号")
    targets = {0: "name", len(HEADS): SEQ}
    columns = [Column(i, h, (h,), targets.get(i, ""), 1.0, "", "") for i, h in enumerate(heads)]
    judge = Sorter(Head(3, 1, tuple((h,) for h in heads)), columns, [])
    assert judge.aside([9, "2016年（37个）"]) == "分组标题"
    assert judge.aside([10, *PLAIN, 1]) == ""

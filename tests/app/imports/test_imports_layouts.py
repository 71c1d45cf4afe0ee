"""The same list in other layouts and file forms reads the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports.drafting import draft
from app.problem import Problem
from app.templating import template_reading
from app.words.templates import Loaded
from tests.app.imports.conftest import by_name, expected
from tests.data import make_lists as lists
from tests.data.make_lists import LAYOUTS, WRITERS, Sheet

LISTED = lists.entries(40)
HEADS = ["序号", "项目名称", "项目代码", "总投资（万元）", "环评"]


def read(
    tmp_path: Path, loaded: Loaded, rows: lists.Grid, merges: list[lists.Merge] | None = None, **more: object
):
    path = lists.write_xlsx([Sheet("表", rows, merges or [])], tmp_path / "list.xlsx")
    return draft(path, loaded, **more)  # type: ignore[arg-type]


def line(number: object, name: str, invest: object = 1, state: str = "已办") -> list[object]:
    code = f"2204-152529-04-01-{abs(hash(name)) % 10**6:06}"
    return [number, name, code, invest, state]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", WRITERS)
def test_every_layout_reads_in_every_form(loaded: Loaded, tmp_path: Path, layout: str, name: str) -> None:
    """Other words, other order, one to three head rows, 元/千元/亿元, blank lines, total first or last, a cover."""
    drafted = draft(WRITERS[name](LAYOUTS[layout](LISTED), tmp_path / name), loaded)
    assert (drafted.problems, drafted.questions, drafted.notes) == ([], [], [])
    assert by_name(loaded, drafted) == {e.name: expected(e) for e in LISTED}
    assert all(c.target for c in drafted.columns)


def test_every_row_of_the_sheet_is_accounted_for(loaded: Loaded, tmp_path: Path) -> None:
    sheet = lists.other_words(LISTED)
    drafted = draft(lists.write_xlsx([sheet], tmp_path / "list.xlsx"), loaded)
    seen = sorted([r.row for r in drafted.rows] + [a.row for a in drafted.skipped])
    assert seen == list(range(1, len(sheet.rows) + 1))
    assert all(a.reason for a in drafted.skipped)
    assert sum(a.reason == "空行" for a in drafted.skipped) == 6


def test_rows_that_are_no_entries_say_why(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [
        ["附件1"], ["清单"], HEADS, ["甲", "乙", "丙", 1, 2], ["合 计", "2个", "", 30, ""],
        ["一、2021年（1个）"], line(1, "某镇供水工程", 10), HEADS, ["（二）2022年"], line(2, "某镇供热工程", 20),
        [3], ["示例", "某某项目", "", 1, ""], ["总计", "", "", 30, ""], ["备注：以上均为在账项目"], ["1.按立项文件填写。"],
        ["填表人：", "", "审核人：", "", "填报日期："],
    ]  # fmt: skip
    drafted = read(tmp_path, loaded, rows)
    assert [r.row for r in drafted.rows] == [7, 10]
    assert {a.row: a.reason for a in drafted.skipped} == {
        1: "标题或附件行", 2: "标题或附件行", 3: "表头", 4: "栏次行", 5: "合计行", 6: "分组标题", 8: "重复的表头",
        9: "分组标题", 11: "只有序号，没有内容", 12: "填写示例", 13: "合计行", 14: "注", 15: "注", 16: "签字行",
    }  # fmt: skip
    assert [(g.label, g.stated, g.counted) for g in drafted.groups] == [
        ("一、2021年", 1, 1),
        ("（二）2022年", None, 1),
    ]


def test_a_count_or_total_that_does_not_agree_is_told(loaded: Loaded, tmp_path: Path) -> None:
    rows: lists.Grid = [
        HEADS,
        ["2021年（3个）"],
        line(1, "甲工程", 10),
        line(2, "乙工程", 20),
        ["合计", "5个", "", 31, ""],
    ]
    notes = "\n".join(read(tmp_path, loaded, rows).notes)
    assert "写明 3 个，实有 2 行" in notes
    assert "31.00 万元" in notes and "30.00 万元" in notes
    assert "合计写明 5 个，实有 2 行" in notes


def test_a_unit_of_land_above_the_table_is_not_that_of_its_floors(tmp_path: Path) -> None:
    """`单位：万元、亩`: 计容建筑面积 is 平方米 by the template, unless its own head says else."""
    yields = template_reading.builtin("land-yield")
    rows: lists.Grid = [
        ["单位：万元、亩"],
        ["序号", "企业名称", "用地面积", "计容建筑面积"],
        [1, "甲厂", 3, 20],
    ]
    drafted = read(tmp_path, yields, rows)
    land = next(key for key, field in yields.fields.items() if field.title == "用地面积")
    assert (drafted.rows[0].cells[land], drafted.rows[0].cells["gfa"]) == (30_000, 300)
    assert "计容建筑面积”没有写单位，按 平方米 读取" in "".join(drafted.notes)
    rows[1][3] = "计容建筑面积（亩）"
    assert read(tmp_path, yields, rows).rows[0].cells["gfa"] == 200_000


def test_the_unit_comes_from_the_cell_then_the_head_then_the_corner(loaded: Loaded, tmp_path: Path) -> None:
    corner: lists.Grid = [
        ["金额单位：元"],
        ["序号", "项目名称", "总投资"],
        [1, "甲工程", 20000],
        [2, "乙工程", "3万元"],
    ]
    drafted = read(tmp_path, loaded, corner)
    assert [r.cells["invest"] for r in drafted.rows] == [2_000_000, 3_000_000]
    assert any("读作 2 万元" in text for _, text in drafted.rows[0].notes)
    head: lists.Grid = [["单位：元"], ["序号", "项目名称", "总投资（亿元）"], [1, "甲工程", 2]]
    assert read(tmp_path, loaded, head).rows[0].cells["invest"] == 2 * 10**10
    under: lists.Grid = [["序号", "项目名称", "总投资"], ["", "", "千元"], [1, "甲工程", 2]]
    assert read(tmp_path, loaded, under).rows[0].cells["invest"] == 200_000
    bare: lists.Grid = [["填报单位：旗发改委"], ["序号", "项目名称", "总投资"], [1, "甲工程", 2]]
    drafted = read(tmp_path, loaded, bare)
    assert drafted.rows[0].cells["invest"] == 2_000_000
    assert drafted.notes == ["“总投资”没有写单位，按 万元 读取，请核对"]


def test_a_cell_takes_the_value_above_only_where_it_says_so(loaded: Loaded, tmp_path: Path) -> None:
    heads = ["序号", "项目名称", "建设单位", "建设地点"]
    rows: lists.Grid = [
        heads, [1, "甲", "某局", "明安图镇"], [2, "乙", "〃", "同上"], [3, "丙", "", ""], [4, "丁", "同上", "星耀镇"],
        [5, "戊", "合并局", "x"], [6, "己", "", "y"],
    ]  # fmt: skip
    drafted = read(tmp_path, loaded, rows, [(6, 3, 7, 3)])
    cells = [(r.cells.get("owner_org"), r.cells.get("place")) for r in drafted.rows]
    assert cells == [
        ("某局", "明安图镇"),
        ("某局", "明安图镇"),
        (None, None),
        (None, "星耀镇"),
        ("合并局", "x"),
        ("合并局", "y"),
    ]
    assert drafted.rows[1].raw["建设地点"] == "同上"
    assert "建设单位" not in drafted.rows[5].raw
    assert ("owner_org", "“合并单元格”取自上面一行") in drafted.rows[5].notes
    assert [(p.row, p.field, p.code) for p in drafted.problems] == [(5, "owner_org", "E_VALUE")]


def test_the_sheet_can_be_named_and_others_are_told(loaded: Loaded, tmp_path: Path) -> None:
    first, second = lists.league(LISTED[:10]), lists.other_words(LISTED[10:])
    hidden = Sheet("旧表", lists.other_words(LISTED).rows, hidden=True)
    path = lists.write_xlsx([hidden, first, second], tmp_path / "list.xlsx")
    drafted = draft(path, loaded)
    assert drafted.sheet in ("汇总", "Sheet1")
    assert "也像一份清单" in dict(drafted.other_sheets)["Sheet1" if drafted.sheet == "汇总" else "汇总"]
    assert len(draft(path, loaded, sheet="Sheet1").rows) == 30
    assert len(draft(path, loaded, sheet=1).rows) == 40
    with pytest.raises(Problem) as caught:
        draft(path, loaded, sheet="没有")
    assert caught.value.code == "E_NO_SHEET" and "汇总" in caught.value.text


def test_hidden_rows_are_read_and_told(loaded: Loaded, tmp_path: Path) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415 - only here

    path = lists.write_xlsx([lists.other_words(LISTED[:5])], tmp_path / "list.xlsx")
    book = load_workbook(path)
    book.active.row_dimensions[5].hidden = True
    book.save(path)
    drafted = draft(path, loaded)
    assert len(drafted.rows) == 5 and drafted.hidden_rows == {5}
    assert "隐藏" in drafted.notes[0]


def test_a_file_without_such_a_table_is_refused(loaded: Loaded, tmp_path: Path) -> None:
    path = lists.write_xlsx(
        [Sheet("成绩", [["姓名", "语文", "数学"], ["学生甲", 90, 80]])], tmp_path / "list.xlsx"
    )
    with pytest.raises(Problem) as caught:
        draft(path, loaded)
    assert caught.value.code == "E_NO_HEAD"

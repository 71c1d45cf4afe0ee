"""What is wrong in a template's workbook is told with its cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.problem import Problem
from app.storage.paths import ROOT
from app.template_books import grids
from app.template_books.making import make
from app.template_books.marking import write_marked
from app.templating import template_reading
from tests.app.conftest import DAY
from tests.data import make_books


def faults_of(file: Path) -> dict[str, str]:
    """{sheet!cell: what is said} of a workbook that is refused."""
    with pytest.raises(Problem) as refused:
        make(file, today=DAY)
    assert refused.value.code == "E_TEMPLATE_BOOK"
    return {f"{one['sheet']}!{one['cell']}": one["said"] for one in refused.value.facts["faults"]}


def test_limits_may_stand_beside_a_date(tmp_path: Path) -> None:
    """The column `clock`: until a day, so many working days from it, after another date, or begun and stopped under a name."""
    head = ("type", "name", "label", "clock")
    days = {"报": "受理 start 5", "接": "受理 stop", "审": "10", "批": "接件日期 + 3", "完": "until"}
    labels = {"接": "接件日期"}
    rows = [("date", name, labels.get(name, name), cell) for name, cell in days.items()]
    sheets = {"survey": [head, ("text", "n", "名称"), *rows], "settings": [("form_title",), ("试",)]}
    t = make(make_books.write(tmp_path / "限.xlsx", sheets), today=DAY).loaded.t
    assert [(c.title, c.starts, c.stops, c.workdays, c.until) for c in t.clocks] == [
        ("受理", "b", ("j",), 5, ""), ("审", "s", (), 10, ""), ("批", "j", ("p",), 3, ""), ("完", "", (), 0, "w"),
    ]  # fmt: skip
    assert t.stages[0].clock == "run", "without a stage of the form's own its limits run all the same"
    item = [("begin_repeat", "r", "井"), ("text", "w", "井名"), ("end_repeat",)]
    wrong = {
        **sheets,
        "survey": [head, ("text", "n", "名称"), ("date", "a", "甲", "看着办"), ("date", "b", "乙", 5), *item],
    }
    found = faults_of(make_books.write(tmp_path / "错.xlsx", wrong))
    assert (
        found.keys() == {"survey!D3", "survey!D4"}
        and "until" in found["survey!D3"]
        and "事项里的日期" in found["survey!D4"]
    )


def test_a_way_out_that_leads_nowhere_is_refused() -> None:
    """Decision 1: a row that is closed and still counts in the base would never leave."""
    text = (ROOT / "tests" / "data" / "idle-schools.toml").read_text("utf-8")
    with pytest.raises(Problem, match="不会离账"):
        template_reading.read(text.replace('base = "blank(used_on)"', 'base = "has(name)"'))
    with pytest.raises(Problem, match="花括号"):
        template_reading.read(text.replace('id = "name"\n', 'id = "name"\ndefault = "{who}"\n', 1))


def test_every_fault_is_told_with_its_cell_and_marked(tmp_path: Path) -> None:
    sheets = {
        "survey": [
            ("type", "name", "label", "required", "constraint", "relevant", "requierd"),
            ("text", "a", "甲", "yes", "", "", "minimal"), ("integr", "b", "乙", "maybe"), ("select_one nolist", "c", "丙"),
            ("date", "d", "丁", "", "pulldata(1)", "${zz} = 1"), ("select_one_from_file x.csv", "e", "戊"), ("text", "a", "己"),
            ("text", "f", "看不见\u202e的"), ("", "", "", "", "", "", "", "多出来的"),
        ],
        "choices": [("list_name", "name", "label"), ("grade", "C", "C级")],
        "clock": [("id", "title", "starts", "workdays"), ("K1", "期限", "nosuch", "七"), ("", "x", "d", 3)],
        "closing": [("id", "title", "scope", "to", "when"), ("a", "b", "entry", "fly", "${grade} > 1")],
        "cloc": [("a",), (1,)], "乱七八糟": [("a",), (1,)],
        "settings": [("form_title", "verson"), ("x", "y")],
    }  # fmt: skip
    file = make_books.write(tmp_path / "坏.xlsx", sheets)
    found = faults_of(file)
    assert found.keys() == {
        "settings!B2", "survey!G2", "survey!A3", "survey!D3", "survey!A4", "survey!E5", "survey!F5", "survey!A6", "survey!B7",
        "survey!C8", "clock!C2", "clock!D2", "closing!D2", "closing!E2", "cloc!",
    }  # fmt: skip
    assert (
        "是不是“integer”" in found["survey!A3"]
        and "choices 表" in found["survey!A6"]
        and "看不见" in found["survey!C8"]
    )
    assert "是不是“required”" in found["survey!G2"] and "是不是“clock”" in found["cloc!"]
    listed = [
        {"sheet": k.partition("!")[0], "cell": k.partition("!")[2], "said": v} for k, v in found.items()
    ]
    write_marked(grids.read(file), listed, tmp_path / "标.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "标.xlsx")
    cell = marked["survey"]["A3"]
    assert cell.value == "integr" and cell.comment is not None and "integr" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("FFC7CE") and marked["survey"]["A2"].comment is None
    assert len(list(marked["要改的地方"].rows)) == 1 + len(found)


def test_hostile_workbooks_are_refused_in_words(tmp_path: Path) -> None:
    """Decision 34: what comes in is bounded."""
    many = make_books.write(
        tmp_path / "长.xlsx",
        {"survey": [("type", "name", "label")] + [("text", f"f{n}", "x") for n in range(5100)]},
    )
    with pytest.raises(Problem) as refused:
        make(many)
    assert refused.value.code == "E_BOOK_LARGE"
    over = [("text", f"f{n}", "x") for n in range(301)]
    assert "超过 300 个" in "".join(
        faults_of(
            make_books.write(tmp_path / "多.xlsx", {"survey": [("type", "name", "label"), *over]})
        ).values()
    )
    no = make_books.write(tmp_path / "无.xlsx", {"别的": [("甲", "乙")]})
    assert any("没有 survey" in said for said in faults_of(no).values())
    (tmp_path / "假.xlsx").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(Problem) as refused:
        make(tmp_path / "假.xlsx")
    assert refused.value.code == "E_BOOK_DAMAGED"


def test_a_further_sheet_nobody_understands_is_told_at_its_heads(tmp_path: Path) -> None:
    """Otherwise a calendar of reports would be read as none, without a word."""
    wrong = {
        **make_books.LIFTS,
        "报告段落": [("哪一份呀", "说的话"), ("jz", "在账{open}台。")],
        "频次": [("频次", "报给哪位领导", "备注"), ("月", "旗安委办", "照旧")],
    }
    found = faults_of(make_books.write(tmp_path / "坏.xlsx", wrong))
    assert found.keys() == {"报告段落!A1", "频次!B1"} and "给谁" in found["频次!B1"]

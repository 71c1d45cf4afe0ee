"""Formulas whose values the file does not hold are problems of their cells, never blank rows."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from app.imports.drafting import draft
from app.words.templates import Loaded
from tests.data import make_lists as lists


def book(path: Path, *rows: list[object]) -> Path:
    """openpyxl writes formulas without what they come to."""
    made = Workbook()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(path)
    return path


def test_a_row_of_formulas_is_a_problem(loaded: Loaded, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        ["序号", "项目名称", "建设单位", "总投资（万元）", "环评"],
        [1, "甲项目", "甲局", "=100*3", "已办"],
        ["=A2+1", "=B2", "=C2", "=D2", "=E2"],
        ["=A3+1", "丙项目", "丙局", 3, "未办"],
        ["=A4+1"],
        ["合计", None, None, "=SUM(D2:D4)"],
        ["合计", "=COUNTA(B2:B4)", None, "=SUM(D2:D4)"],
    )
    drafted = draft(path, loaded)
    assert [(r.row, r.name) for r in drafted.rows] == [(2, "甲项目"), (3, ""), (4, "丙项目")]
    assert {(p.row, p.field) for p in drafted.problems} == {
        (2, "invest"), (3, "name"), (3, "owner_org"), (3, "invest"), (3, "M03"),
    }  # fmt: skip
    assert all(p.code == "E_FORMULA_ERROR" and "另存一次" in p.text for p in drafted.problems)
    assert [(a.row, a.reason) for a in drafted.skipped[1:]] == [
        (5, "只有序号，没有内容"),
        (6, "合计行"),
        (7, "合计行"),
    ]


def test_a_formula_that_came_to_nothing_is_an_empty_cell(loaded: Loaded, tmp_path: Path) -> None:
    """Excel keeps the empty text as a value of its own, and a number as usual."""
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>项目名称</t></is></c><c r="B1" t="inlineStr"><is><t>建设单位</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>总投资（万元）</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>D2</f><v>甲</v></c><c r="B2" t="str"><f>E2</f><v></v></c>'
        '<c r="C2"><f t="shared" si="0"/><v>5</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>D3</f><v/></c><c r="B3" t="str"><f>E3</f><v></v></c></row>'
    )
    path = lists.write_raw_xlsx(tmp_path / "a.xlsx", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    drafted = draft(path, loaded)
    assert drafted.problems == [] and [(r.name, r.cells.get("invest")) for r in drafted.rows] == [
        ("甲", 5_000_000)
    ]

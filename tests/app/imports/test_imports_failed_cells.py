"""A cell whose formula failed is a problem of that cell, never an empty one."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.imports import drafting, intake
from app.imports.drafts import Draft
from app.ledger import entries
from app.office import Office
from app.problem import Problem
from app.values import kinds
from app.words.templates import Loaded
from tests.data import make_lists as lists
from tests.data.write_books import write_html, write_ods, write_spreadsheetml
from tests.data.write_xls import Failed, write_xls

HEADS = ["项目名称", "建设单位", "总投资（万元）", "立项日期", "环评"]
ROWS = (
    ["甲项目", "某局", 12.5, "2022-05-01", "已办"],
    ["乙项目", "#N/A", "#DIV/0!", "#REF!", "#VALUE!"],
    ["丙项目", "某局", 3, "2022-05-01", "#NAME?"],
)
FAULTS = [
    (3, "owner_org", "#N/A"), (3, "invest", "#DIV/0!"), (3, "approval_date", "#REF!"), (3, "M03", "#VALUE!"),
    (4, "M03", "#NAME?"),
]  # fmt: skip
CODES = {"#N/A": 0x2A, "#DIV/0!": 0x07, "#REF!": 0x17, "#VALUE!": 0x0F, "#NAME?": 0x1D}


def xlsx(path: Path, rows: lists.Grid) -> Path:
    """As Excel writes it: a type of its own, with the formula before what it shows."""

    def cell(row: int, place: int, text: object) -> str:
        at = f"{chr(65 + place)}{row}"
        if isinstance(text, str) and text.startswith("#"):
            return f'<c r="{at}" s="1" t="e"><f>VLOOKUP(A1,B1:C9,2,0)</f><v>{text}</v></c>'
        if isinstance(text, str):
            return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'
        return f'<c r="{at}"><v>{text}</v></c><c r="Z{row}" t="e"/>'

    made = "".join(
        f'<row r="{n}">{"".join(cell(n, i, c) for i, c in enumerate(row) if c != "")}</row>'
        for n, row in enumerate(rows, 1)
    )
    return lists.write_raw_xlsx(path, f"<worksheet><sheetData>{made}</sheetData></worksheet>")


def xls(path: Path, rows: lists.Grid) -> Path:
    """In turns a failed formula and a failed value."""
    made = [[Failed(CODES[c], i % 2 == 0) if c in CODES else c for i, c in enumerate(row)] for row in rows]
    return write_xls([("封面", [["某旗待批项目清单"]]), ("表", made)], path)


def ods(path: Path, rows: lists.Grid) -> Path:
    """As LibreOffice writes it: an empty text, and what is shown beside it."""
    write_ods([lists.Sheet("表", rows)], path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts["content.xml"].decode()
    for text in CODES:
        content = content.replace(
            f'office:value-type="string"><text:p>{text}',
            f'office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>{text}',
        )
    space = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    parts["content.xml"] = content.replace(
        "<office:document-content", f"<office:document-content {space}"
    ).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


FORMS: dict[str, Callable[[Path, lists.Grid], Path]] = {
    "list.xlsx": xlsx,
    "list.xls": xls,
    "list.ods": ods,
    "list.csv": lambda path, rows: lists.write_csv([lists.Sheet("表", rows)], path),
    "html.xls": lambda path, rows: write_html([lists.Sheet("表", rows)], path),
    "xml.xls": lambda path, rows: write_spreadsheetml([lists.Sheet("表", rows)], path),
}


def drafted(form: str, folder: Path, loaded: Loaded, *rows: list[object]) -> Draft:
    return drafting.draft(FORMS[form](folder / form, [HEADS, *rows]), loaded)


@pytest.mark.parametrize("form", FORMS)
def test_every_failed_cell_is_told_with_row_and_field(form: str, tmp_path: Path, loaded: Loaded) -> None:
    """The value stays empty, the original cell says what the sheet showed."""
    draft = drafted(form, tmp_path, loaded, *ROWS)
    assert [(p.row, p.field, p.raw) for p in draft.problems] == FAULTS
    assert {p.code for p in draft.problems} == {"E_FORMULA_ERROR"}
    spoilt = draft.rows[1]
    assert spoilt.cells == {"name": "乙项目"} and spoilt.raw["总投资（万元）"] == "#DIV/0!"


@pytest.mark.parametrize("form", FORMS)
def test_a_row_of_nothing_but_failed_formulas_is_set_aside(form: str, tmp_path: Path, loaded: Loaded) -> None:
    """Templates are filled down with formulas far below the last project."""
    draft = drafted(form, tmp_path, loaded, ROWS[0], ["#N/A", "#N/A", "", "", "#REF!"], ["#N/A"] * 5)
    assert [r.row for r in draft.rows] == [2] and draft.problems == []
    assert [(a.row, a.reason) for a in draft.skipped if a.row > 2] == [
        (3, "只有公式错误，没有内容"), (4, "只有公式错误，没有内容"),
    ]  # fmt: skip


def test_a_failed_cell_is_mended_in_place(tmp_path: Path, loaded: Loaded) -> None:
    path = xlsx(tmp_path / "list.xlsx", [HEADS, *ROWS])
    fixes = {(3, "owner_org"): "某公司", (3, "invest"): "7", (3, "approval_date"): ""}
    draft = drafting.draft(
        path, loaded, fixes=fixes, value_fixes={("M03", "#VALUE!"): "未办", ("M03", "#NAME?"): ""}
    )
    assert draft.problems == []
    assert draft.rows[1].cells == {"name": "乙项目", "owner_org": "某公司", "invest": 7_000_000}


def test_the_good_rows_come_in(bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded) -> None:
    plan = intake.plan(bureau, ledger, drafted("list.xlsx", tmp_path, loaded, *ROWS))
    assert (plan.counts["added"], plan.counts["problem"]) == (1, 2)


def test_an_error_far_down_a_large_sheet_is_found(tmp_path: Path, loaded: Loaded) -> None:
    """The XML is looked through in pieces."""
    many = [[f"项目{n}", "某" * 300, n, "2022-05-01", "已办"] for n in range(4000)]
    many[3990][1] = "#N/A"
    draft = drafted("list.xlsx", tmp_path, loaded, *many)
    assert [(p.row, p.field) for p in draft.problems] == [(3992, "owner_org")]


@pytest.mark.parametrize("text", ["#N/A", " #REF! ", "Err:502", "#DIV/0!"])
def test_what_a_failed_formula_shows_is_no_value(loaded: Loaded, text: str) -> None:
    for key in ("name", "invest", "approval_date", "approval_type", "project_code", "note", "resp_person"):
        field = loaded.fields[key]
        with pytest.raises(Problem) as refused:
            kinds.parse(field, loaded.codes.get(field.choices), text)
        assert (refused.value.code, refused.value.field) == ("E_FORMULA_ERROR", key)


def test_typing_it_is_refused_too(bureau: Office, ledger: str) -> None:
    with pytest.raises(Problem) as refused:
        entries.add(bureau, ledger, {"name": "甲项目", "invest": "#N/A"}, not_secret="审核人乙")
    assert refused.value.code == "E_FORMULA_ERROR"

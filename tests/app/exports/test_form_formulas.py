"""Forms with formulas: the rows let in reckon as the form's own do, its sums count every row, its head may be merged."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from app.exports.form_formulas import Carried
from app.exports.form_refs import Shift
from app.ledger import entries
from app.office import Office
from app.problem import Problem
from app.workbooks import filling
from tests.app.conftest import project

NAMES = [f"示范项目{each}" for each in "甲乙丙丁戊"]
OWN = ["=D{r}/D$7"] * 3
SUM = ["合计", None, None, "=SUM(D4:D6)"]


@pytest.fixture
def rows(bureau: Office, ledger: str) -> str:
    for number, name in enumerate(NAMES, 1):
        entries.amend(bureau, project(bureau, ledger, name), {"invest": str(number * 100)})
    return ledger


def form(path: Path, lines: Sequence[Sequence[object]], part: str = "投资占比") -> Path:
    """A head of two rows, 2 and 3, merged downwards but for 投资; the lines from row 4."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["某盟待批项目进度表"])
    sheet.append(["序号", "项目名称", "责任单位", "投资", None, "备注"])
    sheet.append([None, None, None, "总投资（万元）", part])
    for area in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"):
        sheet.merge_cells(area)
    for line in lines:
        sheet.append(line)
    book.save(path)
    return path


def blanks(formulas: Sequence[str | None], *, numbered: bool = True) -> list[list[object]]:
    """Numbered blank rows from row 4 with these formulas in E."""
    return [
        [row - 3 if numbered else None, None, None, None, text and text.format(r=row)]
        for row, text in enumerate(formulas, 4)
    ]


@pytest.fixture
def filled(bureau: Office, rows: str, tmp_path: Path) -> Callable[..., tuple[Worksheet, str]]:
    """The five projects filled into a form: its sheet, and what was said."""

    def fill(
        lines: Sequence[Sequence[object]], part: str = "投资占比", **given: str
    ) -> tuple[Worksheet, str]:
        out = tmp_path / "填好.xlsx"
        done = filling.fill(bureau, rows, form(tmp_path / "表样.xlsx", lines, part), out, given=given)
        return openpyxl.load_workbook(out).worksheets[0], done.said

    return fill


def column(sheet: Worksheet, letter: str, first: int = 4, last: int = 9) -> list[object]:
    return [sheet[f"{letter}{row}"].value for row in range(first, last + 1)]


@pytest.mark.parametrize(
    ("own", "there"),
    [
        (["=D{r}/D$7"] * 3, ["=D{r}/D$9"] * 5),
        (["=D{r}/D7"] * 3, ["=D{r}/D9"] * 5),
        (["=D{r}/SUM(D$4:D$6)"] * 3, ["=D{r}/SUM(D$4:D$8)"] * 5),
        (["=SUM(D$4:D{r})"] * 3, ["=SUM(D$4:D{r})"] * 5),
        (["=SUM(D{r}:D$6)"] * 3, ["=SUM(D{r}:D$8)"] * 5),
    ],
)
def test_rows_let_in_reckon_as_the_row_they_repeat(
    filled: Callable[..., tuple[Worksheet, str]], own: list[str], there: list[str]
) -> None:
    """The head is merged downwards; 总投资 is found below 投资; what names 合计 names it where it went."""
    sheet, said = filled([*blanks(own), SUM])
    assert column(sheet, "E", 4, 8) == [text.format(r=row) for row, text in enumerate(there, 4)]
    assert column(sheet, "B") == [*NAMES, None] and column(sheet, "D") == [
        100,
        200,
        300,
        400,
        500,
        "=SUM(D4:D8)",
    ]
    assert column(sheet, "A") == [1, 2, 3, 4, 5, "合计"] and "接着加了 2 行" in said
    assert column(sheet, "D", 2, 3) == ["投资", "总投资（万元）"]


def test_rows_whose_filled_column_has_formulas_are_the_forms_own(
    filled: Callable[..., tuple[Worksheet, str]],
) -> None:
    """They are filled first, the sum counts all; that formulas went is said, and --map keeps them."""
    for numbered in (True, False):
        sheet, said = filled([*blanks(OWN, numbered=numbered), SUM], "建设单位")
        assert column(sheet, "B") == [*NAMES, None] and sheet["D9"].value == "=SUM(D4:D8)"
        assert "=" not in str(column(sheet, "E")) and "建设单位原来写着公式" in said
    sheet, said = filled([*blanks(OWN), SUM], "建设单位", E="", D="invest")
    assert column(sheet, "E", 4, 8) == [f"=D{row}/D$9" for row in range(4, 9)] and "原来写着公式" not in said


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        ([*blanks(["=D4/D7", "=D5/D8", "=D6/D9"]), SUM], "E_FORM_FORMULA", "算到了下面"),
        ([*blanks(["=D4/D$7", "=D5/D$7", "=D6*2"]), SUM], "E_FORM_FORMULA", "不一样"),
        ([*blanks([OWN[0], OWN[0], None]), SUM], "E_FORM_FORMULA", "第 6 行没有"),
        ([*blanks([None] * 3), ["合计", None, None, "=D4+D5+D6"]], "E_FORM_SUMS", "只算到"),
        ([*blanks([None] * 6), ["合计", None, None, "=SUM(D4:D6)"]], "E_FORM_SUMS", "只算到第 4 至 6 行"),
        ([["合计", None, None, "=SUM(D3:D3)"]], "E_FORM_SUMS", "没有算到"),
        ([["1", "旧项目", "某公司"], ["2", "旧二"], SUM], "E_FORM_START", "清空"),
        ([["合计"], ["单位：个"], *blanks([None] * 2)], "E_FORM_START", "例子"),
    ],
)
def test_what_cannot_be_reckoned_soundly_is_refused(
    filled: Callable[..., tuple[Worksheet, str]],
    tmp_path: Path,
    lines: list[list[object]],
    code: str,
    said: str,
) -> None:
    with pytest.raises(Problem, match=said) as refused:
        filled(lines)
    assert refused.value.code == code and not (tmp_path / "填好.xlsx").exists()


def test_an_array_formula_is_not_carried_on_and_a_row_alone_carries_what_has_no_dollar(
    bureau: Office, rows: str, tmp_path: Path
) -> None:
    lines: list[list[object]] = [*blanks([None]), ["合计", None, None, "=SUM(D4:D4)"]]
    book = openpyxl.load_workbook(form(tmp_path / "表样.xlsx", lines))
    book.worksheets[0]["E4"] = ArrayFormula("E4", "=SUM(D4*2)")
    book.save(tmp_path / "表样.xlsx")
    with pytest.raises(Problem, match="数组公式"):
        filling.fill(bureau, rows, tmp_path / "表样.xlsx", tmp_path / "填好.xlsx")
    one = Carried("D4/D$5+N(F3)+$C$1+汇总!A4", None, 4, Shift("附件", 4, 4))
    assert [one.at(4), one.at(6)] == ["D4/D$9+N(F3)+$C$1+汇总!A4", "D6/D$9+N(F5)+$C$1+汇总!A6"]


def test_a_formula_that_cells_share_outlives_the_cell_that_told_it(
    bureau: Office, rows: str, tmp_path: Path
) -> None:
    """D4 tells the formula of D4:E4 and is filled over, with room for every row."""
    given, out = form(tmp_path / "表样.xlsx", blanks(["=E4"] * 5)), tmp_path / "填好.xlsx"
    with ZipFile(given) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    told = '<c r="D4"><f t="shared" ref="D4:E4" si="0">C4&amp;D4</f></c><c r="E4"><f t="shared" si="0"/></c>'
    text, count = re.subn(r'(<c r="D4"[^>]*/>)?<c r="E4".*?</c>', told, text)
    assert count == 1
    with ZipFile(given, "w") as made:
        for each, content in {**parts, name: text.encode()}.items():
            made.writestr(each, content)
    filling.fill(bureau, rows, given, out)
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert (sheet["D4"].value, sheet["E4"].value) == (100, "=D4&E4")

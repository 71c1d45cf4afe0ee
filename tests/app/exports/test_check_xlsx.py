"""The check list as a workbook: only the department's cells are open, nothing is a formula, the mark is in it."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from app.checking.check_lists import CHECK_SHEET, GUIDE_SHEET, MARK_SHEET, WORDS_SHEET, CheckSheet, mark_of
from app.exports.check_xlsx import GROUP_ROW, HEAD_ROW, write_check_xlsx
from app.problem import Problem
from app.templating import template_reading
from tests.data.make_checks import FILLS, check_sheet

HOSTILE = ("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x")')
FIRST = HEAD_ROW + 1


@pytest.fixture
def sent() -> CheckSheet:
    return check_sheet(template_reading.builtin("pending-approval"), 4)


@pytest.fixture
def book(sent: CheckSheet, tmp_path: Path) -> Any:
    write_check_xlsx(sent, tmp_path / "a.xlsx")
    return openpyxl.load_workbook(tmp_path / "a.xlsx")


def columns(sheet: Any) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[HEAD_ROW]}


def test_only_the_departments_cells_are_open(sent: CheckSheet, book: Any) -> None:
    sheet = book[CHECK_SHEET]
    at = columns(sheet)
    own = {column.head for column in sent.fills} | {"异议", "异议理由"}
    for row in range(FIRST, FIRST + len(sent.rows)):
        opened = {title for title, column in at.items() if not sheet.cell(row, column).protection.locked}
        assert opened == own
    assert all(sheet.cell(row, c).protection.locked for row in range(1, FIRST) for c in at.values())
    for name in (CHECK_SHEET, GUIDE_SHEET, MARK_SHEET, WORDS_SHEET):
        assert book[name].protection.sheet and not book[name].protection.password
    assert book.security.lockStructure


def test_added_rows_are_open_but_for_number_id_and_contest(sent: CheckSheet, book: Any) -> None:
    sheet = book[CHECK_SHEET]
    at = columns(sheet)
    fresh = range(FIRST + len(sent.rows), FIRST + len(sent.rows) + sent.blanks)
    shut = {"序号", "行标识（勿改）", "异议", "异议理由"}
    for row in fresh:
        assert {t for t, c in at.items() if sheet.cell(row, c).protection.locked} == shut
    assert sheet.cell(fresh[0], at["序号"]).value == "新增1"
    assert sheet.max_row == fresh[-1]


def test_nothing_is_a_formula(sent: CheckSheet, tmp_path: Path) -> None:
    """Attack 13: what a project is called never reaches a program as a formula."""
    row = sent.rows[0]
    hostile = [
        replace(row, code=f"M{n:02d}", matter=text, heads=tuple(text for _ in row.heads), fills=tuple(text for _ in row.fills))
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    write_check_xlsx(replace(sent, title="=1", rows=tuple(hostile)), tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[CHECK_SHEET]
    name = columns(sheet)["项目名称"]
    for number, text in enumerate(HOSTILE):
        cell = sheet.cell(FIRST + number, name)
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_cell_no_workbook_bears_writes_nothing(sent: CheckSheet, tmp_path: Path) -> None:
    row = replace(sent.rows[0], fills=("长" * 32_768, *sent.rows[0].fills[1:]))
    with pytest.raises(Problem) as caught:
        write_check_xlsx(replace(sent, rows=(row,)), tmp_path / "a.xlsx")
    assert caught.value.code == "E_CELL_TOO_LONG"
    assert list(tmp_path.iterdir()) == []


def test_drop_downs_take_their_words_from_the_hidden_sheet(sent: CheckSheet, book: Any) -> None:
    sheet, words = book[CHECK_SHEET], book[WORDS_SHEET]
    at = columns(sheet)
    lists = {}
    for rule in sheet.data_validations.dataValidation:
        left, top, _, bottom = range_boundaries(str(rule.sqref))
        if rule.type == "list":
            area = book.defined_names[rule.formula1].attr_text.split("!")[1]
            lists[left] = ([cell.value for (cell,) in words[area.replace("$", "")]], (top, bottom))
    last = FIRST + len(sent.rows) + sent.blanks - 1
    fresh = FIRST + len(sent.rows)
    assert lists[at["办理情况"]] == (["办结", "在办", "未办", "不需办", "待核"], (FIRST, last))
    assert lists[at["异议"]] == (["非本部门", "应移除", "重复"], (FIRST, fresh - 1))
    assert lists[at["审批事项"]] == ([title for _, title in sent.matters], (fresh, last))
    assert words.sheet_state == "hidden"


def test_a_list_longer_than_a_formula_bears_is_whole(sent: CheckSheet, tmp_path: Path) -> None:
    long = tuple(f"某某某某某某某某科室第{n}号" for n in range(120))
    fills = (replace(sent.fills[0], choices=long), *sent.fills[1:])
    write_check_xlsx(replace(sent, fills=fills), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rule = next(
        r
        for r in book[CHECK_SHEET].data_validations.dataValidation
        if r.type == "list" and len(r.error) > 200
    )
    assert book.defined_names[rule.formula1].attr_text.endswith("$120")
    assert len(rule.error) <= 255


def test_days_are_days_and_their_rule_speaks_plainly(sent: CheckSheet, book: Any) -> None:
    sheet = book[CHECK_SHEET]
    day = columns(sheet)["提交（接件）日期"]
    assert (sheet.cell(FIRST, day).value, sheet.cell(FIRST, day).number_format) == (
        dt.datetime(2022, 7, 18),
        "yyyy-mm-dd",
    )
    rule = next(
        r
        for r in sheet.data_validations.dataValidation
        if r.type == "date" and range_boundaries(str(r.sqref))[0] == day
    )
    assert rule.showErrorMessage and "2022-8-20" in rule.error


def test_codes_phones_and_names_stay_text(sent: CheckSheet, book: Any) -> None:
    sheet = book[CHECK_SHEET]
    at = columns(sheet)
    for title in ("事项责任人电话", "批复文号", "项目代码"):
        row = FIRST + len(sent.rows)
        assert sheet.cell(row, at[title]).number_format == "@"
    assert sheet.cell(FIRST, at["总投资（万元）"]).data_type == "n"


def test_the_mark_and_the_row_ids_are_in_it_thrice(sent: CheckSheet, book: Any) -> None:
    sheet, hidden = book[CHECK_SHEET], book[MARK_SHEET]
    at = columns(sheet)["行标识（勿改）"]
    assert hidden.sheet_state == "hidden" and sheet.column_dimensions[sheet.cell(1, at).column_letter].hidden
    assert mark_of(hidden["A1"].value) == sent.mark == mark_of(sheet.cell(GROUP_ROW, at).value)
    assert sent.mark.code in sheet["A2"].value and sent.mark.dept in sheet["A2"].value
    assert [hidden.cell(n, 1).value for n in range(2, 2 + len(sent.rows))] == [row.id for row in sent.rows]
    ids = [sheet.cell(FIRST + n, at).value for n in range(len(sent.rows))]
    assert ids == [row.id for row in sent.rows]
    before, after = sheet.cell(HEAD_ROW, at - 1).value, sheet.cell(HEAD_ROW, at + 1).value
    assert (before, after) == ("审批事项", "办理情况"), "in the middle, so that a sort by hand takes it along"


def test_it_prints_wide_with_its_head_on_every_page(sent: CheckSheet, book: Any, tmp_path: Path) -> None:
    sheet = book[CHECK_SHEET]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert sheet.print_title_rows == f"${GROUP_ROW}:${HEAD_ROW}" and sheet.print_title_cols == "$A:$E"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert sheet.freeze_panes == f"F{FIRST}"
    narrow = replace(sent, fills=sent.fills[:1], rows=tuple(replace(r, fills=r.fills[:1]) for r in sent.rows))
    write_check_xlsx(narrow, tmp_path / "b.xlsx", paper="A4")
    other = openpyxl.load_workbook(tmp_path / "b.xlsx")[CHECK_SHEET]
    assert (other.page_setup.paperSize, other.page_setup.fitToWidth) == (9, 2)


def test_rows_may_grow_when_more_is_typed(book: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        source = archive.read("xl/worksheets/sheet1.xml").decode()
    row = source.split(f'<row r="{FIRST}"')[1].split(">")[0]
    assert 'ht="' in row and 'customHeight="1"' not in row


def test_the_guide_says_what_belongs_where(sent: CheckSheet, book: Any) -> None:
    told = [[str(c.value or "") for c in row] for row in book[GUIDE_SHEET].iter_rows()]
    text = "\n".join("\t".join(row) for row in told)
    assert sent.mark.office in text and "请于2022年8月20日前" in text and f"共 {len(sent.rows)} 行" in text
    titles = {row[0] for row in told}
    assert {column.head for column in sent.fills} <= titles and len(sent.fills) == len(FILLS)
    assert "办结、在办、未办、不需办、待核" in text


def test_a_list_without_rows_or_without_blanks_is_written(sent: CheckSheet, tmp_path: Path) -> None:
    for n, one in enumerate((replace(sent, rows=()), replace(sent, blanks=0))):
        write_check_xlsx(one, tmp_path / f"{n}.xlsx")
        assert openpyxl.load_workbook(tmp_path / f"{n}.xlsx")[CHECK_SHEET].max_row >= HEAD_ROW

"""The exported workbook: looks like the print, holds no formula, reads back unchanged."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.exports.ledger_xlsx import FULL_SHEET, ID_HEAD, PRINT_SHEET, write_csv, write_errors_xlsx, write_xlsx
from app.page import FullSheet, Page
from app.problem import Problem

MakePage = Callable[..., Page]
MakeRow = Callable[..., tuple[str, ...]]
HOSTILE = (
    "=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1",
    "－1＋1", "＠x",
    '=HYPERLINK("http://x")', "'=1", "#REF!", "TRUE", "2022-08-22", "007", "1E5", "=", "_x000D_",
)  # fmt: skip


def full_of(texts: list[str]) -> FullSheet:
    return FullSheet(("名称", "值"), ("name", "value"), tuple((f"行{n}", t) for n, t in enumerate(texts)))


@pytest.fixture
def page(page_of: MakePage, row: MakeRow) -> Page:
    return page_of((row(1), row(2), row(3)))


def test_no_cell_is_a_formula_and_all_text_is_kept(tmp_path: Path, page: Page, row: MakeRow) -> None:
    """Attack 13: cells that look like formulas stay text."""
    hostile = replace(page, rows=tuple(row(n, text, note=text) for n, text in enumerate(HOSTILE, 1)))
    write_xlsx(hostile, full_of(list(HOSTILE)), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    kinds = {cell.data_type for sheet in book for cells in sheet.iter_rows() for cell in cells}
    assert kinds <= {"s", "n"}
    for number, text in enumerate(HOSTILE):
        cell = book[FULL_SHEET].cell(number + 2, 2)
        assert cell.data_type == "s"
        if text[0] in "=+@\t＝＋－＠":
            assert cell.quotePrefix
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        assert not any(b"<f>" in file.read(name) for name in file.namelist())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20
        ),
        max_size=12,
    )
)
def test_all_fields_read_back_unchanged(tmp_path: Path, page: Page, texts: list[str]) -> None:
    """What the importer's reader sees is what was written, blanks and all."""
    write_xlsx(page, full_of(texts), tmp_path / "a.xlsx")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    read = book.get_sheet_by_name(FULL_SHEET).to_python()
    assert [line[1] for line in read[1:]] == texts


def test_hostile_texts_read_back_unchanged(tmp_path: Path, page: Page) -> None:
    texts = [text for text in HOSTILE if "\r" not in text]
    write_xlsx(page, full_of(texts), tmp_path / "a.xlsx")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert [line[1] for line in book.get_sheet_by_name(FULL_SHEET).to_python()[1:]] == texts


def test_the_first_sheet_looks_like_the_print(tmp_path: Path, page: Page) -> None:
    write_xlsx(page, full_of([]), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[PRINT_SHEET]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:G1", "A3:D3", "E3:F3", "G3:G4"} <= merged
    assert sheet["A1"].value == "正镶白旗待批项目台账"
    assert [cell.value for cell in sheet[4]][:4] == ["序号", "项目名称", "项目代码", "总投资（万元）"]
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "C5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet["B5"].border.left.style == "thin"
    assert sheet["A8"].value is None
    assert sheet["B8"].value == "合计"
    assert str(sheet["A9"].value).startswith("期初")
    assert [cell.value for cell in sheet[10] if cell.value] == [
        "填报人：",
        "审核人：",
        "立项部门主要领导：",
        "分管旗长：",
    ]


def test_money_is_a_number_that_shows_the_same(tmp_path: Path, page: Page) -> None:
    write_xlsx(page, full_of([]), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[PRINT_SHEET]
    assert (sheet["D5"].value, sheet["D5"].number_format) == (1234.5, "#,##0.00")
    assert (sheet["A5"].value, sheet["C5"].value) == (1, "2204-152529-04-01-000001")


def test_the_rows_are_numbered_by_numbers(tmp_path: Path, page_of: MakePage, row: MakeRow) -> None:
    """A clerk sorts by 序号: as text 10 would come before 2."""
    write_xlsx(page_of([row(n) for n in range(1, 13)]), full_of([]), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[PRINT_SHEET]
    cells = [sheet.cell(4 + n, 1) for n in range(1, 13)]
    assert [(c.data_type, c.value) for c in cells] == [("n", n) for n in range(1, 13)]
    assert {c.number_format for c in cells} == {"0"} and {c.alignment.horizontal for c in cells} == {"center"}


@pytest.mark.parametrize("text", ["007", "1234567890123456", "1,23", "１２", "-", "1.", "", "=1"])
def test_what_is_not_wholly_a_number_stays_text(tmp_path: Path, page: Page, text: str) -> None:
    changed = replace(page, rows=(("1", "名", "码", text, "", "", ""),))
    write_xlsx(changed, full_of([]), tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")[PRINT_SHEET]["D5"]
    assert (cell.value or "") == text


def test_ids_are_hidden_and_there(tmp_path: Path, page: Page) -> None:
    full = FullSheet(("名称",), ("name",), (("甲",), ("乙",)), ("id-1", "id-2"))
    write_xlsx(page, full, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[FULL_SHEET]
    assert [cell.value for cell in sheet["B"]] == [ID_HEAD, "id-1", "id-2"]
    assert sheet.column_dimensions["B"].hidden
    assert not sheet.column_dimensions["A"].hidden


@pytest.mark.parametrize(("text", "code"), [("a\x07b", "E_CONTROL_CHAR"), ("长" * 32_768, "E_CELL_TOO_LONG")])
def test_what_no_workbook_bears_is_named(tmp_path: Path, page: Page, text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        write_xlsx(page, full_of(["好", text]), tmp_path / "a.xlsx")
    assert caught.value.code == code
    assert "行1" in caught.value.text
    assert list(tmp_path.iterdir()) == []


def test_the_appendix_gets_a_sheet(tmp_path: Path, page: Page) -> None:
    write_xlsx(replace(page, appendix=("第3行缺代码",)), full_of([]), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["缺项情况说明"]
    assert [cell.value for cell in sheet["A"]] == ["缺项情况说明", "第3行缺代码"]


def test_progress_ends_at_the_total(tmp_path: Path, page: Page) -> None:
    heard: list[tuple[int, int]] = []
    write_xlsx(page, full_of(["甲", "乙"]), tmp_path / "a.xlsx", tell=lambda *at: heard.append(at))
    assert heard[-1] == (5, 5)


def test_errors_are_a_plain_table(tmp_path: Path) -> None:
    write_errors_xlsx([("行", "问题"), ("3", "=坏")], tmp_path / "e.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx").active
    assert [[cell.value for cell in cells] for cells in sheet.iter_rows()] == [["行", "问题"], ["3", "=坏"]]


def test_csv_has_a_bom_and_no_formula(tmp_path: Path) -> None:
    write_csv([("名", "值"), ("=1+1", "-5.20"), ("＠x", "甲,乙\n丙")], tmp_path / "e.csv")
    data = (tmp_path / "e.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "e.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [["名", "值"], ["'=1+1", "-5.20"], ["'＠x", "甲,乙\n丙"]]


def test_the_workbook_carries_no_machine_time(tmp_path: Path, page: Page) -> None:
    write_xlsx(page, full_of([]), tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created == dt.datetime(2000, 1, 1)

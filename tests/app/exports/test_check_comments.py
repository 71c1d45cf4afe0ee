"""What is wrong goes back as comments in the department's own workbook, everything else in it untouched."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from app.checking.check_answers import CheckReturn
from app.checking.check_lists import CHECK_SHEET, CheckSheet
from app.exports.check_comments import AUTHOR, LIST_SHEET, TINT, hand_back
from app.exports.check_xlsx import HEAD_ROW, OPEN, write_check_xlsx
from app.imports import check_return
from app.problem import Problem
from app.templating import template_reading
from app.words.templates import Loaded
from tests.data.make_checks import check_sheet

FIRST = HEAD_ROW + 1


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return template_reading.builtin("pending-approval")


@pytest.fixture
def sent(loaded: Loaded) -> CheckSheet:
    return check_sheet(loaded, 3)


@pytest.fixture
def path(sent: CheckSheet, tmp_path: Path) -> Path:
    write_check_xlsx(sent, tmp_path / "回传.xlsx")
    return tmp_path / "回传.xlsx"


def at(sheet: Any, title: str) -> int:
    return next(int(cell.column) for cell in sheet[HEAD_ROW] if cell.value == title)


@pytest.fixture
def back(path: Path, loaded: Loaded, sent: CheckSheet) -> Callable[[Callable[[Any], None]], CheckReturn]:
    """back(edit) -> the list read again after `edit(sheet)`."""

    def make(edit: Callable[[Any], None]) -> CheckReturn:
        book = openpyxl.load_workbook(path)
        edit(book[CHECK_SHEET])
        book.save(path)
        return check_return.read(path, loaded, sent)

    return make


def spoil(sheet: Any) -> None:
    sheet.cell(FIRST, at(sheet, "受理日期")).value = "很快"
    sheet.cell(FIRST, at(sheet, "项目名称")).value = (
        str(sheet.cell(FIRST, at(sheet, "项目名称")).value) + "改"
    )
    sheet.cell(FIRST + 1, at(sheet, "行标识（勿改）")).value = None
    sheet.cell(FIRST + 1, at(sheet, "项目名称")).value = "=1+1"
    sheet.cell(FIRST + 1, at(sheet, "项目名称")).data_type = "s"
    sheet.cell(FIRST + 1, at(sheet, "项目代码")).value = "别的"
    sheet.cell(FIRST + 2, at(sheet, "核查情况")).value = "照旧"


def test_errors_stand_at_their_cells(
    back: Callable[..., CheckReturn], path: Path, tmp_path: Path, loaded: Loaded, sent: CheckSheet
) -> None:
    found = back(spoil)
    before = path.read_bytes()
    given = hand_back(path, found, tmp_path / "退回.xlsx")
    assert (given.file, given.marked, given.notice) == (tmp_path / "退回.xlsx", 3, "")
    assert path.read_bytes() == before, "theirs is never written to"
    book = openpyxl.load_workbook(given.file)
    sheet = book[CHECK_SHEET]
    day = sheet.cell(FIRST, at(sheet, "受理日期"))
    assert "受理日期" in day.comment.text and day.comment.author == AUTHOR
    assert day.fill.fgColor.rgb.endswith(TINT) and not day.protection.locked and day.value == "很快"
    assert "已锁定" in sheet.cell(FIRST, at(sheet, "项目名称")).comment.text
    assert "对不上号" in sheet.cell(FIRST + 1, 1).comment.text
    assert sheet.protection.sheet and sheet.data_validations.count and book.security.lockStructure
    listed = [[str(c or "") for c in row] for row in book[LIST_SHEET].iter_rows(values_only=True)]
    assert listed[0] == ["行", "栏目", "问题", "现在写的"] and len(listed) == 4
    again = check_return.read(given.file, loaded, sent)
    assert (again.answers.keys(), again.faults, again.mark) == (found.answers.keys(), found.faults, sent.mark)
    with zipfile.ZipFile(given.file) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_a_second_handing_back_clears_the_first(
    back: Callable[..., CheckReturn], path: Path, tmp_path: Path, loaded: Loaded, sent: CheckSheet
) -> None:
    once = hand_back(path, back(spoil), tmp_path / "一.xlsx").file
    book = openpyxl.load_workbook(once)
    sheet = book[CHECK_SHEET]
    sheet.cell(FIRST, at(sheet, "受理日期")).value = "2022-08-05"
    sheet.cell(FIRST, at(sheet, "核查情况")).comment = Comment("本局批注", "张三")
    book.save(once)
    twice = hand_back(once, check_return.read(once, loaded, sent), tmp_path / "二.xlsx")
    sheet = openpyxl.load_workbook(twice.file)[CHECK_SHEET]
    day = sheet.cell(FIRST, at(sheet, "受理日期"))
    assert day.comment is None and day.fill.fgColor.rgb.endswith(OPEN)
    assert sheet.cell(FIRST, at(sheet, "核查情况")).comment.text == "本局批注"
    assert twice.marked == 2


def test_a_comment_of_theirs_is_kept_above_ours(
    back: Callable[..., CheckReturn], path: Path, tmp_path: Path
) -> None:
    def edit(sheet: Any) -> None:
        spoil(sheet)
        sheet.cell(FIRST, at(sheet, "受理日期")).comment = Comment("等通知", "张三")

    given = hand_back(path, back(edit), tmp_path / "退回.xlsx")
    sheet = openpyxl.load_workbook(given.file)[CHECK_SHEET]
    text = sheet.cell(FIRST, at(sheet, "受理日期")).comment.text
    assert text.startswith("等通知\n") and "日期" in text


def test_a_merged_cell_bears_the_comment_of_its_range(
    back: Callable[..., CheckReturn], path: Path, tmp_path: Path
) -> None:
    def edit(sheet: Any) -> None:
        day = at(sheet, "受理日期")
        sheet.cell(FIRST, day).value = "很快"
        sheet.merge_cells(start_row=FIRST, end_row=FIRST + 2, start_column=day, end_column=day)

    found = back(edit)
    assert len(found.faults) == 3
    given = hand_back(path, found, tmp_path / "退回.xlsx")
    sheet = openpyxl.load_workbook(given.file)[CHECK_SHEET]
    assert given.marked == 1 and sheet.cell(FIRST, at(sheet, "受理日期")).comment is not None


@pytest.mark.parametrize("form", ["csv", "strange"])
def test_what_cannot_be_commented_gets_a_list(
    back: Callable[..., CheckReturn], path: Path, tmp_path: Path, form: str
) -> None:
    found = back(spoil)
    if form == "csv":
        found = type(found)(**{**vars(found), "form": "csv", "file": "回传.csv"})
    else:
        path.write_bytes(b"PK\x03\x04 not a workbook any more")
    given = hand_back(path, found, tmp_path / "退回.xls")
    assert (given.file, given.marked) == (tmp_path / "退回.xlsx", 0)
    assert "问题清单" in given.notice and found.file in given.notice
    listed = openpyxl.load_workbook(given.file).active
    assert [listed.cell(1, n).value for n in range(1, 5)] == ["行", "栏目", "问题", "现在写的"]
    assert listed.max_row == 4


def test_nothing_is_left_when_it_cannot_be_written(
    back: Callable[..., CheckReturn], path: Path, tmp_path: Path
) -> None:
    found = back(spoil)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Problem) as caught:
        hand_back(path, found, tmp_path / "没有" / "退回.xlsx")
    assert caught.value.code == "E_NO_FOLDER"
    assert sorted(tmp_path.iterdir()) == before

"""A check list comes back by file: whatever was done to the sheet, each answer finds its row or is shown."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.check_answers import CheckReturn
from app.check_lists import CHECK_SHEET, MARK_SHEET, WORDS_SHEET, CheckRow, CheckSheet
from app.exports.check_xlsx import GROUP_ROW, HEAD_ROW, write_check_xlsx
from app.imports import check_return
from app.problem import Problem
from app.templates import Loaded
from tests.data.make_checks import check_sheet

FIRST = HEAD_ROW + 1
ID = "行标识（勿改）"
SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


class Desk:
    """A department's clerk at the workbook: cells by sheet row and title."""

    def __init__(self, path: Path, sent: CheckSheet) -> None:
        write_check_xlsx(sent, path)
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book[CHECK_SHEET]

    def at(self, title: str) -> int:
        for row in self.sheet.iter_rows(max_row=HEAD_ROW + 3):
            for cell in row:
                if cell.value == title:
                    return int(cell.column)
        raise KeyError(title)

    def put(self, row: int, title: str, value: Any) -> None:
        self.sheet.cell(row, self.at(title)).value = value

    def get(self, row: int, title: str) -> Any:
        return self.sheet.cell(row, self.at(title)).value

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path

    def rows(self, count: int) -> list[list[Any]]:
        width = self.sheet.max_column
        return [[self.sheet.cell(FIRST + n, c).value for c in range(1, width + 1)] for n in range(count)]

    def put_rows(self, rows: list[list[Any]]) -> None:
        for n, row in enumerate(rows):
            for c, value in enumerate(row, 1):
                self.sheet.cell(FIRST + n, c).value = value


@pytest.fixture
def sent(loaded: Loaded) -> CheckSheet:
    return check_sheet(loaded, 5)


@pytest.fixture
def desk(tmp_path: Path, sent: CheckSheet) -> Desk:
    return Desk(tmp_path / "回传.xlsx", sent)


@pytest.fixture
def back(loaded: Loaded, sent: CheckSheet, desk: Desk) -> Callable[[], CheckReturn]:
    return lambda: check_return.read(desk.save(), loaded, sent)


def clean(found: CheckReturn) -> None:
    assert not (found.faults or found.unplaced or found.missing or found.touched or found.added), found


def test_an_untouched_list_says_what_was_sent(sent: CheckSheet, back: Callable[[], CheckReturn]) -> None:
    found = back()
    clean(found)
    assert (found.mark, found.mark_lost, found.form) == (sent.mark, "", "xlsx")
    assert list(found.answers) == [row.key for row in sent.rows]
    assert found.carried == {c.field for c in sent.fills}
    for row in sent.rows:
        said = found.answers[row.key]
        for column, text in zip(sent.fills, row.fills, strict=True):
            assert ("" if said[column.field] is None else str(said[column.field])) == text
    assert not found.contests and found.contests_carried and not found.notes


def test_values_are_read_as_everywhere_else(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    desk.put(FIRST, "办理情况", "√")
    desk.put(FIRST + 1, "办理情况", "已批复（锡环审〔2022〕3号）")
    desk.put(FIRST + 2, "办理情况", "正在组织专家评审")
    desk.put(FIRST, "受理日期", "2022.8.5")
    desk.put(FIRST + 1, "受理日期", 44778)
    desk.put(FIRST + 2, "受理日期", dt.datetime(2022, 8, 5))
    desk.put(FIRST + 3, "受理日期", "二〇二二年八月五日")
    desk.put(FIRST, "承诺时限（工作日）", "１２")
    desk.put(FIRST, "事项责任人电话", 13904791111)
    desk.put(FIRST + 1, "是否需要办理", "需要")
    desk.put(FIRST, "核查情况", None)
    found = back()
    clean(found)
    one, two, three, four = (found.answers[row.key] for row in sent.rows[:4])
    assert one["state"] == "办结" and two["state"] == "办结" and three["state"] == "在办"
    assert two["doc_no"] == "锡环审〔2022〕3号"
    assert {r["d_accept"] for r in (one, two, three, four)} == {"2022-08-05"}
    assert (one["promise_wd"], one["handler_tel"], two["needed"]) == (12, "13904791111", "需办")
    assert one["verified"] is None, "an emptied cell is an explicit empty"
    assert any(note.row == FIRST and "√" in note.text for note in found.notes)


def test_cells_that_cannot_be_read_are_named_and_never_empty(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    wrong = {
        "受理日期": ("长期", "E_DATE"), "办理情况": ("○", "E_STATE"), "承诺时限（工作日）": ("很快", "E_NUMBER"),
        "事项责任人电话": ("12", "E_PHONE"), "核查情况": ("本项目属秘密级", "E_SECRET_WORD"),
        "批复文号": ("#REF!", "E_FORMULA_ERROR"),
    }  # fmt: skip
    for title, (text, _) in wrong.items():
        desk.put(FIRST, title, text)
    found = back()
    assert {(f.title, f.code) for f in found.faults} == {(t, code) for t, (_, code) in wrong.items()}
    assert all(f.row == FIRST and f.column == desk.at(f.title) for f in found.faults)
    assert "请从下拉里选" in next(f.text for f in found.faults if f.title == "办理情况")
    by_title = {c.title: c.field for c in sent.fills}
    for title in wrong:
        assert isinstance(found.answers[sent.rows[0].key][by_title[title]], Problem)


def test_rows_sorted_deleted_and_columns_moved(
    loaded: Loaded, sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    for n in range(len(sent.rows)):
        desk.put(FIRST + n, "事项责任人", f"张{'一二三四五六七八九十甲乙丙丁戊己庚辛壬癸'[n]}")
    rows = desk.rows(len(sent.rows))
    kept = [r for n, r in enumerate(rows) if n != 2][::-1]
    desk.put_rows(kept)
    desk.sheet.delete_rows(FIRST + len(kept), 1)
    desk.sheet.insert_cols(desk.at("核查情况"))
    desk.sheet.cell(HEAD_ROW, desk.at("核查情况") - 1).value = "本局意见"
    desk.sheet.cell(FIRST, desk.at("核查情况") - 1).value = "另见附件"
    desk.sheet.insert_rows(1)
    desk.sheet["A1"].value = "生态环境局回传"
    found = back()
    assert found.missing == (sent.rows[2].key,)
    said = {key: cells["handler"] for key, cells in found.answers.items()}
    assert said == {
        row.key: f"张{'一二三四五六七八九十甲乙丙丁戊己庚辛壬癸'[n]}"
        for n, row in enumerate(sent.rows)
        if n != 2
    }
    assert [n.text for n in found.notes if "本局意见" in n.title] == [
        "多出的一栏“本局意见”有 1 格写了内容，没有读入"
    ]
    assert not (found.faults or found.unplaced or found.touched)


def test_renamed_columns_are_known_by_words_and_likeness(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    for title, other in (
        ("办理情况", "办理状态"), ("事项责任人", "部门责任人"), ("核查情况", "核查的情况"), ("项目名称", "项目名称（勿改）"),
        ("不需办依据", "不需要办理的依据"), ("提交（接件）日期", " 提交(接件)\n日期 "),
    ):  # fmt: skip
        desk.put(HEAD_ROW, title, other)
    found = back()
    clean(found)
    assert found.carried == {c.field for c in sent.fills}


def test_a_title_merged_with_the_group_above_it_is_read(desk: Desk, back: Callable[[], CheckReturn]) -> None:
    for title in ("核查情况", "事项责任人"):
        at = desk.at(title)
        desk.sheet.cell(GROUP_ROW, at).value, desk.sheet.cell(HEAD_ROW, at).value = title, None
        desk.sheet.merge_cells(start_row=GROUP_ROW, end_row=HEAD_ROW, start_column=at, end_column=at)
    found = back()
    clean(found)
    assert {"verified", "handler"} <= found.carried


def test_an_absent_column_is_not_carried(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    desk.sheet.delete_cols(desk.at("核查情况"))
    found = back()
    assert "verified" not in found.carried and all("verified" not in a for a in found.answers.values())
    assert any("核查情况" in n.text for n in found.notes)


def test_a_column_that_means_something_else_is_not_taken_for_a_lost_one(
    desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    desk.put(HEAD_ROW, "办理情况", "办理结果")
    desk.put(HEAD_ROW, "受理日期", "初审日期")
    desk.put(HEAD_ROW, "事项责任人", "事项责任人职务")
    found = back()
    assert not {"state", "d_accept", "handler"} & found.carried


@pytest.mark.parametrize("how", ["column deleted", "some cleared", "column and hidden sheet gone"])
def test_without_row_ids_the_words_still_tell(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn], how: str
) -> None:
    desk.put(FIRST + 3, "事项责任人", "苏和")
    if how == "some cleared":
        for n in range(0, len(sent.rows), 2):
            desk.put(FIRST + n, ID, None)
    else:
        desk.sheet.delete_cols(desk.at(ID))
    if "hidden" in how:
        del desk.book[MARK_SHEET], desk.book[WORDS_SHEET]
    found = back()
    clean(found)
    assert found.answers[sent.rows[3].key]["handler"] == "苏和"
    assert (found.mark == sent.mark) is ("hidden" not in how)
    assert bool(found.mark_lost) is ("hidden" in how)


def test_the_hidden_digest_finds_a_row_whose_project_was_renamed_since(
    loaded: Loaded, sent: CheckSheet, desk: Desk
) -> None:
    """The list is judged against the ledger of today; what was sent is still in the hidden sheet."""
    desk.sheet.delete_cols(desk.at(ID))
    at = [c.field for c in sent.heads].index("name")
    code = [c.field for c in sent.heads].index("project_code")

    def renamed(row: CheckRow) -> CheckRow:
        heads = list(row.heads)
        heads[at], heads[code] = "新起的名字" + row.entry[-1], ""
        return replace(row, heads=tuple(heads))

    today = replace(sent, rows=tuple(map(renamed, sent.rows)))
    found = check_return.read(desk.save(), loaded, today)
    assert set(found.answers) == {row.key for row in sent.rows} and not found.unplaced
    assert {t.field for t in found.touched} == {"name", "project_code"}


def test_twins_without_ids_are_shown_not_guessed(loaded: Loaded, sent: CheckSheet, tmp_path: Path) -> None:
    """Decision 14: what cannot be told apart is never merged."""
    twin = replace(sent.rows[0], entry="f" * 32)
    twins = replace(sent, rows=(*sent.rows, twin))
    desk = Desk(tmp_path / "b.xlsx", twins)
    found = check_return.read(desk.save(), loaded, twins)
    assert len(found.answers) == len(twins.rows), "with their ids both are placed"
    desk.put(FIRST, ID, None)
    found = check_return.read(desk.save(), loaded, twins)
    assert [(u.row, "分不清" in u.reason) for u in found.unplaced] == [(FIRST, True)]
    assert found.missing == (sent.rows[0].key,)


def test_twins_that_differ_in_their_unit_are_told_apart(
    loaded: Loaded, sent: CheckSheet, tmp_path: Path
) -> None:
    owner = [c.field for c in sent.heads].index("owner_org")
    heads = list(sent.rows[0].heads)
    heads[owner] = "另一家单位"
    twins = replace(sent, rows=(*sent.rows, replace(sent.rows[0], entry="f" * 32, heads=tuple(heads))))
    desk = Desk(tmp_path / "b.xlsx", twins)
    desk.sheet.delete_cols(desk.at(ID))
    found = check_return.read(desk.save(), loaded, twins)
    clean(found)


def test_a_sort_that_left_the_ids_behind_is_seen(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    """The id says one row, every word says another: the words are what the clerk saw."""
    for n in range(len(sent.rows)):
        desk.put(FIRST + n, "核查情况", f"第{n}行")
    rows = desk.rows(len(sent.rows))
    place = desk.at(ID) - 1
    ids = [row[place] for row in rows]
    rows.reverse()
    for row, one in zip(rows, ids, strict=True):
        row[place] = one
    desk.put_rows(rows)
    found = back()
    assert {k: a["verified"] for k, a in found.answers.items()} == {
        r.key: f"第{n}行" for n, r in enumerate(sent.rows)
    }
    assert any("行标识与所列项目不符" in note.text for note in found.notes)


def test_locked_cells_changed_are_told_and_not_applied(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    name = desk.get(FIRST, "项目名称")
    desk.put(FIRST, "项目名称", name + "（改）")
    desk.put(FIRST + 1, "总投资（万元）", 1)
    desk.put(FIRST + 2, "建设单位", None)
    found = back()
    assert [(t.row, t.field, t.new) for t in found.touched] == [
        (FIRST, "name", name + "（改）"),
        (FIRST + 1, "invest", "1"),
        (FIRST + 2, "owner_org", ""),
    ]
    assert found.touched[0].old == name and found.touched[0].key == sent.rows[0].key
    assert not (found.faults or found.unplaced or found.missing)
    assert all(not {"name", "invest", "owner_org"} & cells.keys() for cells in found.answers.values())


def test_a_number_written_another_way_is_not_a_change(desk: Desk, back: Callable[[], CheckReturn]) -> None:
    money = desk.get(FIRST, "总投资（万元）")
    desk.put(FIRST, "总投资（万元）", f"{money:.4f}")
    desk.put(FIRST, "立项日期", dt.datetime.fromisoformat(desk.get(FIRST, "立项日期")))
    desk.put(FIRST, "项目名称", f" {desk.get(FIRST, '项目名称')}　")
    clean(back())


def test_a_doubled_row_must_agree(sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]) -> None:
    rows = desk.rows(len(sent.rows))
    desk.put_rows([*rows, rows[1], rows[2]])
    desk.put(FIRST + len(rows), "核查情况", "另有说法")
    found = back()
    assert isinstance(found.answers[sent.rows[1].key]["verified"], Problem)
    assert found.answers[sent.rows[1].key]["state"] == found.answers[sent.rows[1].key]["state"]
    assert [(f.row, f.code, f.title) for f in found.faults] == [(FIRST + len(rows), "E_TWICE", "核查情况")]
    assert found.rows[sent.rows[2].key] == (FIRST + 2, FIRST + len(rows) + 1)


def test_a_column_that_stands_twice_must_agree(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    last = desk.sheet.max_column + 1
    desk.sheet.cell(HEAD_ROW, last).value = "核查情况"
    desk.sheet.cell(FIRST, last).value = desk.get(FIRST, "核查情况")
    desk.sheet.cell(FIRST + 1, last).value = "只写在后一栏"
    desk.put(FIRST + 2, "核查情况", "甲")
    desk.sheet.cell(FIRST + 2, last).value = "乙"
    found = back()
    assert [(f.row, f.code) for f in found.faults] == [(FIRST + 2, "E_TWICE")]
    assert found.answers[sent.rows[1].key]["verified"] == "只写在后一栏"


def test_cells_merged_downwards_hold_for_every_row(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    at = desk.at("事项责任人")
    name = desk.at("项目名称")
    desk.put(FIRST, "事项责任人", "乌兰")
    for n in range(1, 4):
        desk.sheet.cell(FIRST + n, at).value = None
    desk.sheet.merge_cells(start_row=FIRST, end_row=FIRST + 3, start_column=at, end_column=at)
    desk.sheet.cell(FIRST + 1, name).value = None
    desk.sheet.merge_cells(start_row=FIRST, end_row=FIRST + 1, start_column=name, end_column=name)
    found = back()
    assert [found.answers[row.key]["handler"] for row in sent.rows[:4]] == ["乌兰"] * 4
    clean(found)


def test_cells_merged_across_are_a_problem(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    at = desk.at("核查情况")
    desk.put(FIRST, "事项责任人", None)
    desk.sheet.merge_cells(start_row=FIRST, end_row=FIRST, start_column=at, end_column=at + 1)
    found = back()
    assert [(f.row, f.title, f.code) for f in found.faults] == [(FIRST, "事项责任人", "E_MERGED")]
    assert isinstance(found.answers[sent.rows[0].key]["handler"], Problem)


def test_contests_need_a_kind_and_a_reason(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    desk.put(FIRST, "异议", "非本部门")
    desk.put(FIRST, "异议理由", "应由林草局办理")
    desk.put(FIRST + 1, "异议", "应移除")
    desk.put(FIRST + 2, "异议理由", "好像不对")
    desk.put(FIRST + 3, "异议", "不想办")
    desk.put(FIRST + 3, "异议理由", "没空")
    found = back()
    keys = [row.key for row in sent.rows]
    assert (found.contests[keys[0]].kind, found.contests[keys[0]].reason) == ("非本部门", "应由林草局办理")
    assert found.contests[keys[1]].kind == "应移除"
    assert set(found.contests) == set(keys[:4])
    assert isinstance(found.contests[keys[2]].kind, Problem) and isinstance(
        found.contests[keys[3]].kind, Problem
    )
    assert [(f.row, f.title, f.code) for f in found.faults] == [
        (FIRST + 1, "异议理由", "E_REQUIRED"),
        (FIRST + 2, "异议", "E_REQUIRED"),
        (FIRST + 3, "异议", "E_CODE"),
    ]


def test_added_rows(sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]) -> None:
    new = FIRST + len(sent.rows)
    for title, value in (
        ("项目名称", "漏列的污水处理厂"), ("审批事项", "环评"), ("办理情况", "未办"), ("总投资（万元）", "1,200.5"),
        ("新增理由", "2021年备案，清单漏列"), ("立项日期", "2021年6月3日"),
    ):  # fmt: skip
        desk.put(new, title, value)
    known = desk.get(FIRST, "项目名称")
    desk.put(new + 2, "项目名称", known)
    desk.put(new + 2, "审批事项", "节能审查")
    desk.put(new + 2, "新增理由", "能评也要办")
    desk.put(new + 3, "项目名称", "没有理由的")
    desk.put(new + 4, "项目名称", known)
    desk.put(new + 4, "审批事项", desk.get(FIRST, "审批事项"))
    desk.put(new + 4, "新增理由", "重复填的")
    found = back()
    one, two, three = found.added
    assert (one.row, one.entry, one.code, one.reason) == (new, "", "M03", "2021年备案，清单漏列")
    assert one.cells == {"name": "漏列的污水处理厂", "invest": 1200500000, "approval_date": "2021-06-03"}
    assert one.fills == {"state": "未办"}
    assert (two.entry, two.code) == (sent.rows[0].entry, "M02")
    assert three.row == new + 3
    assert {(f.row, f.title) for f in found.faults} == {(new + 3, "新增理由"), (new + 3, "审批事项")}
    assert [(u.row, "已经有" in u.reason) for u in found.unplaced] == [(new + 4, True)]
    assert len(found.answers) == len(sent.rows)


def test_a_copied_row_changed_into_a_new_project_is_added(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    rows = desk.rows(len(sent.rows))
    desk.put_rows([*rows, rows[0]])
    new = FIRST + len(rows)
    desk.put(new, "项目名称", "全新的风电场")
    desk.put(new, "项目代码", "2205-152529-04-01-999999")
    found = back()
    assert [u.row for u in found.unplaced] == [new]
    desk.put(new, "新增理由", "漏列")
    found = back()
    assert [a.row for a in found.added] == [new] and not found.unplaced
    assert len(found.answers) == len(sent.rows) and not found.touched


def test_a_copied_row_changed_into_another_matter_is_added_or_shown(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    rows = desk.rows(len(sent.rows))
    desk.put_rows([*rows, rows[0]])
    new = FIRST + len(rows)
    desk.put(new, "审批事项", "节能审查")
    found = back()
    assert [(u.row, "新增理由" in u.reason) for u in found.unplaced] == [(new, True)]
    assert found.rows[sent.rows[0].key] == (FIRST,) and not found.touched
    desk.put(new, "新增理由", "能评也要办")
    found = back()
    assert [(a.entry, a.code) for a in found.added] == [(sent.rows[0].entry, "M02")]


def test_a_row_whose_words_speak_against_its_id_is_shown(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    """Name like it, but the code of another project, or another matter: nobody can tell which row was meant."""
    other = next(
        n for n, row in enumerate(sent.rows) if row.entry != sent.rows[0].entry and row.code == "M03"
    )
    desk.put(FIRST, "项目名称", desk.get(FIRST, "项目名称") + "改")
    desk.put(FIRST, "项目代码", desk.get(FIRST + other, "项目代码"))
    desk.put(FIRST + 1, "项目名称", desk.get(FIRST + 1, "项目名称") + "改")
    desk.put(FIRST + 1, "项目代码", None)
    desk.put(FIRST + 1, "审批事项", "节能审查")
    found = back()
    assert [u.row for u in found.unplaced] == [FIRST, FIRST + 1]
    assert found.missing == (sent.rows[0].key, sent.rows[1].key)


def test_rows_that_are_none_are_shown(sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]) -> None:
    end = FIRST + len(sent.rows) + sent.blanks
    desk.sheet.cell(end, 1).value = "填表人：张三　联系电话：8888888"
    desk.sheet.cell(end + 1, desk.at("项目名称")).value = "不在清单里的项目"
    desk.sheet.cell(end + 1, desk.at("审批事项")).value = "环评"
    desk.sheet.cell(end + 2, desk.at(ID)).value = "e" * 32 + ":M03"
    desk.sheet.cell(end + 2, desk.at("核查情况")).value = "已撤下的一行"
    found = back()
    assert [u.row for u in found.unplaced] == [end, end + 1, end + 2]
    assert "张三" in found.unplaced[0].texts[0]
    assert "不在发给本部门的清单" in found.unplaced[2].reason


def test_a_row_whose_cells_were_all_cleared_is_a_deleted_one(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    for column in range(2, desk.sheet.max_column + 1):
        if column != desk.at(ID):
            desk.sheet.cell(FIRST, column).value = None
    found = back()
    assert found.missing == (sent.rows[0].key,) and sent.rows[0].key not in found.answers
    assert not (found.unplaced or found.touched or found.faults)


def test_what_a_state_says_besides_goes_to_its_own_column(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    desk.put(FIRST, "办理情况", "已批复（锡环审〔2022〕3号）")
    desk.put(FIRST, "批复文号", "锡环审〔2022〕9号")
    assert back().answers[sent.rows[0].key]["doc_no"] == "锡环审〔2022〕9号", "its own cell is surer"
    desk.sheet.delete_cols(desk.at("批复文号"))
    found = back()
    assert "doc_no" not in found.answers[sent.rows[0].key]
    assert [n.text for n in found.notes if "没有读入" in n.text] == [
        "“已批复（锡环审〔2022〕3号）”里的批复文号没有读入，表里没有这一栏"
    ]


def test_marks_mean_what_the_sheet_or_a_person_says(
    loaded: Loaded, sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    """Decision 13. What stands in the rows explains nothing."""
    desk.put(FIRST, "办理情况", "○")
    desk.put(FIRST, "核查情况", "“○”表示未办")
    assert [f.code for f in back().faults] == ["E_STATE"]
    told = check_return.read(desk.save(), loaded, sent, answers={"○": "未办"})
    assert told.answers[sent.rows[0].key]["state"] == "未办" and not told.faults
    desk.sheet["A3"].value = "说明：“○”表示不需办"
    assert back().answers[sent.rows[0].key]["state"] == "不需办"


def test_a_contest_in_the_words_of_the_template_is_read(
    sent: CheckSheet, desk: Desk, loaded: Loaded
) -> None:
    desk.put(FIRST, "异议", "不归我局")
    desk.put(FIRST, "异议理由", "归林草局")
    assert check_return.read(desk.save(), loaded, sent).contests[sent.rows[0].key].kind == "非本部门"


def test_a_head_repeated_by_printing_is_no_row(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    rows = desk.rows(len(sent.rows))
    heads = [cell.value for cell in desk.sheet[HEAD_ROW]]
    desk.put_rows([*rows[:3], heads, *rows[3:]])
    clean(back())


def test_another_list_is_refused_and_a_foreign_file_too(
    loaded: Loaded, sent: CheckSheet, desk: Desk, tmp_path: Path
) -> None:
    path = desk.save()
    for mark, code in (
        (replace(sent.mark, ledger="b" * 32), "E_OTHER_LIST"),
        (replace(sent.mark, dept="水利局"), "E_OTHER_LIST"),
    ):
        with pytest.raises(Problem) as caught:
            check_return.read(path, loaded, replace(sent, mark=mark))
        assert caught.value.code == code
    late = replace(sent, mark=replace(sent.mark, number=2, round_id="2" * 32))
    assert check_return.read(path, loaded, late).mark == sent.mark, (
        "an older round is still read (decision 32)"
    )
    other = openpyxl.Workbook()
    other.active.append(["序号", "学校", "人数"])
    other.save(tmp_path / "x.xlsx")
    with pytest.raises(Problem) as caught:
        check_return.read(tmp_path / "x.xlsx", loaded, sent)
    assert caught.value.code == "E_NOT_A_CHECKLIST"


def test_a_ledger_without_mark_and_rows_is_no_check_list(
    loaded: Loaded, sent: CheckSheet, tmp_path: Path
) -> None:
    other = openpyxl.Workbook()
    other.active.append(["序号", "项目名称", "项目代码", "建设单位"])
    other.active.append([1, "别的项目", "", "某公司"])
    other.save(tmp_path / "x.xlsx")
    with pytest.raises(Problem) as caught:
        check_return.read(tmp_path / "x.xlsx", loaded, sent)
    assert caught.value.code == "E_NOT_A_CHECKLIST"


def test_two_marks_are_none(sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]) -> None:
    desk.book[MARK_SHEET]["A1"].value = replace(sent.mark, number=7).text
    found = back()
    assert found.mark is None and "两个" in found.mark_lost
    assert len(found.answers) == len(sent.rows)


def test_csv_does_not_tell_merges_and_says_so(
    loaded: Loaded, sent: CheckSheet, desk: Desk, tmp_path: Path
) -> None:
    """A cell emptied, or merged with the one above: from a .csv nobody can tell."""
    desk.put(FIRST, "事项责任人", "乌兰")
    desk.put(FIRST + 2, "事项责任人", None)
    path = tmp_path / "a.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([["" if c is None else str(c)[:10] if isinstance(c, dt.datetime) else c for c in row]
                                      for row in desk.sheet.iter_rows(values_only=True)])  # fmt: skip
    found = check_return.read(path, loaded, sent)
    assert found.form == "csv" and len(found.answers) == len(sent.rows)
    first, second, third = (found.answers[row.key]["handler"] for row in sent.rows[:3])
    assert first == "乌兰" and second is None and isinstance(third, Problem)
    assert {(f.title, f.code) for f in found.faults} >= {("事项责任人", "E_MERGED")}
    assert any("第 7" in f.text and "格空着" in f.text for f in found.faults)


@needs_soffice
@pytest.mark.parametrize("form", ["xls", "ods", "xlsx"])
def test_saved_by_another_program(
    loaded: Loaded, sent: CheckSheet, desk: Desk, tmp_path: Path, form: str
) -> None:
    desk.put(FIRST, "受理日期", dt.datetime(2022, 8, 5))
    desk.put(FIRST + 1, "办理情况", "办结")
    desk.put(FIRST + 1, "核查情况", "一行\n又一行")
    at = desk.at("事项责任人")
    desk.put(FIRST, "事项责任人", "乌兰")
    desk.sheet.merge_cells(start_row=FIRST, end_row=FIRST + 2, start_column=at, end_column=at)
    out = tmp_path / "out"
    command = [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", form,
               "--outdir", out, desk.save()]  # fmt: skip
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=120)
    found = check_return.read(out / f"回传.{form}", loaded, sent)
    clean(found)
    assert (found.form, found.mark) == (form, sent.mark)
    assert found.answers[sent.rows[0].key]["d_accept"] == "2022-08-05"
    assert found.answers[sent.rows[1].key]["state"] == "办结"
    assert found.answers[sent.rows[1].key]["verified"] == "一行\n又一行"
    assert [found.answers[row.key]["handler"] for row in sent.rows[:3]] == ["乌兰"] * 3
    assert len(found.answers) == len(sent.rows)


def test_the_mark_above_the_ids_alone_is_enough(
    sent: CheckSheet, desk: Desk, back: Callable[[], CheckReturn]
) -> None:
    del desk.book[MARK_SHEET]
    assert back().mark == sent.mark
    desk.put(GROUP_ROW, "项目（只供核对）", "x")
    assert back().said == f"认出 {len(sent.rows)} 行"

"""A check list comes back by file: objections, added and odd rows, lost marks, other programs."""


from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from app.checking.check_answers import CheckReturn
from app.checking.check_lists import MARK_SHEET, CheckSheet
from app.exports.check_xlsx import GROUP_ROW, HEAD_ROW
from app.imports import check_return
from app.problem import Problem
from app.words.templates import Loaded
from tests.app.imports.check_desk import FIRST, ID, Desk, clean

SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


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
    assert back().said == f"认出 {len(sent.rows)} 行，一格没填，像是发出去的原表"

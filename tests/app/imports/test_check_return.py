"""A check list comes back by file: whatever was done to the sheet, each answer finds its row or is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.checking.check_answers import CheckReturn
from app.checking.check_lists import MARK_SHEET, WORDS_SHEET, CheckRow, CheckSheet
from app.exports.check_xlsx import GROUP_ROW, HEAD_ROW
from app.imports import check_return
from app.problem import Problem
from app.words.templates import Loaded
from tests.app.imports.check_desk import FIRST, ID, Desk, clean


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
        "多出的一栏“本局意见”有 1 格写了内容，没有读入",
        "多出的一栏写着“另见附件”，没有读入",
    ]
    assert [(n.row, n.title) for n in found.asides] == [(FIRST + 1, "本局意见")], "shown, not dropped"
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

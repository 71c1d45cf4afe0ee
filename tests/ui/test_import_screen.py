"""导入 Excel: five steps, mending in place, the named declaration, nothing stored before 入账, withdrawing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.listing import lists
from app.samples import sample
from tests.ui.import_pages import ROWS, deeds, desk, forward, mending, page, rows_of, take, workbook
from tests.ui.pages import cut_buttons, nameless, quiet, tabbed, unreachable
from ui.dialogs.following.people_dialog import PeopleDialog
from ui.screens.import_screen import COLUMNS, CONFIRM, HEAD, MEND, PICK, ImportScreen
from ui.screens.importing import trial as trials
from ui.screens.importing.mend_card import MendCard
from ui.tables import roles

__all__ = ["desk", "mending", "page"]


def test_the_league_list_goes_in_with_four_presses(qtbot: QtBot, page: ImportScreen) -> None:
    take(qtbot, page, sample.LIST)
    assert page._step == HEAD
    for _ in range(3):
        forward(qtbot, page)
    assert page._step == CONFIRM and page.primary.text() == "入账 465 行（还没写声明人）"
    qtbot.keyClicks(page.confirm.person, "x")
    page.confirm.person.set_text("声明人甲")
    forward(qtbot, page)
    assert rows_of(page.desk) == 465
    assert page.confirm.ended() and "新增 465 行" in page.confirm.done_words.text()


def test_the_head_page_shows_what_is_skipped_and_why(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    take(qtbot, page, workbook(tmp_path / "来件.xlsx"))
    model = page.heads.model
    told = {int(r.texts[0]): r.texts[1] for at in range(model.rowCount()) if (r := model.row(at)) is not None}
    assert told[3] == "表头" and told[4] == "读入" and told[8] == "合计行"
    assert set(told) == set(range(1, 9)), "every row of the sheet is accounted for"


def test_marks_are_asked_once_per_column_and_taken(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    """Decision 13: √ × / mean what the clerk confirms once per column."""
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", ROWS[:1] + ROWS[3:]))
    forward(qtbot, page)
    assert page._step == COLUMNS and page.columns.marks["环评", "×"].text_now() == "未办"
    page.columns.marks["环评", "×"].set_text("在办")
    forward(qtbot, page)
    assert page.reading is not None and page.reading.draft.questions == []
    states = {r.name: (r.items["M03"]["state"], r.items["M02"]["state"]) for r in page.reading.draft.rows}
    assert states == {"示范水库除险加固": ("办结", "未办"), "示范镇污水处理": ("在办", "办结")}


def test_an_unknown_column_can_be_put_somewhere(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    take(qtbot, page, workbook(tmp_path / "来件.xlsx"))
    forward(qtbot, page)
    assert "1 列不导入" in page.columns.told.text()
    combo = page.columns.combos[7]
    combo.setCurrentIndex(combo.findData("note"))
    combo.activated.emit(combo.currentIndex())
    quiet(qtbot, page.desk)
    assert page.reading is not None and page.reading.draft.rows[0].cells["note"] == "12"
    assert page._step == COLUMNS and "没有不导入的列" in page.columns.told.text()


def test_faults_stand_in_their_cells_with_the_original_row(
    mending: ImportScreen, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(mending.mend.model)
    assert mending.primary.text() == "下一步（还有 2 处错）" and not mending.primary.isEnabled()
    model = mending.mend.model
    assert [s.source.row for s in model.rows] == [5, 6]
    red = [(s.source.row, f) for s in model.rows for f in s.faults]
    assert sorted(red) == [(5, "approval_type"), (5, "invest"), (6, "approval_date"), (6, "approval_type")]
    cell = model.index(0, model.column("invest"))
    assert cell.data() == "八百万来块" and cell.data(roles.Tone) == "error" and cell.data(roles.Corner)


def test_f8_walks_the_faults_and_comes_round(mending: ImportScreen) -> None:
    places = mending.mend.model.places()
    met = []
    for _ in places:
        at = mending.mend.table.currentIndex()
        met.append((at.row(), at.column()))
        mending.next_problem(1)
    assert sorted(met) == sorted(places)
    mending.next_problem(-1)
    at = mending.mend.table.currentIndex()
    assert (at.row(), at.column()) == places[-1]


def test_one_mending_serves_all_equal_cells_and_is_known_next_time(
    qtbot: QtBot, mending: ImportScreen, tmp_path: Path
) -> None:
    model = mending.mend.model
    mending.mend.table.setCurrentIndex(model.index(0, model.column("approval_type")))
    card = mending.mend.card
    assert card.every.isChecked() and "本文件 2 处“审核”都这样改" in card.every.text()
    assert card.near[0].text() == "审批（最像）"
    card.near[0].click()
    quiet(qtbot, mending.desk)
    assert mending.reading is not None
    assert [r.cells.get("approval_type") for r in mending.reading.draft.rows] == ["备案", "审批", "审批", "备案"]
    assert len(mending.reading.plan.problems) == 2
    mending.early.click()
    mending.confirm.person.set_text("声明人甲")
    mending.confirm.changed.emit()
    forward(qtbot, mending)
    take(qtbot, mending, workbook(tmp_path / "又来.xlsx"))
    assert mending._step == MEND, "a known layout goes straight to 查错改错"
    assert {p.field for p in mending.reading.plan.problems} == {"invest", "approval_date"}


def test_a_cell_is_mended_by_typing_into_it(qtbot: QtBot, mending: ImportScreen) -> None:
    model = mending.mend.model
    assert model.setData(model.index(0, model.column("invest")), "800")
    quiet(qtbot, mending.desk)
    assert mending.reading is not None
    row = next(r for r in mending.reading.draft.rows if r.row == 5)
    assert row.cells["invest"] == 8_000_000_00 and not [p for p in row.problems if p.field == "invest"]


def test_a_fault_typed_right_leads_to_the_next_and_nothing_jumps(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    """Rows and columns stay while they are mended; Enter does not pass over the fault below."""
    rows = [("示范一", "备案", "2022.8.5", "约五千", "示范甲镇", "在建", None, "√", "×")]
    rows += [("示范二", "备案", "2022.13.5", 300, "示范甲镇", "在建", None, "√", "×")]
    rows += [("示范三", "备案", "2022.2.30", "一二三四", "示范甲镇", "在建", None, "√", "×")]
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", rows))
    forward(qtbot, page)
    forward(qtbot, page)
    table, model = page.mend.table, page.mend.model
    before = list(model.targets)
    table.setCurrentIndex(model.index(0, model.column("invest")))
    met = []
    for typed in ("5000", "2022-05-13"):
        table.setFocus()
        qtbot.keyClicks(table, typed[0])
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        qtbot.keyClicks(editor, typed[1:])
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        quiet(qtbot, page.desk)
        at = table.currentIndex()
        met.append((at.row(), model.target(at.column())))
    assert [row for row, _ in met] == [1, 2] and met[0][1] == "approval_date"
    assert model.targets == before and [s.source.row for s in model.rows] == [4, 5, 6]
    page.mend.chips.picked.emit("wrong")
    assert [s.source.row for s in model.rows] == [6]


def test_a_word_nobody_knows_is_no_fault_that_keeps_the_row_out(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    """What 有错 counts is what the button waits for; a cell left blank is told apart."""
    rows = [("示范一", "审核", "2022.8.5", 5, "示范甲镇", "在建", None, "√", "×")]
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", rows))
    forward(qtbot, page)
    forward(qtbot, page)
    model = page.mend.model
    assert page.primary.text() == "下一步" and page.mend.chips.current() == "unread"
    assert model.index(0, model.column("approval_type")).data(roles.Tone) == "warn"
    assert "没有填进去" in page.mend.card.what.text()


def test_a_row_left_out_can_be_taken_back(qtbot: QtBot, mending: ImportScreen) -> None:
    mending.mend.card.leave.click()
    quiet(qtbot, mending.desk)
    assert mending.reading is not None and mending.reading.plan.counts["rows"] == 3
    mending.mend.chips.choose("left")
    mending.mend._choose()
    assert mending.mend.card.leave.text() == "这一行改回导入"
    mending.mend.card.leave.click()
    quiet(qtbot, mending.desk)
    assert mending.reading.plan.counts["rows"] == 4


def test_the_original_row_is_one_press_away(mending: ImportScreen) -> None:
    assert "原表：“" in mending.mend.card.raw.text()
    mending.mend.card.see.click()
    assert mending.mend.original.isVisible() and "第 5 行" in mending.mend.original.windowTitle()
    mending.mend.original.accept()


def test_the_good_rows_can_go_in_first_and_the_errors_as_a_workbook(
    qtbot: QtBot, mending: ImportScreen, tmp_path: Path
) -> None:
    assert mending.early.text() == "先入账 2 行，错的留着改"
    assert mending.reading is not None
    trials.save_errors(mending.desk.office, mending.reading, tmp_path / "错误.xlsx")
    sheet = load_workbook(tmp_path / "错误.xlsx").active
    assert sheet is not None
    table = [[c.value for c in row] for row in sheet.iter_rows()]
    assert table[0][0] == "原表行号" and {row[0] for row in table[1:]} == {"5", "6"} and len(table) == 5
    mending.early.click()
    mending.confirm.person.set_text("声明人甲")
    mending.confirm.changed.emit()
    forward(qtbot, mending)
    assert rows_of(mending.desk) == 2 and mending.confirm.errors.isVisible()


def test_without_a_named_declaration_nothing_goes_in(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    """Decision 11: the declaration names a person."""
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", ROWS[:1]))
    for _ in range(3):
        forward(qtbot, page)
    before = deeds(page.desk)
    assert not page.primary.isEnabled()
    page._commit()
    quiet(qtbot, page.desk)
    assert page.confirm.fault.isVisible() and page.confirm.person.property("wrong") == "true"
    assert deeds(page.desk) == before


@pytest.mark.parametrize("steps", range(4))
def test_giving_up_at_any_step_leaves_nothing(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path, steps: int
) -> None:
    before = deeds(page.desk)
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", ROWS[:1]))
    for _ in range(steps):
        forward(qtbot, page)
    for _ in range(steps + 1):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    page.giving_up.leave.click()
    assert page._step == PICK and page.reading is None
    assert deeds(page.desk) == before and rows_of(page.desk) == 0


def test_an_import_can_be_taken_back_at_once(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    directory = str(ledgers.open_template(page.desk.office, "directory").subject)
    entries.add(page.desk.office, directory, {"name": "旗水利局", "person": "责任人甲"}, not_secret="声明人甲")
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", ROWS[:1]))
    for _ in range(3):
        forward(qtbot, page)
    page.confirm.person.set_text("声明人甲")
    page.confirm.changed.emit()
    forward(qtbot, page)
    assert rows_of(page.desk) == 1
    assert page.confirm.people.text() == "按部门名录填责任人（1 行）…" and page.confirm.people.isVisible()
    page.confirm.people.click()
    dialog = page.window().findChild(PeopleDialog)
    assert dialog is not None and {cell.new for cell in dialog.plan.cells} == {"责任人甲"}
    dialog.primary.click()
    assert not page.confirm.people.isVisible()
    row = lists.lines(page.desk.office, lists.ids(page.desk.office, ledgers.all(page.desk.office)[0].id))[0]
    assert "责任人甲" in {item.cells.get("handler") for item in row.items.values()}
    page.desk.steps.undo()
    page.confirm.back.click()
    quiet(qtbot, page.desk)
    assert rows_of(page.desk) == 0 and "撤回" in page.confirm.done_words.text()


def test_a_look_alike_is_asked_and_not_taken(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    """Decision 14: look-alikes are never merged by themselves."""
    name = "示范镇生活污水处理厂及配套管网建设工程"
    first = (f"{name}（一期）", *ROWS[0][1:])
    take(qtbot, page, workbook(tmp_path / "一.xlsx", [first]))
    for _ in range(3):
        forward(qtbot, page)
    page.confirm.person.set_text("声明人甲")
    page.confirm.changed.emit()
    forward(qtbot, page)
    take(qtbot, page, workbook(tmp_path / "二.xlsx", [(f"{name}（二期）", *ROWS[0][1:])]))
    assert page._step == MEND and page.reading is not None
    assert page.reading.plan.counts["added"] == 1
    assert page.mend.card.same.isVisible() and "很像" in page.mend.card.what.text()
    page.mend.card.same.click()
    quiet(qtbot, page.desk)
    counts = page.reading.plan.counts
    assert counts["added"] == 0 and counts["skipped"] + counts["updated"] == 1


def test_a_file_that_is_no_table_is_refused_in_one_sentence(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    picture = tmp_path / "图.xlsx"
    assert page.grab().save(str(tmp_path / "图.png"))
    picture.write_bytes((tmp_path / "图.png").read_bytes())
    take(qtbot, page, picture)
    assert page._step == PICK and page.strip.isVisible() and page.strip.words.text()


def test_the_blank_template_reads_back_as_a_known_layout(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    page.pick.blank_wished.emit(tmp_path / "空白.xlsx")
    book = load_workbook(tmp_path / "空白.xlsx")
    assert "全部字段" in book.sheetnames
    assert not page.strip.isVisible()


def test_every_step_can_be_walked_by_keys_and_read_aloud(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    assert nameless(page) == [] and cut_buttons(page) == []
    take(qtbot, page, workbook(tmp_path / "来件.xlsx"))
    for step in (HEAD, COLUMNS, MEND, CONFIRM):
        page.show_step(step)
        QApplication.processEvents()
        assert nameless(page) == [] and cut_buttons(page) == [], step
        wanted = [w for w in (*page.regions(), page.cancel, page.primary) if w.isEnabled()]
        assert unreachable(wanted) == [], step


def test_f8_walks_the_remarks_where_nothing_is_wrong(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", ROWS[:1] + ROWS[3:]))
    forward(qtbot, page)
    forward(qtbot, page)
    assert page._step == MEND and page.mend.chips.current() == "watch"
    found = page.mend.current()
    assert found is not None and found[1] == "invest", "the remark itself is the current cell"
    assert "4136.95元" in page.mend.card.raw.text() and page.primary.isEnabled()


UNCLEAR: list[tuple[Any, ...]] = [
    ("示范水库除险加固", "备案", "2022.13.5", "约300万", "示范甲镇", "在建", 12, "？？", "×"),
    ("示范冷链物流园", "备案", "2022-8-6", 800, "示范乙镇", "在建", None, "？？", "/"),
]


def at_fault(qtbot: QtBot, page: ImportScreen, file: Path, row: int, target: str) -> MendCard:
    take(qtbot, page, file)
    forward(qtbot, page)
    forward(qtbot, page)
    page.mend.table.setCurrentIndex(page.mend.model.index(row, page.mend.model.column(target)))
    return page.mend.card


def test_an_unreadable_state_is_not_mended_into_done_by_one_press(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    """Decision 13: nothing closes a matter by a guess."""
    card = at_fault(qtbot, page, workbook(tmp_path / "来件.xlsx", UNCLEAR), 0, "M03")
    assert [b.text() for b in card.near] == ["待核", "在办", "未办"]
    assert all(b.property("kind") == "" for b in card.near)
    assert card.every.isVisible() and not card.every.isChecked()


def test_mending_all_alike_is_told_and_taken_back(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    offered: list[tuple[str, str, Any]] = []
    page.desk.offered.connect(lambda *told: offered.append(told))
    card = at_fault(qtbot, page, workbook(tmp_path / "来件.xlsx", UNCLEAR), 0, "M03")
    card.every.setChecked(True)
    card.near[1].click()
    quiet(qtbot, page.desk)
    assert page.reading is not None and [r.items["M03"]["state"] for r in page.reading.draft.rows] == ["在办"] * 2
    assert offered[0][:2] == ("已改 2 处", "撤销")
    offered[0][2]()
    quiet(qtbot, page.desk)
    assert {p.raw for p in page.reading.plan.problems} == {"？？", "2022.13.5"}


def test_a_rough_number_is_told_on_a_row_with_errors_too(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    card = at_fault(qtbot, page, workbook(tmp_path / "来件.xlsx", UNCLEAR), 0, "invest")
    assert "约数" in card.what.text()
    assert page.mend.model.all[0].wrong and page.mend.model.all[0].watch
    page.mend.table.setCurrentIndex(page.mend.model.index(0, page.mend.model.column("place")))
    assert "没有问题" in card.what.text() and "约数" in card.what.text()


def test_a_rough_number_is_told_where_every_row_names_its_unit(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    rows = [(f"项目{at}", "备案", "2022.8.5", "300万元" if at else "约300万", "甲镇", "在建", 12, "√", "×") for at in range(12)]
    at_fault(qtbot, page, workbook(tmp_path / "来件.xlsx", rows), 0, "invest")
    assert [bool(s.notes) for s in page.mend.model.all] == [True] + [False] * 11


def test_enter_in_the_declaration_goes_on_and_tab_does_not_lead_to_giving_up(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    take(qtbot, page, workbook(tmp_path / "来件.xlsx", ROWS[:1]))
    for _ in range(3):
        forward(qtbot, page)
    assert page._step == CONFIRM
    page.confirm.person.setFocus()
    qtbot.keyClick(page.confirm.person, Qt.Key.Key_Return)
    assert not page.confirm.ended() and page.confirm.person.hasFocus()
    qtbot.keyClicks(page.confirm.person, "a")
    assert tabbed(page.confirm.person, 2)[-1] is page.primary
    page.confirm.person.setFocus()
    qtbot.keyClick(page.confirm.person, Qt.Key.Key_Return)
    quiet(qtbot, page.desk)
    assert page.confirm.ended() and rows_of(page.desk) == 1
    assert "一步" not in page.confirm.done_note.text()

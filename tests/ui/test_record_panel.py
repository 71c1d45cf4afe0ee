"""The form of one entry: fields, matters, attachments, record, drafts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import attachments, entries, ledgers
from app.listing import lists
from app.office import Office
from app.people import clerks
from app.today import statistics
from tests.ui.conftest import NAMES, cell, shown
from ui.desk import Desk
from ui.dialogs.closing_dialog import ClosingDialog, ReasonDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.forms.drafts import Draft
from ui.forms.record_panel import FILES, LOG, MATTERS, RecordPanel
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.today_screen import TodayScreen
from ui.screens.workbench import Workbench
from ui.tables import roles

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bench(screen: LedgerScreen) -> Workbench:
    assert screen.bench is not None
    screen.bench.table.setCurrentIndex(cell(screen.bench.table, 1, "name"))
    return screen.bench


@pytest.fixture
def panel(bench: Workbench) -> RecordPanel:
    return bench.panel


def type_into(qtbot: QtBot, panel: RecordPanel, key: str, text: str) -> None:
    made = panel.form.inputs[key]
    made.setFocus()
    made.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(made, text)


def test_the_form_follows_the_grid(bench: Workbench, panel: RecordPanel) -> None:
    for row in (1, 4, 0):
        bench.table.setCurrentIndex(cell(bench.table, row, "name"))
        line = lists.line(bench.desk.office, bench.table.ledger_model.id_at(row))
        assert panel.name.text() == line.name
        assert panel.form.inputs["name"].text_now() == line.name
        assert panel.form.inputs["name"].cursorPosition() == 0, "of a long text the head is shown"  # type: ignore[attr-defined]
    assert panel.form.inputs["invest"].text_now() == "12.34"


def test_ctrl_s_saves_what_was_changed(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    entry = bench.table.current_id()
    type_into(qtbot, panel, "owner_org", "shifan")
    assert not panel.keep.isHidden() and panel.keep.isEnabled()
    qtbot.keyClick(panel.form.inputs["owner_org"], Key.Key_S, Ctrl)
    assert lists.line(bench.desk.office, entry).cells["owner_org"] == "shifan"
    assert panel.said.text().startswith("已保存")
    assert not panel.keep.isEnabled()


def test_a_draft_makes_the_row_of_the_grid_read_only(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    type_into(qtbot, panel, "owner_org", "x")
    index = cell(bench.table, 1, "place")
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
    qtbot.mouseClick(panel.undo, Qt.MouseButton.LeftButton)
    assert index.flags() & Qt.ItemFlag.ItemIsEditable
    assert panel.form.inputs["owner_org"].text_now() == ""


def test_an_error_stands_below_its_field_and_nothing_is_written(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    entry = bench.table.current_id()
    before = lists.line(bench.desk.office, entry)
    type_into(qtbot, panel, "invest", "abc")
    qtbot.keyClick(panel.form.inputs["invest"], Key.Key_S, Ctrl)
    fault = panel.form._faults["invest"]
    assert fault.isVisible() and "总投资" in fault.text()
    assert panel.form.inputs["invest"].property("wrong") == "true"
    assert QApplication.focusWidget() is panel.form.inputs["invest"]
    assert lists.line(bench.desk.office, entry) == before
    qtbot.keyClicks(panel.form.inputs["invest"], "1")
    assert not fault.isVisible()


def test_enter_goes_to_the_next_field_and_submits_nothing(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    type_into(qtbot, panel, "name", "x")
    qtbot.keyClick(panel.form.inputs["name"], Key.Key_Return)
    assert QApplication.focusWidget() is panel.form.inputs["project_code"]
    assert lists.line(bench.desk.office, bench.table.current_id()).name != "x"


def test_ctrl_down_saves_and_goes_on(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    entry, row = bench.table.current_id(), bench.table.currentIndex().row()
    type_into(qtbot, panel, "owner_org", "y")
    qtbot.keyClick(panel.form.inputs["owner_org"], Key.Key_Down, Ctrl)
    assert lists.line(bench.desk.office, entry).cells["owner_org"] == "y"
    assert bench.table.currentIndex().row() == row + 1
    assert panel.line is not None and panel.line.id == bench.table.current_id() != entry


def test_a_refused_draft_waits_with_its_entry(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    entry = bench.table.current_id()
    type_into(qtbot, panel, "invest", "abc")
    qtbot.keyClick(panel.form.inputs["invest"], Key.Key_Down, Ctrl)
    assert panel.line is not None and panel.line.id != entry
    assert panel.form.inputs["invest"].text_now() != "abc"
    qtbot.keyClick(panel.form.inputs["name"], Key.Key_Up, Ctrl)
    assert panel.line.id == entry
    assert panel.form.inputs["invest"].text_now() == "abc"
    assert panel.dirty()


def test_what_was_typed_outlives_the_window_that_was_killed(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    """The draft is on the disk when the hands rest; the next window shows it, its row waits, and saving ends it."""
    desk, entry = bench.desk, bench.table.current_id()
    type_into(qtbot, panel, "owner_org", "kept")
    panel.drafts.keep()
    told: list[str] = []
    desk.said.connect(told.append)
    office, other = desk.office, "经办人乙"
    clerks.add(office, other)
    desk.office = replace(office, clerk=other)
    his = Workbench(desk, bench.line)
    qtbot.addWidget(his)
    his.load(bench.query)
    his.take_drafts([])
    assert office.clerk in told.pop() and not his.drafts(), "it is another's: said, and never saved in this name"
    his.panel.drafts.put(Draft(entry, NAMES[1], {"owner_org": "his"}))
    his.panel.drafts.put(Draft(entry, ""))
    desk.office = office
    later = Workbench(desk, bench.line)  # the first one never said good-bye
    qtbot.addWidget(later)
    later.load(bench.query)
    later.take_drafts([])
    assert told and NAMES[1] in told[0]
    assert later.table.ledger_model.locked == {entry}
    later.panel.show_entry(entry)
    assert later.panel.form.inputs["owner_org"].text_now() == "kept" and later.panel.dirty()
    assert later.panel.save() and lists.line(desk.office, entry).cells["owner_org"] == "kept"
    assert not list((desk.office.folder / "drafts").glob("*.json"))


def test_the_wheel_does_not_change_a_choice(panel: RecordPanel) -> None:
    box = panel.form.inputs["build_state"]
    was = box.text_now()
    at = QPointF(5, 5)
    wheel = QWheelEvent(
        at, at, QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert box.text_now() == was


def test_required_fields_say_so_to_the_eye_and_to_a_reader(panel: RecordPanel) -> None:
    assert "必填" in panel.form.inputs["name"].accessibleName()
    assert "*" in panel.form._labels["name"].text()
    assert "必填" not in panel.form.inputs["note"].accessibleName()


def test_matters_show_state_and_light_and_take_dates(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    panel.tabs.setCurrentIndex(MATTERS)
    page = panel.matters
    assert page.model.rowCount() == 8
    page.table.choose(page.model.find("M03"))
    assert page.model.row(2).texts[2] == "在办"  # type: ignore[union-attr]
    page.form.inputs["d_accept"].set_text("2022.9.19")
    page.form.inputs["promise_wd"].set_text("10")
    panel._touched()
    assert panel.save()
    item = lists.line(bench.desk.office, bench.table.current_id()).items["M03"]
    assert item.cells["d_accept"] == "2022-09-19"
    assert item.due == "2022-10-08"  # ten working days, 10-08 being made up for the holiday


def test_a_matter_is_closed_in_two_clicks(qtbot: QtBot, bench: Workbench) -> None:
    """审批1个核减1个 (SB 四(一)): basis, number, date."""
    entry = bench.table.current_id()
    line = lists.line(bench.desk.office, entry)
    dialog = ClosingDialog(bench.desk, bench.line.loaded, line, line.items["M03"], bench)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._close()
    assert dialog._fault.isVisible() and "文号或扫描件" in dialog._fault.text()
    assert dialog.doc.property("wrong") == "true"
    dialog.doc.set_text("某环审〔2022〕2号")
    qtbot.mouseClick(dialog.primary, Qt.MouseButton.LeftButton)
    item = lists.line(bench.desk.office, entry).items["M03"]
    assert (item.state, item.cells["doc_no"]) == ("办结", "某环审〔2022〕2号")
    assert not dialog.isVisible()


def test_a_clock_is_stopped_for_a_lawful_reason_and_goes_on(qtbot: QtBot, bench: Workbench) -> None:
    """行政许可法 45条."""
    office, entry = bench.desk.office, bench.table.current_id()
    bench.desk.do(entries.amend, entry, {}, {"M03": {"d_accept": "2022-09-05"}})
    for word in ("停表", "恢复计时"):
        line = lists.line(office, entry)
        dialog = ReasonDialog(bench.desk, bench.line.loaded, line, line.items["M03"], bench)
        qtbot.addWidget(dialog)
        assert dialog.primary.text() == word
        dialog.primary.click()
        assert dialog.result() == ReasonDialog.DialogCode.Accepted
    assert lists.line(office, entry).items["M03"].cells["pauses"][0]["to"]


def test_a_file_dropped_on_the_form_is_kept(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel, tmp_path: Path
) -> None:
    picture = tmp_path / "扫描件.png"
    Image.new("RGB", (600, 800), "white").save(picture)
    panel.tabs.setCurrentIndex(FILES)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    panel.files.dropEvent(drop)
    assert [f.name for f in attachments.of(bench.desk.office, bench.table.current_id())] == ["扫描件.png"]
    qtbot.waitUntil(lambda: panel.tabs.tabText(FILES) == "附件 1")
    assert panel.files.table.isVisible()
    qtbot.mouseClick(panel.files.off, Qt.MouseButton.LeftButton)
    assert attachments.of(bench.desk.office, bench.table.current_id()) == [] and panel.files.add.hasFocus()
    bench.desk.steps.undo()
    assert [f.name for f in attachments.of(bench.desk.office, bench.table.current_id())] == ["扫描件.png"]


def test_the_record_says_who_changed_what(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    type_into(qtbot, panel, "owner_org", "shifan")
    panel.save()
    panel.tabs.setCurrentIndex(LOG)
    texts = [part.text() for part in panel.log._inner.findChildren(QLabel)]
    assert "建设单位：空 → shifan" in texts
    assert any("经办人甲" in text for text in texts)


def test_a_new_entry_asks_who_declares_it_not_secret(qtbot: QtBot, bench: Workbench, office: Office) -> None:
    """涉密 S53 三(二)."""
    dialog = NewEntryDialog(bench.desk, bench.line, bench)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.inputs["name"].set_text("新项目")
    dialog._add()
    assert dialog.person.property("wrong") == "true"
    assert len(lists.ids(office, bench.line.id)) == 40
    dialog.person.set_text("声明人乙")
    dialog._add()
    assert dialog.added
    assert lists.line(office, dialog.added).name == "新项目"
    qtbot.waitUntil(lambda: bench.table.ledger_model.rowCount() == 41)
    assert bench.table.ledger_model.id_at(40) == dialog.added


def test_today_opens_the_exact_field_and_keeps_its_place(qtbot: QtBot, desk: Desk, office: Office) -> None:
    window: MainWindow = shown(qtbot, desk, page="today")
    screen = window.screen()
    assert isinstance(screen, TodayScreen)
    today = statistics.today_list(office)
    assert screen.model.rowCount() == len(today.todos)
    assert screen.late.number.text() == str(today.overdue)
    row = next(i for i, todo in enumerate(today.todos) if todo.item)
    screen.table.choose(row)
    qtbot.keyClick(screen.table, Key.Key_Return)
    assert window.key() == "ledger"
    bench = window.screen().bench  # type: ignore[attr-defined]
    assert bench.table.current_id() == today.todos[row].entry_id
    assert bench.panel.tabs.currentIndex() == MATTERS
    assert bench.panel.matters.item().code == today.todos[row].item
    assert QApplication.focusWidget() is bench.panel.matters.form.inputs[today.todos[row].field]
    window.show_page("today")
    assert screen.table.currentIndex().row() == row


def test_today_chips_narrow_the_list(qtbot: QtBot, desk: Desk) -> None:
    screen = shown(qtbot, desk, page="today").screen()
    assert isinstance(screen, TodayScreen)
    for key, light in (("red", "red"), ("yellow", "yellow")):
        qtbot.mouseClick(screen.chips.chip(key), Qt.MouseButton.LeftButton)
        assert {screen.model.row(i).fact.light for i in range(screen.model.rowCount())} <= {light}  # type: ignore[union-attr]


def test_closing_with_a_refused_draft_asks_first(
    qtbot: QtBot, window: MainWindow, panel: RecordPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = ["回去改"]

    def press(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text() == answer[0]).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    type_into(qtbot, panel, "invest", "abc")
    assert not window.close()
    assert "1 行" in asked[0] and window.isVisible()
    answer[0] = "不保存"
    assert window.close()


def other_row(bench: Workbench, row: int) -> str:
    bench.table.setCurrentIndex(cell(bench.table, row, "name"))
    return bench.table.current_id()


def test_clicking_another_row_saves_what_was_typed(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    """desk.md: moving saves the draft, by the mouse as by the keys."""
    entry = bench.table.current_id()
    type_into(qtbot, panel, "owner_org", "y")
    other_row(bench, 3)
    assert lists.line(bench.desk.office, entry).cells["owner_org"] == "y"
    assert entry not in bench.table.ledger_model.locked and not panel.strip.isVisible()
    type_into(qtbot, panel, "owner_org", "z")
    last = bench.table.current_id()
    bench.load(replace(bench.query, text="没有这样的项目"))
    assert lists.line(bench.desk.office, last).cells["owner_org"] == "z"


def test_a_refused_draft_marks_its_row_and_a_strip_leads_back(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    entry, model, row = bench.table.current_id(), bench.table.ledger_model, bench.table.currentIndex().row()
    type_into(qtbot, panel, "invest", "abc")
    other_row(bench, 3)
    upright, tip = Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole
    assert model.headerData(row, upright) == "●" and "没有保存" in model.headerData(row, upright, tip)
    assert cell(bench.table, row, "name").data(roles.Tone) == "warn"
    assert panel.strip.isVisible() and NAMES[1] in panel.strip.words.text()
    link = next(b for b in panel.strip.findChildren(QPushButton) if b.text() == "回去改")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert bench.table.current_id() == entry and panel.form.inputs["invest"].text_now() == "abc"
    assert panel.form.fault_keys() == ["invest"] and not panel.strip.isVisible()
    type_into(qtbot, panel, "invest", "12")
    other_row(bench, 3)
    assert lists.line(bench.desk.office, entry).cells["invest"] == 12_000_000
    assert model.headerData(row, upright) == str(row + 1)


def test_another_matter_saves_the_one_before_or_stays_with_what_was_refused(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    panel.tabs.setCurrentIndex(MATTERS)
    page = panel.matters
    page.go("M03")
    page.form.inputs["d_accept"].set_text("2022.9.19")
    page.go("M01")
    line = lists.line(bench.desk.office, bench.table.current_id())
    assert line.items["M03"].cells["d_accept"] == "2022-09-19"
    page.go("M03")
    page.form.inputs["d_accept"].set_text("昨天下午")
    page.go("M01")
    qtbot.waitUntil(lambda: page.table.currentIndex().row() == page.model.find("M03"))
    assert page.form.inputs["d_accept"].text_now() == "昨天下午" and page.form.fault_keys() == ["d_accept"]
    other_row(bench, 3)
    assert "没有保存" in panel.strip.words.text()
    other_row(bench, 1)
    assert page.item().code == "M03" and page.form.inputs["d_accept"].text_now() == "昨天下午"  # type: ignore[union-attr]


def test_closing_names_the_rows_and_leads_back_to_them(
    qtbot: QtBot, window: MainWindow, bench: Workbench, panel: RecordPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QMessageBox] = []
    answer = ["回去改"]

    def press(box: QMessageBox) -> int:
        asked.append(box)
        next(b for b in box.buttons() if b.text() == answer[0]).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    entry = bench.table.current_id()
    type_into(qtbot, panel, "invest", "abc")
    other_row(bench, 3)
    window.show_page("today")
    assert not window.close()
    assert NAMES[1] in asked[0].text() and "总投资" in asked[0].informativeText()
    assert {b.text() for b in asked[0].buttons()} == {"保存", "不保存", "回去改"}
    assert window.key() == "ledger" and bench.table.current_id() == entry
    assert QApplication.focusWidget() is panel.form.inputs["invest"]
    answer[0] = "保存"
    assert not window.close() and panel.form.fault_keys() == ["invest"]
    answer[0] = "不保存"
    assert window.close()


def test_another_ledger_does_not_throw_a_draft_away(
    qtbot: QtBot, screen: LedgerScreen, bench: Workbench, panel: RecordPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def press(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text() == "回去改").click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    other = str(ledgers.open_template(bench.desk.office, "pending-approval", again=True).subject)
    type_into(qtbot, panel, "invest", "abc")
    screen.open_ledger(other)
    assert asked and screen.bench is bench and panel.form.inputs["invest"].text_now() == "abc"


def test_a_date_without_its_conclusion_says_what_is_still_wanted(
    bench: Workbench, panel: RecordPanel
) -> None:
    """旗方案 四(三)1: 初审日期 alone leaves the matter in 待初审."""
    panel.tabs.setCurrentIndex(MATTERS)
    page = panel.matters
    page.go("M03")
    page.form.inputs["d_first"].set_text("2022-09-19")
    page.form._touched("d_first")
    hint = page.form._hints["r_first"]
    assert not hint.isHidden() and hint.text() == "还差初审结论"
    page.form.inputs["r_first"].set_text("受理")
    page.form._touched("r_first")
    assert hint.isHidden()
    assert "K1" not in page.why.text() + page.why.toolTip() and "初审" in page.why.toolTip()

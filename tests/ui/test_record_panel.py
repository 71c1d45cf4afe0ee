"""The form of one entry: fields, matters, attachments, record, drafts."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.ledger import attachments, entries
from app.listing import lists
from app.office import Office
from app.today import statistics
from tests.ui.conftest import cell, shown
from tests.ui.record_form import bench, panel, type_into
from ui.desk import Desk
from ui.dialogs.closing_dialog import ClosingDialog, ReasonDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.forms.record_panel import FILES, LOG, MATTERS, RecordPanel
from ui.main_window import MainWindow
from ui.screens.today_screen import TodayScreen
from ui.screens.workbench import Workbench

__all__ = ["bench", "panel"]

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


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

"""撤销 and 重做 for the whole window: grid, form and dialogs on one stack, 操作记录 after a restart, and 回收站."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.journals.heard import Heard
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.proof import replay
from app.removal import tombstones
from tests.ui.conftest import cell
from tests.ui.pages import cut_buttons, nameless, open_page
from ui.desk import Desk
from ui.dialogs.bin_dialog import BinDialog
from ui.dialogs.delete_dialog import DeleteDialog
from ui.main_window import MainWindow
from ui.screens.history_screen import HistoryScreen
from ui.tables.ledger_table import LedgerTable

Whole = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


def toast(window: MainWindow) -> tuple[str, str]:
    """What the message at the foot says, and the deed beside it."""
    made = window.toast
    return made._words.text(), made._deed.text() if made._deed.isVisibleTo(made) else ""


def test_grid_form_and_dialog_are_one_stack_and_the_toast_says_the_verb(
    qtbot: QtBot, window: MainWindow, table: LedgerTable
) -> None:
    """desk.md: undo, visible: “已清空 12 格  撤销”; a paste is one step; Ctrl+Z wherever no text is typed."""
    office, steps, bench = window.desk.office, window.desk.steps, window.screen().bench
    was = [cell(table, row, "place").data() for row in range(3)]
    QGuiApplication.clipboard().setText("甲地\n乙地\n丙地")
    table.setCurrentIndex(cell(table, 0, "place"))
    table.edits.paste()
    assert toast(window) == ("已粘贴 3 格", "撤销") and len(steps.done) == 1
    bench.open_panel("resp_person")
    bench.panel.form.inputs["resp_person"].set_text("责任人甲")
    bench.panel.form.inputs["resp_person"].touched.emit()
    qtbot.keyClick(bench.panel.form.inputs["resp_person"], Key.Key_S, Ctrl)
    assert toast(window)[0].startswith("已保存：") and len(steps.done) == 2
    entry = table.current_id()
    window.nav.setFocus()  # on no text and in no table
    qtbot.keyClick(window, Key.Key_Z, Ctrl)
    assert lists.line(office, entry).cells.get("resp_person") is None
    assert toast(window) == ("已撤销：“示范水库除险加固1” 1 格", "重做")
    window.toast._deed.click()
    assert lists.line(office, entry).cells["resp_person"] == "责任人甲" and toast(window)[1] == "撤销"
    qtbot.keyClick(window, Key.Key_Z, Ctrl)
    table.setCurrentIndex(cell(table, 30, "name"))
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert [cell(table, row, "place").data() for row in range(3)] == was
    assert table.currentIndex() == cell(table, 0, "place"), "what came back is selected"
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert "没有可以撤销的" in toast(window)[0]
    qtbot.keyClick(table, Key.Key_Y, Ctrl)
    assert cell(table, 2, "place").data() == "丙地" and not replay.verify(office)
    steps.heed(Heard([], {"import", "add", "final"}), None)  # a deed with a way back of its own; nothing goes past it
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert "撤回这次导入" in toast(window)[0] and cell(table, 2, "place").data() == "丙地"


def test_a_draft_in_the_form_comes_first_and_a_text_keeps_its_own_undo(
    qtbot: QtBot, window: MainWindow, table: LedgerTable
) -> None:
    """desk.md: while the form has an unsaved draft, that record's grid row is read-only."""
    bench, office = window.screen().bench, window.desk.office
    table.setCurrentIndex(cell(table, 0, "place"))
    table.edits.put_all("戊地")
    bench.open_panel("resp_person")
    typed = bench.panel.form.inputs["resp_person"]
    qtbot.keyClicks(typed, "ab")
    qtbot.keyClick(typed, Key.Key_Z, Ctrl)
    assert typed.text_now() != "ab" and lists.line(office, table.current_id()).cells["place"] == "戊地"
    qtbot.keyClicks(typed, "cd")
    table.setFocus()
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert "没保存的改动" in window.strip.words.text()
    assert cell(table, 0, "place").data() == "戊地" and len(window.desk.steps.done) == 1
    bench.panel.revert()
    window.desk.office = replace(office, clerk="经办人乙")
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert "上一步是经办人甲做的" in toast(window)[0] and cell(table, 0, "place").data() == "戊地"
    window.desk.office = office
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert cell(table, 0, "place").data() == "示范甲镇"
    for seq in range(1, 250):
        window.desk.steps.push(table.ledger.id, seq, seq, "已填 1 格")
    assert len(window.desk.steps.done) == 200


def test_after_a_restart_the_step_is_taken_back_from_the_records(qtbot: QtBot, desk: Desk) -> None:
    """Another window did it: 撤销这一步 takes back the whole deed, though one line of it was chosen."""
    ledger = ledgers.all(desk.office)[0].id
    first, second = lists.ids(desk.office, ledger, Query())[:2]
    with desk.office.write("修改") as work:
        for entry in (first, second):
            entries.amend_in(work, desk.office, entry, {"place": "戊地"})
    page = open_page(qtbot, desk, HistoryScreen)
    assert page.back_button.isVisible() and not cut_buttons(page) and not nameless(page)
    page.back_button.click()
    assert [lists.line(desk.office, i).cells["place"] for i in (first, second)] == ["示范甲镇", "示范乙镇"]
    newest = page.model.row(0)
    assert newest is not None and newest.texts[3] == "撤销" and page.table.hasFocus()
    opened = next(at for at in range(page.model.rowCount()) if page.model.row(at).fact.verb == "open")  # type: ignore[union-attr]
    page.table.choose(opened)
    assert not page.back_button.isVisible()


def test_a_row_entered_by_mistake_goes_into_the_bin_and_comes_back_whole(
    qtbot: QtBot, window: MainWindow, table: LedgerTable
) -> None:
    """Decision 19: a tombstone that names its line, out of counts, its number not given again; back with all it had."""
    office, ledger = window.desk.office, table.ledger.id
    before, gone = lists.line(office, table.ledger_model.id_at(3)), table.ledger_model.id_at(3)
    current = table.current_id()
    table.selectionModel().select(table.ledger_model.index(3, 0), Whole)
    qtbot.keyClick(table, Key.Key_Delete)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DeleteDialog) and not nameless(dialog) and not cut_buttons(dialog)
    dialog.primary.click()
    assert table.ledger_model.row_of(gone) < 0 and table.ledger_model.rowCount() == 39
    assert table.currentIndex().row() == table.ledger_model.row_of(current), "the work goes on where it was"
    (laid,) = tombstones.buried(office, ledger)
    assert (laid.id, laid.clerk, laid.reason, laid.verb) == (gone, "经办人甲", "录错了", "delete")
    box = BinDialog(window.desk, "", window)
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.show()
    assert not nameless(box) and not cut_buttons(box)
    qtbot.keyClick(box.table, Key.Key_Return)
    assert box.table.isHidden() and "回收站是空的" in box.said.text()
    assert replace(lists.line(office, gone), rev=before.rev) == before and table.ledger_model.row_of(gone) == 3
    window.desk.steps.undo()
    assert table.ledger_model.row_of(gone) < 0
    window.desk.steps.redo()
    assert table.ledger_model.row_of(gone) == 3 and not replay.verify(office)
    window.desk.do(tombstones.delete, [gone], reason="录错了")
    texts = {"name": before.name, "build_state": "在建"}
    again = entries.add(office, ledger, texts, not_secret="声明人甲").subject
    met: list[str] = []

    def answer(words: str) -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, QMessageBox)
        met.append(asked.informativeText())
        next(each for each in asked.buttons() if each.text() == words).click()

    box.read()
    for words, back in (("先不放回", False), ("照样放回", True)):
        QTimer.singleShot(0, partial(answer, words))
        qtbot.keyClick(box.table, Key.Key_Return)
        assert (lists.line(office, gone).standing == "在账") is back
    assert len(met) == 2 and lists.line(office, str(again)).no in met[0] and "名称相同" in met[0]

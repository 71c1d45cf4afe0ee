"""The menu that offers the named events, and what holds for each of their dialogs."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from app.ledger import leaving
from tests.ui.books import ROWS, Book, head, open_dialog, press, put
from tests.ui.conftest import cell, shown
from tests.ui.pages import cut_buttons, nameless, unreachable
from ui.dialogs import deeds_menu, new_entry_dialog
from ui.dialogs.correction_dialog import CorrectionDialog
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.leaving_dialog import ExcludeDialog
from ui.dialogs.matter_dialog import MatterDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.dialogs.removal_dialog import RemovalDialog
from ui.dialogs.reopen_dialog import ReopenDialog
from ui.dialogs.start_dialog import StartDialog

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier

# the menu


def keys(book: Book, *names: str) -> dict[str, str]:
    return {d.key: d.why for d in deeds_menu.deeds(book.desk, book.ledger, [book.line(n) for n in names])}


def test_the_menu_offers_what_makes_sense(book: Book) -> None:
    unstarted, begun = keys(book, "示范物流园"), keys(book, "示范牧场")
    assert "exclude" not in unstarted
    assert [k for k, why in unstarted.items() if not why] == ["start", "matter", "remove", "correct"]
    assert "不用登记开工" in begun["start"]
    many = keys(book, "示范物流园", "示范牧场")
    assert [k for k, why in many.items() if not why] == ["close-many", "correct"]
    assert "只选一行" in many["start"]


def test_before_the_seal_the_menu_says_what_comes_later(draft: Book) -> None:
    found = keys(draft, "示范牧场")
    assert not found["exclude"] and not found["matter"]
    assert "还没有确定" in found["remove"] and "还没有确定" in found["correct"]


def test_what_was_excluded_before_the_seal_is_not_offered_back(draft: Book) -> None:
    leaving.exclude(draft.office, draft.line("示范小区").id, reason="重复", note="与示范牧场相同")
    assert not keys(draft, "示范小区")["reopen"]
    draft.seal()
    found = keys(draft, "示范小区")
    assert "补录" in found["reopen"] and "已经剔除" in found["correct"] and "不在账" in found["remove"]


def test_a_received_ledger_offers_nothing(book: Book) -> None:
    received = replace(book.ledger, own=False, origin="旗教育局")
    found = deeds_menu.deeds(book.desk, received, [book.line("示范牧场")])
    assert found and all("只能查看" in deed.why for deed in found)


def test_a_deed_opens_from_the_menu_and_esc_changes_nothing(qtbot: QtBot, book: Book) -> None:
    over = QDialog()
    qtbot.addWidget(over)
    over.show()
    menu = QMenu(over)
    deeds_menu.fill(menu, book.desk, book.ledger, [book.line("示范水库")], over)
    before = head(book)
    start = next(a for a in menu.actions() if a.objectName() == "start")
    reopen = next(a for a in menu.actions() if a.objectName() == "reopen")
    assert not reopen.isEnabled() and "在账" in reopen.toolTip()
    start.trigger()
    dialog = over.findChild(StartDialog)
    assert dialog is not None and dialog.isVisible()
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible() and head(book) == before
    menu.clear()
    deeds_menu.fill(menu, book.desk, book.ledger, [book.line("示范水库")], over, lambda: False)
    next(a for a in menu.actions() if a.objectName() == "start").trigger()
    assert not [d for d in over.findChildren(StartDialog) if d.isVisible()]


def test_the_form_and_the_grid_offer_the_deeds(qtbot: QtBot, book: Book) -> None:
    window = shown(qtbot, book.desk)
    bench = window.screen().bench  # type: ignore[attr-defined]
    row = bench.table.ledger_model.row_of(book.line("示范水库").id)
    bench.table.setCurrentIndex(cell(bench.table, row, "name"))
    gc.collect()  # the menus belong to their button and to the menu above them, to no name in between
    menu = bench.panel.more.deeds
    assert bench.panel.more.menu() is menu
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.objectName() == "start").trigger()
    dialog = window.findChild(StartDialog)
    assert dialog is not None
    put(dialog, evidence="开工令")
    press(qtbot, dialog)
    assert book.line("示范水库").standing == "已开工"
    qtbot.waitUntil(lambda: "已开工" in bench.panel.under.text())
    bench.table.selectAll()
    assert len(bench.table.chosen_ids()) == len(ROWS)
    made = QMenu(window)
    bench.table.menu_made.emit(made, bench.table.chosen_ids())
    gc.collect()
    inner = next(m for m in made.findChildren(QMenu) if m.title() == "登记与更正")
    assert [a.objectName() for a in inner.actions() if a.isEnabled() and not a.isSeparator()] == ["close-many", "correct"]


def test_a_refused_draft_keeps_the_deed_shut(qtbot: QtBot, book: Book) -> None:
    window = shown(qtbot, book.desk)
    bench = window.screen().bench  # type: ignore[attr-defined]
    bench.table.setCurrentIndex(cell(bench.table, 1, "name"))
    bench.panel.form.inputs["resp_tel"].set_text("abc")
    bench.panel._touched()
    menu = bench.panel.more.deeds
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.objectName() == "correct").trigger()
    assert window.findChild(CorrectionDialog) is None
    assert bench.panel.form.fault_keys() == ["resp_tel"]
    bench.panel.revert()


def test_a_late_project_needs_its_basis(qtbot: QtBot, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """补录: counted beside 期初, never in it (decision 2); what may be there already is asked about first (decision 14)."""
    asked: list[str] = []

    def answer(_over: object, _title: str, _text: str, more: str, _answers: object) -> str:
        asked.append(more)
        return new_entry_dialog.BACK

    monkeypatch.setattr(new_entry_dialog.asking, "ask", answer)
    dialog = NewEntryDialog(book.desk, book.ledger)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.inputs["name"].set_text("示范物流园")
    dialog.primary.click()
    assert "示范物流园" in asked[0] and "名称相同" in asked[0] and not dialog.added
    dialog.form.inputs["name"].set_text("补录项目甲")
    dialog.person.set_text("声明人甲")
    dialog.primary.click()
    assert dialog.basis.property("wrong") == "true" and "依据" in dialog._fault.text()
    dialog.basis.set_text("盟发改〔2022〕9号")
    dialog.primary.click()
    assert dialog.added
    assert book.projects("base", "added", "open") == (4, 1, 5)


# every dialog


def every(book: Book) -> list[DeedDialog]:
    line = book.line("示范物流园")
    return [
        StartDialog(book.desk, book.ledger, line),
        ExcludeDialog(book.desk, line),
        RemovalDialog(book.desk, book.ledger, line),
        CorrectionDialog(book.desk, book.ledger, [line]),
        ReopenDialog(book.desk, book.ledger, line),
        MatterDialog(book.desk, book.ledger, line),
    ]


def test_every_dialog_fits_is_named_and_goes_by_keyboard(qtbot: QtBot, book: Book) -> None:
    for dialog in every(book):
        open_dialog(qtbot, dialog)
        press(qtbot, dialog)  # with every fault shown it is at its tallest
        QApplication.processEvents()
        name = type(dialog).__name__
        room = dialog.screen().availableGeometry()
        assert dialog.height() <= room.height() and dialog.width() <= room.width(), (name, dialog.size())
        assert not nameless(dialog), name
        assert not cut_buttons(dialog), name
        wanted = [w for k, w in dialog.inputs.items() if not w.isHidden()]
        assert not unreachable([*wanted, dialog.primary]), name
        dialog.close()


def test_ctrl_enter_does_the_deed_also_from_a_long_text(qtbot: QtBot, draft: Book) -> None:
    dialog = open_dialog(qtbot, ExcludeDialog(draft.desk, draft.line("示范小区")))
    put(dialog, reason="重复")
    dialog.inputs["note"].setFocus()
    qtbot.keyClicks(dialog.inputs["note"], "same")
    qtbot.keyClick(dialog.inputs["note"], Key.Key_Return, Ctrl)
    assert draft.line("示范小区").standing == "核查剔除"


def test_a_scan_is_dropped_and_a_wrong_one_refused(qtbot: QtBot, book: Book) -> None:
    dialog = open_dialog(qtbot, StartDialog(book.desk, book.ledger, book.line("示范水库")))
    scan = dialog.inputs["scan"]
    bad = book.folder / "假的.pdf"
    bad.write_bytes(b"not a pdf")
    for file, taken in ((bad, None), (book.scan(), book.scan())):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        scan.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, none))  # type: ignore[union-attr]
        assert dialog.scan() == taken
        assert dialog.faults["scan"].isVisible() is (taken is None)

"""更正单 and 增加审批事项 in the window: what the seal froze moves only by a slip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.listing import counts
from tests.ui.books import Book, head, open_dialog, press, put, sign
from ui.dialogs import deeds_menu
from ui.dialogs.correction_dialog import MATTER, CorrectionDialog
from ui.dialogs.matter_dialog import MatterDialog

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier

# 更正单


def test_a_slip_corrects_what_the_seal_froze(qtbot: QtBot, book: Book) -> None:
    """Decision 7: everything frozen moves only by the named event."""
    dialog = CorrectionDialog(book.desk, book.ledger, [book.line("示范牧场")])
    open_dialog(qtbot, dialog)
    assert dialog.form.inputs["invest"].text_now() == "1200"
    dialog.form.inputs["invest"].set_text("1300")
    dialog.form.touched.emit()
    assert "更正 1 栏" in dialog.effect.text()
    put(dialog, basis="信息填写有误", reason="批复为1300万元")
    sign(book, dialog)
    press(qtbot, dialog)
    assert book.line("示范牧场").cells["invest"] == 1_300_000_000
    assert book.projects("open", "corrected") == (4, 0)


def test_one_slip_takes_a_matter_out_of_several_rows(qtbot: QtBot, book: Book) -> None:
    """One 更正单 may list many rows (decision 6)."""
    names = ("示范牧场", "示范物流园")
    dialog = CorrectionDialog(book.desk, book.ledger, [book.line(n) for n in names])
    open_dialog(qtbot, dialog)
    assert "name" not in dialog.form.inputs
    dialog.tabs.setCurrentIndex(MATTER)
    dialog.matter.set_text("M03")
    dialog.matter.touched.emit()
    dialog.item_form.inputs["needed"].set_text("不需办")
    dialog.item_form.inputs["needed_basis"].set_text("名录外")
    dialog.item_form.touched.emit()
    assert "2 行都" in dialog.effect.text()
    put(dialog, basis="其他", reason="不在环评名录内")
    sign(book, dialog)
    press(qtbot, dialog)
    assert [book.line(n).items["M03"].state for n in names] == ["不需办", "不需办"]
    found = counts.count(book.office, book.id)
    assert found["balanced"] and found["items"]["corrected"] == 2


def test_a_slip_takes_rows_out_of_the_ledger(qtbot: QtBot, book: Book) -> None:
    dialog = CorrectionDialog(book.desk, book.ledger, [book.line("示范牧场"), book.line("示范小区")])
    open_dialog(qtbot, dialog)
    dialog.leave.click()
    assert "在账 −2、更正 +2" in dialog.effect.text() and not dialog.pages.isVisible()
    put(dialog, basis="重复列入", reason="与已列项目重复")
    sign(book, dialog)
    press(qtbot, dialog)
    assert book.projects("open", "corrected", "approved") == (2, 2, 0)


def test_a_wrong_value_on_a_slip_is_shown_at_its_field(qtbot: QtBot, book: Book) -> None:
    dialog = CorrectionDialog(book.desk, book.ledger, [book.line("示范牧场")])
    open_dialog(qtbot, dialog)
    before = head(book)
    put(dialog, basis="其他", reason="核对")
    sign(book, dialog)
    press(qtbot, dialog)
    assert "哪一栏" in dialog._fault.text()
    dialog.item_form.inputs["due_date"].set_text("2026.13.5")
    press(qtbot, dialog)
    assert dialog.tabs.currentIndex() == MATTER and dialog.item_form.fault_keys() == ["due_date"]
    dialog.item_form.revert()
    dialog.form.inputs["invest"].set_text("abc")
    press(qtbot, dialog)
    assert dialog.form.fault_keys() == ["invest"] and dialog.tabs.currentIndex() != MATTER
    assert head(book) == before and dialog.isVisible()


# 增加事项


def test_a_matter_is_added_before_the_seal(qtbot: QtBot, draft: Book) -> None:
    """M09… only when entered (decision 13)."""
    dialog = MatterDialog(draft.desk, draft.ledger, draft.line("示范牧场"))
    open_dialog(qtbot, dialog)
    assert not dialog.inputs["matter_name"].isVisible()
    put(dialog, code="M12")
    assert dialog.text("dept") == "水利局"
    put(dialog, code="M99")
    press(qtbot, dialog)
    assert dialog.faults["matter_name"].isVisible()
    put(dialog, matter_name="人防易地建设", state="未办")
    press(qtbot, dialog)
    assert draft.line("示范牧场").items["M99"].title == "人防易地建设"
    assert "M99.2" in dict(deeds_menu.matter_dialog.missing(draft.ledger, draft.line("示范牧场")))


def test_a_matter_is_added_by_a_slip_after_the_seal(qtbot: QtBot, book: Book) -> None:
    dialog = MatterDialog(book.desk, book.ledger, book.line("示范牧场"))
    open_dialog(qtbot, dialog)
    assert dialog.primary.text() == "登记更正单"
    put(dialog, code="M12", state="未办", reason="核查发现还需防洪评价")
    sign(book, dialog)
    press(qtbot, dialog)
    assert book.line("示范牧场").items["M12"].standing == "在账"
    found = counts.count(book.office, book.id)
    assert found["balanced"] and found["items"]["added"] == 1

"""Leaving and coming back in the window: 开工, 核查剔除, 移除, 恢复在账."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.ledger import closing
from app.listing import history, lists
from app.people import clerks, locking
from tests.ui.books import Book, head, open_dialog, press, put, sign
from ui.dialogs.correction_dialog import CorrectionDialog
from ui.dialogs.leaving_dialog import ExcludeDialog
from ui.dialogs.removal_dialog import RemovalDialog
from ui.dialogs.reopen_dialog import ReopenDialog
from ui.dialogs.start_dialog import StartDialog

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier

# 开工


def test_a_start_is_counted_apart(qtbot: QtBot, book: Book) -> None:
    """开工 is never 核减 (SB 四(一), decision 1)."""
    dialog = open_dialog(qtbot, StartDialog(book.desk, book.ledger, book.line("示范水库")))
    assert "开工 +1" in dialog.effect.text()
    put(dialog, on="2022.9.5", evidence="施工许可证 1522号")
    press(qtbot, dialog)
    assert dialog.result() == QDialog.DialogCode.Accepted
    line = book.line("示范水库")
    assert (line.standing, line.cells["build_state"], line.cells["start_date"]) == (
        "已开工",
        "在建",
        "2022-09-05",
    )
    assert book.projects("open", "started", "approved") == (3, 1, 0)


def test_a_start_without_evidence_or_in_the_future_is_refused(qtbot: QtBot, book: Book) -> None:
    dialog = open_dialog(qtbot, StartDialog(book.desk, book.ledger, book.line("示范水库")))
    before = head(book)
    press(qtbot, dialog)
    assert dialog.faults["evidence"].isVisible() and QApplication.focusWidget() is dialog.inputs["evidence"]
    put(dialog, evidence="开工令", on="2022-09-21")
    assert not dialog.faults["evidence"].isVisible()
    press(qtbot, dialog)
    assert "今天之后" in dialog.faults["on"].text() and dialog.inputs["on"].property("wrong") == "true"
    assert head(book) == before and dialog.isVisible()


def test_a_start_with_open_matters_stays(qtbot: QtBot, book: Book) -> None:
    dialog = open_dialog(qtbot, StartDialog(book.desk, book.ledger, book.line("示范物流园")))
    assert "仍在账" in dialog.effect.text()
    put(dialog, evidence="开工令")
    press(qtbot, dialog)
    assert book.line("示范物流园").standing == "在账"
    assert book.projects("open", "started") == (4, 0)


# 核查剔除


def test_a_row_is_excluded_before_the_seal_and_comes_back(qtbot: QtBot, draft: Book) -> None:
    """列入 = 基数 + 手续齐全 + 核查剔除 (decision 2)."""
    dialog = open_dialog(qtbot, ExcludeDialog(draft.desk, draft.line("示范小区")))
    before = head(draft)
    press(qtbot, dialog)
    assert dialog.faults["reason"].isVisible() and dialog.faults["note"].isVisible()
    assert "还缺 2 处" in dialog._fault.text() and head(draft) == before
    put(dialog, reason="非本旗", note="属正蓝旗")
    press(qtbot, dialog)
    assert draft.line("示范小区").standing == "核查剔除"
    assert draft.line("示范小区").cells["exclude_reason"] == "属正蓝旗"
    assert draft.projects("listed", "base", "excluded") == (4, 3, 1)
    back = open_dialog(qtbot, ReopenDialog(draft.desk, draft.ledger, draft.line("示范小区")))
    assert back.text("what") == "整个项目" and not back.inputs["on"].isVisible()
    put(back, basis="其他", reason="核对后确属本旗")
    press(qtbot, back)
    assert draft.projects("listed", "base", "excluded") == (4, 4, 0)


def test_after_the_seal_excluding_is_refused_in_a_sentence(qtbot: QtBot, book: Book) -> None:
    dialog = open_dialog(qtbot, ExcludeDialog(book.desk, book.line("示范小区")))
    put(dialog, reason="重复", note="同一项目")
    press(qtbot, dialog)
    assert dialog.isVisible() and "移除" in dialog._fault.text() and "什么都没有改动" in dialog._fault.text()


# 移除


def filled(qtbot: QtBot, book: Book, name: str = "示范物流园") -> RemovalDialog:
    dialog = RemovalDialog(book.desk, book.ledger, book.line(name))
    open_dialog(qtbot, dialog)
    qtbot.mouseClick(dialog.reasons.boxes["主体灭失"], Qt.MouseButton.LeftButton)
    put(dialog, policy="产业结构调整指导目录", conclusion="不合规", on="2022-09-01")
    for target in ("在线审批平台", "重大项目库"):
        dialog.targets.boxes[target].click()
    sign(book, dialog)
    return dialog


def test_a_removal_waits_for_each_confirmation(qtbot: QtBot, book: Book) -> None:
    """SB 四(二)1: 在账 is left only when each target is confirmed (decision 6)."""
    clerks.add(book.desk.office, "审核人丙", role=clerks.REVIEWER)
    locking.set_pin(dataclasses.replace(book.desk.office, clerk="审核人丙"), "1234")
    dialog = filled(qtbot, book)
    assert dialog.inputs["second_pin"].isHidden(), "a name from outside has none"
    dialog.targets.days["在线审批平台"].set_text("2022-09-05")
    dialog.targets.days["在线审批平台"].touched.emit()
    assert "还有 1 处没有确认日期" in dialog.effect.text()
    press(qtbot, dialog)
    line = book.line("示范物流园")
    assert (line.standing, line.cells["removal_platform"]) == ("在账", "2022-09-05")
    again = RemovalDialog(book.desk, book.ledger, line)
    open_dialog(qtbot, again)
    assert again.text("reason") == "主体灭失" and again.text("on") == "2022-09-01"
    assert again.targets.chosen() == ["在线审批平台", "重大项目库"] and again.targets.confirmed() == [
        "在线审批平台"
    ]
    qtbot.keyClicks(again.targets.days["重大项目库"], "2022.9.9")
    assert "移除 +1" in again.effect.text()
    sign(book, again, second="审核人丙")
    put(again, second_pin="9999")
    press(qtbot, again)
    assert "口令不对" in again.faults["second_pin"].text(), "he confirms on the spot, or leaves it empty"
    put(again, second_pin="1234")
    press(qtbot, again)
    assert book.line("示范物流园").standing == "已移除"
    assert history.lines(book.desk.office)[1].facts["second_by"] == "审核人丙（审核）口令当场确认（口令当天才设）"
    assert book.projects("open", "removed", "approved") == (3, 1, 0)


def test_a_removal_without_second_person_or_scan_writes_nothing(qtbot: QtBot, book: Book) -> None:
    dialog = filled(qtbot, book)
    before = head(book)
    dialog.inputs["scan"].clear()  # type: ignore[union-attr]
    press(qtbot, dialog)
    assert dialog.faults["scan"].isVisible()
    sign(book, dialog, second="经办人甲")
    press(qtbot, dialog)
    assert "不能是经办人自己" in dialog.faults["second"].text()
    assert QApplication.focusWidget() is dialog.inputs["second"]
    put(dialog, second="同意人乙")
    dialog.targets.days["重大项目库"].set_text("2022-08-25")
    press(qtbot, dialog)
    assert "早于申请日期" in dialog.faults["targets"].text()
    assert head(book) == before and book.line("示范物流园").standing == "在账"


def test_other_as_the_reason_asks_for_words(qtbot: QtBot, book: Book) -> None:
    dialog = filled(qtbot, book)
    dialog.reasons.boxes["其他"].click()
    assert "必填" in dialog.inputs["detail"].accessibleName()
    press(qtbot, dialog)
    assert dialog.faults["detail"].isVisible()


# 恢复在账


def test_what_left_comes_back(qtbot: QtBot, book: Book) -> None:
    """回头看 (SB 六(四)): counted as 恢复."""
    entry = book.line("示范小区").id
    dialog = CorrectionDialog(book.desk, book.ledger, [book.line("示范小区")])
    open_dialog(qtbot, dialog)
    dialog.leave.click()
    put(dialog, basis="其他", reason="误列")
    sign(book, dialog)
    press(qtbot, dialog)
    back = open_dialog(qtbot, ReopenDialog(book.desk, book.ledger, lists.line(book.office, entry)))
    put(back, what="整个项目")
    assert "恢复 +1" in back.effect.text()
    before = head(book)
    press(qtbot, back)
    assert back.faults["reason"].isVisible() and head(book) == before
    put(back, basis="回头看", reason="仍需办理")
    press(qtbot, back)
    assert lists.line(book.office, entry).standing == "在账"
    assert book.projects("open", "restored", "corrected") == (4, 1, 1)


def test_what_left_by_approval_comes_back_with_its_matters_as_it_was_said(qtbot: QtBot, book: Book) -> None:
    """Decision 1: a row in 在账 has an open matter; the dialog tells before how many that will be."""
    line = book.line("示范小区")
    codes = [code for code, item in line.items.items() if item.standing == "在账"]
    on = f"{book.office.today():%Y-%m-%d}"
    closing.close(book.office, [(line.id, code) for code in codes], basis="批复", doc="某审〔2022〕9号", on=on)
    assert lists.line(book.office, line.id).standing == "已核减"
    back = open_dialog(qtbot, ReopenDialog(book.desk, book.ledger, lists.line(book.office, line.id)))
    put(back, what="整个项目", basis="回头看", reason="批复内容不符")
    assert f"事项 在账 +{len(codes)}、恢复 +{len(codes)}" in back.effect.text() and "不动" not in back.effect.text()
    press(qtbot, back)
    items = lists.line(book.office, line.id).items
    assert [c for c, item in items.items() if item.standing == "在账"] == codes

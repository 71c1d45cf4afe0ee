"""The named events of the window: 开工, 核查剔除, 移除, 更正单, 恢复在账, 增加事项, and the menu that offers them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from app import counts, entries, history, leaving, ledgers, lists, signoff
from app.ledgers import LedgerLine
from app.lists import Line
from app.office import Office
from app.office import create as create_office
from tests.ui.conftest import TODAY, cell, shown
from tests.ui.pages import cut_buttons, nameless, unreachable
from ui.desk import Desk
from ui.dialogs import deeds_menu
from ui.dialogs.correction_dialog import MATTER, CorrectionDialog
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.leaving_dialog import ExcludeDialog
from ui.dialogs.matter_dialog import MatterDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.dialogs.removal_dialog import RemovalDialog
from ui.dialogs.reopen_dialog import ReopenDialog
from ui.dialogs.start_dialog import StartDialog

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
ROWS = {
    "示范水库": ("未开工", {}),
    "示范牧场": ("在建", {"M03": "在办", "M05": "未办"}),
    "示范物流园": ("未开工", {"M03": "在办"}),
    "示范小区": ("在建", {"M02": "在办"}),
}


class Book:
    """One ledger of four rows and the desk on it."""

    def __init__(self, desk: Desk, ledger: str, folder: Path) -> None:
        self.desk, self.id, self.folder = desk, ledger, folder
        self.office: Office = desk.office

    @property
    def ledger(self) -> LedgerLine:
        return ledgers.find(self.office, self.id)

    def line(self, name: str) -> Line:
        return lists.line(self.office, entries.find(self.office, name))

    def scan(self) -> Path:
        out = self.folder / "签字件.png"
        Image.new("RGB", (600, 800), "white").save(out)
        return out

    def projects(self, *names: str) -> tuple[int, ...]:
        found = counts.count(self.office, self.id)
        assert found["balanced"]
        return tuple(found["projects"][name] for name in names)

    def seal(self) -> None:
        out = self.folder / "signed.pdf"
        signoff.print_ledger(self.office, self.id, out, explain="缺项正在补齐")
        for role in ("立项部门主要领导", "分管旗长"):
            signoff.sign(self.office, self.id, role=role, by="签字人甲", on=f"{TODAY}", scan=out)
        signoff.seal(self.office, self.id)


@pytest.fixture
def draft(tmp_path: Path) -> Iterator[Book]:
    office = create_office(
        tmp_path / "office",
        division="152529",
        name="示范局",
        roles=["sponsor"],
        clerk="经办人甲",
        today=TODAY,
    )
    ledger = str(ledgers.open_template(office, "pending-approval").subject)
    for name, (build, states) in ROWS.items():
        items = {f"M0{n}": {"state": states.get(f"M0{n}", "不需办")} for n in range(1, 9)}
        texts = {"name": name, "build_state": build, "resp_unit": "旗水利局", "invest": "1200"}
        entries.add(office, ledger, texts, not_secret="声明人甲", items=items)
    desk = Desk(office)
    yield Book(desk, ledger, tmp_path)
    desk.close()
    office.close()


@pytest.fixture
def book(draft: Book) -> Book:
    """The same ledger, signed and sealed."""
    draft.seal()
    return draft


def open_dialog(qtbot: QtBot, dialog: DeedDialog) -> DeedDialog:
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def sign(book: Book, dialog: DeedDialog, second: str = "同意人乙") -> None:
    dialog.inputs["second"].set_text(second)  # type: ignore[union-attr]
    dialog.inputs["scan"].take(book.scan())  # type: ignore[union-attr]


def press(qtbot: QtBot, dialog: DeedDialog) -> None:
    qtbot.mouseClick(dialog.primary, Qt.MouseButton.LeftButton)


def put(dialog: DeedDialog, **texts: str) -> None:
    for key, text in texts.items():
        dialog.inputs[key].set_text(text)  # type: ignore[union-attr]
        dialog.inputs[key].touched.emit()


def head(book: Book) -> object:
    """Where the journal stands: nothing may be written on a refusal."""
    return [line.seq for line in history.lines(book.office)], book.ledger.head_seq


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
    dialog = filled(qtbot, book)
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
    sign(book, again)
    press(qtbot, again)
    assert book.line("示范物流园").standing == "已移除"
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


# the menu


def keys(book: Book, *names: str) -> dict[str, str]:
    return {d.key: d.why for d in deeds_menu.deeds(book.desk, book.ledger, [book.line(n) for n in names])}


def test_the_menu_offers_what_makes_sense(book: Book) -> None:
    unstarted, begun = keys(book, "示范物流园"), keys(book, "示范牧场")
    assert "exclude" not in unstarted
    assert [k for k, why in unstarted.items() if not why] == ["start", "matter", "remove", "correct"]
    assert "不用登记开工" in begun["start"]
    many = keys(book, "示范物流园", "示范牧场")
    assert [k for k, why in many.items() if not why] == ["correct"]
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
    menu = bench.panel.more.menu()
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
    inner = next(m for m in made.findChildren(QMenu) if m.title() == "登记与更正")
    assert [a.objectName() for a in inner.actions() if a.isEnabled()] == ["correct"]


def test_a_refused_draft_keeps_the_deed_shut(qtbot: QtBot, book: Book) -> None:
    window = shown(qtbot, book.desk)
    bench = window.screen().bench  # type: ignore[attr-defined]
    bench.table.setCurrentIndex(cell(bench.table, 1, "name"))
    bench.panel.form.inputs["resp_tel"].set_text("abc")
    bench.panel._touched()
    menu = bench.panel.more.menu()
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.objectName() == "correct").trigger()
    assert window.findChild(CorrectionDialog) is None
    assert bench.panel.form.fault_keys() == ["resp_tel"]
    bench.panel.revert()


def test_a_late_project_needs_its_basis(qtbot: QtBot, book: Book) -> None:
    """补录: counted beside 期初, never in it (decision 2)."""
    dialog = NewEntryDialog(book.desk, book.ledger)
    qtbot.addWidget(dialog)
    dialog.show()
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

"""回头看, 投诉 and 督办 by clicks and keys: their pages, deeds and papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import attachments, closing, entries, ledgers, serving
from app.listing import history, lists
from app.listing.list_rules import Query
from app.office import Office
from app.papers import batches, notices, sample_lists, sampling
from app.proof import replay
from tests.ui.books import Book, sign
from tests.ui.conftest import cell, shown
from tests.ui.pages import cut_buttons, nameless, quiet, unreachable
from ui.desk import Desk
from ui.dialogs import asking, deeds_menu
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.following.answer_dialogs import AnswerDialog, AskedBackDialog
from ui.dialogs.following.assess_dialog import AssessDialog
from ui.dialogs.following.batches_dialog import BatchesDialog
from ui.dialogs.following.caller_dialog import CallerDialog
from ui.dialogs.following.complaint_dialog import ComplaintDialog
from ui.dialogs.following.finding_dialog import FindingDialog
from ui.dialogs.following.inform_dialog import InformDialog
from ui.dialogs.following.notice_dialogs import LiftDialog, ReplyDialog, SuperviseDialog
from ui.dialogs.following.overdue_dialog import OverdueDialog
from ui.dialogs.following.paper_dialog import IssuedDialog
from ui.dialogs.following.sample_dialog import SampleDialog
from ui.dialogs.following.void_dialog import BackDialog, VoidDialog
from ui.dialogs.new_entry_dialog import LOOK, STILL
from ui.dialogs.printed_dialog import PrintedDialog
from ui.main_window import MainWindow
from ui.screens.following.complaints_screen import ComplaintsScreen
from ui.screens.following.following_screen import FollowingScreen
from ui.screens.following.recheck_screen import RecheckScreen
from ui.screens.following.supervision_screen import SupervisionScreen
from ui.tables import roles

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
Kind = TypeVar("Kind", bound=QDialog)
NO = "152529-DP-2022-{:04d}"
CALL = {
    "name": "环评报件三次被退", "called_on": "2022-09-16", "kind": "要件反复", "content": "材料被退三次",
    "dept": "旗生态环境分局", "about": f"{NO.format(2)}/M03", "answer_by": "2022-09-21",
    "caller": "诉求人甲", "caller_tel": "13800000009",
}  # fmt: skip


def page(window: MainWindow, key: str) -> Any:
    window.show_page(key)
    QApplication.processEvents()
    found = window.screen()
    assert isinstance(found, FollowingScreen)
    return found


def top(window: MainWindow, kind: type[Kind]) -> Kind:
    """The dialog of this kind that was opened last; sound at 150 % and wholly reached by Tab."""
    found = [each for each in window.findChildren(kind) if each.isVisible()]
    assert found, kind
    dialog = found[-1]
    dialog.activateWindow()
    QApplication.processEvents()
    assert cut_buttons(dialog) == [] and nameless(dialog) == []
    if isinstance(dialog, DeedDialog):
        inputs = [
            made
            for made in dialog.inputs.values()
            if made.isVisible() and not isinstance(made.focusProxy(), QPushButton)
        ]
        assert unreachable([*inputs, dialog.primary]) == []
    return dialog


def press(dialog: Any) -> None:
    """Ctrl+Enter does the deed."""
    dialog.attempt() if isinstance(dialog, DeedDialog) else dialog.primary.click()


def tool(screen: FollowingScreen, words: str) -> QPushButton:
    made = next(b for b in screen.findChildren(QPushButton) if b.text() == words)
    made.setFocus()
    return made


def choices(screen: FollowingScreen, words: str, qtbot: QtBot) -> dict[str, Any]:
    """What the menu of a button offers, opened by Enter."""
    made = tool(screen, words)
    qtbot.keyClick(made, Key.Key_Return)
    menu = made.findChildren(QMenu)[-1]
    assert menu.isVisible()
    found = {action.text(): action for action in menu.actions() if action.text()}
    menu.hide()
    return found


def put(dialog: DeedDialog, **texts: str) -> None:
    for key, text in texts.items():
        dialog.inputs[key].set_text(text)  # type: ignore[union-attr]
        dialog.inputs[key].touched.emit()


def test_a_sample_is_drawn_checked_row_by_row_and_printed_again(qtbot: QtBot, desk: Desk) -> None:
    """S54, SB 二、六(四): from an office without the register to the rates, by keys."""
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "recheck")
    assert isinstance(screen, RecheckScreen) and screen.none is not None and screen.none.isVisible()
    draw = next(b for b in screen.none.findChildren(QPushButton) if b.text() == "抽样…")
    qtbot.keyClick(draw, Key.Key_Return)
    dialog = top(window, SampleDialog)
    put(dialog, n="3", rule="all", seed="开会那天")
    dialog.show_draw()
    assert dialog.effect.text().startswith("范围里共 40 个，抽到 3 个：")
    assert serving.found(desk.office, "recheck") == ""  # nothing is filed by looking
    put(dialog, n="x")
    press(dialog)
    assert dialog.isVisible() and dialog.faults["n"].isVisible()
    put(dialog, rule="rule", n="3")
    press(dialog)
    assert dialog.faults["column"].isVisible() and dialog.faults["value"].isVisible()
    put(dialog, column="invest", way=">", value="1万元")  # read as the column is, in 分
    dialog.show_draw()
    assert dialog.effect.text().startswith("范围里共 "), dialog.effect.text()
    put(dialog, column="resp_unit")
    dialog.show_draw()
    assert "“责任单位”不能比大小" in dialog.effect.text()
    put(dialog, rule="all", n="3")
    press(dialog)
    quiet(qtbot, desk)
    printed = top(window, PrintedDialog)  # the list lies there to be printed
    printed.reject()
    (batch,) = batches.listed(desk.office)
    assert (batch.seed, batch.among, len(batch.rows)) == ("开会那天", 40, 3)
    assert screen.bench is not None and screen.bench.table.ledger_model.rowCount() == 3
    screen.bench.arrive({"entry": batch.rows[0].entry_id})
    qtbot.keyClick(tool(screen, "登记结果…"), Key.Key_Return)
    finding = top(window, FindingDialog)
    assert not finding.inputs["finding"].isVisible() and finding.next.isChecked()
    put(finding, real="否", rebound="否")
    assert finding.inputs["finding"].isVisible() and not finding.inputs["back"].isVisible()
    assert "还在账上，不用恢复" in finding.effect.text()
    put(finding, finding="没有批复", item="M03" if "M03" in finding.subject.items else "")  # type: ignore[union-attr]
    press(finding)
    QApplication.processEvents()
    second = top(window, FindingDialog)  # the next row of the batch comes by itself
    assert second is not finding and batch.rows[1].name in second.windowTitle() + second._line.name
    put(second, real="是", rebound="否")
    second.next.setChecked(False)
    press(second)
    QApplication.processEvents()
    assert [d for d in window.findChildren(FindingDialog) if d.isVisible()] == []
    (done,) = batches.listed(desk.office)
    assert (done.checked, done.found) == (2, 1) and replay.verify(desk.office) == []


def test_batches_are_listed_printed_again_and_rated(qtbot: QtBot, desk: Desk) -> None:
    """S54, SB 六(四): the same list once more, rates of a batch, and the way to the row that was checked."""
    main = ledgers.find(desk.office, "pending-approval")
    drawn = sampling.draw(desk.office, main.id, n=3, seed="开会那天", rule="all")
    batch = str(sample_lists.issue(desk.office, drawn, None).facts["batch"])
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "recheck")
    qtbot.keyClick(tool(screen, "各批…"), Key.Key_Return)
    listed = top(window, BatchesDialog)
    row = listed.model.row(0)
    assert row is not None and [row.texts[at] for at in (2, 4, 5, 6)] == ["开会那天", "3/40", "0", "0"]
    listed.deeds_shown[0].click()
    quiet(qtbot, desk)
    assert top(window, PrintedDialog).windowTitle() == "回头看抽样清单"
    assert "核查情况表" in choices(screen, "更多", qtbot)
    screen.rates(batch)
    quiet(qtbot, desk)
    assert screen.printing.shown is not None and screen.printing.shown.windowTitle() == "回头看核查情况表"
    screen.printing.shown.reject()
    choices(screen, "更多", qtbot)["去看涉及的项目"].trigger()
    there: Any = window.screen()
    assert window.key() == "ledger" and there.bench.table.current_id() == drawn.rows[0].entry_id


def test_what_turned_out_untrue_comes_back_by_slip_alone(qtbot: QtBot, book: Book) -> None:
    """SB 六(四), decision 6: 更正单 printed from the finding, signed by a second person, its scan kept with both rows."""
    office, entry = book.office, book.line("示范小区").id
    closing.close(office, [(entry, "M02")], basis="批复", on=f"{office.today()}", doc="某环审〔2022〕2号")
    drawn = sampling.draw(office, book.id, n=1, seed="x")
    sample_lists.issue(office, drawn, None)
    (row,) = lists.lines(office, lists.ids(office, register := serving.found(office, "recheck")))
    dialog = FindingDialog(book.desk, ledgers.get(office, register), row)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    put(dialog, real="否", rebound="否", finding="没有批复", item="M02")
    assert dialog.inputs["back"].isVisible() and not dialog.inputs["scan"].isVisible()
    put(dialog, back="yes")
    assert dialog.inputs["scan"].isVisible() and dialog.slip.isVisible() and nameless(dialog) == []
    dialog.slip.click()
    quiet(qtbot, book.desk)
    assert dialog.printing.shown is not None and dialog.printing.shown.windowTitle() == "更正单"
    dialog.printing.shown.reject()
    press(dialog)
    assert dialog.faults["second"].isVisible() and dialog.faults["scan"].isVisible()
    sign(book, dialog)
    before = book.projects("restored")
    press(dialog)
    assert book.projects("restored") == (before[0] + 1,) and lists.line(office, entry).standing == "在账"
    assert [f.name for f in attachments.of(office, entry)][-1] == "签字件.png"


@pytest.fixture
def calls(office: Office) -> str:
    register = serving.ledger(office, "complaints")
    entries.add(office, register, CALL, not_secret="声明人甲")
    return register


def test_a_complaint_that_may_be_there_is_asked_about_and_never_refused(
    qtbot: QtBot, desk: Desk, calls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SB 四(四): project and matter by the picker, the limit as it is typed, likely duplicates."""
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "complaints")
    assert isinstance(screen, ComplaintsScreen) and screen.bench is not None
    assert cut_buttons(screen) == [] and nameless(screen) == []
    office = desk.office
    told: list[str] = []
    answers = [LOOK, STILL]

    def answer(_over: Any, _title: str, _text: str, more: str, _answers: Any) -> str:
        told.append(more)
        return answers.pop(0)

    monkeypatch.setattr(asking, "ask", answer)
    new = ComplaintDialog(desk, screen.bench.line, window)
    new.show()
    assert "没写答复时限：按5个工作日提醒，到 2022-09-27" in new.told.text() and not new.twin.isVisible()
    new.form.inputs["about"].set_text(NO.format(2))
    new.look_up()
    assert new.matter.isEnabled() and new.matter.findData("M03") > 0
    new.matter.set_text("M03")
    new.form.inputs["name"].set_text("又被退件")
    new.form.inputs["answer_by"].set_text("2022.9.22")
    new.look_up()
    assert new.told.text() == "答复时限 2022-09-22（剩 2 天）。"
    assert "可能是同一件：“环评报件三次被退”（2022-09-16来电，旗生态环境分局，待响应）" in new.twin.text()
    new.primary.click()  # asked; the clerk goes to the one that is there
    (first,) = lists.ids(office, calls)
    assert new.added == first and not new.isVisible() and len(told) == 1
    again = ComplaintDialog(desk, screen.bench.line, window)
    again.show()
    again.form.inputs["about"].set_text(NO.format(2))
    again.look_up()
    again.matter.set_text("M03")
    again.form.inputs["name"].set_text("又被退件")
    again.primary.click()  # asked, never refused
    assert again.added and lists.line(office, again.added).cells["about"] == f"{NO.format(2)}/M03"


def test_a_caller_is_masked_and_shown_on_demand(qtbot: QtBot, desk: Desk, calls: str) -> None:
    """Domain B12: masked in the list, the form and the record; who looks says why, and that is kept."""
    screen = page(window := shown(qtbot, desk, 911, 485), "complaints")
    office, table = desk.office, screen.bench.table
    (first,) = lists.ids(office, calls)
    index = cell(table, 0, "caller_tel")
    assert index.data() == "138****0009" and index.data(Qt.ItemDataRole.EditRole) == "138****0009"
    assert "看投诉人" in index.data(roles.Locked)
    screen.bench.arrive({"entry": first, "form": True})
    form = screen.bench.panel.form
    assert form.inputs["caller"].text_now() == "诉**" and form.inputs["caller"].isReadOnly()  # type: ignore[union-attr]
    assert not screen.bench.panel.dirty()
    choices(screen, "更多", qtbot)["看投诉人…"].trigger()
    look = top(window, CallerDialog)
    assert look.text("caller") == "诉**"
    press(look)
    assert look.faults["why"].isVisible()  # it wants to know why
    put(look, why="回访")
    press(look)
    assert (look.text("caller"), look.text("caller_tel")) == ("诉求人甲", "13800000009")
    assert history.lines(office, first)[0].title == "看投诉人"
    put(look, caller_tel="13800000008")
    press(look)
    assert lists.line(office, first).cells["caller_tel"] == "13800000008"


def test_a_complaint_is_answered_asked_back_and_assessed(qtbot: QtBot, desk: Desk, calls: str) -> None:
    """SB 四(四)、六(一): answered is 已答复 and not 已停; one without a limit is counted openly."""
    screen = page(window := shown(qtbot, desk, 911, 485), "complaints")
    office, table = desk.office, screen.bench.table
    (first,) = lists.ids(office, calls)
    entries.add(office, calls, {**CALL, "answer_by": "", "order_no": "2"}, not_secret="声明人甲")
    qtbot.keyClick(tool(screen, "回访…"), Key.Key_Return)
    assert "先登记答复再回访" in screen.strip.words.text()
    qtbot.keyClick(tool(screen, "答复…"), Key.Key_Return)
    reply = top(window, AnswerDialog)
    put(reply, answered_on="2022-09-20", result_text="已约定补件")
    assert "灯号改为“已答复”" in reply.effect.text()
    press(reply)
    QApplication.processEvents()
    row = table.ledger_model.row_of(first)
    light = cell(table, row, "light")
    assert (light.data(roles.Light), light.data(roles.LightWord)) == ("stopped", "已答复")
    assert light.data(Qt.ItemDataRole.AccessibleTextRole) == "灯号 已答复"
    assert any(b.text().startswith("已答复") for b in screen.chips.findChildren(QPushButton))
    qtbot.keyClick(tool(screen, "回访…"), Key.Key_Return)
    put(top(window, AskedBackDialog), satisfied="基本满意")
    press(top(window, AskedBackDialog))
    assert lists.line(office, first).cells["satisfied"] == "基本满意"
    qtbot.keyClick(tool(screen, "考核…"), Key.Key_Return)
    month = top(window, AssessDialog)
    assert "未定时限件数 1" in month.effect.text()
    press(month)
    quiet(qtbot, desk)
    assert top(window, PrintedDialog).windowTitle() == "12345考核表 2022-09"
    assert replay.verify(office) == []


def test_papers_go_out_to_those_ticked_and_come_back(qtbot: QtBot, desk: Desk) -> None:
    """SB 四(三)3、六(四): 催办单 per person, 挂牌督办, its reply, 摘牌; each numbered, PDF and Word, filed to the row."""
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "supervision")
    assert isinstance(screen, SupervisionScreen) and screen.none is not None
    for n, person in ((2, "责任人甲"), (4, "责任人乙")):
        late = {"M03": {"d_submit": "2022-08-01", "dept": "旗生态环境分局", "handler": person}}
        entries.amend(desk.office, entries.find(desk.office, NO.format(n)), {}, late)
    found = choices(screen, "出文书", qtbot)
    assert list(found) == ["催办单…", "通报…", "挂牌督办、提醒函…", "督办没有线上办理的部门…"]
    found["催办单…"].trigger()
    dialog = top(window, OverdueDialog)
    people = [dialog.list.topLevelItem(at).text(1) for at in range(dialog.list.topLevelItemCount())]  # type: ignore[union-attr]
    assert {"责任人甲", "责任人乙"} <= set(people)
    for at, name in enumerate(people):
        if name not in ("责任人甲", "责任人乙"):
            dialog.list.topLevelItem(at).setCheckState(0, Qt.CheckState.Unchecked)  # type: ignore[union-attr]
    assert dialog.primary.text() == "编号并出催办单 2 份"
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Key.Key_Return, Ctrl)
    quiet(qtbot, desk)
    issued = top(window, IssuedDialog)
    folder = desk.office.folder / "papers"
    assert "合订2份" in issued.windowTitle() and len(list(folder.glob("*.docx"))) == 2
    (folder.parent / "u").mkdir()
    issued.lay(folder.parent / "u")
    assert sorted(f.suffix for f in (folder.parent / "u").iterdir()) == [".docx", ".docx", ".pdf", ".pdf"]
    issued.reject()
    screen.refresh()
    assert screen.bench is not None and screen.bench.table.ledger_model.rowCount() == 2


def test_a_notice_is_answered_and_lifted(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    """SB 六(四): 挂牌督办 of a row, its reply, 摘牌, each paper filed to the row."""
    main = ledgers.find(desk.office, "pending-approval")
    notices.supervise(
        desk.office, tmp_path, reply_by="2022-09-30", target="旗住建局", title="进展", reason="没有进展"
    )
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "supervision")
    screen.open(
        SuperviseDialog(desk, window, main, lists.line(desk.office, entries.find(desk.office, NO.format(2))))
    )
    notice = top(window, SuperviseDialog)
    put(notice, reply_by="2022年9月30日", item="M03", target="旗生态环境分局", reason="超期")
    press(notice)
    quiet(qtbot, desk)
    top(window, IssuedDialog).reject()
    register = serving.found(desk.office, "supervision")
    *_, listed = lists.lines(desk.office, lists.ids(desk.office, register, Query(sublist="listed")))
    assert listed.cells["about"] == f"{NO.format(2)}/M03" and listed.cells["reply_by"] == "2022-09-30"
    screen.bench.arrive({"entry": listed.id})
    qtbot.keyClick(tool(screen, "摘牌…"), Key.Key_Return)
    assert screen.strip.words.text().startswith("还没有反馈，先登记反馈再摘牌")
    qtbot.keyClick(tool(screen, "登记反馈…"), Key.Key_Return)
    reply = top(window, ReplyDialog)
    put(reply, reply="已批复")
    press(reply)
    qtbot.keyClick(tool(screen, "摘牌…"), Key.Key_Return)
    lift = top(window, LiftDialog)
    put(lift, basis="整改到位")
    press(lift)
    quiet(qtbot, desk)
    top(window, IssuedDialog).reject()
    done = lists.line(desk.office, listed.id)
    assert done.cells["lifted_on"] == "2022-09-20" and done.cells["lift_doc"]
    assert len(attachments.of(desk.office, listed.id)) == 2
    assert replay.verify(desk.office) == []


def test_a_second_notice_for_one_submission_is_flagged(qtbot: QtBot, desk: Desk) -> None:
    """SB 四(二)2: everything at once; from the row's own menu."""
    window = shown(qtbot, desk, 911, 485)
    main = ledgers.find(desk.office, "pending-approval")
    entry = entries.find(desk.office, NO.format(2))

    def inform(**texts: str) -> InformDialog:
        menu = QMenu(window)
        deeds_menu.fill(menu, desk, main, [lists.line(desk.office, entry)], window)
        next(a for a in menu.actions() if a.objectName() == "inform").trigger()
        dialog = top(window, InformDialog)
        put(dialog, item="M03", **texts)
        return dialog

    first = inform(problems="缺图", advice="补图")
    assert "第1次提交，第1次告知" in first.effect.text() and not first.inputs["reason"].isVisible()
    press(first)
    quiet(qtbot, desk)
    top(window, IssuedDialog).reject()
    assert lists.line(desk.office, entry).items["M03"].cells["d_notice"] == "2022-09-20"
    second = inform(problems="又缺章", advice="补章")
    assert "已是第2次告知" in second.effect.text() and second.inputs["reason"].isVisible()
    press(second)
    assert second.faults["reason"].isVisible()
    put(second, reason="图纸改了")
    press(second)
    quiet(qtbot, desk)
    issued = top(window, IssuedDialog)
    assert "应当一次告知全部问题" in issued.fault.text()


@pytest.mark.parametrize(
    ("template", "keys"),
    [
        ("recheck", ["finding", "close", "void", "reopen", "delete", "purge"]),
        ("complaints", ["answer", "asked", "caller", "close", "void", "reopen", "delete", "purge"]),
        ("supervision", ["reply", "lift", "void", "reopen", "delete", "purge"]),
        ("informing", ["void", "reopen", "delete", "purge"]),
    ],
)
def test_menus_of_registers_hold_only_what_fits(desk: Desk, template: str, keys: list[str]) -> None:
    """A register is never sealed: neither 开工 nor 核查剔除, 移除 and 更正单 are offered for its rows."""
    register = serving.ledger(desk.office, template)
    entry = str(entries.add(desk.office, register, {"name": "示范"}, not_secret="声明人甲").subject)
    menu = QMenu()
    deeds_menu.fill(menu, desk, ledgers.get(desk.office, register), [lists.line(desk.office, entry)], menu)
    assert [a.objectName() for a in menu.actions() if not a.isSeparator()] == keys


def test_a_record_entered_twice_is_struck_off_and_back_from_the_menu_of_its_row(
    qtbot: QtBot, desk: Desk, calls: str
) -> None:
    """旗方案 四(四): 退单 with a reason; under its own chip the row is still there, nothing else is done with it."""
    window = shown(qtbot, desk, 911, 485)
    screen = page(window, "complaints")
    (first,) = lists.ids(desk.office, calls)

    def pick(key: str) -> str:
        """Choose an entry of the row's menu; why it cannot be chosen, '' when it was."""
        menu, line = QMenu(screen), lists.line(desk.office, first)
        deeds_menu.fill(menu, desk, ledgers.get(desk.office, calls), [line], screen)
        action = next(a for a in menu.actions() if a.objectName() == key)
        action.trigger()
        return "" if action.isEnabled() else action.toolTip()

    assert "不用恢复" in pick("reopen") and "void" not in screen.chips._chips
    assert pick("void") == ""
    dialog = top(window, VoidDialog)
    assert dialog.windowTitle() == "退单" and "还看得到" in dialog.effect.text()
    press(dialog)
    assert dialog.isVisible() and dialog.faults["detail"].isVisible()  # it wants to know why
    put(dialog, reason="重复工单", detail="与第2号相同")
    press(dialog)
    QApplication.processEvents()
    assert history.lines(desk.office, first)[0].facts["reason"] == "重复工单"
    chip = screen.chips.chip("void")
    assert chip.text().split() == ["退单", "1"] and screen.chips.chip("open").text().split()[-1] == "0"
    chip.click()
    assert screen.bench.table.ledger_model.ids == [first]
    screen.answer()  # nor from the head
    assert "先恢复" in screen.strip.words.text() and not window.findChildren(AnswerDialog)
    assert "先恢复" in pick("answer") and "已经退单" in pick("void")
    assert pick("reopen") == ""
    dialog = top(window, BackDialog)
    put(dialog, basis="其他", detail="退错了")
    press(dialog)
    assert lists.line(desk.office, first).standing_text == "未办结" and replay.verify(desk.office) == []

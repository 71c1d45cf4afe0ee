"""回头看, 投诉 and 督办 by clicks and keys: their pages, deeds and papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import attachments, closing, entries, ledgers, serving
from app.listing import lists
from app.listing.list_rules import Query
from app.papers import batches, notices, sample_lists, sampling
from app.proof import replay
from tests.ui.books import Book, sign
from tests.ui.conftest import shown
from tests.ui.following import NO, choices, page, press, put, tool, top
from tests.ui.pages import nameless, quiet
from ui.desk import Desk
from ui.dialogs import deeds_menu
from ui.dialogs.following.batches_dialog import BatchesDialog
from ui.dialogs.following.finding_dialog import FindingDialog
from ui.dialogs.following.inform_dialog import InformDialog
from ui.dialogs.following.notice_dialogs import LiftDialog, ReplyDialog, SuperviseDialog
from ui.dialogs.following.overdue_dialog import OverdueDialog
from ui.dialogs.following.paper_dialog import IssuedDialog
from ui.dialogs.following.sample_dialog import SampleDialog
from ui.dialogs.printed_dialog import PrintedDialog
from ui.screens.following.recheck_screen import RecheckScreen
from ui.screens.following.supervision_screen import SupervisionScreen

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


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

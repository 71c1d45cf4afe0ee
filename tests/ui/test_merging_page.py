"""收件合并: many files at once, each with its own result; what both sides changed is decided by a person, then merged."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.keeping import put_aside
from app.ledger import entries, ledgers
from app.proof import replay
from app.rounds import rounds
from sync.merges import merges
from tests.sync.rounds_world import FOREST, Play
from tests.ui.merging_page import clashing, page, results, returned, shown, workbook, world
from tests.ui.pages import cut_buttons, nameless, quiet
from ui.screens.awaited_card import destination
from ui.screens.exchanging.undo_dialog import UndoDialog
from ui.screens.exchanging.vouch_dialog import VouchDialog
from ui.screens.inbox_screen import InboxScreen

Key = Qt.Key

__all__ = ["page", "world"]


def test_without_clashes_three_presses_merge(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    """desk.md: 选文件…, 打开, 收下."""
    world.taken()
    world.says("项目1", "M04", verified="已核")
    page.look_at_all([returned(world)])
    quiet(qtbot, page.desk)
    assert "回传" in page.said.text() and "未确定" not in page.marks.text()
    page.take.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["已合并"] and world.held("项目1").items["M04"]["verified"] == "已核"
    assert page.batch.undo.isVisible() and not page.batch.decide.isVisible()


def test_a_merging_is_taken_back(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", verified="已核")
    page.look_at_all([returned(world)])
    quiet(qtbot, page.desk)
    page.take.click()
    quiet(qtbot, page.desk)
    page.batch.undo.click()
    asked = page.asked
    assert isinstance(asked, UndoDialog) and asked.focusWidget() is asked.cancel, "Enter undoes nothing"
    told = [made.text() for made in asked.findChildren(QLabel)]
    assert any("更新的 1 行、1 格还原" in text for text in told) and any("水利局" in text for text in told)
    qtbot.keyClick(asked.cancel, Key.Key_Return)
    quiet(qtbot, page.desk)
    assert results(page) == ["已合并"] and world.held("项目1").items["M04"]["verified"] == "已核"
    page.batch.undo.click()
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["已撤回"] and not page.batch.undo.isVisible()
    assert "verified" not in world.held("项目1").items["M04"]


def test_why_a_merging_cannot_be_taken_back_is_said_beside_the_button(
    qtbot: QtBot, page: InboxScreen, world: Play
) -> None:
    world.taken()
    world.says("项目1", "M04", verified="已核")
    merges.merge(world.sponsor, world.back())
    page.refresh()
    quiet(qtbot, page.desk)
    page.listed.show_mergings()
    merged = page.listed.merged
    assert merged.undo.isEnabled() and merged.told.text() == "" and merged.model.rowCount() == 1
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"verified": "另核"}})
    page.refresh()
    quiet(qtbot, page.desk)
    assert not merged.undo.isEnabled() and "项目1" in merged.told.text() and "又改过" in merged.told.text()
    assert nameless(page) == [] and cut_buttons(page) == []
    page.save_list(merged.merging().ledger, merged.merging().record.id, world.folder / "清单.xlsx")  # type: ignore[union-attr]
    quiet(qtbot, page.desk)
    assert (world.folder / "清单.xlsx").is_file() and "1 处" in page.strip.words.text()
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"verified": "已核"}})
    page.refresh()
    quiet(qtbot, page.desk)
    merged.undo.click()
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert "verified" not in world.held("项目1").items["M04"] and not merged.undo.isEnabled()
    assert merged.model.row(0).texts[3] == "已撤回"  # type: ignore[union-attr]


def test_a_workbook_with_faults_goes_back_from_its_row(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger)
    book = workbook(world, ("项目2", "林地征占", "受理日期", "八月底吧"))
    stranger = world.folder / "别的表.xlsx"
    stranger.write_bytes(b"PK nothing")
    page.look_at_all([stranger, book])
    quiet(qtbot, page.desk)
    assert not page.batch.comments.isVisible(), "what is no check list of ours has no place for comments"
    page.batch.table.choose(1)
    assert page.batch.comments.isVisible()
    with qtbot.waitSignal(page.batch.comments_wished, check_params_cb=lambda file: file == book):
        page.batch.comments_wished.disconnect(page.handing.ask_of)
        page.batch.comments.click()
    page.handing.write(book, world.folder / "退回.xlsx")
    quiet(qtbot, page.desk)
    assert (world.folder / "退回.xlsx").is_file() and "批注在 1 格" in page.strip.words.text()


def test_each_of_many_files_has_its_own_result(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    file = clashing(world, "handler")
    bad = world.folder / "坏.qidi"
    bad.write_bytes(file.read_bytes()[:-40])
    book = workbook(world, ("项目2", "林地征占", "核查情况", "已核"))
    page.look_at_all([bad, file, book])
    quiet(qtbot, page.desk)
    assert page.clash.isVisible() and shown(page)[0][6] == "未定", "of many the first that asks is opened"
    page.clash.back.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["不能收", "要您定 1 处", "要核实"] and page.batch.take.text() == "收下 2 份"
    assert ledgers.all(world.sponsor)[0].rows == 3 and all(x.own for x in ledgers.all(world.sponsor))
    page.batch.take.click()
    assert isinstance(page.asked, VouchDialog) and page.asked.primary.text() == "已向林草局核实，合并"
    assert page.asked.without.text() == "表先不收，只收其余 1 份" and page.asked.vouched() == {book}
    page.asked.reject()
    page.batch.table.choose(1)
    assert page.batch.decide.isVisible()
    page.batch.decide.click()
    qtbot.keyClick(page.clash.table, Key.Key_M)
    assert page.batch.isVisible() and results(page)[1] == "定好了", (
        "with the last one decided, back to the list"
    )
    page.batch.decide.click()
    assert page.clash.merge.text() == "定好了" and shown(page)[0][6] == "我这里"
    qtbot.keyClick(page.clash.table, Key.Key_T)
    page.clash.merge.click()
    assert world.held("项目1").items["M04"]["handler"] == "李四", "nothing is merged before the last press"
    page.batch.take.click()
    page.asked.without.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["已合并", "待核实", "没有收"] and world.held("项目1").items["M04"]["handler"] == "张三", (
        "what needs nobody's word is taken, the workbook stays out"
    )
    page.batch.decide.click()
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["已合并", "已合并", "没有收"], "what could not be taken stays with its reason"
    assert world.held("项目2").items["M06"]["verified"] == "已核" and replay.verify(world.sponsor) == []


def test_a_workbook_nobody_stands_up_for_waits(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    """Decision 32: nobody signed it."""
    rounds.begin(world.sponsor, world.ledger)
    books = [workbook(world, (name, "林地征占", "核查情况", "已核")) for name in ("项目2", "项目3")]
    blank = workbook(world)
    page.look_at_all([*books, blank])
    quiet(qtbot, page.desk)
    assert [bool(one.code) for one in page.batch.seen] == [False, False, True]
    assert "一格没填，像是发出去的原表" in page.batch.seen[2].said, (
        "lying beside others it is nobody's answer"
    )
    page.batch.take.click()
    ticks = list(page.asked.ticks.values())
    ticks[1].click()
    assert page.asked.primary.text() == "合并 1 份"
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["待核实", "已合并", "没有收"] and "verified" not in world.held("项目2").items["M06"]
    assert page.batch.decide.text() == "核实…"
    page.batch.decide.click()
    assert not page.asked.without.isVisible(), "there is nothing else to be taken"
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert results(page)[:2] == ["已合并"] * 2 and world.held("项目2").items["M06"]["verified"] == "已核"
    page.look_at_all([blank])
    quiet(qtbot, page.desk)
    page.batch.take.click()
    assert any("一格没填" in one.text() for one in page.asked.findChildren(QLabel)), (
        "opened by itself, one insists"
    )
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["已合并"]


def test_a_guessed_date_is_taken_by_itself_or_not_at_all(
    qtbot: QtBot, page: InboxScreen, world: Play
) -> None:
    """八月初 starts a limit: the words are shown, and 其余全取来件 leaves it open."""
    rounds.begin(world.sponsor, world.ledger)
    file = workbook(world, ("项目1", "林地征占", "提交（接件）日期", "八月初"))
    page.look_at_all([file])
    quiet(qtbot, page.desk)
    assert [row[5] for row in shown(page)] == ["猜的日期，原话“八月初”，读作 2022-08-05"]
    page.clash.all_theirs.click()
    assert len(page.clash.undecided()) == 1 and not page.clash.merge.isEnabled()
    page.clash.all_mine.click()
    assert page.clash.undecided() == []


def test_what_was_put_aside_waits_with_its_decisions(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    """先放着 of a workbook that is not taken in: here again at the next start, once, and gone on with where it was left."""
    rounds.begin(world.sponsor, world.ledger)
    file = world.push(FOREST)[FOREST]
    entries.amend(world.sponsor, world.rows["项目2"], {}, {"M06": {"handler": "李四", "note": "在办"}})
    two = (("项目2", "林地征占", "事项责任人", "张三"), ("项目2", "林地征占", "备注", "已报"))
    book = world.folder / world.filled(file, *two).file
    for chosen in (book, Path(shutil.copy(book, world.folder / "另一份.xlsx"))):
        page.look_at_all([chosen])
        quiet(qtbot, page.desk)
        if chosen == book:
            qtbot.keyClick(page.clash.chips.first(), Key.Key_T)  # wherever on the page the focus is
        assert [row[6] for row in shown(page)] == ["来件", "未定"], (
            "the same copy once more knows what was decided"
        )
        page.clash.back.click()
        quiet(qtbot, page.desk)
    (one,) = put_aside.every(world.sponsor.folder)
    assert one.asks == 1 and one.office == "" and one.file.read_bytes() == book.read_bytes()
    book.unlink()
    assert put_aside.of(world.sponsor, book) is None, "a stick pulled out stops nothing"
    assert put_aside.wait_no_more(world.sponsor, book).facts == {}
    page.forget()
    page.refresh()
    assert (
        page.waiting.isVisible()
        and "林草局" in page.waiting.words.text()
        and "1 处要您定" in page.waiting.words.text()
    )
    (told,) = [x for x in page.desk.today().awaited if x.who == FOREST]
    assert destination(told) == ("inbox", {"files": [one.file]}), "and the department is not said to be late"
    page.go(destination(told)[1])
    quiet(qtbot, page.desk)
    assert [row[6] for row in shown(page)] == ["来件", "未定"]
    qtbot.keyClick(page.clash.table, Key.Key_T)
    page.clash.merge.click()
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert results(page) == ["已合并"] and world.held("项目2").items["M06"]["handler"] == "张三"
    assert put_aside.every(world.sponsor.folder) == [] and not [
        x for x in page.desk.today().awaited if x.who == FOREST
    ]


def test_what_waits_again_is_not_swept(world: Play) -> None:
    """A copy put aside, let go and put aside once more waits however old its letting go is; 撤销 has its day."""
    office, long_ago = world.sponsor, (time.time() - 2 * put_aside.OLD,) * 2
    first, other = world.folder / "一.xlsx", world.folder / "二.xlsx"
    for file in (first, other):
        file.write_bytes(file.name.encode())
    about = put_aside.Aside(first, FOREST, "第 1 轮核查表", world.ledger, "2022-08-22")
    put_aside.keep(office, first, about)
    (kept,) = [one.file for one in put_aside.every(office.folder)]
    put_aside.wait_no_more(office, first)
    os.utime(kept.parent / put_aside.GONE, long_ago)
    put_aside.keep(office, kept, about)
    assert not (kept.parent / put_aside.GONE).exists()
    shutil.copy(kept.parent / put_aside.TOLD, kept.parent / put_aside.GONE)  # as it was left before
    os.utime(kept.parent / put_aside.GONE, long_ago)
    put_aside.keep(office, other, about)
    assert len(put_aside.every(office.folder)) == 2 and kept.is_file()
    os.utime(kept.parent / put_aside.TOLD, long_ago)
    done = put_aside.wait_no_more(office, kept)
    put_aside.keep(office, other, about)
    put_aside.wait_again(office, Path(done.facts["file"]))
    assert kept in [one.file for one in put_aside.every(office.folder)]

"""收件合并: many files at once, each with its own result; what both sides changed is decided by a person, then merged."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app import entries, ledgers, put_aside, replay, rounds
from app.office import Office
from sync import boxes, exchange, merges, returns
from sync.merging import MINE
from tests.sync.rounds_world import FOREST, Play, played
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui.desk import Desk
from ui.screens.awaited_card import destination
from ui.screens.exchanging.undo_dialog import UndoDialog
from ui.screens.exchanging.vouch_dialog import VouchDialog
from ui.screens.inbox_screen import InboxScreen
from ui.widgets.many_drop import local_files

Key = Qt.Key


world = played()


@pytest.fixture
def page(qtbot: QtBot, world: Play) -> Iterator[InboxScreen]:
    desk = Desk(world.sponsor)
    yield open_page(qtbot, desk, InboxScreen)
    desk.close()


def returned(world: Play, office: Office | None = None) -> Path:
    """The water bureau's return as a file."""
    sent = exchange.send(office or world.water, world.check().id, world.sponsor.id, world.usb)
    return Path(str(sent.facts["file"]))


def clashing(world: Play, *fields: str) -> Path:
    """A return in which both sides have changed these fields of 项目1."""
    world.taken()
    for field in fields:
        world.says("项目1", "M04", **{field: "张三"})
        entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {field: "李四"}})
    return returned(world)


def workbook(world: Play, *cells: tuple[str, str, str, str]) -> Path:
    file = world.push(FOREST)[FOREST]
    name = world.filled(file, *cells).file
    return world.folder / name


def results(page: InboxScreen) -> list[str]:
    return [page.batch.model.row(i).texts[2] for i in range(page.batch.model.rowCount())]  # type: ignore[union-attr]


def opened(qtbot: QtBot, page: InboxScreen, file: Path) -> None:
    """The return is looked at and its three-way table open; nothing was taken in."""
    page.look_at_all([file])
    quiet(qtbot, page.desk)
    assert page.clash.isVisible() and page.clash.merge.text().startswith("收下并合并")
    assert boxes.received(page.desk.office) == []


def shown(page: InboxScreen) -> list[tuple[str, ...]]:
    model = page.clash.model
    return [model.row(i).texts for i in range(model.rowCount())]  # type: ignore[union-attr]


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


def test_the_table_sets_both_sides_beside_what_was_sent(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    opened(qtbot, page, clashing(world, "handler"))
    assert shown(page) == [("项目1", "取水", "事项责任人", "空", "李四", "张三", "未定")]
    assert page.clash.merge.text() == "收下并合并（还差 1 处）" and not page.clash.merge.isEnabled()
    assert "我这里：李四" in page.clash.detail.text()


@pytest.mark.parametrize(("key", "kept"), [(Key.Key_M, "李四"), (Key.Key_T, "张三")])
def test_keys_decide(qtbot: QtBot, page: InboxScreen, world: Play, key: Key, kept: str) -> None:
    opened(qtbot, page, clashing(world, "handler"))
    qtbot.keyClick(page.clash.table, key)
    page.clash.merge.click()
    quiet(qtbot, page.desk)
    assert world.held("项目1").items["M04"]["handler"] == kept and results(page) == ["已合并"]
    assert replay.verify(world.sponsor) == []


def test_a_value_of_one_s_own(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    opened(qtbot, page, clashing(world, "handler"))
    qtbot.keyClick(page.clash.table, Key.Key_E)
    page.clash.asked.input.set_text("王五")
    page.clash.asked.primary.click()
    assert shown(page)[0][6] == "手填：王五"
    page.clash.merge.click()
    quiet(qtbot, page.desk)
    assert world.held("项目1").items["M04"]["handler"] == "王五"


def test_a_value_that_cannot_be_read_is_said_in_the_dialog(
    qtbot: QtBot, page: InboxScreen, world: Play
) -> None:
    world.taken()
    world.says("项目1", "M04", d_submit="2022-08-01")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"d_submit": "2022-08-02"}})
    opened(qtbot, page, returned(world))
    page.clash.decide("own")
    assert page.clash.asked.input.text_now() == "2022-08-02"
    page.clash.asked.input.set_text("八月初吧")
    page.clash.asked.primary.click()
    assert page.clash.asked.isVisible() and page.clash.asked._fault.text() and page.clash.choices == {}


def test_f8_goes_to_the_next_open_one_and_the_rest_goes_at_once(
    qtbot: QtBot, page: InboxScreen, world: Play
) -> None:
    opened(qtbot, page, clashing(world, "handler", "verified", "note"))
    table = page.clash.table
    table.choose(0)
    page.next_problem(1)
    assert table.currentIndex().row() == 1
    qtbot.keyClick(table, Key.Key_M)
    assert table.currentIndex().row() == 2, "on to the next one that is open"
    page.next_problem(1)
    assert table.currentIndex().row() == 0
    page.clash.all_theirs.click()
    assert page.clash.merge.isEnabled() and [row[6] for row in shown(page)].count("来件") == 2
    page.clash.merge.click()
    quiet(qtbot, page.desk)
    assert list(world.held("项目1").items["M04"].values()).count("张三") == 2


def test_cells_that_say_one_thing_go_to_one_side(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    """State and what closing writes are one answer: half of each would say what nobody said."""
    world.taken()
    world.says("项目1", "M04", state="不需办", needed_basis="区域评估")
    closed = {"state": "办结", "result": "批复", "doc_no": "1号", "d_done": "2022-08-20"}
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": closed})
    opened(qtbot, page, returned(world))
    fields = [row[2] for row in shown(page)]
    assert "办理情况" in fields and len(fields) > 1
    page.clash.table.choose(fields.index("办理情况"))
    page.clash.decide("theirs")
    said = {row[2]: row[6] for row in shown(page)}
    assert (
        said["办理情况"] == "来件"
        and set(said.values()) - {"未定"} == {"来件"}
        and list(said.values()).count("来件") > 1
    )


def test_a_row_the_department_added_is_taken_or_not(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    line = world.taken()
    entries.add(
        world.water, line.id, {"name": "漏报项目"}, not_secret="声明人", items={"M04": {"state": "在办"}},
        basis="清单漏列",
    )  # fmt: skip
    opened(qtbot, page, returned(world))
    assert shown(page) == [("漏报项目", "", "整个项目", "", "没有", "补报：清单漏列", "未定")]
    assert page.clash.theirs.text().startswith("收进台账") and not page.clash.own.isEnabled()
    page.clash.theirs.click()
    page.clash.merge.click()
    quiet(qtbot, page.desk)
    assert ledgers.get(world.sponsor, world.ledger).rows == 4


def test_what_is_put_off_is_found_again(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    """先放着 leaves it as it was; taken in undecided it waits, and the window says so."""
    opened(qtbot, page, clashing(world, "handler"))
    page.clash.back.click()
    assert (
        page.take.isVisible() and "1 处要您定" in page.said.text() and boxes.received(page.desk.office) == []
    )
    page.differ.click()
    assert page.clash.isVisible()
    page.look_at(Path(str(page.file)))
    assert not page.clash.isVisible(), "another file is wanted: the table of this one goes"
    quiet(qtbot, page.desk)
    page.clash.back.click()
    page.take.click()
    quiet(qtbot, page.desk)
    assert page.clash.merge.text() == "合并（还差 1 处）"
    page.clash.back.click()
    quiet(qtbot, page.desk)
    assert page.batch.isVisible() and world.held("项目1").items["M04"]["handler"] == "李四"
    page.batch.leave.click()
    page.refresh()
    quiet(qtbot, page.desk)
    assert page.waiting.isVisible() and "有 1 处要您定" in page.waiting.words.text()
    page.waiting._deed.click()
    quiet(qtbot, page.desk)
    assert page.clash.isVisible() and len(shown(page)) == 1


def test_what_is_not_theirs_is_shown_with_the_reason(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    world.taken()
    world.says("项目1", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})
    mirror = world.back()
    page.go({"mirror": mirror})
    quiet(qtbot, page.desk)
    assert [chip for chip in ("asked", "turned") if chip in page.clash.chips._chips] == ["asked", "turned"]
    assert shown(page)[0][6] == "不采用：现已不归该部门办理"


def test_what_was_not_adopted_goes_back_on_a_slip(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    """Decision 30: the department is told which of its rows were not taken, and why."""
    world.taken()
    world.says("项目1", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})
    page.look_at_all([returned(world)])
    quiet(qtbot, page.desk)
    page.take.click()
    quiet(qtbot, page.desk)
    assert page.batch.slip.isVisible() and page.batch.save.isVisible()
    with qtbot.waitSignal(page.batch.save_wished, check_params_cb=lambda _one, which: which == "slip"):
        page.batch.save_wished.disconnect(page._save_answer)
        page.batch.slip.click()
    slip = Path(str(page.batch.results[0].facts["slip"]))
    desk = Desk(world.water)
    other = open_page(qtbot, desk, InboxScreen)
    other.look_at(slip)
    assert other.verdict.text() == "这是对方的退回单"
    other.take.click()
    quiet(qtbot, desk)
    assert any("现已不归" in r.text for r in boxes.sent(world.water)[0].reasons)
    desk.close()


def test_a_row_turned_down_before_stays_so(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    line = world.taken()
    entries.add(
        world.water, line.id, {"name": "漏报项目"}, not_secret="声明人", items={"M04": {"state": "在办"}},
        basis="清单漏列",
    )  # fmt: skip
    mirror = world.back()
    merges.merge(world.sponsor, mirror, default=MINE)
    assert returns.pending(world.sponsor) == []
    page.go({"mirror": mirror})
    quiet(qtbot, page.desk)
    assert shown(page)[0][6] == "不收" and page.clash.merge.isEnabled()


def test_many_files_may_be_dropped_at_once(qtbot: QtBot, page: InboxScreen, tmp_path: Path) -> None:
    files = [tmp_path / "一.qidi", tmp_path / "二.xlsx"]
    for file in files:
        file.write_bytes(b"-")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(f)) for f in [*files, files[0], tmp_path / "没有.qidi"]])
    assert local_files(data) == files
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPoint(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier)
    page.area.dropEvent(event)
    quiet(qtbot, page.desk)
    assert results(page) == ["不能收", "不能收"] and not page.batch.take.isEnabled()
    assert page.batch.told.text()


def test_the_table_can_be_walked_by_keys_and_read_aloud(qtbot: QtBot, page: InboxScreen, world: Play) -> None:
    opened(qtbot, page, clashing(world, "handler", "verified"))
    assert nameless(page) == [] and cut_buttons(page) == []
    clash = page.clash
    assert unreachable([clash.table, clash.mine, clash.theirs, clash.own, clash.all_mine, clash.back]) == []
    clash.back.click()
    quiet(qtbot, page.desk)
    assert nameless(page) == [] and cut_buttons(page) == []
    assert unreachable([page.choose, page.batch.table, page.batch.decide, page.batch.leave]) == []


def test_a_file_that_is_not_ours_says_why(
    qtbot: QtBot, page: InboxScreen, world: Play, tmp_path: Path
) -> None:
    world.taken()
    stranger = tmp_path / "别的表.xlsx"
    stranger.write_bytes(b"PK nothing")
    page.look_at_all([stranger])
    quiet(qtbot, page.desk)
    assert results(page) == ["不能收"] and page.batch.told.text()

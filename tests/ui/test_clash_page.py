"""The three-way table: what both sides changed is decided cell by cell, before anything is taken in (desk.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.proof import replay
from sync.comparing.merging import MINE
from sync.letters import boxes
from sync.merges import merges, returns
from tests.sync.rounds_world import Play
from tests.ui.merging_page import clashing, opened, page, results, returned, shown, world
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui.desk import Desk
from ui.screens.inbox_screen import InboxScreen
from ui.widgets.many_drop import local_files

Key = Qt.Key

__all__ = ["page", "world"]


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

"""汇总: what came and what did not, the plan before anything is done, clashes decided, the result taken back (SB 四(一))."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.ledger import entries
from sync import exchange
from sync.letters import remarks as carrying
from tests.sync.upward_world import ON
from tests.ui.pages import cut_buttons, nameless, unreachable
from tests.ui.upward_play import Play, Start, cancelling, starting, texts
from ui import look
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens import places
from ui.screens.gathering_screen import GatheringScreen
from ui.screens.upward.lower_page import NOTHING

CODE = "2204-152529-04-01-100001"

start = starting()


def test_only_those_to_whom_others_report_have_the_page() -> None:
    assert "gather" in {place.key for place in places(["lead"])} & {
        place.key for place in places(["superior"])
    }
    assert "gather" not in {place.key for place in places(["sponsor", "handler"])}


def test_before_anything_came_it_says_where_it_will_come_from(start: Start) -> None:
    """The offices of the register that report here are named; one press leads to where they are received."""
    play = start("dev", "lead")
    page = play.open("lead", GatheringScreen)
    assert isinstance(page, GatheringScreen)
    assert page.came.none.title.text() == NOTHING and "收件合并" in page.came.none.text.text()
    assert play.world["dev"].name in page.came.none.text.text()
    wishes: list[str] = []
    page.wished.connect(lambda key, _place: wishes.append(key))
    play.press(page, page.came.go_inbox)
    play.press(page, page.views.chip("rollup"))
    assert wishes == ["inbox"] and page.rollup.none.isVisible()
    play.press(page, page.views.chip("proof"))
    assert page.proof.none.isVisible() and not nameless(page)


def test_gathering_shows_the_plan_first_and_can_be_taken_back(start: Start) -> None:
    """SB 四(一): plan with named rows, clashes decided on the three-way page, result, 撤回; 未确定 marked throughout."""
    play = start("dev", "ind", "lead")
    world = play.world
    world.add("dev", "甲", code=CODE)
    world.add("dev", "乙")
    world.seal("dev")
    world.report("dev")
    page = play.open("lead", GatheringScreen)
    assert isinstance(page, GatheringScreen)
    (dev, ind) = texts(page.came.table)
    assert (
        dev[:3] == (world["dev"].name, "已确定", ON) and dev[4:8] == ("2", "2", "4", "4") and len(dev[8]) == 8
    )
    assert ind[:2] == (world["ind"].name, "没有报来") and "1 个单位没有报来" in page.came.said.text()

    play.press(page, page.came.gather_all)
    assert texts(page.plan.table)[0][1:8] == ("已确定", "2", "0", "0", "0", "0", "0")
    assert [row[1] for row in texts(page.plan.rows)] == ["甲", "乙"] and world.all_held("lead") == []
    play.press(page, page.plan.deed)
    assert len(world.all_held("lead")) == 2 and texts(page.plan.table)[0][1] == "已汇总"
    play.press(page, page.plan.undo)
    asked = page.asked
    assert asked is not None and asked.focusWidget() is asked.cancel, "Enter undoes nothing"
    assert any("新增的 2 行取消" in made.text() for made in asked.findChildren(QLabel))
    play.press(page, asked.cancel)
    assert len(world.all_held("lead")) == 2 and page.plan.isVisible()
    play.undo(page)
    assert world.all_held("lead") == [] and page.came.isVisible()
    play.gather(page)
    play.press(page, page.plan.deed)
    assert "没有新的" in page.came.gather_all.text() and page.window().focusWidget() is page.came.table

    _clash(play, page)
    assert world.held("lead", "甲").standing != "deleted" and world.proved()


def _clash(play: Play, page: GatheringScreen) -> None:
    """One cell of the head and one of a matter typed on both sides, one row more from an office not yet sealed."""
    world = play.world
    mine = world.held("lead", "甲")
    for office, row, who in (
        (world["lead"], mine.id, "责任人丁"),
        (world["dev"], world.rows["甲"], "责任人甲"),
    ):
        entries.amend(office, row, {"resp_person": who}, {"M01": {"handler": who}})
    world.add("ind", "丙", code=CODE)
    world.report("dev")
    world.report("ind")
    page.refresh()
    assert [row[9] for row in texts(page.came.table)] == ["又有 1 行没汇总", "没有汇总过"]
    play.press(page, page.came.gather_all)
    assert [row[1] for row in texts(page.plan.table)] == ["已确定", "未确定"]
    assert page.plan.deed.text() == "去决定 2 处" and page.under_way()
    play.press(page, page.plan.deed)
    assert page.clash.isVisible() and next(row[1:3] for row in texts(page.clash.table)) == ("", "责任人")
    play.qtbot.keyClick(page.clash.table, Qt.Key.Key_T)
    play.qtbot.keyClick(page.clash.table, Qt.Key.Key_M)
    play.press(page, page.clash.merge)  # all is decided: it is gathered at once
    held = world.held("lead", "甲")
    assert (held.cells["resp_person"], held.items["M01"]["handler"]) == ("责任人甲", "责任人丁")
    assert len(world.all_held("lead")) == 3 and "未确定" not in texts(page.plan.table)[0][8]
    assert "还没有确定" in texts(page.plan.table)[1][8]
    assert sorted(row[1:3] for row in texts(page.plan.rows)) == [("丙", "代码相同"), ("甲", "代码相同")]


def test_a_late_row_needs_its_basis_and_is_named_before(start: Start) -> None:
    """Decision 2: after the own seal a row comes in as 补录 upon a basis; without one the plan names it as 不采用."""
    play = start("dev", "ind", "lead")
    world = play.world
    world.add("dev", "甲")
    world.gather("dev")
    world.seal("lead")
    world.add("ind", "乙")
    world.report("ind")
    page = play.open("lead", GatheringScreen)
    assert isinstance(page, GatheringScreen)
    play.press(page, page.came.gather_all)
    assert texts(page.plan.table)[0][2:8] == ("0", "0", "0", "0", "0", "1") and page.plan.basis.isVisible()
    assert texts(page.plan.rows)[0][1:3] == ("乙", "不采用") and len(world.all_held("lead")) == 1
    page.plan.basis.setText("旗政府专题会议纪要〔2022〕5号")
    play.press(page, page.plan.deed)
    assert world.held("lead", "乙").added and world.proved()


def test_the_page_fits_a_small_screen_and_the_keyboard_reaches_all(start: Start) -> None:
    """150 % of 1366×768 leaves 911×485."""
    play = start("dev", "ind", "lead")
    world = play.world
    lead = world["lead"]
    for who, name in (("dev", "甲"), ("ind", "乙")):
        world.add(who, name, code=CODE)
        world.gather(who)
        carrying.annotate(lead, exchange.own_keys(lead, ""), world.held("lead", name).id, text="请核对")
        world.add(who, f"{name}二期")
        world.report(who)
    page = play.open("lead", GatheringScreen, width=911, height=485)
    assert isinstance(page, GatheringScreen)
    assert not nameless(page) and not cut_buttons(page) and page.came.foot.width() <= page.width()
    deeds = (page.came.see, page.came.prove, page.came.said_button, page.came.undo, page.came.gather_one)
    assert all(made.isVisible() and made.width() >= made.sizeHint().width() for made in deeds)
    assert not unreachable([page.came.table, *deeds, page.came.gather_all])
    play.press(page, page.came.gather_all)
    assert not nameless(page) and not cut_buttons(page) and page.plan.rows.height() > 100
    play.press(page, page.views.chip("rollup"))
    assert page.rollup.units.current() == "projects" and not nameless(page) and not cut_buttons(page)
    assert not page.rollup.table.horizontalScrollBar().isVisible()
    page.window().resize(1366, 728)
    names = [page.rollup.model.row(at).texts[0] for at in range(3)]  # type: ignore[union-attr]
    longest = max(look.text_width(page.rollup.table, name) for name in names)
    assert page.rollup.table.columnWidth(0) >= longest, (
        "both units are shown only where the names fit beside them"
    )
    page.window().resize(911, 485)
    more = page.rollup.more
    assert "1 个项目代码在两个单位的台账里都有" in more.text() and more.property("tone") == "amber"
    assert more.height() >= more.heightForWidth(more.width()) and page.rollup.table.height() > 100
    play.press(page, page.views.chip("proof"))
    play.press(page, page.proof.all)
    assert not nameless(page) and not cut_buttons(page) and page.window().focusWidget() is page.proof.table


def test_the_window_of_a_lead_has_it_beside_the_inbox(start: Start) -> None:
    play = start("dev", "lead")
    window = MainWindow(play.desks.setdefault("lead", Desk(play.world["lead"])))
    play.qtbot.addWidget(window)
    keys = window.nav.keys()
    assert keys.index("gather") == keys.index("inbox") + 1


def test_given_up_between_two_offices_the_first_is_shown_and_taken_back(start: Start) -> None:
    """取消 half-way: what was gathered is said, never “什么都没有改动”; what cannot be taken back is said too."""
    play = start("dev", "ind", "lead")
    world = play.world
    for who, name in (("dev", "甲"), ("ind", "乙")):
        world.add(who, name)
        world.report(who)
    page = play.open("lead", GatheringScreen)
    assert isinstance(page, GatheringScreen)
    play.press(page, page.came.gather_all)
    said = cancelling(page.desk, backs_up=True)
    play.press(page, page.plan.deed)
    assert [row[1] for row in texts(page.plan.table)] == ["已汇总", "没有汇总"] and said == []
    assert "已汇总 1 个单位" in page.plan.said.text() and len(world.all_held("lead")) == 1
    play.undo(page)
    assert world.all_held("lead") == [] and page.came.isVisible() and page.strip.isHidden()

    play.gather(page)
    entries.amend(world["lead"], world.held("lead", "甲").id, {"owner_org": "改过"})
    play.undo(page)
    assert [held.name for held in world.all_held("lead")] == ["甲"] and page.came.isVisible()
    assert "1 个没有撤回" in page.strip.words.text() and page.strip.isVisible() and world.proved()

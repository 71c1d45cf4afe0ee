"""部门核对 after the answers: who must be sent something again, what the sender said, and what is not filled yet."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from app.checking.check_lists import CHECK_SHEET, GUIDE_SHEET
from app.ledger import entries
from app.problem import Problem
from app.rounds import objections, rounds, unsent
from sync import exchange
from sync.merges import merges, pushes, returns
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.ui.pages import cut_buttons, nameless, open_page
from ui import look
from ui.desk import Desk
from ui.screens.checked_ledger_screen import CheckedLedgerScreen
from ui.screens.exchanging.came_words import what_came
from ui.screens.rounds.begin_dialog import BeginDialog
from ui.screens.rounds.push_dialog import PushDialog
from ui.screens.rounds.return_dialog import ReturnDialog
from ui.screens.rounds_screen import RoundsScreen

NOTE = "请逐项核对受理日期，缺的补上"
world = played()


def said(over: QWidget) -> str:
    return "\n".join(made.text() for made in over.findChildren(QLabel) if not made.isHidden())


def whole(made: QWidget) -> bool:
    """Whether nothing of it is scrolled away."""
    return made.visibleRegion().boundingRect().height() == made.height()


def board(world: Play) -> rounds.Round:
    found = rounds.board(world.sponsor, world.ledger)
    assert found is not None
    return found


def test_a_matter_passed_on_is_something_to_send(qtbot: QtBot, world: Play) -> None:
    """旗方案 四(一): whom a matter is passed to after its part went out is sent it; what was taken away is told too."""
    world.taken()
    world.push(*(p.dept for p in board(world).parts if p.dept != WATER))
    assert unsent.moved(world.sponsor, board(world)) == {}, "nothing moved since it was sent"
    world.says("项目1", "M04", contest="非本部门", contest_reason="归林草局办理")
    world.says("项目2", "M04", verified="与档案一致")
    merges.merge(world.sponsor, world.back())
    assert unsent.moved(world.sponsor, board(world)) == {}, "a return changes no other part"
    objections.pass_on(world.sponsor, world.ledger, world.rows["项目1"], "M04", FOREST)
    moved = unsent.moved(world.sponsor, board(world))
    assert moved == {FOREST: unsent.Moved(came=1), WATER: unsent.Moved(left=1)}
    desk = Desk(world.sponsor)
    page = open_page(qtbot, desk, RoundsScreen)
    row = page.model.row(page.model.find(FOREST))
    assert row is not None and row.texts[1] == "已发，要补发" and "有 1 项是后来归它的，还没发" in row.tips[1]
    assert f"{FOREST}有 1 项是后来归它的，还没发" in page.said.text() and "已答复 1" in page.said.text()
    page.table.choose(page.model.find(WATER))
    page.see.click()
    answered = page.deeds.asked
    assert answered.head.text() == f"{WATER} · 已答复" and "1 处异议已经答复" in answered.said.text()
    answered.reject()
    page.push.click()
    asked = page.asked
    assert isinstance(asked, PushDialog) and set(asked.depts()) == {WATER, FOREST}
    sent, now = world.part(FOREST), rounds.parts_now
    with world.sponsor.read() as connection:
        here = {p.dept: p for p in now(connection, page.line())}  # type: ignore[arg-type]
    assert (
        here[FOREST].items == sent.items + 1 and f"{here[FOREST].items} 个事项" in asked.ticks[FOREST].text()
    )
    assert "有 1 项是后来归它的，还没发" in said(asked) and nameless(asked) == [] and cut_buttons(asked) == []
    asked.reject()
    facts = pushes.push(world.sponsor, world.ledger, world.usb).facts
    assert {one["dept"]: one["why"] for one in facts["sent"]} == {
        FOREST: "有 1 项是后来归它的，还没发", WATER: "有 1 项已不归它，还没告诉它",
    }, "with no department named, those that changed go again"  # fmt: skip
    assert set(facts["unchanged"]) == {p.dept for p in board(world).parts if not p.own} - {FOREST, WATER}
    assert unsent.moved(world.sponsor, board(world)) == {}, "sent again it is settled"
    corrected(world)
    page.refresh()
    assert [page.model.row(page.model.find(d)).texts[3] for d in (WATER, FOREST)] == [  # type: ignore[union-attr]
        "数据包 第 2 次",
        "核查表 第 2 次",
    ]
    page.push.click()
    assert "2022-08-22 已发 2 次" in page.asked.ticks[WATER].text()
    page.asked.reject()
    added(world)
    desk.close()


def added(world: Play) -> None:
    """A row that a department found missing."""
    missed = {"name": "漏报项目"}
    entries.add(
        world.water,
        world.check().id,
        missed,
        not_secret="声明人",
        items={"M04": {"state": "在办"}},
        basis="清单漏列",
    )
    merges.merge(world.sponsor, world.back(), default="theirs")
    assert world.part(WATER).added == 1
    told = unsent.moved(world.sponsor, board(world))
    assert WATER not in told, "what a department added itself it has"
    assert told[FOREST].came, "the other matters of that project are new to theirs"


def corrected(world: Play) -> None:
    """What was put right after its part went out is sent again; what stands as it was sent is no news."""
    entries.amend(world.sponsor, world.rows["项目2"], {"owner_org": "示范公司"}, {"M04": {"handler": "李四"}})
    asked: list[tuple[Any, ...]] = []
    event.listen(world.sponsor.engine, "before_cursor_execute", log := lambda *told: asked.append(told))
    assert unsent.moved(world.sponsor, board(world))[WATER].changed == 2
    event.remove(world.sponsor.engine, "before_cursor_execute", log)
    back = [told[3] for told in asked if "journal.subject IN" in told[2]]
    assert world.rows["项目2"] not in str(back), "no row is played back whose matters nobody passed on"
    assert {one.came for one in unsent.moved(world.sponsor, board(world)).values()} == {0}
    entries.amend(world.sponsor, world.rows["项目2"], {"owner_org": ""}, {"M04": {"handler": ""}})
    assert unsent.moved(world.sponsor, board(world)) == {}
    with pytest.raises(Problem, match="发出以后没有变化"):
        pushes.push(world.sponsor, world.ledger, world.usb)


def test_what_the_sender_says_is_read_at_the_department(qtbot: QtBot, world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger, note=NOTE)
    files = world.push()
    assert NOTE in what_came(exchange.look(world.water, files[WATER])), "before it is taken in"
    assert NOTE in exchange.receive(world.water, files[WATER]).said, "and on the card that says that it was"
    desk = Desk(world.water)
    page = open_page(qtbot, desk, RoundsScreen)
    assert NOTE in page.own.strip.words.text()
    desk.close()
    book = openpyxl.load_workbook(files[FOREST])
    assert any(NOTE in str(cell.value) for row in book[GUIDE_SHEET] for cell in row)
    assert NOTE in str(book[CHECK_SHEET]["A3"].value)
    asking = Desk(world.sponsor)
    assert NOTE in said(PushDialog(asking, board(world)))
    asking.close()


def test_a_return_says_how_much_is_filled(qtbot: QtBot, world: Play) -> None:
    line = world.taken()
    mine = returns.mine(world.water, line.id)
    assert (mine.matters, mine.filled, mine.blank) == (6, 0, 6)
    world.says("项目1", "M04", verified="与档案一致")
    world.says("项目2", "M04", state="办结", d_done="2022-08-20")
    desk = Desk(world.water)
    page = open_page(qtbot, desk, RoundsScreen)
    assert "已填 2 项，还有 4 项没填" in page.own.goes.text()
    with qtbot.waitSignal(page.wished) as wish:
        page.own.next.click()
    assert wish.args is not None and wish.args[1]["entry"] == world.theirs("项目1").id
    assert wish.args[1]["item"] == "M05", "the first that is not filled"
    ledger = open_page(qtbot, desk, CheckedLedgerScreen, 911, 485)
    ledger.go(wish.args[1])
    bench = ledger.bench
    assert bench is not None and [c.title for c in bench.table.ledger_model.columns[2:4]] == [
        "办理情况",
        "异议",
    ]
    wanted, matters = bench.panel.matters.form.inputs["verified"], bench.panel.matters
    assert wanted.hasFocus(), "and stands in the field that is asked for"
    for key in ("verified", "note", "state"):
        matters.form.go(key)
        qtbot.waitUntil(partial(whole, matters.form.inputs[key]))
    assert not ledger.check.isVisible() and not ledger.chips.isVisible(), "at 150 % the form has their room"
    assert bench.panel.pages.height() > 3.5 * look.sizes().row and bench.panel.short.isVisible()
    bench.close_panel()
    assert ledger.check.isVisible() and ledger.chips.isVisible()
    page.own.strip.deed.click()
    asked = page.own.giving.asked
    assert (
        isinstance(asked, ReturnDialog)
        and not asked.blank.isHidden()
        and "还有 4 项没填" in asked.blank.text()
        and asked.bare.isHidden()
    )
    asked.reject()
    world.says("项目3", "M04", contest="非本部门")
    ledger.check.deed.click()
    bare = ledger.giving.asked
    assert "1 处异议没有写理由（项目3 · 取水）" in bare.bare.text(), (
        "named, and it does not hold the return up"
    )
    bare.reasons.click()
    assert bench.panel.matters.form.inputs["contest_reason"].hasFocus()
    desk.close()


def test_a_day_without_a_year_is_one_of_this_year(qtbot: QtBot, world: Play) -> None:
    desk = Desk(world.sponsor)
    page = open_page(qtbot, desk, RoundsScreen)
    page.begin.click()
    asked = page.asked
    assert isinstance(asked, BeginDialog)
    asked.due.setText("八月底吧")
    asked.note.setFocus()
    asked.primary.click()
    assert asked.focusWidget() is asked.due and asked.due.property("wrong") == "true"
    asked.due.setText("8.25")
    QTest.keyClick(asked.due, Qt.Key.Key_Return)
    assert asked.focusWidget() is asked.note
    QTest.keyClick(asked.note, Qt.Key.Key_Return)
    assert asked.focusWidget() is asked.primary, "a second Enter must not throw away what was typed"
    QTest.keyClick(asked.primary, Qt.Key.Key_Return)
    assert board(world).due == "2022-08-25"
    desk.close()


def test_what_cannot_be_yet_is_not_offered(qtbot: QtBot, world: Play, tmp_path: Path) -> None:
    rounds.begin(world.sponsor, world.ledger)
    desk = Desk(world.sponsor)
    page = open_page(qtbot, desk, RoundsScreen)
    page.table.choose(page.model.find(WATER))
    assert not page.see.isEnabled() and "还没有发给" in page.see.toolTip()
    world.push(WATER)
    page.refresh()
    assert page.see.isEnabled() and not page.hand_back.isEnabled() and "数据包" in page.hand_back.toolTip()
    page.table.choose(page.model.find(FOREST))
    assert page.hand_back.isEnabled()
    desk.close()


def test_an_objection_is_raised_from_what_is_in_sight(qtbot: QtBot, world: Play) -> None:
    """旗方案 四(一): the form of a check list names 有异议 without scrolling on the lowest screen, and leads to it."""
    world.taken()
    desk = Desk(world.water)
    page = open_page(qtbot, desk, CheckedLedgerScreen, 911, 485)
    bench = page.bench
    assert bench is not None
    entry = world.theirs("项目1").id
    page.go({"ledger": bench.line.id, "entry": entry, "item": "M04", "form": True})
    panel = bench.panel
    button, beneath = panel.contest, panel.matters
    inside = panel.rect().contains(button.geometry())
    assert button.isVisible() and inside and button.text() == "有异议…" and cut_buttons(panel) == []
    assert beneath.table.height() < 5 * bench.table.rowHeight(0), "no higher than the matters it lists"
    button.click()
    assert beneath.form.inputs["contest"].hasFocus()
    beneath.form.put({"contest": "非本部门", "contest_reason": "归林草局办理"})
    assert panel.save() and button.text() == "已提异议：非本部门"

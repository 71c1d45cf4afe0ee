"""进展报告: the period that is due preselected, its text drafted, filed in one press, 零报告 in one (旗方案 六(二))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app import office
from app.ledger import entries, ledgers
from app.proof import replay
from app.today import coming
from tests.app.conftest import stored_bureau
from tests.app.reporting_world import World
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from tests.ui.test_ledger_columns import answering
from ui.desk import Desk
from ui.dialogs.printed_dialog import PrintedDialog
from ui.screens.reporting import deeds
from ui.screens.reports_screen import ReportsScreen


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world")
    yield made
    made.office.close()


def shown(qtbot: QtBot, world: World, width: int = 1366, height: int = 728) -> ReportsScreen:
    return open_page(qtbot, Desk(world.office), ReportsScreen, width, height)


def states(page: ReportsScreen) -> dict[str, str]:
    rows = [page.pick.model.row(at) for at in range(page.pick.model.rowCount())]
    return {row.texts[0]: row.texts[2] for row in rows if row}


def looked_over(qtbot: QtBot, page: ReportsScreen, ledger: str) -> None:
    """Each view of a draft has its rows, and a row leads to the ledger."""
    for view, table in (
        ("numbers", page.page.table),
        ("moved", page.page.moved_table),
        ("after", page.page.after_table),
    ):
        page.page.show_view(view)
        assert table.isVisible() and table.model().rowCount() and page.page.regions()[1] is table
    with qtbot.waitSignal(page.wished) as wish:
        page.page.after_table.opened.emit(0)
    assert wish.args is not None and wish.args[1]["ledger"] == ledger and wish.args[1]["entry"]


def test_a_period_is_drafted_put_right_by_hand_and_filed_in_one_press(
    qtbot: QtBot, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """desk.md: period preselected, text drafted from the numbers, PDF/Word/Excel; what was sent is locked, another
    edition is written beside it."""
    world.on(9, 5)
    world.approve("甲", "M01", "2022-08-30")  # 补报
    world.on(9, 14)
    page = shown(qtbot, world)
    assert page.pick.kinds.currentText() == "进展情况报送" and page.pick.report().period.id == "2022-08B"  # type: ignore[union-attr]
    page.pick.table.step(1, 0)
    quiet(qtbot, page.desk)
    assert (
        page.page.text.text_now().startswith("截至9月14日，全旗")
        and "现在报出记为“已报”" in page.state.text()
    )
    assert (
        not page.zero.isEnabled()
        and page.zero.text().endswith("（本期有变化）")
        and not page.page.anew.isVisible()
    )
    page.page.boxes[0].hints.click()
    assert page.page.boxes[0].text.text_now() == "甲项目：甲的资金没有到位"
    page.page.text.setPlainText("手写的正文。")
    assert page.page.anew.isVisible()
    page.pick.table.step(-1, 0)
    quiet(qtbot, page.desk)
    page.pick.table.step(1, 0)
    quiet(qtbot, page.desk)
    assert page.page.text.text_now() == "手写的正文。" and page.under_way()  # typing is not lost
    looked_over(qtbot, page, world.ledger)
    page.keep.click()
    quiet(qtbot, page.desk)
    assert states(page)["2022年9月上半月"] == "未报 · 有草稿" and not page.under_way()
    page.print_shown()
    quiet(qtbot, page.desk)
    assert isinstance(page.deeds.asked, PrintedDialog) and page.deeds.asked.view.pages() > 1
    page.deeds.asked.accept()
    asked = answering(monkeypatch, deeds.WAIT)
    page.send.click()  # a day before its end
    assert "到 2022-09-15 才结束" in asked[0] and states(page)["2022年9月上半月"] == "未报 · 有草稿"
    answering(monkeypatch, deeds.EARLY)
    page.duplex.click()
    page.send.click()
    quiet(qtbot, page.desk)
    assert (
        states(page)["2022年9月上半月"] == "已报"
        and not page.duplex.isVisible()
        and "已归档" in page.strip.words.text()
    )
    assert len(list((world.office.folder / "outbox" / "报告").iterdir())) == 3
    assert page.page.text.isReadOnly() and page.renew.isVisible() and not page.send.isVisible()
    assert page.window().focusWidget() is page.pick.table and page.page.text.text_now() == "手写的正文。"
    page.renew.click()
    quiet(qtbot, page.desk)
    assert not page.page.text.isReadOnly() and "第 2 版" in page.state.text()
    assert page.send.isVisible() and replay.verify(world.office) == []
    page.desk.close()


def test_a_zero_report_takes_one_press_and_a_moment_one_paragraph(qtbot: QtBot, world: World) -> None:
    world.on(9, 15)
    page = shown(qtbot, world)
    assert states(page)["2022年8月下半月"] == "未报 · 过期"
    page.go({"period": "2022-09A"})
    quiet(qtbot, page.desk)
    amiss = replace(page.page.draft, amiss=("152529-DP-2022-0001", "152529-DP-2022-0002"))  # type: ignore[type-var]
    page.page.show_draft(amiss)  # what does not add up opens the very rows, one after the other
    page.page.show_view("numbers")
    for name in ("甲项目", "乙项目"):
        with qtbot.waitSignal(page.wished) as wish:
            page.page.rows.click()
        assert wish.args is not None and wish.args[1]["entry"] == entries.find(world.office, name)
    page.zero.click()
    quiet(qtbot, page.desk)
    assert states(page)["2022年9月上半月"] == "零报告"
    page.brief.click()
    assert page.strip.words.text().startswith("截至9月15日，全旗期初4个项目")
    page.strip._deed.click()
    assert QGuiApplication.clipboard().text().startswith("截至9月15日")
    page.go({"form": "overdue", "period": "2022-08"})
    quiet(qtbot, page.desk)
    assert page.pick.kinds.currentText() == "超期未审批项目月度统计" and "超期未审批" in page.said.text()
    due = [
        each
        for each in coming.schedule(page.desk.office, str(page.pick.which.currentData()))
        if each.unreported
    ]
    assert page.pick.late == len(due)  # one number here and in the badge of the page
    page.pick.table.choose(4)
    quiet(qtbot, page.desk)
    assert page.later.isVisible() and "从 2022-12-01 起写" in page.state.text() and not page.send.isVisible()
    page.desk.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 728), (911, 485)])
def test_everything_is_named_reached_and_read_whole(
    qtbot: QtBot, world: World, width: int, height: int
) -> None:
    world.on(9, 14)
    page = shown(qtbot, world, width, height)
    assert not nameless(page) and not cut_buttons(page)
    assert not unreachable(
        [
            page.pick.table,
            page.page.text,
            *(box.text for box in page.page.boxes[:2]),
            page.duplex,
            page.keep,
            page.zero,
            page.send,
        ]
    )
    inside = page.page.parts["text"]
    assert inside.widget().height() <= inside.viewport().height()  # type: ignore[attr-defined] # all of it is seen at once
    page.desk.close()


def test_without_a_ledger_that_reports_the_page_says_what_it_is_for(qtbot: QtBot, empty_office) -> None:  # type: ignore[no-untyped-def]
    desk = Desk(empty_office)
    page = open_page(qtbot, desk, ReportsScreen)
    assert page.none.isVisible() and "按旬、半月或月" in page.none.text.text() and page.regions() == []
    assert not page.send.isVisible() and not page.brief.isVisible()
    desk.close()


@pytest.mark.parametrize(
    "day, asked, advice",
    [(dt.date(2026, 11, 22), 0, "用“情况一段话”"), (dt.date(2022, 9, 20), 4, "从2022年9月下半月起写，应报 2022-09-30")],
)
def test_what_was_over_before_the_ledger_was_opened_asks_for_nothing(
    qtbot: QtBot, tmp_path: Path, day: dt.date, asked: int, advice: str
) -> None:
    """No refusal in red and nothing unreported for ever: why there is no report, and what can be done."""
    late = office.open_folder(stored_bureau().lay(tmp_path / "office"), today=day)
    ledgers.open_template(late, "pending-approval")
    page = open_page(qtbot, Desk(late), ReportsScreen)
    page.pick.table.choose(0)
    quiet(qtbot, page.desk)
    before = [said for said in states(page).values() if said == "不用报"]
    assert len(states(page)) - len(before) == asked and page.pick.late == 0
    assert page.later.isVisible() and advice in page.later.text.text() and not page.strip.isVisible()
    assert page.brief.isVisible() and not page.send.isVisible() and not page.look.isVisible()
    late.close()

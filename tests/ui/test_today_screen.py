"""今日要办: what is counted and in which days is said, and a place that has nothing to show is not shown."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import clock_words
from app.ledger import entries, ledgers
from app.office import Office
from app.office import create as create_office
from app.signing import signoff
from app.today import at_hand, statistics
from tests.ui.conftest import TODAY, shown
from tests.ui.pages import cut_buttons, nameless, open_page, unreachable
from tests.ui.test_today_print import text_of
from ui.desk import Desk
from ui.screens import today_print
from ui.screens.today_screen import TodayScreen

Key = Qt.Key


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> TodayScreen:
    return open_page(qtbot, desk, TodayScreen)


def test_late_days_are_said_to_be_working_days(page: TodayScreen) -> None:
    """旗方案 四(二)3 counts 工作日; 逾 8 天 alone reads as calendar days."""
    heads = [page.model.headerData(at, Qt.Orientation.Horizontal) for at in range(page.model.columnCount())]
    assert "时限（工作日）" in heads
    assert "个工作日" in page.late.note.text()


def test_matters_and_projects_are_told_apart(page: TodayScreen) -> None:
    """The ledger counts projects, this list matters: both numbers are named."""
    now = statistics.today_list(page.desk.office)
    projects = len({t.entry_id for t in now.todos if t.light == "red"})
    assert page.late.note.text().startswith(f"{projects:,} 个项目 · 最久")
    assert "按事项数" in page.counted_by.text()
    told = structs.replace(now, todos=(), longest="", next_due="", places=(), done_this_month=0, done_last_month=0)
    assert statistics.counted(page.desk.office) == told, "the numbers beside the pages are those of the page"


def test_a_deadline_is_told_as_something_to_do(page: TodayScreen) -> None:
    whole = [t.what for t in statistics.today_list(page.desk.office).todos if not t.item]
    assert whole and set(whole) == {"办结全部事项（完成时限）"}


def test_a_deadline_past_is_said_once(office: Office) -> None:
    line = ledgers.all(office)[0]
    said = "".join(clock_words.deadline(line.loaded, "2022-09-09", office.calendar(), dt.date(2022, 9, 20)))
    assert said.count("已过") == 1 and said.endswith("，完成时限已过。"), said


def test_a_print_a_report_and_a_promise_open_where_they_are_done_and_one_key_leads_back(
    qtbot: QtBot, office: Office, tmp_path: Path
) -> None:
    """desk.md: Enter opens the exact field, back keeps the place; a print is told with whom it lies, and since when."""
    ledger = ledgers.all(office)[0].id
    signoff.print_ledger(office, ledger, tmp_path / "台账.pdf", explain="缺项正在补齐")
    talks = str(ledgers.open_template(office, "contacts").subject)
    said = {"name": "催环评批复", "on": f"{TODAY - dt.timedelta(3)}", "said": "答应周一", "promised_on": f"{TODAY}"}
    row = str(entries.add(office, talks, said, not_secret="声明人甲").subject)
    desk = Desk(dataclasses.replace(office, fixed_today=TODAY + dt.timedelta(2)))
    window = shown(qtbot, desk, page="today")
    page = window.screen()
    assert isinstance(page, TodayScreen)
    (print_,) = [page.signing.model.row(at) for at in range(page.signing.model.rowCount())]
    assert print_ is not None and print_.texts == ("152529-DP-2022-第1版", "等立项部门主要领导 2 天")
    for table, to in ((page.signing.table, "sign"), (page.coming.table, "send")):
        at = next(n for n in range(9) if page.coming.model.row(n).fact.kind == "report") if to == "send" else 0  # type: ignore[union-attr]
        table.setFocus()
        table.choose(at)
        qtbot.keyClick(table, Key.Key_Return)
        assert window.key() in (to, "reports")
        qtbot.keyClick(window.focusWidget(), Key.Key_Escape)
        assert window.key() == "today" and window.focusWidget() is table and table.currentIndex().row() == at
    text = text_of(today_print.write(desk.office, [], "全部", at_hand.at_hand(desk.today(fresh=True))))
    assert all(word in text for word in ("在走签字", "立项部门主要领导", "等了2天", "要报送")), "a leader's list has all of it"
    promise = page.model.find(f"{row}//promised_on")
    page.table.choose(promise)
    page.table.setFocus()
    qtbot.keyClick(page.table, Key.Key_Return)
    assert window.key() in ("ledger", "register")
    qtbot.keyClick(window.focusWidget(), Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.key() == "today" and page.table.currentIndex().row() == promise and window.focusWidget() is page.table
    assert {page.table, page.signing.table, page.coming.table} <= set(page.regions())
    assert unreachable([page.table, page.signing.table, page.coming.table, page.print_button]) == []
    assert nameless(page) == [] and cut_buttons(page) == []
    window.show_page("history")
    qtbot.keyClick(window.focusWidget(), Key.Key_Escape)
    assert window.key() == "history", "nothing led here"


def test_an_office_without_a_ledger_of_its_own_shows_no_empty_progress(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made = create_office(
        tmp_path / "league", division="152500", name="示范盟发改委", roles=["superior"],
        clerk="经办人乙", today=TODAY,
    )  # fmt: skip
    desk = Desk(made)
    page = open_page(qtbot, desk, TodayScreen)
    assert not page.places.isVisible()
    assert nameless(page) == [] and cut_buttons(page) == []
    desk.close()
    made.close()

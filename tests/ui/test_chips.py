"""The chips of a list: those of the ledger before do not shine through between the next one's."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import entries
from tests.ui.pages import cut_buttons
from ui.screens.holder_menu import choices
from ui.screens.ledger_screen import LedgerScreen
from ui.widgets.chips import ChipRow
from ui.widgets.menu_button import Choice


def test_a_chip_that_is_gone_is_not_seen_until_it_is_deleted(qtbot: QtBot) -> None:
    row = ChipRow("清单")
    qtbot.addWidget(row)
    row.set([("all", "全部", 3), ("idle", "未开工", 2)])
    row.show()
    row.set([("all", "全部", 2), ("late", "节点超期", 1)])
    seen = [chip.text() for chip in row.findChildren(QPushButton) if chip.isVisible()]
    assert "全部 2" in seen and "未开工 2" not in seen


def holders(screen: LedgerScreen) -> list[Choice]:
    """The menu without the chips that had no room."""
    return choices(screen, screen._apply)[len(screen.chips.folded()) and len(screen.chips.folded()) + 1 :]


def test_chips_without_room_stand_in_a_menu_and_the_one_chosen_comes_out(
    qtbot: QtBot, screen: LedgerScreen
) -> None:
    """desk.md: at 1366×768 17 rows are seen, so the chips take no row of their own."""
    window = screen.window()
    qtbot.waitUntil(lambda: bool(screen.chips.folded()))
    assert not screen.top.isVisible() and screen.holders.text() == "更多筛选"
    key, words = screen.chips.folded()[-1]
    (one,) = [each for each in choices(screen, screen._apply) if each.words == words]
    one.chosen()
    qtbot.waitUntil(lambda: screen.chips.chip(key).isVisible() and screen.chips.current() == key)
    assert cut_buttons(window) == []
    window.resize(1920, 1040)
    qtbot.waitUntil(lambda: not screen.chips.folded())
    assert screen.holders.text() == "卡在谁手里" and screen.holders.accessibleName() == "卡在谁手里，打开菜单"


def test_whom_rows_wait_for_is_chosen_beside_the_chips(screen: LedgerScreen) -> None:
    """卡在谁手里 (decision 4): holder, count and longest wait; one press shows those rows on top of other filters."""
    assert screen.holders.isVisible()
    bench = screen.bench
    assert bench is not None
    last = bench.table.ledger_model.ids[38]
    states = {f"M0{n}": {"state": "未办" if n == 3 else "不需办"} for n in range(1, 9)}
    screen.desk.do(entries.amend, last, {}, states)
    found = holders(screen)
    assert [one.words for one in found] == ["卡在谁手里：", "手续部门　39 个，最长等了 12 个工作日", "项目单位　1 个"]
    found[2].chosen()
    assert list(bench.table.ledger_model.ids) == [last]
    again = holders(screen)
    assert again[-1].words == "不按这个筛选"
    again[-1].chosen()
    assert bench.table.ledger_model.rowCount() == 40

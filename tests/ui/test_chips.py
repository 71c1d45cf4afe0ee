"""The chips of a list: those of the ledger before do not shine through between the next one's."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import entries
from ui.screens.holder_menu import choices
from ui.screens.ledger_screen import LedgerScreen
from ui.widgets.chips import ChipRow


def test_a_chip_that_is_gone_is_not_seen_until_it_is_deleted(qtbot: QtBot) -> None:
    row = ChipRow("清单")
    qtbot.addWidget(row)
    row.set([("all", "全部", 3), ("idle", "未开工", 2)])
    row.show()
    row.set([("all", "全部", 2), ("late", "节点超期", 1)])
    seen = [chip.text() for chip in row.findChildren(QPushButton) if chip.isVisible()]
    assert "全部 2" in seen and "未开工 2" not in seen


def test_whom_rows_wait_for_is_chosen_beside_the_chips(screen: LedgerScreen) -> None:
    """卡在谁手里 (decision 4): holder, count and longest wait; one press shows those rows on top of other filters."""
    assert screen.holders.isVisible() and screen.holders.accessibleName() == "卡在谁手里，打开菜单"
    bench = screen.bench
    assert bench is not None
    last = bench.table.ledger_model.ids[38]
    states = {f"M0{n}": {"state": "未办" if n == 3 else "不需办"} for n in range(1, 9)}
    screen.desk.do(entries.amend, last, {}, states)
    found = choices(screen, screen._apply)
    assert [one.words for one in found] == ["手续部门　39 个，最长等了 12 个工作日", "项目单位　1 个"]
    found[1].chosen()
    assert list(bench.table.ledger_model.ids) == [last]
    again = choices(screen, screen._apply)
    assert again[-1].words == "不按这个筛选"
    again[-1].chosen()
    assert bench.table.ledger_model.rowCount() == 40

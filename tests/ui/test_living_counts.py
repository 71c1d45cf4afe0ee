"""What the ledger has come to is always in sight: 审批1个核减1个 (旗方案 四(一)), and whose ledger it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import closing, entries, ledgers
from app.listing import counts, lists
from app.signing import signoff
from tests.ui.conftest import TODAY, cell, shown
from tests.ui.pages import quiet
from ui.desk import Desk
from ui.screens.checked_ledger_screen import CheckedLedgerScreen
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.signoff_screen import SignoffScreen
from ui.tables.columns import DERIVED, WIDTHS
from ui.tables.ledger_table import LedgerTable

PADDING, ARROW = 8, 24  # px: beside the text of a cell, and for the arrow of a head
SIGNERS = {"立项部门主要领导": "签字人甲", "分管旗长": "签字人乙"}


def seal(desk: Desk, folder: Path) -> str:
    ledger = ledgers.all(desk.office)[0].id
    out = folder / "台账.pdf"
    signoff.print_ledger(desk.office, ledger, out, explain="缺项正在补齐")
    for role, by in SIGNERS.items():
        signoff.sign(desk.office, ledger, role=role, by=by, on=TODAY.isoformat(), scan=out)
    signoff.seal(desk.office, ledger)
    return ledger


def started(desk: Desk, ledger: str) -> str:
    """Close every matter of one project that is not 未开工, so that it is 核减."""
    for line in lists.lines(desk.office, lists.ids(desk.office, ledger)):
        if line.cells.get("build_state") == "在建":
            codes = [code for code, item in line.items.items() if item.standing == "在账"]
            targets = [(line.id, code) for code in codes]
            closing.close(desk.office, targets, basis="批复", doc="锡环审〔2022〕5号", on=TODAY.isoformat())
            return line.name
    raise AssertionError("no project under construction")


def test_after_the_seal_the_page_tells_then_and_now(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    ledger = seal(desk, tmp_path)
    page = shown(qtbot, desk, page="sign").screen()
    assert isinstance(page, SignoffScreen)
    quiet(qtbot, desk)
    assert "确定以后项目和事项还没有变动" in page.sealing.words.text()
    started(desk, ledger)
    page.refresh()
    quiet(qtbot, desk)
    then, _, now = page.sealing.words.text().partition("现在：")
    assert "期初 40 + 新增 0 + 恢复 0 = 在账 40" in then
    assert "期初 40 + 新增 0 + 恢复 0 = 在账 39 + 核减 1" in now


def test_the_status_bar_of_a_sealed_ledger_tells_what_is_left(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    ledger = seal(desk, tmp_path)
    window = shown(qtbot, desk)
    assert window.status.counts.text().endswith("在账 40 · 核减 0")
    started(desk, ledger)
    window.screen().refresh()
    assert window.status.counts.text().endswith("在账 39 · 核减 1")


def test_rows_that_came_in_are_counted_at_once(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    assert window.status.counts.text() == "共 40 条"
    ledger = ledgers.all(desk.office)[0].id
    desk.do(entries.add, ledger, {"name": "示范新增工程", "project_code": "2204-152529-04-01-200001"}, not_secret="声明人甲")
    window.screen().refresh()
    assert window.status.counts.text() == "共 41 条"


def test_flows_at_nought_are_left_out_of_the_few_words() -> None:
    row = dict.fromkeys("open approved started removed corrected".split(), 0) | {"open": 1469, "removed": 1}
    assert counts.moved(row) == "在账 1,469 · 核减 0 · 移除 1"


def test_another_offices_ledger_can_only_be_looked_at(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    with desk.office.write("样例") as work:
        line = ledgers.line_of(work.connection, ledgers.all(desk.office)[0].id)
        ledgers.create(
            work, line.loaded, office_id="f" * 32, office_name="示范盟发改委", own=False, unit="示范盟发改委"
        )
    window = shown(qtbot, desk)
    page = window.screen()
    assert isinstance(page, CheckedLedgerScreen)
    assert not page.foreign.isVisible()
    foreign = next(one.id for one in ledgers.all(desk.office) if not one.own)
    page.open_ledger(foreign)
    strip = page.remarking.strip
    assert strip.isVisible() and strip.words.text() == "只读 · 来自示范盟发改委（未确定）"
    writers = [made for made in page.findChildren(QPushButton) if made.property("writes")]
    assert len(writers) >= 3 and not any(made.isEnabled() or made.isVisible() for made in writers)
    page.open_ledger(next(one.id for one in ledgers.all(desk.office) if one.own))
    assert all(made.isEnabled() for made in writers) and sum(made.isVisible() for made in writers) >= 2
    assert not page.foreign.isVisible() and not strip.isVisible()


@pytest.mark.parametrize(("key", "text"), [("left", "逾 110 天"), ("stage", "待上级接收")])
def test_a_column_is_as_wide_as_what_it_commonly_shows(table: LedgerTable, key: str, text: str) -> None:
    needed = table.fontMetrics().horizontalAdvance(text) + 2 * PADDING
    assert WIDTHS[key] >= needed


@pytest.mark.parametrize("key", ["left", "holder", "stage", "due", "waiting"])
def test_a_head_stands_whole_beside_its_arrow(table: LedgerTable, key: str) -> None:
    title = DERIVED[key][0]
    assert WIDTHS[key] >= table.fontMetrics().horizontalAdvance(title) + ARROW + PADDING


def test_the_matters_of_a_project_show_their_state_and_overdue_days_whole(
    qtbot: QtBot, screen: LedgerScreen, table: LedgerTable
) -> None:
    assert screen.bench is not None
    table.setCurrentIndex(cell(table, 0, "name"))
    view = screen.bench.panel.matters.table
    metrics = view.fontMetrics()
    for column, text in ((2, "不需办"), (3, "逾 110 天")):
        assert view.columnWidth(column) >= metrics.horizontalAdvance(text) + 2 * PADDING

"""The window shows whatever a template describes: its chips, its worked-out columns, its days to come."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.office import Office
from tests.ui.conftest import cell, shown
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.today_screen import TodayScreen

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def wells(empty_office: Office) -> Office:
    ledger = str(ledgers.open_template(empty_office, str(DATA / "farm-wells.toml")).subject)
    for name, depth, built in (("甲井", "120", "1987-05-01"), ("乙井", "60", "2010-05-01")):
        texts = {"name": name, "depth": depth, "built": built, "cost": "2.4"}
        entries.add(
            empty_office, ledger, texts, items={"W01": {"ordered": "2022-09-01"}}, not_secret="声明人甲"
        )
    return empty_office


def test_chips_and_worked_out_columns_come_from_the_template(qtbot: QtBot, wells: Office) -> None:
    desk = Desk(wells)
    screen = shown(qtbot, desk).screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    assert "施工 2" in [
        chip.text().replace("  ", " ") for chip in screen.chips.findChildren(type(screen.chips.first()))
    ]
    table = screen.bench.table
    show = Qt.ItemDataRole.DisplayRole
    assert [cell(table, row, "age").data(show) for row in (0, 1)] == ["35", "12"]
    assert cell(table, 0, "dear").data(show) == "20,000"
    assert cell(table, 0, "W02").data(show) == "待核"
    screen.chips.picked.emit("施工中")
    assert table.ledger_model.rowCount() == 2
    desk.close()


def test_a_ledger_without_items_is_shown(qtbot: QtBot, empty_office: Office) -> None:
    ledger = str(ledgers.open_template(empty_office, str(DATA / "idle-schools.toml")).subject)
    texts = {"name": "甲校", "rooms": "12", "found_on": "2022-09-01"}
    entries.add(empty_office, ledger, texts, not_secret="声明人甲")
    desk = Desk(empty_office)
    screen = shown(qtbot, desk).screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    table = screen.bench.table
    assert cell(table, 0, "stage").data() == "待定方案" and cell(table, 0, "big").data() == "是"
    desk.close()


def test_what_the_plan_asks_for_soon_stands_on_the_first_page(qtbot: QtBot, wells: Office) -> None:
    """SB 六(二), domain A5: reports due are seen, with whom they go to and by which clause."""
    desk = Desk(wells)
    screen = shown(qtbot, desk, page="today").screen()
    assert isinstance(screen, TodayScreen)
    model = screen.coming.model
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleDescriptionRole)
    told = [" ".join(str(model.index(at, 0).data(role)) for role in roles) for at in range(model.rowCount())]
    assert not screen.coming.isHidden()
    assert any("封填进度" in name and "旗水利局" in name and "示范方案 五" in name for name in told), told
    desk.close()

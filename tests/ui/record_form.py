"""The form beside the grid, on the second row."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import cell
from ui.forms.record_panel import RecordPanel
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.workbench import Workbench


@pytest.fixture
def bench(screen: LedgerScreen) -> Workbench:
    assert screen.bench is not None
    screen.bench.table.setCurrentIndex(cell(screen.bench.table, 1, "name"))
    return screen.bench


@pytest.fixture
def panel(bench: Workbench) -> RecordPanel:
    return bench.panel


def type_into(qtbot: QtBot, panel: RecordPanel, key: str, text: str) -> None:
    made = panel.form.inputs[key]
    made.setFocus()
    made.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(made, text)

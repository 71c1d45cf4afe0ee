"""The chips of a list: those of the ledger before do not shine through between the next one's."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.widgets.chips import ChipRow


def test_a_chip_that_is_gone_is_not_seen_until_it_is_deleted(qtbot: QtBot) -> None:
    row = ChipRow("清单")
    qtbot.addWidget(row)
    row.set([("all", "全部", 3), ("idle", "未开工", 2)])
    row.show()
    row.set([("all", "全部", 2), ("late", "节点超期", 1)])
    seen = [chip.text() for chip in row.findChildren(QPushButton) if chip.isVisible()]
    assert "全部 2" in seen and "未开工 2" not in seen

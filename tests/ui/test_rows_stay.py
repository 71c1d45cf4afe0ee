"""No row vanishes or moves after a deed until the clerk says so: F5, or 重新应用 of the strip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import entries
from tests.ui.conftest import cell, shown
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen

KEPT = "旗水利局"


def test_rows_that_no_longer_fit_stay_until_f5(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    screen = window.screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    bench, table = screen.bench, screen.bench.table
    table.filters.sort("invest", True)
    table._filter("resp_unit", (KEPT,))
    ids = list(table.ledger_model.ids)

    def told(words: str) -> None:
        qtbot.waitUntil(lambda: screen.strip.isVisible() and words in screen.strip.words.text())
        assert list(table.ledger_model.ids)[: len(ids)] == ids, "nothing vanished or moved"

    table.ledger_model.setData(cell(table, 2, "resp_unit"), "旗教育局")
    told("1 行已不符合筛选")
    table.ledger_model.setData(cell(table, 5, "invest"), "99999")  # the first by its order: it stays sixth
    desk.do(entries.amend, ids[3], {"resp_unit": "旗住建局"})  # as the form or a deed has it
    told("2 行已不符合筛选")
    added = desk.do(entries.add, bench.line.id, {"name": "示范新增"}, not_secret="声明人甲")
    told("3 行已不符合筛选")
    assert list(table.ledger_model.ids) == [*ids, added.subject]
    window.show_page("today")
    desk.do(entries.amend, ids[4], {"resp_unit": "旗住建局"})
    window.show_page("ledger")
    told("4 行已不符合筛选")
    table.ledger_model.setData(cell(table, 2, "resp_unit"), KEPT)
    told("3 行已不符合筛选")
    again = next(b for b in screen.strip.findChildren(QPushButton) if b.text() == "重新应用")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert set(table.ledger_model.ids) == set(ids) - {ids[3], ids[4]} and table.ledger_model.row_of(ids[5]) == 0
    assert not screen.strip.isVisible()
    table._filter("resp_unit", (KEPT,))
    table.ledger_model.setData(cell(table, 0, "invest"), "多少")
    table._filter("place", ("示范乙镇",))
    assert table.ledger_model.rowCount() == 0 or not table._fault_cells()
    screen.next_problem(1)
    assert table.currentIndex().data() == "多少", "F8 finds it where it is filtered away"
    assert not table.ledger_model.query.where

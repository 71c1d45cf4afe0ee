"""A list beside the one the page is about marks its row only while the keys go there."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui import look
from ui.screens.side_list import SideList
from ui.tables.plain_model import PlainRow


def test_the_chosen_row_is_marked_while_the_keys_go_there(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    lists = [SideList(name, ("什么", "何时"), "打开", 4, 90) for name in ("一", "二")]
    for each in lists:
        each.set([PlainRow(("示范", "今天"), key="a")])
        column.addWidget(each)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    for mine, other in (lists, lists[::-1]):
        mine.table.setFocus()
        qtbot.waitUntil(mine.table.hasFocus)
        assert _marked(mine) and not _marked(other)
        assert other.table.currentIndex().row() == 0


def _marked(each: SideList) -> bool:
    box = each.table.visualRect(each.model.index(0, 1))
    drawn = each.table.viewport().grab(box.adjusted(2, 2, -2, -2)).toImage()
    return drawn.pixelColor(1, 1) == QColor(look.SELECTION)

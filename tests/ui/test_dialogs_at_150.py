"""列设置, 新增项目, 批量办结 and 按部门名录填 on the smallest screen: whole, inside it, and drawn as the rest of the program."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from app.listing import lists
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless
from ui import look
from ui.desk import Desk
from ui.dialogs.batch_closing_dialog import BatchClosingDialog
from ui.dialogs.columns_dialog import ColumnsDialog
from ui.dialogs.following.people_dialog import PeopleDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.workbench import Workbench

WIDE, HIGH = 911, 512  # 1366×768 at 150 %


def columns(bench: Workbench) -> PlainDialog:
    table = bench.table
    return ColumnsDialog(table.ledger_model.columns, table.shown_keys(), table.frozen_wish(), bench.window())


def new_entry(bench: Workbench) -> PlainDialog:
    return NewEntryDialog(bench.desk, bench.line, bench.window())


def batch(bench: Workbench) -> PlainDialog:
    rows = lists.lines(bench.desk.office, bench.table.ledger_model.ids[:9])
    return BatchClosingDialog(bench.desk, bench.line, rows, bench.window())


def people(bench: Workbench) -> PlainDialog:
    return PeopleDialog(bench.desk, bench.table.ledger_model.ids[:9], bench.window())


@pytest.mark.parametrize("make", [columns, new_entry, batch, people])
def test_a_dialog_is_whole_on_the_smallest_screen(qtbot: QtBot, desk: Desk, make: object) -> None:
    bench = shown(qtbot, desk, WIDE, 485).screen().bench  # type: ignore[attr-defined]
    dialog: PlainDialog = make(bench)  # type: ignore[operator]
    with qtbot.waitExposed(dialog):
        dialog.show()
    room = HIGH - look.FRAME[1]
    assert dialog.width() <= WIDE and dialog.minimumSizeHint().height() <= room
    dialog.resize(dialog.width(), room)  # as it does itself on such a screen
    QApplication.processEvents()
    assert dialog.height() == room
    assert not cut_buttons(dialog) and not nameless(dialog)
    assert dialog.rect().contains(dialog.primary.mapTo(dialog, dialog.primary.rect().bottomRight()))


def test_the_ticks_of_the_columns_look_like_those_of_a_form(qtbot: QtBot, desk: Desk) -> None:
    """Fusion's own tick is black in a square; ours is blue."""
    bench = shown(qtbot, desk, WIDE, 485).screen().bench  # type: ignore[attr-defined]
    dialog = columns(bench)
    assert isinstance(dialog, ColumnsDialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    image = dialog.list.viewport().grab().toImage()
    rect = dialog.list.visualItemRect(dialog.list.item(1))
    line = [
        image.pixelColor(x, rect.center().y()).name().upper() for x in range(rect.left(), rect.left() + 40)
    ]
    assert look.ACCENT.upper() in line


def test_the_fields_stand_on_the_ground_of_the_dialog(qtbot: QtBot, desk: Desk) -> None:
    bench = shown(qtbot, desk, WIDE, 485).screen().bench  # type: ignore[attr-defined]
    dialog = new_entry(bench)
    with qtbot.waitExposed(dialog):
        dialog.show()
    outer = dialog.findChild(QScrollArea)
    assert outer is not None
    image = dialog.grab().toImage()
    inside = outer.mapTo(dialog, QPoint(4, 4))
    assert image.pixelColor(inside).name().upper() == look.BACK.upper()

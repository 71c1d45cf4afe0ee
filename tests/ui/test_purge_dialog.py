"""误入处置 in the window: warned, confirmed by hand, done off the screen, told what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.engine.remains import DESTROYED
from app.ledger import entries, ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import counts, lists
from app.listing.lists import Line
from app.office import Office
from app.proof import replay
from app.signing import signoff
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui.desk import Desk
from ui.dialogs import deeds_menu
from ui.dialogs.purge_dialog import PurgedDialog, PurgeDialog
from ui.screens.signoff_screen import SignoffScreen

NAME = "北山二号特殊工程"


@pytest.fixture
def desk(empty_office: Office) -> Iterator[Desk]:
    made = Desk(empty_office)
    yield made
    made.close()


@pytest.fixture
def row(desk: Desk) -> tuple[LedgerLine, Line]:
    ledger = str(ledgers.open_template(desk.office, "pending-approval").subject)
    entry = str(
        entries.add(desk.office, ledger, {"name": NAME, "build_state": "在建"}, not_secret="审核人乙").subject
    )
    return ledgers.find(desk.office, ledger), lists.line(desk.office, entry)


def shown(qtbot: QtBot, desk: Desk, row: tuple[LedgerLine, Line]) -> PurgeDialog:
    dialog = PurgeDialog(desk, *row)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def fill(dialog: PurgeDialog, **texts: str) -> None:
    given = {"by": "提出人丙", "second": "审批人丁", "reason": "经核实不应录入"} | texts
    for key, text in given.items():
        dialog.inputs[key].set_text(text)  # type: ignore[union-attr]


def press(qtbot: QtBot, dialog: PurgeDialog) -> None:
    qtbot.mouseClick(dialog.primary, Qt.MouseButton.LeftButton)
    quiet(qtbot, dialog.desk)


def test_it_is_destroyed_and_the_rest_is_told(qtbot: QtBot, desk: Desk, row: tuple[LedgerLine, Line]) -> None:
    dialog = shown(qtbot, desk, row)
    assert any("不能恢复" in told.text() for told in dialog.findChildren(QLabel))
    said: list[str] = []
    desk.changed.connect(lambda change: said.append(change.said))
    fill(dialog, typed=row[1].no)
    press(qtbot, dialog)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert counts.count(desk.office, row[0].id)["projects"]["listed"] == 0
    assert replay.verify(desk.office) == []
    assert said and NAME not in said[0]
    assert NAME.encode() not in (desk.office.folder / "ledger.db").read_bytes()


def test_the_number_must_be_copied_by_hand(qtbot: QtBot, desk: Desk, row: tuple[LedgerLine, Line]) -> None:
    dialog = shown(qtbot, desk, row)
    press(qtbot, dialog)
    assert "还缺 4 处" in dialog._fault.text()
    fill(dialog, typed="152529-DP-2022-0009")
    press(qtbot, dialog)
    assert dialog.isVisible() and row[1].no in dialog.faults["typed"].text()
    assert lists.line(desk.office, row[1].id).name == NAME


def test_a_refusal_stays_at_its_field_and_can_be_mended(
    qtbot: QtBot, desk: Desk, row: tuple[LedgerLine, Line]
) -> None:
    dialog = shown(qtbot, desk, row)
    fill(dialog, typed=row[1].no, second="提出人丙", reason=f"{NAME}涉密")
    press(qtbot, dialog)
    assert "第二人" in dialog.faults["second"].text() and dialog.primary.isEnabled()
    fill(dialog, typed=row[1].no, reason=f"{NAME}涉密")
    press(qtbot, dialog)
    assert "不要在原因里" in dialog.faults["reason"].text()
    fill(dialog, typed=row[1].no)
    press(qtbot, dialog)
    assert lists.line(desk.office, row[1].id).name == DESTROYED


def test_the_dialogs_are_whole_for_keyboard_and_reader(
    qtbot: QtBot, desk: Desk, row: tuple[LedgerLine, Line]
) -> None:
    dialog = shown(qtbot, desk, row)
    assert not nameless(dialog) and not cut_buttons(dialog)
    assert not unreachable([*dialog.inputs.values(), dialog.backups, dialog.primary])  # type: ignore[list-item]
    fill(dialog, typed=row[1].no)
    changes: list[object] = []
    desk.changed.connect(changes.append)
    press(qtbot, dialog)
    told = PurgedDialog(replace(changes[0], facts=changes[0].facts | {"receivers": ["某单位"] * 12}))  # type: ignore[type-var, attr-defined]
    qtbot.addWidget(told)
    with qtbot.waitExposed(told):
        told.show()
    assert not nameless(told) and not cut_buttons(told)
    qtbot.mouseClick(told.read, Qt.MouseButton.LeftButton)
    assert told.result() == QDialog.DialogCode.Accepted


def test_the_menu_ends_with_it_and_says_why_not(
    qtbot: QtBot, desk: Desk, row: tuple[LedgerLine, Line]
) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    menu = QMenu(over)
    deeds_menu.fill(menu, desk, row[0], [row[1]], over)
    last = menu.actions()[-1]
    assert last.objectName() == "purge" and last.isEnabled()
    received = QMenu(over)
    deeds_menu.fill(received, desk, replace(row[0], own=False, origin="旗教育局"), [row[1]], over)
    assert not received.actions()[-1].isEnabled() and "旗教育局" in received.actions()[-1].toolTip()


def test_a_destroyed_print_is_shown_as_such(
    qtbot: QtBot, desk: Desk, row: tuple[LedgerLine, Line], tmp_path: Path
) -> None:
    """The version stays in the list with its label and digest; there is no sheet to look at any more."""
    signoff.print_ledger(desk.office, row[0].id, tmp_path / "1.pdf")
    page = open_page(qtbot, desk, SignoffScreen)
    assert page.view.pages() > 0 and page.open_button.isEnabled()
    dialog = shown(qtbot, desk, row)
    fill(dialog, typed=row[1].no)
    press(qtbot, dialog)
    page.refresh()
    quiet(qtbot, desk)
    assert page.view.pages() == 0 and not page.open_button.isEnabled()
    assert "销毁" in page.open_button.toolTip()

"""批量办结 in the window: rows chosen in the grid, one 文号, a table of what closes and why not, few clicks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.engine.rows import OPEN_STATES
from app.ledger import entries, ledgers
from app.listing import lists
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless, unreachable
from tests.ui.test_five_tasks import Hand, hand, stated
from ui.desk import Desk
from ui.dialogs.batch_closing_dialog import LEFT_OUT, READY, BatchClosingDialog
from ui.forms.panel_pages import MATTERS
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.workbench import Workbench

__all__ = ["hand"]
Left = Qt.MouseButton.LeftButton
Key = Qt.Key


def test_thirty_matters_by_one_paper_in_four_clicks(qtbot: QtBot, desk: Desk, hand: Hand) -> None:
    """Decision 6, 旗方案 四(一): all rows chosen, 批量办结…, the number typed, 办结; at most six clicks, one step to undo."""
    ledger = ledgers.find(desk.office, "pending-approval")
    busy = {"M03": {"state": "在办", "d_submit": "2022-09-01"}}
    changes = [entries.RowChange(row, {}, busy) for row in lists.ids(desk.office, ledger.id)[0:20:2]]
    with desk.office.write("样例") as work:
        entries.update_many(work, ledger, desk.office, changes, {})
    window = shown(qtbot, desk)
    screen = window.screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    table = screen.bench.table
    window.activateWindow()
    table.setFocus()
    hand.told()
    hand.type(window, Key.Key_A, ctrl=True)
    ids = list(table.ledger_model.ids)
    menu = QMenu(window)
    table.menu_made.emit(menu, table.chosen_ids())
    hand.clicks += 1  # the right button of the mouse
    menu.popup(window.mapToGlobal(window.rect().center()))
    inner = next(each for each in menu.findChildren(QMenu) if each.title() == "登记与更正")
    press(hand, menu, inner.menuAction())
    deed = next(action for action in inner.actions() if action.objectName() == "close-many")
    assert deed.text() == "批量办结…（40 行）"
    qtbot.waitUntil(inner.isVisible)
    press(hand, inner, deed)
    dialog = window.findChild(BatchClosingDialog)
    assert dialog is not None and dialog.isVisible()
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.focusWidget() is dialog.inputs["doc"] and not dialog.primary.isEnabled()
    assert "文号或扫描件" in dialog.model.row(0).texts[0]  # type: ignore[union-attr]
    dialog.inputs["doc"].set_text("某环审〔2022〕2号")  # type: ignore[union-attr]
    dialog.inputs["doc"].touched.emit()
    qtbot.waitUntil(dialog.primary.isEnabled)
    assert dialog.primary.text() == "办结 30 项" and {one.why for one in dialog.fates} == {""}
    assert dialog.model.row(0).texts[:3] == (READY, "示范水库除险加固1", "环评")  # type: ignore[union-attr]
    assert unreachable([*dialog.inputs.values(), dialog.table]) == []
    hand.click(dialog.primary)
    assert hand.told() == stated("close thirty matters by one document") <= (6, 1)
    items = [line.items["M03"] for line in lists.lines(desk.office, ids) if line.items["M03"].cells.get("doc_no")]
    assert len(items) == 30 and {item.state for item in items} == {"办结"}
    desk.steps.undo()
    again = [line.items["M03"].state for line in lists.lines(desk.office, ids)]
    assert again.count("在办") == 30  # one step (decision 19)
    matters_of_one_row(qtbot, screen.bench, ids[1])


def matters_of_one_row(qtbot: QtBot, bench: Workbench, row: str) -> None:
    """几项一起办… below the matters of the form: those chosen with Ctrl are meant, the others are left out."""
    bench.table.show_entry(row)
    bench.open_panel()
    bench.panel.tabs.setCurrentIndex(MATTERS)
    page = bench.panel.matters
    assert page.close_many.isVisible() and page.close_many.isEnabled() and cut_buttons(page) == []
    ready = [code for code, item in lists.line(bench.desk.office, row).items.items() if item.state in OPEN_STATES]
    for code in ("M03", "M04"):
        at = page.model.index(page.model.find(code), 1)
        held = Qt.KeyboardModifier.ControlModifier if code == "M04" else Qt.KeyboardModifier.NoModifier
        page.table.scrollTo(at)
        QTest.mouseClick(page.table.viewport(), Left, held, page.table.visualRect(at).center())
    qtbot.mouseClick(page.close_many, Left)
    dialog = bench.window().findChildren(BatchClosingDialog)[-1]
    assert {one.item for one in dialog.fates} == {"M03", "M04"} < set(ready)
    assert [dialog.model.row(at).texts[0] for at in range(len(ready))].count(LEFT_OUT) == len(ready) - 2  # type: ignore[union-attr]
    dialog.reject()


def press(hand: Hand, menu: QMenu, action: QAction) -> None:
    """A click on a line of an open menu."""
    QTest.mouseClick(menu, Left, Qt.KeyboardModifier.NoModifier, menu.actionGeometry(action).center())
    hand.clicks += 1


def test_what_cannot_be_closed_stands_on_top_and_is_left_out(qtbot: QtBot, desk: Desk) -> None:
    """The reason in words; the choice of the matter decides what is meant."""
    ledger = ledgers.find(desk.office, "pending-approval")
    ids = lists.ids(desk.office, ledger.id)[:4]
    dialog = BatchClosingDialog(desk, ledger, lists.lines(desk.office, ids))
    qtbot.addWidget(dialog)
    dialog.inputs["doc"].set_text("某环审〔2022〕2号")  # type: ignore[union-attr]
    dialog.look()
    words = [dialog.inputs["item"].itemText(at) for at in range(dialog.inputs["item"].count())]  # type: ignore[union-attr]
    assert "环评（在办的 2 行）" in words and "环评（没有办完的 4 行，连没有报件的）" in words
    assert len(dialog.fates) == 2 and dialog.primary.text() == "办结 2 项"
    dialog.inputs["item"].set_text("*")  # type: ignore[union-attr]
    dialog.look()
    assert len(dialog.fates) == 32 and words[-1] == "没有办完的全部事项（32 项）"
    dialog.fates = ()
    entries.amend(desk.office, ids[1], {}, {"M03": {"d_submit": "2022-09-19"}})
    dialog.inputs["item"].set_text("M03")  # type: ignore[union-attr]
    dialog.inputs["on"].set_text("2022-09-10")  # type: ignore[union-attr]
    dialog.look()
    top = dialog.model.row(0)
    assert top is not None and top.texts[0] != READY and top.tones == {0: "red"}, top
    dialog.table.opened.emit(1)  # Enter on a line leaves it out, and takes it in again
    assert dialog.model.row(1).texts[0] == LEFT_OUT and not dialog.primary.isEnabled()  # type: ignore[union-attr]
    dialog.table.opened.emit(1)
    assert dialog.primary.text() == "办结 1 项" and "另有 1 项不能办结" in dialog.effect.text()
    dialog.inputs["on"].set_text("2022-13-40")  # type: ignore[union-attr]
    dialog.look()
    assert not dialog.primary.isEnabled() and dialog.faults["on"].text()

"""Several ledgers in one office: the drop-down by campaign, 登记簿, a register's page and form, rows that name rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.links import relations
from app.listing import lists
from app.office import Office
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless, unreachable
from ui.desk import Desk
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.dialogs.open_ledger_dialog import OpenLedgerDialog
from ui.forms.record_panel import BASIC, FILES, MATTERS, RELATED
from ui.forms.row_input import RowInput
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.register_screen import RegisterScreen
from ui.screens.registers_screen import RegistersScreen
from ui.widgets.ledger_choice import ANOTHER, HEADING

Key = Qt.Key
PROJECT = "152529-DP-2022-0002"
ACT = {
    "name": "环评逾期", "notice_kind": "挂牌督办", "target": "旗生态环境分局", "reason": "环评3项超期",
    "issued_on": "2022-09-01", "reply_by": "2022-09-15", "about": PROJECT,
}  # fmt: skip
REPLIED = {"name": "能评催办", "notice_kind": "催办", "issued_on": "2022-09-01", "reply_by": "2022-09-09",
           "reply_on": "2022-09-08", "reply": "已报出"}  # fmt: skip


@pytest.fixture
def acts(office: Office) -> str:
    """督办登记 with one open row that names a project, and one that is over."""
    ledger = str(ledgers.open_template(office, "supervision").subject)
    for texts in (ACT, REPLIED):
        entries.add(office, ledger, texts, not_secret="声明人甲")
    return ledger


def page(window: MainWindow) -> LedgerScreen:
    found = window.screen()
    assert isinstance(found, LedgerScreen)
    QApplication.processEvents()
    return found


def test_the_drop_down_has_campaigns_registers_and_the_way_to_a_new_one(
    qtbot: QtBot, desk: Desk, acts: str
) -> None:
    window = shown(qtbot, desk, 911, 485)
    screen = page(window)
    which = screen.top.which
    told = [(which.itemText(at), bool(which.itemData(at, HEADING))) for at in range(which.count())]
    assert told == [
        ("待批项目大起底", True), ("待批项目台账", False), ("登记簿", True), ("督办登记", False), (ANOTHER, False),
    ]  # fmt: skip
    assert which.itemData(3, Qt.ItemDataRole.AccessibleTextRole) == "督办登记，2 条"
    window.nav.setFocus()
    qtbot.keyClick(window, Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert which.view().isVisible()
    which.hidePopup()
    assert which.hasFocus()
    which.setCurrentIndex(3)
    which.activated.emit(3)
    register = page(window)
    assert window.key() == "supervision" and isinstance(register, RegisterScreen)
    assert register.bench is not None and register.bench.line.id == acts
    assert screen.top.which.currentText() == "待批项目台账"  # its own page keeps its own ledger
    assert cut_buttons(register) == [] and nameless(register) == []
    main = next(x.id for x in ledgers.all(desk.office) if x.id != acts)
    register.top.which.picked.emit(main)
    assert window.key() == "ledger"


def test_several_new_ledgers_are_opened_in_one_deed(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, 911, 485)
    screen = page(window)
    met: list[tuple[list[str], list[str], list[str]]] = []
    told: list[tuple[str, str]] = []
    hidden: list[tuple[bool, bool]] = []

    def tick() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, OpenLedgerDialog)
        dialog.activateWindow()
        QApplication.processEvents()
        every = dialog.tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
        titles = [row.text(0) for row in every if row.parent() is None]
        rows = {row.text(0): row for row in every if row.parent() is not None}
        assert "待批项目台账" not in rows and rows["督办登记"].text(2).startswith("旗方案")
        dialog.tree.setCurrentItem(rows["督办登记"])  # on a small screen the document is told below the list
        told.append((dialog.asked.text(), rows["督办登记"].text(2)))
        dialog.setMinimumWidth(0)
        dialog.resize(520, 480)
        QApplication.processEvents()
        bar = dialog.tree.horizontalScrollBar()
        hidden.append((dialog.tree.isColumnHidden(2), bar.isVisible()))
        for name in ("督办登记", "回头看"):
            rows[name].setCheckState(0, Qt.CheckState.Checked)
        met.append(
            (
                titles,
                cut_buttons(dialog),
                [type(w).__name__ for w in unreachable([dialog.tree, dialog.cancel, dialog.primary])],
            )
        )
        dialog.primary.click()

    QTimer.singleShot(0, tick)
    at = screen.top.which.count() - 1
    screen.top.which.setCurrentIndex(at)
    screen.top.which.activated.emit(at)
    titles, cut, lost = met[0]
    assert told[0][1] in told[0][0] and hidden == [(True, False)]
    assert titles[-1] == "登记簿" and cut == [] and lost == []
    assert {x.template_id for x in ledgers.all(desk.office)} == {"pending-approval", "supervision", "recheck"}
    assert window.key() == page(window).bench.line.template_id in ("supervision", "recheck")  # type: ignore[union-attr]


def test_a_register_is_two_steps_from_the_column_and_its_first_row_three(
    qtbot: QtBot, desk: Desk, acts: str
) -> None:
    """desk.md: 回头看, 投诉, 督办 are each a ledger with its own form, 2-4 clicks; empty: one sentence and 登记."""
    window = shown(qtbot, desk, 911, 485, "registers")
    board = window.screen()
    assert isinstance(board, RegistersScreen)
    names = [board.model.row(at).texts[0] for at in range(board.model.rowCount())]  # type: ignore[union-attr]
    assert names[0] == "督办登记" and {"回头看", "12345投诉登记", "报送登记"} <= set(names)
    assert board.model.row(0).texts[1:4] == ("1", "1", "2")  # type: ignore[union-attr]
    assert window.status.counts.text() == "逾期 1 条"
    assert (
        cut_buttons(board) == []
        and nameless(board) == []
        and unreachable([board.table, board.inside, board.add]) == []
    )
    board.table.choose(names.index("回头看"))
    qtbot.keyClick(board.table, Key.Key_Return)  # opened by being entered
    empty = page(window)
    assert window.key() == "recheck" and empty.stack.currentWidget() is empty.blank
    assert "回头看" in empty.blank.title.text() and "抽查" in empty.blank.text.text()
    assert empty.adders[-1].isVisible() and empty.adders[-1].text() == "登记"

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, NewEntryDialog)
        assert dialog.windowTitle() == "登记记录" and dialog.person.text_now() == desk.office.clerk
        dialog.form.inputs["name"].set_text("示范项目")
        dialog.primary.click()
        assert dialog.result() == QDialog.DialogCode.Accepted

    QTimer.singleShot(0, fill)
    empty.adders[-1].click()
    assert empty.bench is not None and empty.bench.table.ledger_model.rowCount() == 1
    window.show_page("registers")
    assert [board.model.row(at).texts[:2] for at in range(2)] == [("督办登记", "1"), ("回头看", "1")]  # type: ignore[union-attr]


def test_a_register_speaks_its_own_words_and_counts_what_is_over(qtbot: QtBot, desk: Desk, acts: str) -> None:
    window = shown(qtbot, desk)
    window.show_page("register", {"ledger": acts})
    screen = page(window)
    assert screen.bench is not None
    words = {chip.text().partition(" ")[0] for chip in screen.chips.findChildren(QPushButton)}
    assert {"全部", "逾期", "挂牌督办", "未了结", "已了结"} <= words
    screen._chip("over")
    assert [screen.bench.table.ledger_model.line_at(0).name] == ["能评催办"]  # type: ignore[union-attr]
    assert window.status.counts.text() == "共 2 条 · 已筛 1 条"
    left = screen.bench.table.ledger_model.column_of("left")
    assert screen.bench.table.ledger_model.index(0, left).data() == "已了结"
    screen._chip("open")
    assert screen.bench.table.ledger_model.rowCount() == 1


def test_rows_name_rows_and_the_way_leads_there_and_back(qtbot: QtBot, desk: Desk, acts: str) -> None:
    """同一项目和登记: shown on both sides; the picker finds by name, number and pinyin."""
    window = shown(qtbot, desk)
    window.show_page("register", {"ledger": acts})
    screen = page(window)
    assert screen.bench is not None
    screen.bench.open_panel()
    panel = screen.bench.panel
    assert [panel.tabs.isTabVisible(at) for at in (BASIC, MATTERS, FILES, RELATED)] == [
        True,
        False,
        True,
        True,
    ]
    about = panel.form.inputs["about"]
    assert isinstance(about, RowInput) and about.text_now() == PROJECT
    project = relations.find(desk.office, PROJECT)[0]
    for typed in (project.no, project.name, "sfmcwfgz2", f"{project.no}/M03"):
        about.setText(typed)
        about.look_up()
        assert about.found.rowCount() and about.found.item(0).data(Qt.ItemDataRole.UserRole) == project.no, (
            typed
        )
    about._list.activated.emit(about._list.completionModel().index(0, 0))
    assert about.text_now() == f"{project.no}/M03" and panel.save()
    panel.tabs.setCurrentIndex(RELATED)
    assert panel.tabs.tabText(RELATED) == "相关 1" and cut_buttons(panel) == []
    assert sum(panel.tabs.tabRect(at).width() for at in range(panel.tabs.count())) <= panel.width()
    qtbot.keyClick(panel.related.table, Key.Key_Return)
    QApplication.processEvents()
    there = page(window)
    assert window.key() == "ledger" and there.bench is not None
    assert there.bench.table.current_id() == project.entry_id
    there.bench.open_panel()
    there.bench.panel.tabs.setCurrentIndex(RELATED)
    related = there.bench.panel.related
    assert related.model.row(0).texts == ("环评逾期", "督办登记", "待反馈")  # type: ignore[union-attr]
    assert sum(there.bench.panel.tabs.tabRect(at).width() for at in range(5)) <= there.bench.panel.width()
    related.jump.click()
    QApplication.processEvents()
    assert (
        window.key() == "supervision"
        and lists.line(desk.office, page(window).bench.table.current_id()).name == "环评逾期"
    )  # type: ignore[union-attr]

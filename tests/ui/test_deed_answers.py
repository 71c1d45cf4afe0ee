"""What the small dialogs answer: once, in plain words, whole on the screen, and gone when put right."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.ledger import closing
from app.listing import lists
from tests.ui.books import Book, head, open_dialog, press, put
from tests.ui.conftest import cell, shown
from ui import look
from ui.dialogs.closing_dialog import ClosingDialog
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.removal_dialog import RemovalDialog
from ui.dialogs.start_dialog import StartDialog
from ui.forms.record_panel import MATTERS
from ui.screens.ledger_screen import LedgerScreen

Left = Qt.MouseButton.LeftButton


def closing_dialog(qtbot: QtBot, book: Book, name: str, code: str) -> ClosingDialog:
    line = book.line(name)
    dialog = ClosingDialog(book.desk, book.ledger.loaded, line, line.items[code], None)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def test_the_refusal_is_plain_and_goes_when_it_is_put_right(qtbot: QtBot, book: Book) -> None:
    """The clause (旗方案 四(一)) is the tool tip, not a part of the sentence."""
    dialog = closing_dialog(qtbot, book, "示范小区", "M02")
    before = head(book)
    qtbot.mouseClick(dialog.primary, Left)
    assert dialog._fault.text() == "登记核减还缺批复文号或扫描件，请补上再登记"
    assert "旗方案 四(一)" in dialog._fault.toolTip()
    assert head(book) == before
    qtbot.keyClicks(dialog.doc, "5")
    assert not dialog._fault.isVisible() and dialog.doc.property("wrong") != "true"


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("示范牧场", "M03", "还有 1 个事项未办结，项目仍在账"),
        ("示范小区", "M02", "全部办结了，项目核减 1 个"),
        ("示范物流园", "M03", "还没有开工，仍在账，登记开工后出账"),
    ],
)
def test_it_says_what_will_happen_and_so_it_does(
    qtbot: QtBot, book: Book, name: str, code: str, said: str
) -> None:
    """审批 1 个核减 1 个 (旗方案 四(一)); a project that has not begun stays in the base (decision 1)."""
    dialog = closing_dialog(qtbot, book, name, code)
    assert said in dialog.effect.text() and "这个事项核减 1 个" in dialog.effect.text()
    qtbot.keyClicks(dialog.doc, "5")
    qtbot.mouseClick(dialog.primary, Left)
    assert (book.line(name).standing == "已核减") == ("项目核减" in said)


def test_the_toast_says_why_a_finished_project_is_still_there(book: Book) -> None:
    done = closing.close(
        book.office, [(book.line("示范物流园").id, "M03")], basis="批复", doc="5", on="2022-09-20"
    )
    assert done.said.endswith("全部办结；项目还没有开工，仍在账，登记开工后出账")
    done = closing.close(
        book.office, [(book.line("示范小区").id, "M02")], basis="批复", doc="5", on="2022-09-20"
    )
    assert done.said.endswith("全部办结，项目已核减")


def texts_on(dialog: DeedDialog) -> list[str]:
    return [each.text() for each in dialog.findChildren(QLabel) if each.isVisible() and each.text()]


def test_an_error_is_said_once_and_the_dialog_grows_for_it(qtbot: QtBot, book: Book) -> None:
    dialog = open_dialog(qtbot, StartDialog(book.desk, book.ledger, book.line("示范水库")))
    press(qtbot, dialog)
    QApplication.processEvents()
    said = "请写明开工依据，或附上扫描件、照片"
    assert sum(said in text for text in texts_on(dialog)) == 1
    assert "什么都没有改动" in dialog._fault.text()
    assert dialog.body.verticalScrollBar().maximum() == 0  # no row is cut
    put(dialog, on="2022-09-21", evidence="5")
    press(qtbot, dialog)
    QApplication.processEvents()
    assert sum("今天之后" in text for text in texts_on(dialog)) == 1
    assert dialog.body.verticalScrollBar().maximum() == 0


def test_a_dialog_that_grows_stays_on_the_screen(qtbot: QtBot, book: Book) -> None:
    dialog = open_dialog(qtbot, RemovalDialog(book.desk, book.ledger, book.line("示范水库")))
    room = dialog.screen().availableGeometry()
    dialog.move(60, room.bottom() - dialog.height() - look.FRAME[1])
    press(qtbot, dialog)
    QApplication.processEvents()
    assert dialog._fault.text() == "还缺 6 处，已标红。什么都没有改动。"
    assert dialog.y() >= room.top()
    foot = dialog.mapToGlobal(QPoint(0, dialog.height())).y()
    assert foot <= room.bottom() + 1
    assert dialog.primary.mapTo(dialog, QPoint(0, dialog.primary.height())).y() <= dialog.height()


def test_after_closing_the_row_stays_in_sight(
    qtbot: QtBot, desk: object, screen: LedgerScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = screen.bench
    assert bench is not None
    bench.open_panel()
    bench.table.setCurrentIndex(cell(bench.table, 31, "name"))
    panel = bench.panel
    panel.tabs.setCurrentIndex(MATTERS)
    panel.matters.go("M08")
    QApplication.processEvents()
    outer = panel.matters.table.parentWidget().parentWidget().parentWidget()
    scrolls = [
        bench.table.verticalScrollBar(),
        panel.matters.table.verticalScrollBar(),
        outer.verticalScrollBar(),
    ]  # type: ignore[attr-defined]
    before, entry = [bar.value() for bar in scrolls], bench.table.current_id()

    def close(dialog: ClosingDialog) -> None:
        dialog.doc.set_text("5")
        dialog._close()

    monkeypatch.setattr(ClosingDialog, "open", close)
    panel.matters.close_it.setFocus()
    qtbot.mouseClick(panel.matters.close_it, Left)
    line = lists.line(bench.desk.office, entry)
    assert line.items["M08"].state == "办结"
    qtbot.waitUntil(lambda: not panel.matters.close_it.isEnabled())
    QApplication.processEvents()
    assert bench.table.current_id() == entry
    assert [bar.value() for bar in scrolls] == before
    assert QApplication.focusWidget() is panel.matters.table


def test_a_filtered_row_stays_where_it_is_after_it_is_closed(qtbot: QtBot, book: Book) -> None:
    """desk.md: a row must not vanish after an edit."""
    page = shown(qtbot, book.desk).screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    page._chip("green")
    names = list(page.bench.table.ledger_model.ids)
    assert len(names) > 1
    line = book.line("示范小区")
    book.desk.do(closing.close, [(line.id, "M02")], basis="批复", doc="5", on="2022-09-20")
    qtbot.waitUntil(page.strip.isVisible)
    assert list(page.bench.table.ledger_model.ids) == names
    assert "1 行已不符合筛选" in page.strip.words.text()


def test_the_tab_says_which_matters_it_counts(qtbot: QtBot, book: Book) -> None:
    page = shown(qtbot, book.desk).screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    page.bench.open_panel()
    page.bench.table.show_entry(book.line("示范牧场").id)
    tabs = page.bench.panel.tabs
    assert tabs.tabText(MATTERS) == "审批事项 2"
    assert tabs.tabToolTip(MATTERS) == "共列 8 个事项：2 个要办（已办完 0 个，还有 2 个），6 个不需办"

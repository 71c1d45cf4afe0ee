"""What a hand used to Excel expects of the grid: where it stands after a sort, an undo, Ctrl and an arrow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ledger.ledgers import find as find_ledger
from app.office import Office
from tests.ui.books import Book
from tests.ui.conftest import cell, fill, shown
from tests.ui.test_ledger_table import choose
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.tables import copying
from ui.tables.filter_popup import FilterPopup
from ui.tables.ledger_table import LedgerTable
from ui.widgets.toast import Toast

Key = Qt.Key
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def place(table: LedgerTable) -> tuple[int, str]:
    at = table.currentIndex()
    return at.row(), table.ledger_model.columns[at.column()].key


def chosen(table: LedgerTable) -> set[tuple[int, str]]:
    keys = [c.key for c in table.ledger_model.columns]
    return {(i.row(), keys[i.column()]) for r in copying.ranges_of(table) for i in r.indexes()}


def seen(table: LedgerTable, row: int, key: str) -> bool:
    return table.viewport().rect().contains(table.visualRect(cell(table, row, key)).center())


def told(window: MainWindow) -> str:
    toast = window.findChild(Toast)
    assert toast is not None
    return toast._words.text() if toast.isVisible() else ""


def bench_of(window: MainWindow) -> LedgerTable:
    found = window.screen().bench.table  # type: ignore[attr-defined]
    assert isinstance(found, LedgerTable)
    return found


# sorting


def test_after_sorting_the_first_row_is_current_in_the_same_column(qtbot: QtBot, table: LedgerTable) -> None:
    table.setCurrentIndex(cell(table, 35, "invest"))
    assert not seen(table, 0, "invest")
    table.show_filter()
    table.findChildren(FilterPopup)[-1]._sort(True)
    assert place(table) == (0, "invest") and seen(table, 0, "invest")
    assert chosen(table) == {(0, "invest")}
    assert table.pane.verticalScrollBar().value() == table.verticalScrollBar().value() == 0


# typing where nothing is typed


@pytest.mark.parametrize(
    ("key", "said"), [("left", "审批事项"), ("M03", "审批事项"), ("files", "附件"), ("ledger_no", "编号")]
)
def test_typing_onto_what_is_computed_says_where_it_comes_from(
    qtbot: QtBot, window: MainWindow, table: LedgerTable, key: str, said: str
) -> None:
    table.setCurrentIndex(cell(table, 0, key))
    qtbot.keyClicks(table, "5")
    assert not table.editing() and said in told(window)
    assert place(table) == (0, key)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("name", "更正单"),  # frozen by the seal
        ("build_state", "开工"),  # decides whether a row counts: its deed writes it
        ("removal_targets", "移除"),  # 移除 alone fills it in
    ],
)
def test_typing_onto_what_the_seal_froze_names_the_deed(
    qtbot: QtBot, book: Book, key: str, said: str
) -> None:
    """SB 四(一): nothing is changed at will after the seal (decision 7)."""
    window = shown(qtbot, book.desk)
    table = bench_of(window)
    table.setColumnHidden(table.ledger_model.column_of(key), False)
    table.setCurrentIndex(cell(table, 0, key))
    for act in (lambda: qtbot.keyClicks(table, "x"), lambda: qtbot.keyClick(table, Key.Key_F2)):
        window.toast.hide()
        act()
        assert not table.editing()
        assert "台账已确定" in told(window) and said in told(window) and "登记与更正" in told(window)


def test_clearing_and_pasting_onto_locked_cells_say_why(qtbot: QtBot, book: Book) -> None:
    window = shown(qtbot, book.desk)
    table = bench_of(window)
    choose(table, 0, 1, "name")
    qtbot.keyClick(table, Key.Key_Delete)
    assert "更正单" in told(window)
    window.toast.hide()
    QGuiApplication.clipboard().setText("甲\n乙")
    table.edits.paste()
    assert "更正单" in told(window)


def test_a_received_ledger_says_whose_it_is(qtbot: QtBot, window: MainWindow, table: LedgerTable) -> None:
    table.ledger_model.readonly = "这本台账由旗教育局报来，只能查看；要改请对方改好再报"
    table.setCurrentIndex(cell(table, 0, "place"))
    qtbot.keyClicks(table, "x")
    assert "旗教育局报来" in told(window)


def test_what_may_be_typed_after_the_seal_still_may(qtbot: QtBot, book: Book) -> None:
    assert find_ledger(book.office, book.id).sealed
    table = bench_of(shown(qtbot, book.desk))
    table.setCurrentIndex(cell(table, 0, "progress"))
    qtbot.keyClicks(table, "a")
    assert table.editing()


# undo


def test_what_an_undo_brought_back_is_selected_and_seen(qtbot: QtBot, table: LedgerTable) -> None:
    choose(table, 2, 4, "place")
    table.edits.put_all("")
    table.setCurrentIndex(cell(table, 39, "due_date"))
    assert not seen(table, 2, "place")
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert place(table) == (2, "place")
    assert chosen(table) == {(row, "place") for row in (2, 3, 4)}
    assert seen(table, 2, "place")
    table.setCurrentIndex(cell(table, 39, "due_date"))
    qtbot.keyClick(table, Key.Key_Y, Ctrl)
    assert chosen(table) == {(row, "place") for row in (2, 3, 4)}


def test_an_undone_paste_of_a_block_selects_only_its_cells(table: LedgerTable) -> None:
    QGuiApplication.clipboard().setText("甲地\t100\n乙地\t200")
    table.setCurrentIndex(cell(table, 3, "place"))
    table.edits.paste()
    table.desk.steps.undo()
    assert chosen(table) == {(row, key) for row in (3, 4) for key in ("place", "invest")}


# Ctrl and an arrow


@pytest.fixture
def gaps(table: LedgerTable) -> LedgerTable:
    """建设地点 is blank in the rows 5 to 9."""
    choose(table, 5, 9, "place")
    table.edits.put_all("")
    return table


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (0, Key.Key_Down, 4),  # to the end of the filled cells
        (4, Key.Key_Down, 10),  # over the blank ones to the next filled
        (6, Key.Key_Down, 10),
        (10, Key.Key_Down, 39),
        (39, Key.Key_Up, 10),
        (9, Key.Key_Up, 4),
        (4, Key.Key_Up, 0),
    ],
)
def test_ctrl_and_an_arrow_go_to_the_edge_of_the_filled_cells(
    qtbot: QtBot, gaps: LedgerTable, start: int, key: Key, end: int
) -> None:
    gaps.setCurrentIndex(cell(gaps, start, "place"))
    qtbot.keyClick(gaps, key, Ctrl)
    assert place(gaps) == (end, "place") and chosen(gaps) == {(end, "place")}
    assert seen(gaps, end, "place")


def test_ctrl_left_and_right_skip_hidden_columns(qtbot: QtBot, gaps: LedgerTable) -> None:
    gaps.setCurrentIndex(cell(gaps, 5, "resp_unit"))
    qtbot.keyClick(gaps, Key.Key_Right, Ctrl)
    assert place(gaps) == (5, "invest")
    qtbot.keyClick(gaps, Key.Key_Left, Ctrl)
    assert place(gaps) == (5, "resp_unit")
    qtbot.keyClick(gaps, Key.Key_Left, Ctrl)
    assert place(gaps)[1] == "light"
    qtbot.keyClick(gaps, Key.Key_Down, Ctrl)
    assert place(gaps) == (39, "light")


def test_ctrl_shift_and_an_arrow_extend_the_selection(qtbot: QtBot, gaps: LedgerTable) -> None:
    gaps.setCurrentIndex(cell(gaps, 1, "place"))
    qtbot.keyClick(gaps, Key.Key_Down, Ctrl | Shift)
    assert chosen(gaps) == {(row, "place") for row in range(1, 5)}
    qtbot.keyClick(gaps, Key.Key_Down, Ctrl | Shift)
    assert chosen(gaps) == {(row, "place") for row in range(1, 11)}
    qtbot.keyClick(gaps, Key.Key_Up, Shift)
    assert chosen(gaps) == {(row, "place") for row in range(1, 10)}


def test_in_a_long_ledger_the_edge_is_found_without_reading_every_row(
    qtbot: QtBot, empty_office: Office
) -> None:
    fill(empty_office, 450)
    desk = Desk(empty_office)
    table = bench_of(shown(qtbot, desk))
    choose(table, 300, 302, "place")
    table.edits.put_all("")
    table.ledger_model.load(table.ledger_model.query)
    pages = table.ledger_model._pages
    table.setCurrentIndex(cell(table, 0, "place"))
    for key, ends in ((Key.Key_Down, (299, 303, 449)), (Key.Key_Up, (303, 299, 0))):
        for end in ends:
            qtbot.keyClick(table, key, Ctrl)
            assert place(table) == (end, "place")
    assert len(pages) <= 8  # of 12: those that were seen
    table.setCurrentIndex(cell(table, 0, "M03"))
    qtbot.keyClick(table, Key.Key_Down, Ctrl)
    assert place(table) == (449, "M03")
    desk.close()


def test_a_jump_under_a_held_key_chooses_one_cell_and_extends_from_there(
    qtbot: QtBot, table: LedgerTable
) -> None:
    table.setCurrentIndex(cell(table, 10, "place"))
    qtbot.keyClick(table, Key.Key_Down, Shift)
    qtbot.keyPress(table, Key.Key_Control, Ctrl)
    table.setCurrentIndex(cell(table, 2, "place"))
    assert chosen(table) == {(2, "place")}
    qtbot.keyRelease(table, Key.Key_Control)
    qtbot.keyClick(table, Key.Key_Down, Shift)
    assert chosen(table) == {(row, "place") for row in (2, 3)}


def test_home_leads_to_the_first_cell_that_scrolls_and_shows_it(qtbot: QtBot, table: LedgerTable) -> None:
    """The frozen columns stand still; Home among them leads to the first of all."""
    keys, across = table.shown_keys(), table.horizontalScrollBar()
    first = keys[table.frozen()]
    assert table.ledger_model.columns[table.frozen()].key == first and keys[0] == "light"
    table.setCurrentIndex(cell(table, 39, keys[-1]))
    assert across.value() > 0 and not seen(table, 0, first)
    qtbot.keyClick(table, Key.Key_Home, Shift)
    assert place(table) == (39, first) and across.value() == 0
    assert chosen(table) == {(39, key) for key in keys[table.frozen() :]}
    qtbot.keyClick(table, Key.Key_End, Ctrl)
    assert place(table) == (39, keys[-1]) and across.value() > 0
    qtbot.keyClick(table, Key.Key_Home, Ctrl)
    assert place(table) == (0, first) and seen(table, 0, first) and across.value() == 0
    table.horizontalScrollBar().setValue(across.maximum())
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    qtbot.keyClick(table, Key.Key_Home, Ctrl)  # the cell is the current one, out of sight
    assert place(table) == (0, first) and seen(table, 0, first) and across.value() == 0
    table.setCurrentIndex(cell(table, 3, "name"))
    across.setValue(across.maximum())
    qtbot.keyClick(table, Key.Key_Home)
    assert place(table) == (3, "light") and across.value() == 0
    qtbot.keyClick(table, Key.Key_Home, Ctrl | Shift)
    assert place(table) == (0, first) and {row for row, _ in chosen(table)} == {0, 1, 2, 3}


def test_names_that_begin_alike_are_told_apart_by_their_ends(table: LedgerTable) -> None:
    table.setCurrentIndex(cell(table, 2, "place"))
    at = table.ledger_model.column_of("name")
    table.setColumnWidth(at, 110)
    names = [cell(table, row, "name") for row in (0, 10)]
    assert [name.data() for name in names] == ["示范水库除险加固1", "示范水库除险加固11"]
    assert [name.data(Qt.ItemDataRole.ToolTipRole) for name in names] == [name.data() for name in names]
    first, second = (table.pane.viewport().grab(table.pane.visualRect(name)).toImage() for name in names)
    assert first != second


def test_the_last_row_says_how_rows_are_added_and_esc_keeps_the_place(
    qtbot: QtBot, window: MainWindow, table: LedgerTable
) -> None:
    told_of = window.status.sums
    for key in (Key.Key_Down, Key.Key_Return):
        table.setCurrentIndex(cell(table, 38, "place"))
        qtbot.keyClick(table, Key.Key_Down)
        assert place(table) == (39, "place")
        qtbot.waitUntil(lambda: "Ctrl+Shift+V" not in told_of.text())
        qtbot.keyClick(table, key)
        assert place(table) == (39, "place") and "Ctrl+Shift+V" in told_of.text()
    window.way.lead("today", "ledger", None)
    for key in ("place", "build_state"):  # a line, a drop-down
        table.setCurrentIndex(cell(table, 0, key))
        was = table.currentIndex().data()
        qtbot.keyClick(table, Key.Key_F2)
        assert table.editing()
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
        assert not table.editing() and table.currentIndex().data() == was
        qtbot.keyClick(table, Key.Key_Escape)
        assert window.key() == "ledger" and place(table) == (0, key) and table.hasFocus()

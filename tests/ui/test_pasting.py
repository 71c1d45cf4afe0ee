"""Blocks between the grid and Excel or WPS: what lands where, what is kept red, what is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app.change import Change
from app.imports import pasted
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from app.proof import replay
from tests.ui.conftest import cell, shown
from tests.ui.pages import cut_buttons, quiet
from tests.ui.test_ledger_hand import bench_of, chosen, seen, told
from tests.ui.test_ledger_table import choose
from ui.desk import Desk
from ui.dialogs.new_rows_dialog import NewRowsDialog
from ui.main_window import MainWindow
from ui.tables import clipboard, copying, edits, roles
from ui.tables.clipboard import Clip, as_text, parse_block
from ui.tables.ledger_table import LedgerTable
from ui.tables.pasting import landing, repeated

Key = Qt.Key
Ctrl = Qt.KeyboardModifier.ControlModifier
MERGED = (
    "<html><body><table><tr><td rowspan=2>甲单位</td><td colspan=2>甲地</td></tr>"
    "<tr><td>乙地</td><td>200</td></tr></table></body></html>"
)


def give(text: str, page: str = "") -> None:
    data = QMimeData()
    data.setText(text)
    if page:
        data.setHtml(page)
    QGuiApplication.clipboard().setMimeData(data)


def answered(what: Callable[[NewRowsDialog], object]) -> list[NewRowsDialog]:
    """Answer the question about new rows when it comes up."""
    met: list[NewRowsDialog] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, NewRowsDialog)
        met.append(dialog)
        what(dialog)

    QTimer.singleShot(0, answer)
    return met


# the clipboard


@pytest.mark.parametrize(
    "texts",
    [
        [["甲", "乙"], ["丙", ""]],
        [['5" 管', '"甲"项目', '"'], ["两\n行", "一\t格", '两\n"行"']],
        [["00123", "152529202208220001"], ["=1+1", "-"]],
    ],
)
def test_what_is_copied_reads_back(texts: list[list[str]]) -> None:
    assert parse_block(as_text(texts)) == texts


def test_blocks_of_excel_and_wps_are_read_as_they_write_them() -> None:
    assert parse_block('甲\t"乙\r\n丙"\r\n丁\t\r\n') == [["甲", "乙\n丙"], ["丁", ""]]
    assert parse_block('"没有收口\t1\r\n"示范"路\t2') == [['"没有收口', "1"], ['"示范"路', "2"]]
    assert parse_block('a\0b\r\n') == [["ab"]]
    assert parse_block("\r\n\n") == []


def test_merged_cells_come_apart_and_leave_what_they_cover(qapp: QApplication) -> None:
    """The tabbed text has blanks under a merged cell, which would empty the cells there."""
    give("甲单位\t甲地\t\n\t乙地\t200", MERGED)
    assert clipboard.read() == Clip([["甲单位", "甲地", None], ["甲单位", "乙地", "200"]], merged=True)
    give("", MERGED)
    assert clipboard.read().rows[1] == ["甲单位", "乙地", "200"]
    give("甲", "<table><tr><td rowspan=99999999>")
    assert clipboard.read().rows == [["甲"]]


def test_a_block_is_repeated_over_a_selection_it_fills_and_else_laid_once() -> None:
    row = [["甲", "乙"]]
    assert landing(row, (1, 3), (0, 1), [4, 6, 7], 9).inside == {n: {4: "甲", 6: "乙"} for n in (1, 2, 3)}
    assert landing([["甲"], ["乙"]], (1, 3), (1, 1), [4, 6, 7], 9).inside == {1: {6: "甲"}, 2: {6: "乙"}}
    assert landing(row, (0, 0), (0, 2), [4, 6, 7], 9).inside == {0: {4: "甲", 6: "乙"}}
    assert landing(row, (1, 4), (1, 1), [4, 6, 7], 9).inside[4] == {6: "甲", 7: "乙"}  # one row into four
    assert landing([["甲"], ["乙"]], (1, 5), (0, 1), [4, 6, 7], 9).inside.keys() == {1, 2}
    past = landing([["甲", None, "丙"], ["", "", ""], ["丁"], ["", ""]], (8, 8), (2, 2), [4, 6, 7], 8)
    assert (past.inside, past.over, past.cut) == ({8: {7: "甲"}}, [{7: ""}, {7: "丁"}], 2)
    block = [["1", "2"], ["3", "4"]]
    assert repeated(block, (4, 1), range(2, 4), range(1, 3), [4, 6, 7]) == {2: {6: "1", 7: "2"}, 3: {6: "3", 7: "4"}}
    assert repeated(block, (4, 1), range(4, 6), range(0, 1), [4, 6, 7]) == {4: {4: "2"}, 5: {4: "4"}}


# the grid


def test_codes_leave_as_text_and_numbers_as_numbers(table: LedgerTable) -> None:
    """Excel makes 1.52529E+17 of an 18-digit code and drops leading zeros unless the table says that it is text."""
    table.edits.write({0: {table.ledger_model.column_of("place"): "001"}}, "已填")
    choose(table, 0, 0, "place", "invest")
    table.copy()
    page = QGuiApplication.clipboard().mimeData().html()
    assert "<td class=t>001</td>" in page and "<td>12.34</td>" in page and "mso-number-format:'\\@'" in page
    assert QGuiApplication.clipboard().text() == "001\t12.34"
    choose(table, 0, 0, "light", "name")
    table.copy()
    assert QGuiApplication.clipboard().text().split("\t")[0] in ("逾期", "临期", "正常")


def test_a_selection_too_large_to_copy_or_change_says_so(
    window: MainWindow, table: LedgerTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "MOST", 3)
    monkeypatch.setattr(edits, "MOST_CELLS", 3)
    give("原来的")
    choose(table, 0, 3, "place")
    table.copy()
    assert QGuiApplication.clipboard().text() == "原来的" and "没有复制" in told(window)
    table.edits.put_all("x")
    assert "没有动" in told(window)
    give("1\n2\n3\n4")
    table.edits.paste()
    assert "导入 Excel" in told(window)
    assert [cell(table, row, "place").data() for row in range(4)] == ["示范甲镇", "示范乙镇", "示范丙苏木", "示范甲镇"]


def test_pasting_over_hidden_and_computed_columns(qtbot: QtBot, window: MainWindow, table: LedgerTable) -> None:
    """Only what is seen is written; what is computed is left out and named; one step takes all of it back."""
    table.setColumnHidden(table.ledger_model.column_of("place"), True)
    was = {key: cell(table, 2, key).data() for key in ("place", "resp_unit", "invest", "due_date")}
    shown_keys = table.shown_keys()
    left = shown_keys.index("resp_unit")
    between = shown_keys.index("project_code") - left
    give("甲单位\t300" + "\tx" * (between - 2) + "\t2204-152529-04-01-000123")
    choose(table, 2, 6, "resp_unit")
    qtbot.keyClick(table, Key.Key_V, Ctrl)
    for row in (2, 6):  # one row of Excel into five selected rows
        assert cell(table, row, "resp_unit").data() == "甲单位" and cell(table, row, "invest").data() == "300.00"
        assert cell(table, row, "project_code").data().endswith("000123")
    assert {row for row, _ in chosen(table)} == set(range(2, 7)) and (2, "project_code") in chosen(table)
    assert cell(table, 2, "place").data() == was["place"]
    assert "当前环节" in told(window) and "不能改" in told(window)
    qtbot.keyClick(table, Key.Key_Z, Ctrl)
    assert cell(table, 2, "resp_unit").data() == was["resp_unit"] and cell(table, 6, "invest").data() == "86.38"


def test_bad_cells_stay_red_with_their_text_and_f8_finds_them(window: MainWindow, table: LedgerTable) -> None:
    give("八百x\n2026.13.5\n１２。５\n1000元\n=SUM(A1)")
    table.setCurrentIndex(cell(table, 3, "invest"))
    table.edits.paste()
    texts = [cell(table, row, "invest").data() for row in range(3, 8)]
    assert texts[0] == "八百x" and texts[2] == "12.50"
    red = [row for row in range(3, 8) if cell(table, row, "invest").data(roles.Tone) == "error"]
    assert red[0] == 3 and f"{len(red)} 格有错" in told(window)
    window.screen().refresh()  # F5
    assert cell(table, 3, "invest").data() == "八百x"
    table._filter("place", ("示范甲镇",))
    table._filter("place", ())
    assert cell(table, 3, "invest").data(roles.Tone) == "error"
    again = LedgerTable(table.desk, table.ledger, window)  # as after a new start
    again.load(Query())
    assert cell(again, 3, "invest").data() == "八百x" and cell(again, 3, "invest").data(roles.Tone) == "error"
    entries.amend(table.desk.office, table.ledger_model.id_at(red[1]), {"invest": "7"})  # as from the form
    table.desk.changed.emit(Change("", frozenset({table.ledger.id})))
    assert cell(table, red[1], "invest").data() == "7.00"
    assert table.next_fault(1)
    table.edits.put_all("")  # cleared: the red goes
    assert cell(table, table.currentIndex().row(), "invest").data(roles.Tone) is None
    give("九百x\n900")
    table.edits.paste()
    assert cell(table, table.currentIndex().row(), "invest").data(roles.Tone) == "error"
    table.desk.steps.undo()  # and with the paste that brought it
    assert not any(text == "九百x" for text, _ in table.ledger_model.faults.values())


def test_past_the_end_new_rows_are_asked_for_and_added_in_the_same_deed(qtbot: QtBot, table: LedgerTable) -> None:
    office, last = table.desk.office, table.ledger_model.rowCount() - 1
    keys = table.shown_keys()
    gap = "\t" * (keys.index("resp_unit") - keys.index("name"))
    text = "\n".join(f"{name}{gap}{unit}" for name, unit in (("改名", "甲局"), ("新一", "乙局"), ("", "丙局"), ("新二", "")))
    give(text + "\n\n")
    table.setCurrentIndex(cell(table, last, "name"))

    met = answered(lambda d: d.reject())
    table.edits.paste()
    assert met[0].windowTitle() == "新增 3 行？" and table.ledger_model.rowCount() == last + 1
    assert cell(table, last, "name").data() != "改名"

    def agree(dialog: NewRowsDialog) -> None:
        qtbot.mouseClick(dialog.primary, Qt.MouseButton.LeftButton)
        assert dialog.isVisible() and "不涉密" in dialog._fault.text()
        dialog.person.set_text("声明人甲")
        qtbot.keyClick(dialog, Key.Key_Return, Ctrl)

    with office.read() as connection:
        before = connection.exec_driver_sql("SELECT max(head_seq) FROM ledger").scalar()
    answered(agree)
    table.edits.paste()
    names = [cell(table, row, "name").data() for row in range(last, table.ledger_model.rowCount())]
    assert names == ["改名", "新一", "新二"]
    with office.read() as connection:
        after = connection.exec_driver_sql("SELECT max(head_seq) FROM ledger").scalar()
    assert after == before + 3  # one stretch of lines: a row amended, two added
    assert cell(table, last + 1, "resp_unit").data() == "乙局"
    table.setCurrentIndex(cell(table, last + 2, "name"))
    answered(lambda d: d.inside_only.click())
    table.edits.paste()
    assert cell(table, last + 2, "name").data() == "改名"
    assert table.ledger_model.rowCount() == last + 3
    assert replay.verify(office) == []


def test_what_is_pasted_as_rows_comes_last_and_overwrites_nothing(qtbot: QtBot, window: MainWindow, table: LedgerTable) -> None:
    model, last = table.ledger_model, table.ledger_model.rowCount() - 1
    was = [cell(table, row, "name").data() for row in range(last + 1)]

    def paste(text: str, row: int, key: str, agreed: bool = True) -> tuple[str, list[tuple[str, ...]]]:
        """What the question said, and name, place and unit of the rows that came."""
        give(text)
        table.setCurrentIndex(cell(table, row, key))
        before = model.rowCount()

        def answer(dialog: NewRowsDialog) -> None:
            dialog.person.set_text("声明人甲")
            dialog._add() if agreed else dialog.reject()

        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        met = answered(answer)
        qtbot.keyClick(table, Key.Key_V, Ctrl | Qt.KeyboardModifier.ShiftModifier)
        words = "".join(made.text() for made in met[0].findChildren(QLabel))
        rows = range(before, model.rowCount())
        return words, [tuple(cell(table, r, k).data() for k in ("name", "place", "resp_unit")) for r in rows]

    keys = table.shown_keys()
    gap = "\t" * (keys.index("place") - keys.index("name"))
    block = f"新一{gap}甲地\n新二{gap}乙地"
    assert paste(block, last, "name", agreed=False)[1] == []
    words, came = paste(block, last, "name")
    assert came == [("新一", "甲地", ""), ("新二", "乙地", "")] and "从左到右放：项目名称" in words
    assert table.currentIndex().row() == last + 1 and seen(table, last + 1, "name")
    assert "新增 2 行" in told(window)
    assert paste(block, 3, "place")[1] == came, "a block that would come without names begins at the names"
    assert paste("建设地点\t项目名称\n丙地\t新三", 3, "invest")[1] == [("新三", "丙地", "")]
    choose(table, 0, 0, keys[0])
    table.selectRow(0)
    table.copy()
    whole = QGuiApplication.clipboard().text()
    assert paste(whole, 3, "name")[1] == [tuple(cell(table, 0, k).data() for k in ("name", "place", "resp_unit"))]
    assert [cell(table, row, "name").data() for row in range(last + 1)] == was
    table.desk.steps.undo()
    assert model.rowCount() == last + 6

    made: list[QMenu] = []
    table.menu_made.connect(lambda menu, _ids: made.append(menu))
    for readonly, can in (("", True), ("只能查看", False)):
        model.readonly = readonly
        table._menu(table.mapToGlobal(table.rect().center()))
        assert [a.isEnabled() for a in made[-1].actions() if a.text().startswith("粘贴为新行")] == [can]
        made[-1].close()


def press(qtbot: QtBot, window: MainWindow, what: Callable[[NewRowsDialog], object]) -> list[NewRowsDialog]:
    """Ctrl+V where the empty page has the focus, as when it is turned to, and what is answered."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.screen().take_focus()
    focused = QApplication.focusWidget()
    assert focused is not None
    met = answered(what)
    qtbot.keyClick(focused, Key.Key_V, Ctrl)
    return met


def test_into_an_empty_ledger_by_the_heads_above_it(qtbot: QtBot, empty_office: Office, request: pytest.FixtureRequest) -> None:
    """desk.md, 台账, empty: 粘贴. Ctrl+V asks once; a head says which column is which, in which unit; one step to undo."""
    ledger = str(ledgers.open_template(empty_office, "pending-approval").subject)
    desk = Desk(empty_office)
    request.addfinalizer(desk.close)
    window = shown(qtbot, desk)
    page = window.screen()
    assert page.stack.currentWidget() is page.blank and cut_buttons(window) == []  # type: ignore[attr-defined]
    give("示范旗项目清单\n序号\t总投资（元）\t项目名称\t环评\t不相干\n1\t12000\t示范水库\t√\t甲\n2\t\t示范学校\t×\t\n\n")
    met = press(qtbot, window, lambda d: d.reject())
    assert met[0].windowTitle() == "新增 2 行？" and not lists.ids(empty_office, ledger, Query())
    words = "".join(made.text() for made in met[0].findChildren(QLabel))
    assert "按列名放：总投资（按元）、项目名称。" in words and "上面的 1 行是标题" in words and "2 列：环评、不相干；" in words

    def agree(dialog: NewRowsDialog) -> None:
        dialog.person.set_text("声明人甲")
        qtbot.keyClick(dialog, Key.Key_Return, Ctrl)

    press(qtbot, window, agree)
    quiet(qtbot, desk)
    first, second = lists.lines(empty_office, lists.ids(empty_office, ledger, Query()))
    assert (first.name, first.cells["invest"], second.name) == ("示范水库", 1_200_000, "示范学校")
    assert page.stack.currentWidget() is page.bench and page.bench.table.ledger_model.rowCount() == 2  # type: ignore[attr-defined]
    assert window.focusWidget() is page.bench.table, "the work goes on in the grid"  # type: ignore[attr-defined]
    page.bench.table.filters.sort("invest", True)  # type: ignore[attr-defined]
    desk.steps.undo()
    quiet(qtbot, desk)
    assert page.stack.currentWidget() is page.blank and not lists.ids(empty_office, ledger, Query())  # type: ignore[attr-defined]
    desk.steps.redo()
    quiet(qtbot, desk)
    assert page.stack.currentWidget() is page.bench and page.bench.table.ledger_model.rowCount() == 2  # type: ignore[attr-defined]
    plain = pasted.read(page.bench.line.loaded, [["示范桥", None, "乙局"]], ["name", "place"])  # type: ignore[attr-defined]
    assert (plain.rows, plain.left, plain.headed) == (({"name": "示范桥"},), ("第 3 列",), False)
    assert pasted.read(page.bench.line.loaded, [["项目名称", "建设地点"]], ["name"]).rows == ()  # type: ignore[attr-defined]


def test_a_long_paste_runs_off_the_screen_thread_as_one_deed(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.tables import ledger_rows  # noqa: PLC0415

    monkeypatch.setattr(ledger_rows, "AT_ONCE", 5)
    window = shown(qtbot, desk)
    table = bench_of(window)
    give("\n".join(f"{n}号地" for n in range(10)))
    table.setCurrentIndex(cell(table, 0, "place"))
    table.edits.paste()
    assert desk.busy
    quiet(qtbot, desk)
    assert cell(table, 9, "place").data() == "9号地" and "已粘贴 10 格" in told(window)
    assert lists.line(desk.office, table.ledger_model.id_at(9)).cells["place"] == "9号地"


def test_cutting_copies_and_empties(qtbot: QtBot, table: LedgerTable) -> None:
    choose(table, 0, 1, "place")
    qtbot.keyClick(table, Key.Key_X, Ctrl)
    assert QGuiApplication.clipboard().text() == "示范甲镇\n示范乙镇"
    assert [cell(table, row, "place").data() for row in (0, 1)] == ["", ""]

"""What a column of the grid shows is what its filter lists, and its arrow does nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import closing, entries, leaving
from app.listing.lists import EMPTY
from app.office import Office
from tests.ui.books import Book
from tests.ui.conftest import cell, shown
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen
from ui.tables.filter_popup import FilterPopup
from ui.tables.header import ARROW
from ui.tables.ledger_table import LedgerTable

Left = Qt.MouseButton.LeftButton


def head_place(table: LedgerTable, key: str, from_right: int) -> QPoint:
    column = table.ledger_model.column_of(key)
    head = table.horizontalHeader()
    return QPoint(head.sectionViewportPosition(column) + head.sectionSize(column) - from_right, 12)


def popup_of(table: LedgerTable) -> FilterPopup:
    return table.findChildren(FilterPopup)[-1]


def listed(table: LedgerTable, key: str) -> list[str]:
    table.setCurrentIndex(cell(table, 0, key))
    table.show_filter()
    popup = popup_of(table)
    texts = [popup.values.words(i) for i in range(1, popup.values.rowCount())]
    popup.close()
    return texts


def column_texts(table: LedgerTable, key: str) -> list[str]:
    return [str(cell(table, row, key).data()) for row in range(table.ledger_model.rowCount())]


def test_the_filter_arrow_selects_nothing(qtbot: QtBot, table: LedgerTable) -> None:
    table.setCurrentIndex(cell(table, 3, "place"))
    view = table.horizontalHeader().viewport()
    qtbot.mouseClick(view, Left, pos=head_place(table, "resp_unit", ARROW // 2))
    popup_of(table).close()
    assert len(table.selectedIndexes()) == 1
    assert (table.currentIndex().row(), table.currentIndex().data()) == (3, cell(table, 3, "place").data())
    qtbot.mouseClick(view, Left, pos=head_place(table, "resp_unit", ARROW + 20))
    assert len(table.selectedIndexes()) == 40  # the words of the head choose the column, as in Excel


def answering(monkeypatch: pytest.MonkeyPatch, wanted: str) -> list[str]:
    asked: list[str] = []

    def press(box: QMessageBox) -> int:
        asked.append(f"{box.text()}{box.informativeText()}")
        next(b for b in box.buttons() if wanted in b.text()).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    return asked


def test_a_column_is_not_emptied_without_a_question(
    qtbot: QtBot, table: LedgerTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, "不清空")
    table.selectColumn(table.ledger_model.column_of("resp_unit"))
    before = column_texts(table, "resp_unit")
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert asked and "清空 40 格（责任单位）" in asked[0]
    assert column_texts(table, "resp_unit") == before
    answering(monkeypatch, "清空 40 格")
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert set(column_texts(table, "resp_unit")) == {""}
    table.desk.steps.undo()
    assert column_texts(table, "resp_unit") == before


def test_rows_out_of_the_books_are_not_emptied_in_bulk(
    qtbot: QtBot, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """台账一经确定，审批 1 个核减 1 个 (旗方案 四(一)): what has left is left as it is."""
    approve(book, "示范小区")
    table = bench_table(qtbot, book)
    monkeypatch.setattr("ui.dialogs.clearing_box.ASK_FROM", 2)
    asked = answering(monkeypatch, "清空 3 格")
    table.selectColumn(table.ledger_model.column_of("resp_unit"))
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert "清空 3 格" in asked[0] and "1 行已出账" in asked[0]
    assert sorted(column_texts(table, "resp_unit")) == ["", "", "", "旗水利局"]


def test_the_filter_of_the_unit_lists_what_its_cells_show(qtbot: QtBot, table: LedgerTable) -> None:
    """B1 resp_unit: the approving department of a row without 责任单位 is not its 责任单位."""
    for row, dept in ((0, "旗发改委"), (1, "旗工信局")):
        entries.amend(
            table.desk.office, table.ledger_model.id_at(row), {"resp_unit": "", "approval_dept": dept}
        )
    table.load(table.ledger_model.query)
    texts = listed(table, "resp_unit")
    assert f"{EMPTY}（2）" in texts and not any("旗发改委" in text for text in texts)
    assert {text.rpartition("（")[0] for text in texts} == {
        t or EMPTY for t in column_texts(table, "resp_unit")
    }
    table._filter("resp_unit", (EMPTY,))
    assert column_texts(table, "resp_unit") == ["", ""]
    table._sort("resp_unit", False)
    assert column_texts(table, "resp_unit") == ["", ""]


def approve(book: Book, name: str) -> None:
    line = book.line(name)
    targets = [(line.id, code) for code, item in line.items.items() if item.standing == "在账"]
    closing.close(book.office, targets, basis="批复", doc="锡环审〔2022〕5号", on="2022-09-19")


def bench_table(qtbot: QtBot, book: Book) -> LedgerTable:
    page = shown(qtbot, book.desk).screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    return page.bench.table


def test_rows_that_have_left_say_how_and_when(qtbot: QtBot, book: Book) -> None:
    """审批 1 个核减 1 个 (旗方案 四(一)); 开工 and 更正 are told apart from it (decision 1, 6)."""
    approve(book, "示范小区")
    closing.start(book.office, book.line("示范水库").id, on="2022-09-18", evidence="开工令")
    leaving.correct(
        book.office,
        [book.line("示范牧场").id],
        reason="重复",
        second="同意人乙",
        scan=book.scan(),
        leave=True,
    )
    table = bench_table(qtbot, book)
    rows = {str(cell(table, row, "name").data()): row for row in range(table.ledger_model.rowCount())}
    said = {name: cell(table, row, "stage").data() for name, row in rows.items()}
    assert (said["示范小区"], said["示范水库"], said["示范牧场"]) == ("已核减", "已开工", "已更正")
    assert cell(table, rows["示范小区"], "left").data() == "已核减", "in sight beside the form too"
    tip = cell(table, rows["示范小区"], "stage").data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "2022-09-19 已核减"
    assert sorted(listed(table, "stage")) == sorted(f"{text}（1）" for text in said.values())
    table._filter("stage", ("已核减",))
    assert column_texts(table, "name") == ["示范小区"]


def test_a_chip_shows_what_has_left(qtbot: QtBot, book: Book) -> None:
    approve(book, "示范小区")
    page = shown(qtbot, book.desk).screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    chip = page.chips.chip("out")
    assert chip.text() == "已出账 1" and "已核减" in chip.toolTip()
    qtbot.mouseClick(chip, Left)
    assert column_texts(page.bench.table, "name") == ["示范小区"]
    qtbot.mouseClick(page.chips.chip("all"), Left)
    assert page.bench.table.ledger_model.rowCount() == 4


def test_a_project_with_everything_approved_and_not_begun_can_be_found(qtbot: QtBot, book: Book) -> None:
    """Decision 1: it stays in the base until it begins."""
    approve(book, "示范物流园")
    page = shown(qtbot, book.desk).screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    chip = page.chips.chip("idle")
    assert chip.text() == "只差开工 2" and "登记开工后出账" in chip.toolTip()
    qtbot.mouseClick(chip, Left)
    assert page.chips.current() == "idle"
    assert set(column_texts(page.bench.table, "stage")) == {"待开工"}
    assert sorted(column_texts(page.bench.table, "name")) == ["示范水库", "示范物流园"]


def test_chips_keep_their_order(qtbot: QtBot, desk: Desk, office: Office) -> None:
    page = shown(qtbot, desk, 1920, 1040).screen()  # room for all of them
    assert isinstance(page, LedgerScreen) and page.bench is not None
    ids = page.bench.table.ledger_model.ids
    names = ["全部", "逾期", "临期", "正常", "待批", "未开工"]

    def order() -> list[str]:
        chips = [c for c in page.chips.findChildren(QPushButton) if c.isVisible()]
        return [chip.text().split()[0] for chip in sorted(chips, key=lambda chip: chip.x())]

    qtbot.waitUntil(lambda: order() == names)
    for each in ids:
        entries.amend(office, each, {"due_date": "2022-09-01"})
    page.refresh()
    qtbot.waitUntil(lambda: order() == [n for n in names if n != "正常"])
    entries.amend(office, ids[0], {"due_date": "2022-12-01"})
    page.refresh()
    qtbot.waitUntil(lambda: order() == names)
    assert "已经受理" in page.chips.chip("待批").toolTip()


def test_the_counts_of_a_filter_follow_the_chip_and_the_other_filters(
    qtbot: QtBot, screen: LedgerScreen
) -> None:
    assert screen.bench is not None
    table = screen.bench.table
    screen._chip("red")
    count = table.ledger_model.rowCount()
    assert 0 < count < 40
    total = sum(n for _, n in table.rows.values("resp_unit", table.ledger_model.query))
    assert total == count
    table._filter("place", ("示范甲镇",))
    assert (
        sum(n for _, n in table.rows.values("resp_unit", table.ledger_model.query))
        == table.ledger_model.rowCount()
    )
    assert (
        sum(n for _, n in table.rows.values("light", table.ledger_model.query))
        > table.ledger_model.rowCount()
    )


def test_the_words_of_all_can_be_clicked_too(qtbot: QtBot, table: LedgerTable) -> None:
    table.setCurrentIndex(cell(table, 0, "resp_unit"))
    table.show_filter()
    popup = popup_of(table)
    for row in (0, 1):
        place = popup.list.visualRect(popup.values.index(row))
        was = popup.values.state(row)
        qtbot.mouseClick(popup.list.viewport(), Left, pos=QPoint(place.right() - 6, place.center().y()))
        assert popup.values.state(row) != was
    assert popup.note.text() == "选中 1 个，共 3 个值"
    place = popup.list.visualRect(popup.values.index(1))  # the box itself is turned once, not twice
    qtbot.mouseClick(popup.list.viewport(), Left, pos=QPoint(place.left() + 18, place.center().y()))
    assert popup.values.state(1) == Qt.CheckState.Unchecked


def test_the_state_of_a_row_can_be_shown_and_filtered(qtbot: QtBot, book: Book) -> None:
    approve(book, "示范小区")
    table = bench_table(qtbot, book)
    assert table.ledger_model.columns[table.ledger_model.column_of("status")].title == "状态"
    assert dict(table.rows.values("status", table.ledger_model.query)) == {"在账": 3, "已核减": 1}


@pytest.mark.parametrize("width", [1300, 1366])
def test_chips_are_whole_however_many_there_are(qtbot: QtBot, book: Book, width: int) -> None:
    """They go below the title where they do not fit beside the deeds."""
    approve(book, "示范小区")
    page = shown(qtbot, book.desk, width).screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    usual = [
        ("all", "全部", 12_465),
        ("red", "逾期", 1_092),
        ("yellow", "临期", 1_192),
        ("green", "正常", 12_000),
    ]
    more = [
        ("stopped", "已停", 1_111),
        ("待批", "待批", 1_111),
        ("已立项未开工", "未开工", 1_111),
        ("out", "已出账", 1_111),
    ]
    for chips in (usual, usual + more, usual):
        page.chips.set(chips)
        page.top.arrange()

        def apart() -> bool:
            shown = sorted((c for c in page.findChildren(QPushButton) if c.isVisible()), key=lambda c: c.x())
            places = [
                QRect(c.mapTo(page, QPoint(0, 0)), c.size()) for c in shown if not page.bench.isAncestorOf(c)
            ]  # type: ignore[union-attr]
            return not any(a.intersects(b) for i, a in enumerate(places) for b in places[:i])

        qtbot.waitUntil(apart)

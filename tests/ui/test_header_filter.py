"""What drops from a head: conditions beside values, several columns at once, sorting by more than one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.listing.conditions import EXCEPT, Condition
from app.listing.lists import Query
from tests.ui.conftest import cell, shown
from tests.ui.pages import nameless
from ui.desk import Desk
from ui.screens.ledger_screen import LedgerScreen
from ui.tables.filter_popup import Asked, FilterPopup
from ui.tables.kept_columns import KeptColumns
from ui.tables.ledger_table import LedgerTable
from ui.tables.value_list import Values

Key = Qt.Key


def dropped(table: LedgerTable, key: str) -> FilterPopup:
    table.setCurrentIndex(cell(table, 0, key))
    table.show_filter()
    return table.findChildren(FilterPopup)[-1]


def choose(popup: FilterPopup, op: str) -> None:
    popup.condition.choice.setCurrentIndex(popup.condition.choice.findData(op))


def tags(screen: LedgerScreen) -> list[str]:
    QApplication.processEvents()
    made = [b for b in screen.tags.findChildren(QPushButton) if b.isVisible()]
    return [b.text().removesuffix("  ×") for b in made if b.text().endswith("×")]


def test_conditions_by_keys_shown_in_words_and_taken_away(qtbot: QtBot, desk: Desk) -> None:
    """Excel's 文本/数字/日期筛选: three columns at once, tags in words, chips that count them, kept for the next start."""
    window = shown(qtbot, desk)
    screen = window.screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    table = screen.bench.table
    popup = dropped(table, "place")
    assert not nameless(popup)
    choose(popup, "lacks")
    assert not popup.list.isVisible() and popup.condition.values[0].hasFocus() and not popup.condition.values[1].isVisible()
    qtbot.keyClick(popup.condition.values[0], Key.Key_Return)
    assert popup.isVisible() and "要填一个值" in popup.note.text()
    popup.condition.values[0].setText("甲")
    qtbot.keyClick(popup.condition.values[0], Key.Key_Return)
    assert set(column(table, "place")) == {"示范乙镇", "示范丙苏木"}
    popup = dropped(table, "invest")
    choose(popup, "between")
    for box, text in zip(popup.condition.values, ("２00", "100"), strict=True):
        assert box.isVisible()
        box.setText(text)
    qtbot.mouseClick(popup.ok, Qt.MouseButton.LeftButton)
    assert column(table, "invest") and all(100 <= float(t.replace(",", "")) <= 200 for t in column(table, "invest"))
    popup = dropped(table, "due_date")
    choose(popup, "month")
    qtbot.keyClick(popup, Key.Key_Return)
    assert tags(screen) == ["建设地点 不包含“甲”", "总投资(万元) 介于 100.00 和 200.00", f"{title(table, 'due_date')} 在本月"]
    assert screen.chips.chip("all").text() == f"全部 {table.ledger_model.rowCount():,}"
    popup = dropped(table, "invest")
    assert popup.condition.op() == "between" and popup.condition.texts() == ("100.00", "200.00")
    choose(popup, "")
    assert popup.list.isVisible()
    popup.close()
    kept = table.ledger_model.query
    window.close()
    again = shown(qtbot, desk).screen()
    assert isinstance(again, LedgerScreen) and again.bench is not None
    assert again.bench.query == kept and tags(again)[2].endswith("在本月"), "restored at start"
    next(b for b in again.tags.findChildren(QPushButton) if "总投资" in b.text() and not b.isHidden()).click()
    assert [each.key for each in again.bench.query.having] == ["place", "due_date"]
    popup = dropped(again.bench.table, "place")
    next(b for b in popup.findChildren(QPushButton) if b.text() == "清除").click()
    assert [each.key for each in again.bench.query.having] == ["due_date"]
    again._clear()
    assert again.bench.table.ledger_model.rowCount() == 40
    assert KeptColumns(desk, again.bench.line).query() == Query()


def test_a_further_key_of_the_order_comes_with_shift(qtbot: QtBot, table: LedgerTable) -> None:
    popup = dropped(table, "place")
    up, down = (b for b in popup.findChildren(QPushButton) if b.text() in ("升序", "降序"))
    qtbot.mouseClick(up, Qt.MouseButton.LeftButton)
    popup = dropped(table, "invest")
    down = next(b for b in popup.findChildren(QPushButton) if b.text() == "降序")
    assert "Shift" in down.toolTip()
    popup._sort(True, further=True)
    assert table.ledger_model.query.sort == (("place", False), ("invest", True))
    pairs = list(zip(column(table, "place"), column(table, "invest"), strict=True))
    assert pairs == sorted(pairs, key=lambda p: (p[0], -float(p[1].replace(",", ""))))
    marked = table.head._sorted
    assert marked[table.ledger_model.column_of("place")] == (1, False)
    assert marked[table.ledger_model.column_of("invest")] == (2, True)
    table._sort("place", True)
    assert table.ledger_model.query.sort == (("place", True),)
    assert table.head._sorted[table.ledger_model.column_of("place")] == (0, True)


def test_a_hundred_thousand_values_are_listed_at_once(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    """One taken out of so many is kept as that one, not as all the others."""
    found: list[tuple[str, tuple[str, ...]]] = []
    values = [(f"第{n}标段", f"第{n}标段", 1) for n in range(100_000)]
    popup = FilterPopup(Asked("名称", values))
    qtbot.addWidget(popup)
    popup.chosen.connect(lambda op, chosen: found.append((op, chosen)))
    popup.open_at(QPoint(0, 0))
    assert popup.values.rowCount() == 1_001 and "共 100,000 个值，列出前 1,000 个" in popup.note.text()
    popup.box.setText("99999标")
    assert [popup.values.words(n) for n in range(popup.values.rowCount())] == ["（全选）", "第99999标段（1）"]
    popup.values.tick(1, False)
    assert not popup.ok.isEnabled()
    popup.box.setText("")
    popup._choose()
    assert found == [(EXCEPT, ("第99999标段",))]
    again = FilterPopup(Asked("名称", values, now=Condition("name", *found[0])))
    qtbot.addWidget(again)
    assert len(again.values.ticked()) == 99_999
    again._clear()
    qtmodeltester.check(Values([("甲", "甲", 2), ("乙", "乙", 1)], lambda value: value == "甲", popup))


def column(table: LedgerTable, key: str) -> list[str]:
    return [str(cell(table, row, key).data()) for row in range(table.ledger_model.rowCount())]


def title(table: LedgerTable, key: str) -> str:
    return table.ledger_model.columns[table.ledger_model.column_of(key)].title

"""项目台账 in a real window: typing into the grid, filters, search, regions, the form."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit

from app.listing import lists
from app.office import Office
from tests.real_window.conftest import Opened, Until, reopened
from tests.real_window.hand import Hand
from tests.ui.conftest import cell
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.workbench import Workbench


def bench_of(window: MainWindow) -> Workbench:
    screen = window.screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    return screen.bench


def test_a_value_typed_with_f2_and_enter_is_there_after_reopening(
    open_window: Opened, office: Office, hand: Hand, until: Until
) -> None:
    window = open_window(office)
    table = bench_of(window).table
    table.setCurrentIndex(cell(table, 2, "place"))
    entry = table.current_id()
    hand.press("F2")
    until(table.editing)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit) and editor.text() == "示范丙苏木"
    hand.press("Ctrl+A")
    hand.write("New Town 7")
    until(lambda: editor.text() == "New Town 7")
    hand.press("Return")
    until(lambda: not table.editing())
    assert table.currentIndex().row() == 3, "Enter goes down"
    window.close()
    again = reopened(office)
    table = bench_of(open_window(again)).table
    assert cell(table, 2, "place").data() == "New Town 7"
    assert lists.line(again, entry).cells["place"] == "New Town 7"
    again.close()


def test_a_chip_narrows_the_list_and_ctrl_k_finds(window: MainWindow, hand: Hand, until: Until) -> None:
    screen = window.screen()
    assert isinstance(screen, LedgerScreen)
    model = bench_of(window).table.ledger_model
    chip = screen.chips.chip("red")
    assert model.rowCount() == 40
    hand.click(chip)
    until(chip.isChecked)
    assert 0 < model.rowCount() < 40 and chip.text() == f"逾期 {model.rowCount()}"
    hand.click(screen.chips.chip("all"))
    until(lambda: model.rowCount() == 40)
    hand.press("Ctrl+K")
    until(lambda: QApplication.focusWidget() is window.top.search)
    hand.write("sfwly")
    until(lambda: window.top.search.text() == "sfwly")
    hand.press("Return")
    until(lambda: model.rowCount() == 8)
    assert all("示范物流园" in str(cell(bench_of(window).table, row, "name").data()) for row in range(8))
    until(lambda: QApplication.focusWidget() is bench_of(window).table)


def test_f6_goes_through_all_regions_and_back(window: MainWindow, hand: Hand, until: Until) -> None:
    window.nav.focus_widget().setFocus()
    parts = window.regions()
    assert len(parts) >= 4
    for part in [*parts[1:], parts[0]]:
        hand.press("F6")
        until(lambda part=part: QApplication.focusWidget() is part)
    for part in reversed(parts):
        hand.press("Shift+F6")
        until(lambda part=part: QApplication.focusWidget() is part)


def test_the_form_is_opened_with_f4_and_saved_with_ctrl_s(
    window: MainWindow, hand: Hand, until: Until
) -> None:
    bench = bench_of(window)
    bench.table.setCurrentIndex(cell(bench.table, 4, "name"))
    entry = bench.table.current_id()
    made = bench.panel.form.inputs["owner_org"]
    hand.press("F4")
    until(lambda: bench.panel.isAncestorOf(QApplication.focusWidget()))
    assert bench.panel.line is not None and bench.panel.line.id == entry
    while QApplication.focusWidget() is not made:
        here = QApplication.focusWidget()
        hand.press("Return")  # to the next field
        until(lambda here=here: QApplication.focusWidget() is not here)
    hand.write("Builders Ltd")
    until(lambda: made.text_now() == "Builders Ltd")
    assert bench.panel.keep.isEnabled()
    hand.press("Ctrl+S")
    until(lambda: bench.panel.said.text().startswith("已保存"))
    assert lists.line(window.desk.office, entry).cells["owner_org"] == "Builders Ltd"

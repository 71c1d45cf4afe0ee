"""What a hand used to Excel does: blocks from another program, Chinese typed onto a cell, find and replace, Alt+F4."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton

from app.ledger import ledgers
from app.listing import lists
from app.office import Office
from app.proof import replay
from tests.real_window.conftest import Opened, Until
from tests.real_window.hand import Hand
from tests.real_window.program import from_outside
from tests.real_window.test_import import choose_file
from tests.real_window.test_keys import focused, stroke
from tests.real_window.test_ledger import bench_of
from tests.ui.conftest import cell
from tests.ui.pages import quiet
from tests.ui.test_import_screen import ROWS, workbook
from ui.dialogs.find_dialog import FindDialog
from ui.dialogs.new_rows_dialog import NewRowsDialog
from ui.main_window import MainWindow
from ui.screens.import_screen import COLUMNS, HEAD, MEND, ImportScreen

XCLIP = shutil.which("xclip")
SHEET = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta name=Generator content="Microsoft Excel 15"><style>td{mso-number-format:General}</style></head>
<body link="#0563C1"><table border=0><col width=72><!--StartFragment--><tr height=19><td rowspan=2 class=xl65>甲苏木</td>
<td align=right x:num>1</td></tr><tr height=19><td align=right x:num>2</td></tr><!--EndFragment--></table></body></html>"""
OWNER = """import sys
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
app, data = QGuiApplication([]), QMimeData()
data.setText(sys.argv[1])
data.setHtml(sys.argv[2])
app.clipboard().setMimeData(data)
app.exec()
"""


@contextmanager
def copied_elsewhere(*command: str, given: str = "") -> Iterator[None]:
    """Another process holds the clipboard as long as this lasts."""
    owner = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert owner.stdin is not None
    owner.stdin.write(given.encode())
    owner.stdin.close()
    try:
        yield
    finally:
        owner.kill()
        owner.wait()


def test_a_block_of_another_program_is_pasted(window: MainWindow, hand: Hand, until: Until) -> None:
    """As Excel and WPS give it: tabbed text and, beside it, the table that tells which cells are merged."""
    table = bench_of(window).table
    columns = [column.key for at, column in enumerate(table.ledger_model.columns) if not table.isColumnHidden(at)]
    beside = columns[columns.index("place") + 1]
    was = cell(table, 4, beside).data()
    table.setCurrentIndex(cell(table, 3, "place"))
    with copied_elsewhere(sys.executable, "-c", OWNER, "甲苏木\t1\r\n\t2\r\n", SHEET):
        until(lambda: QGuiApplication.clipboard().mimeData().hasHtml())
        hand.press("Ctrl+V")
        until(lambda: cell(table, 4, "place").data() == "甲苏木")  # the merged cell, taken apart
    assert cell(table, 3, "place").data() == "甲苏木" and (cell(table, 4, beside).data() != was) == (beside == "invest")
    hand.press("Ctrl+Z")
    until(lambda: cell(table, 4, "place").data() == "示范乙镇")
    if XCLIP:
        with copied_elsewhere(XCLIP, "-selection", "clipboard", "-quiet", given="乙嘎查\n丙嘎查\n"):
            until(lambda: QGuiApplication.clipboard().text().startswith("乙嘎查"))
            hand.press("Ctrl+V")
            until(lambda: cell(table, 4, "place").data() == "丙嘎查")
    assert replay.verify(window.desk.office) == []


def test_a_copied_list_fills_an_empty_ledger(
    open_window: Opened, empty_office: Office, hand: Hand, until: Until
) -> None:
    """Ctrl+V on the empty page, one question answered by keys, and the work goes on in the grid, where more rows follow."""
    ledger = str(ledgers.open_template(empty_office, "pending-approval").subject)
    window = open_window(empty_office)
    waiting = QTimer()

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, NewRowsDialog) and dialog.isActiveWindow():
            waiting.stop()
            hand.write("declared by a")
            hand.press("Ctrl+Return")

    waiting.timeout.connect(answer)
    waiting.start(20)
    with copied_elsewhere(sys.executable, "-c", OWNER, "建设地点\t项目名称\r\n甲苏木\t示范水库\r\n", ""):
        until(lambda: "甲苏木" in QGuiApplication.clipboard().text())
        hand.press("Ctrl+V")
        until(lambda: len(lists.ids(empty_office, ledger)) == 1)
        until(lambda: QApplication.focusWidget() is bench_of(window).table)
        table = bench_of(window).table
        hand.press("Ctrl+End")
        until(lambda: table.horizontalScrollBar().value() > 0)
        hand.press("Ctrl+Home")
        until(lambda: table.horizontalScrollBar().value() == 0 and table.currentIndex().column() == table.frozen())
        waiting.start(20)
        hand.press("Ctrl+Shift+V")  # once more, as rows of their own
        until(lambda: len(lists.ids(empty_office, ledger)) == 2)
    until(lambda: table.currentIndex().row() == 1)
    assert cell(bench_of(window).table, 0, "name").data() == "示范水库"
    assert cell(bench_of(window).table, 0, "place").data() == "甲苏木"


@from_outside
def test_chinese_typed_onto_a_cell_arrives_whole(window: MainWindow, hand: Hand, until: Until) -> None:
    """Whole words as an input method commits them, the first of them onto a cell that is not open yet."""
    table = bench_of(window).table
    table.setCurrentIndex(cell(table, 2, "place"))
    hand.write("明安图镇")
    until(lambda: isinstance(focused(), QLineEdit) and focused().text() == "明安图镇")  # type: ignore[attr-defined]
    hand.press("Return")
    until(lambda: cell(table, 2, "place").data() == "明安图镇")
    assert table.currentIndex().row() == 3


def test_find_and_replace_by_keys_alone(window: MainWindow, hand: Hand, until: Until) -> None:
    table = bench_of(window).table
    table.setCurrentIndex(cell(table, 0, "name"))
    hand.press("Ctrl+H")
    until(lambda: any(each.isActiveWindow() for each in table.findChildren(FindDialog)))
    dialog = table.findChildren(FindDialog)[-1]
    hand.write("100003")
    until(lambda: dialog.sought.text() == "100003")
    met = [focused()]
    while (at := stroke(hand, until, "Tab")) is not met[0]:
        met.append(at)
    wanted = [*dialog.findChildren(QCheckBox), *dialog.findChildren(QPushButton), *dialog.findChildren(QComboBox)]
    assert {each for each in wanted if each.isVisible() and each.isEnabled()} <= set(met) and dialog.by in met
    stroke(hand, until, "Tab")
    hand.write("900003")
    until(lambda: dialog.by.text() == "900003")
    hand.press("Return")
    until(lambda: dialog.said.text() == "第 1 处，共 1 处")
    assert table.currentIndex() == cell(table, 3, "project_code"), "Enter leads there and the dialog stays"
    while focused() is not dialog.all:
        stroke(hand, until, "Tab")
    hand.press("Space")
    until(lambda: str(cell(table, 3, "project_code").data()).endswith("900003"))
    hand.press("Escape")
    until(lambda: QApplication.focusWidget() is table)
    hand.press("Ctrl+Z")
    until(lambda: str(cell(table, 3, "project_code").data()).endswith("100003"))


@pytest.mark.parametrize("step", [HEAD, MEND])
def test_alt_f4_in_the_import_leaves_nothing_behind(
    qtbot: object, open_window: Opened, empty_office: Office, hand: Hand, until: Until, tmp_path: Path, step: int
) -> None:
    ledger = str(ledgers.open_template(empty_office, "pending-approval").subject)
    before = ledgers.get(empty_office, ledger).head_seq
    window = open_window(empty_office, "import")
    page = window.screen()
    assert isinstance(page, ImportScreen)
    waiting = choose_file(hand, workbook(tmp_path / "list.xlsx", [ROWS[0], ROWS[3]]))
    hand.click(page.pick.choose)
    until(lambda: page._step == HEAD)
    assert not waiting.isActive()
    for each in (COLUMNS, MEND) if step == MEND else ():
        quiet(qtbot, window.desk)  # type: ignore[arg-type]
        hand.click(page.primary)
        until(lambda each=each: page._step == each)
    hand.shut(window)
    until(lambda: not window.isVisible())
    assert lists.ids(empty_office, ledger) == [] and ledgers.get(empty_office, ledger).head_seq == before
    assert replay.verify(empty_office) == []

"""导入 in a real window: a small workbook chosen in the file dialog and brought through the five steps."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from app.ledger import ledgers
from app.listing import lists
from app.office import Office
from tests.real_window.conftest import Opened, Until
from tests.real_window.hand import Hand
from tests.ui.import_pages import ROWS, workbook
from tests.ui.pages import quiet
from ui.screens.import_screen import COLUMNS, CONFIRM, HEAD, MEND, PICK, ImportScreen


def choose_file(hand: Hand, file: Path) -> QTimer:
    """Once the file dialog is in front, type the path and press Enter: the dialog waits in a loop of its own."""
    timer = QTimer()

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog) and dialog.isActiveWindow():
            timer.stop()
            hand.write(str(file))
            hand.press("Return")

    timer.timeout.connect(look)
    timer.start(20)
    return timer


def test_a_small_workbook_goes_through_the_five_steps(
    qtbot: object, open_window: Opened, empty_office: Office, hand: Hand, until: Until, tmp_path: Path
) -> None:
    ledger = str(ledgers.open_template(empty_office, "pending-approval").subject)
    window = open_window(empty_office, "ledger")
    file = workbook(tmp_path / "list.xlsx", [ROWS[0], ROWS[3]])
    window.show_page("import")
    page = window.screen()
    assert isinstance(page, ImportScreen) and page._step == PICK
    waiting = choose_file(hand, file)
    hand.click(page.pick.choose)
    until(lambda: page._step == HEAD)
    assert not waiting.isActive()
    for step in (COLUMNS, MEND, CONFIRM):
        quiet(qtbot, window.desk)  # type: ignore[arg-type]
        assert page.primary.isEnabled(), page.primary.text()
        hand.click(page.primary)
        until(lambda step=step: page._step == step)
    assert not page.primary.isEnabled()
    hand.click(page.confirm.person)
    hand.write("declared by a")
    until(page.primary.isEnabled)
    assert lists.ids(empty_office, ledger) == []
    hand.click(page.primary)
    until(page.confirm.ended)
    assert "新增 2 行" in page.confirm.done_words.text()
    hand.click(page.confirm.see)
    until(lambda: window.key() == "ledger")
    names = {lists.line(empty_office, each).name for each in lists.ids(empty_office, ledger)}
    assert names == {"示范水库除险加固", "示范镇污水处理"}

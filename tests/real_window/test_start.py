"""Coming and going: the first run, the sample of the README, the second start, size and page kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ledger import ledgers
from app.office import Office
from app.samples import sample
from tests.real_window.conftest import Opened, Until, reopened
from tests.real_window.hand import Hand, xdotool
from tests.real_window.program import from_outside, running
from tests.ui.conftest import TODAY
from ui.screens.first_run_screen import FirstRunScreen


def test_the_first_run_ends_in_the_window_of_a_new_office(
    qtbot: QtBot, open_window: Opened, hand: Hand, until: Until, tmp_path: Path
) -> None:
    """By keys alone: the initials of the banner, then Enter from field to field."""
    page = FirstRunScreen(tmp_path / "office", TODAY)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    until(page.isActiveWindow)
    assert QApplication.focusWidget() is page.tree.box
    hand.write("zxbq")
    until(lambda: page.name.text_now() == "正镶白旗发展和改革委员会")
    while QApplication.focusWidget() is not page.clerk:
        here = QApplication.focusWidget()
        hand.press("Tab")
        until(lambda here=here: QApplication.focusWidget() is not here)
    hand.write("a")
    until(lambda: page.clerk.text_now() == "a")
    hand.press("Return")
    until(lambda: page.office is not None)
    made = page.office
    assert made is not None and made.division == "152529"
    window = open_window(made, "ledger")
    assert window.windowTitle() == "正镶白旗发展和改革委员会" and ledgers.all(made) == []
    window.close()
    made.close()


@from_outside
def test_the_sample_of_the_readme_opens_with_one_stroke(hand: Hand, until: Until, tmp_path: Path) -> None:
    with running(tmp_path / "home", "--sample") as program:
        until(lambda: "第一次使用" in program.title())
        hand.press("Ctrl+Return")
        until(lambda: sample.NAME in program.title())
        assert program.said() == ""


@from_outside
def test_a_second_start_brings_the_first_window_to_the_front(
    qtbot: QtBot, hand: Hand, until: Until, empty_office: Office, tmp_path: Path
) -> None:
    empty_office.close()
    given = ("--data", empty_office.folder, "--today", TODAY)
    cover = QWidget()
    qtbot.addWidget(cover)
    with running(tmp_path / "first", *given) as first:
        until(lambda: "示范局" in first.title())
        shown = first.front()
        xdotool("windowminimize", shown)
        until(lambda: first.windows() == [])
        with qtbot.waitExposed(cover):
            cover.show()
        until(cover.isActiveWindow)
        with running(tmp_path / "second", *given) as second:
            until(second.ended)
            assert second.process.returncode == 0 and second.said() == ""
        until(lambda: first.front() == shown)
        assert first.windows() == [shown] and not first.ended()


def test_close_and_reopen_brings_page_and_size_back(
    open_window: Opened, office: Office, hand: Hand, until: Until
) -> None:
    first = open_window(office, "today")
    wanted = QRect(60, 50, 1111, 610)
    first.setGeometry(wanted)
    until(lambda: first.geometry() == wanted)
    hand.press(f"Ctrl+{first.nav.keys().index('inbox') + 1}")
    until(lambda: first.key() == "inbox")
    hand.shut(first)
    until(lambda: not first.isVisible())
    again = reopened(office)
    second = open_window(again, "")
    assert second.key() == "inbox"
    until(lambda: second.geometry() == wanted)
    second.close()
    again.close()

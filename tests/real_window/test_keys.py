"""Without the mouse: every page is reached and walked by keys, and Tab goes through the form as the eye does."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.office import Office
from tests.real_window.conftest import Opened, Until
from tests.real_window.hand import Hand
from tests.real_window.test_ledger import bench_of
from tests.ui.conftest import cell
from tests.ui.pages import quiet
from ui.forms.record_panel import BASIC, RecordPanel
from ui.main_window import MainWindow
from ui.screens import places

PAGES = [place.key for place in places() if place.in_nav]
SAME_ROW = 12  # pixels by which the middles of one row may differ
MOST_STEPS = 90


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None, "nothing has the focus"
    return found


def stroke(hand: Hand, until: Until, key: str) -> QWidget:
    """Press a key that moves the focus; where it went, which must be seen."""
    before = focused()
    hand.press(key)
    until(lambda: QApplication.focusWidget() not in (before, None))
    after = focused()
    until(lambda: not after.visibleRegion().isEmpty())
    return after


def test_every_page_is_reached_and_walked_by_keys_alone(
    qtbot: QtBot, open_window: Opened, office: Office, hand: Hand, until: Until
) -> None:
    """F6 to the column of pages, Down to the next page, Space to open it; then F6 through its regions, Tab out of them."""
    window = open_window(office, "today")
    for key in PAGES:
        walk_to_nav(window, hand, until)
        while focused() is not window.nav.item(key):
            stroke(hand, until, "Down")
        hand.press("Space")
        until(lambda key=key: window.key() == key)
        quiet(qtbot, window.desk)
        met: list[QWidget] = []
        for _ in range(len(window.regions())):
            met.append(stroke(hand, until, "F6"))
        assert {id(part) for part in window.regions() if part.isEnabled()} <= {id(part) for part in met}, key


def walk_to_nav(window: MainWindow, hand: Hand, until: Until) -> None:
    for _ in range(len(window.regions()) + 1):
        if window.nav.isAncestorOf(focused()):
            return
        stroke(hand, until, "F6")
    raise AssertionError(f"F6 does not reach the pages from {window.key()}")


def test_tab_alone_goes_round_each_page_and_meets_every_button(
    qtbot: QtBot, open_window: Opened, office: Office, hand: Hand, until: Until
) -> None:
    """All pages but the grid's, where Tab goes from cell to cell and F6 leads out."""
    window = open_window(office, "today")
    for key in sorted({*PAGES} - {"ledger"}):
        window.show_page(key)
        quiet(qtbot, window.desk)
        start = window.nav.item(key)
        start.setFocus()
        met = [stroke(hand, until, "Tab")]
        while met[-1] is not start and len(met) < MOST_STEPS:
            met.append(stroke(hand, until, "Tab"))
        assert met[-1] is start, f"Tab never comes back on {key}"
        assert [
            made.text() for made in buttons(window.screen()) if not set(together(made)) & set(met)
        ] == [], key


def buttons(page: QWidget) -> list[QPushButton]:
    return [made for made in page.findChildren(QPushButton) if made.isVisible() and made.isEnabled()]


def together(made: QPushButton) -> list[QWidget]:
    """Of a row of chips Tab meets the one that is on; the arrows go to the others."""
    return list(made.group().buttons()) if made.group() else [made]


def test_tab_goes_through_the_form_in_the_order_of_the_eye(
    window: MainWindow, hand: Hand, until: Until
) -> None:
    bench = bench_of(window)
    bench.table.setCurrentIndex(cell(bench.table, 1, "name"))
    bench.open_panel()
    panel = bench.panel
    panel.tabs.setCurrentIndex(BASIC)
    owner = panel.form.inputs["owner_org"]
    owner.setFocus()
    hand.write("x")
    until(panel.keep.isEnabled)  # so that 撤销 and 保存 take the focus too
    panel.back.setFocus()
    met: list[QWidget] = [panel.back]
    while panel.isAncestorOf(focused()):
        met.append(stroke(hand, until, "Tab"))
        assert len(met) < MOST_STEPS
    inside = met[:-1]
    wanted = [made for made in panel.form.inputs.values() if made.isEnabled() and made.isVisible()]
    missed = [
        made.accessibleName()
        for made in wanted
        if not any(at is made or made.isAncestorOf(at) for at in inside)
    ]
    assert missed == [] and {panel.tabs, panel.more, panel.undo, panel.keep} <= set(inside)
    places = [(part.accessibleName(), place(panel, part)) for part in inside]
    for (first, here), (then, there) in pairwise(places):
        below = there.y() > here.y() + SAME_ROW
        right = abs(there.y() - here.y()) <= SAME_ROW and there.x() > here.x()
        assert below or right, f"Tab goes from {first} {here} to {then} {there}"


def place(panel: RecordPanel, part: QWidget) -> QPoint:
    """The middle of a part as it stands when nothing is scrolled: head, whole form, foot, one below the other."""
    if panel.form.isAncestorOf(part):
        return part.mapTo(panel.form, part.rect().center())
    below = panel.form.height() if part in (panel.undo, panel.keep) else -panel.height()
    return part.mapTo(panel, part.rect().center()) + QPoint(0, below)

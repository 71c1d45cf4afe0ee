"""The grid and the form beside it: what is shown while nothing is chosen, and what is made only when it is needed."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from tests.ui.conftest import cell, fill, shown
from tests.ui.pages import tabbed
from ui.desk import Desk
from ui.forms import field_form
from ui.forms.inputs import stops_of
from ui.forms.record_panel import FILES, LOG, MATTERS
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.workbench import OPEN_KEY, Workbench


def bench_of(window: MainWindow) -> Workbench:
    screen = window.screen()
    assert isinstance(screen, LedgerScreen) and screen.bench is not None
    return screen.bench


def test_with_nothing_chosen_the_form_says_so_and_shows_no_project(window: MainWindow) -> None:
    bench = bench_of(window)
    panel = bench.panel
    name = panel.name.text()
    assert panel.line is not None and not panel.nothing.isVisible()
    bench.load(Query(text="没有这样的项目"))
    assert panel.line is None and panel.nothing.isVisible() and "点一个项目" in panel.nothing.text()
    assert name not in panel.name.text()
    for part in (panel.tabs, panel.pages, panel.keep, panel.more, panel.under, panel.back, panel.forth):
        assert not part.isVisible()
    assert panel.away.isVisible() and panel.away.isEnabled()
    bench.load(Query())
    assert panel.name.text() == name and panel.tabs.isVisible() and not panel.nothing.isVisible()


def test_the_form_is_made_when_it_is_first_shown(qtbot: QtBot, desk: Desk) -> None:
    desk.state.setValue(OPEN_KEY, "false")
    bench = bench_of(shown(qtbot, desk))
    assert bench._panel is None and not bench.panel_shown()
    assert bench.may_leave() and bench.next_problem(1) is False
    bench.open_panel()
    assert bench.panel_shown() and bench.panel.line is not None


def test_the_other_pages_of_the_form_are_made_when_turned_to(window: MainWindow) -> None:
    panel = bench_of(window).panel
    assert (panel._matters, panel._files, panel._log) == (None, None, None)
    for page in (MATTERS, FILES, LOG):
        panel.tabs.setCurrentIndex(page)
        assert panel.pages.count() == page + 1 and panel.pages.currentIndex() == page
    assert panel.matters.model.rowCount() == 8
    for made in (panel.undo, panel.keep):
        made.setEnabled(True)
    for at, page in ((MATTERS, panel.matters), (FILES, panel.files), (LOG, panel.log)):
        panel.tabs.setCurrentIndex(at)
        met = tabbed(panel.tabs)
        stops = [w for w in met if page is w or page.isAncestorOf(w)]
        assert stops and max(map(met.index, stops)) < met.index(panel.undo) < met.index(panel.keep)


def test_a_long_form_is_whole_a_moment_after_it_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    form = bench_of(window).panel.form
    qtbot.waitUntil(lambda: not form._rest, timeout=20 * field_form.REST_MS)
    keys = list(form.inputs)
    line = bench_of(window).panel.line
    assert line is not None and keys == form._keys
    assert form.changed_texts() == {}
    chain = tabbed(form.inputs[keys[0]])
    places = [chain.index(stop) for made in form.inputs.values() for stop in stops_of(made)]
    assert places == sorted(places)


def test_what_is_asked_of_a_long_form_before_is_there_at_once(
    qtbot: QtBot, desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(field_form, "REST_MS", 60_000)  # however slow the machine, it is asked first
    bench = bench_of(shown(qtbot, desk))
    bench.table.setCurrentIndex(cell(bench.table, 2, "name"))
    form = bench.panel.form
    last = form._keys[-1]
    assert form._rest
    bench.panel.go(last)
    assert not form._rest and QApplication.focusWidget() is form.inputs[last]
    qtbot.waitUntil(lambda: not form.inputs[last].visibleRegion().isEmpty())
    entry = lists.line(office, bench.table.current_id())
    assert form.inputs["resp_unit"].text_now() == entry.cells["resp_unit"]
    assert form.changed_texts() == {}


def test_before_any_ledger_there_is_no_choice_of_ledgers(qtbot: QtBot, empty_office: Office) -> None:
    desk = Desk(empty_office)
    window = shown(qtbot, desk)
    for page in ("ledger", "sign", "send", "import"):
        window.show_page(page)
        QApplication.processEvents()
        assert not [box for box in window.screen().findChildren(QComboBox) if box.isVisible()], page
    ledger = fill(empty_office, 2)
    window.show_page("ledger")
    window.screen().refresh()
    assert bench_of(window).line.id == ledger
    desk.close()


def test_the_example_in_the_search_box_finds_something(window: MainWindow, desk: Desk) -> None:
    found = re.search(r"（(\S+) (\w+)）", window.top.search.placeholderText())
    assert found is not None
    ledger = bench_of(window).line.id
    by_name, by_initials = (lists.ids(desk.office, ledger, Query(text=found[n])) for n in (1, 2))
    assert by_name and set(by_name) <= set(by_initials)

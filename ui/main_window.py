"""The window: places the pages and wires their wishes. It knows no rule and no table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.change import Change
from app.ledger import ledgers
from app.problem import Problem
from app.values import divisions
from ui import actions, look, unlocking
from ui.desk import Desk, Job
from ui.dialogs import writing_box
from ui.forms.scrolling import reveal
from ui.screens import Place, places
from ui.seat import Seat
from ui.tables.panes import CursorPane
from ui.way_back import WayBack
from ui.widgets.bars import StatusBar, Strip, TopBar
from ui.widgets.labels import dress
from ui.widgets.nav import Nav
from ui.widgets.progress import ProgressDialog
from ui.widgets.screen import Screen
from ui.widgets.toast import Toast
from ui.widgets.tour_strip import TourStrip

if TYPE_CHECKING:
    from app.today.statistics import Today

COUNT_AFTER_MS, LONG_ROWS = 250, 5_000


class MainWindow(QMainWindow):
    """Navigation left, search and clerk on top, one page, sums below."""

    def __init__(self, desk: Desk, pages: list[Place] | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._places = {place.key: place for place in (pages or places(desk.office.roles))}
        desk.pages = frozenset(self._places)
        self._screens: dict[str, Screen] = {}
        self._progress: dict[Job, ProgressDialog] = {}
        self.way = WayBack(self.show_page)
        self.may_close: Callable[[], bool] = lambda: True
        self.setWindowTitle(desk.office.name)  # Qt adds the name of the program
        self.setMinimumSize(860, 440)  # 150 % of a screen 1366×768, its task bar taken off
        self._build()
        self.seat = Seat(self, desk, self.top)
        self._wire()
        actions.bind(self)
        self._restore()

    def _build(self) -> None:
        office = self.desk.office
        place = divisions.name_of(office.division)
        named = f"{place} · {office.name.removeprefix(place) or office.name}"
        self.nav = Nav([(p.key, p.words, p.sign, p.group, p.under) for p in self._places.values()])
        self.top = TopBar(named)
        self.strip, self.status = Strip(), StatusBar()
        self.tour = TourStrip(self.desk, self.show_page)
        self.stack = QStackedWidget()
        right = QVBoxLayout()
        right.setSpacing(0)
        for part in (self.top, self.strip):
            right.addWidget(part)
        right.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.nav)
        middle.addLayout(right, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self.tour)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self.toast = Toast(whole)
        self._long = False  # whether what is counted takes so long that it waits for the hand to rest
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)

    def _wire(self) -> None:
        desk = self.desk
        desk.changed.connect(self._changed)
        desk.refused.connect(self._refused)
        desk.said.connect(self.toast.tell)
        desk.offered.connect(self.toast.tell)
        desk.unlock = partial(unlocking.ask, desk, self)
        desk.unsaved = lambda: [said for made in self._screens.values() for said in made.unsaved()]
        desk.started.connect(self._started)
        desk.finished.connect(self._finished)
        self.nav.picked.connect(self.show_page)
        self.seat.changed.connect(self._begin_anew)
        self.top.searched.connect(self._search)
        self.top.search.typed.connect(lambda text: self.screen().narrow(text))
        self.top.search.left.connect(lambda: self.top.search.give_back() or self.focus_region(2))
        self._counting.timeout.connect(self._count)

    # pages

    def screen(self) -> Screen:
        current = self.stack.currentWidget()
        assert isinstance(current, Screen)
        return current

    def key(self) -> str:
        return next((key for key, made in self._screens.items() if made is self.stack.currentWidget()), "")

    def page_keys(self) -> list[str]:
        return list(self._places)

    def show_page(self, key: str, place: Any = None) -> None:
        """Show a page, made when first asked for; `place` opens it somewhere."""
        if key not in self._places:
            return
        self.way.turned()
        if key not in self._screens:
            made = self._places[key].make(self.desk)
            made.wished.connect(partial(self.way.lead, key))
            made.counted.connect(lambda text, made=made: self._tell_status(made, text, None))
            made.summed.connect(lambda text, made=made: self._tell_status(made, None, text))
            made.sought.connect(lambda text, made=made: self._tell_sought(made, text))
            self._screens[key] = made
            self.stack.addWidget(made)
        screen = self._screens[key]
        if screen is not self.stack.currentWidget():
            self.strip.hide()
            if place is None:  # the clerk turned to it; what a deed has to say goes with the page it opens
                self.toast.left()
            self.status.sums.setText("")
            self.status.counts.setText("")
        self.stack.setCurrentWidget(screen)
        self.nav.choose(key, {each for each, made in self._screens.items() if made.under_way()})
        screen.told_status()
        if place is not None:
            screen.go(place)
        else:
            screen.take_focus()

    def may_leave(self) -> bool:
        """Whether nothing on the pages is unsaved, or the clerk says what becomes of it."""
        return all(screen.may_leave() for screen in self._screens.values())

    def _begin_anew(self) -> None:
        """Somebody else sits down: every page is read and laid out as he keeps it."""
        shown = self.key()
        for screen in self._screens.values():
            self.stack.removeWidget(screen)
            screen.deleteLater()
        self._screens.clear()
        self.show_page(shown)
        self._counting.start(0)

    def _tell_status(self, screen: Screen, counts: str | None, sums: str | None) -> None:
        if screen is self.stack.currentWidget():
            if counts is not None:
                self.status.counts.setText(counts)
            if sums is not None:
                self.status.sums.setText(sums)

    def _tell_sought(self, screen: Screen, text: str) -> None:
        if screen is self.stack.currentWidget():
            self.top.search.show_text(text)

    def explain(self, about: str = "", over: QWidget | None = None) -> None:
        """F1: the guide at the chapter of the page shown, or of the dialog it is asked on."""
        from ui.dialogs.guide_dialog import GuideDialog  # noqa: PLC0415 - with the first dialog

        shown = self._places.get(self.key())
        tour = None if over is not None else self.tour.begin  # a dialog is answered first
        dialog = GuideDialog(over or self, about or (shown.words if shown else ""), tour)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _search(self, text: str) -> None:
        if not self.screen().search(text) and text:
            self.show_page("ledger")
            self.screen().search(text)

    # regions (F6)

    def regions(self) -> list[QWidget]:
        return [self.nav.focus_widget(), *self.screen().regions(), self.top.search]

    def focus_region(self, step: int) -> None:
        """Move the focus to the next (or previous) part of the window: the way out of a table."""
        parts = [part for part in self.regions() if part.isVisibleTo(self) and part.isEnabled()]
        focused = QApplication.focusWidget()
        inside = [
            i for i, part in enumerate(parts) if focused and (part is focused or part.isAncestorOf(focused))
        ]
        if not inside and focused is not None and self.nav.isAncestorOf(focused):
            inside = [0]
        at = (inside[0] + step) % len(parts) if inside else 0
        parts[at].setFocus(Qt.FocusReason.ShortcutFocusReason)
        reveal(parts[at])

    # what the desk tells

    def _changed(self, change: Change) -> None:
        self.status.saved.setText(f"已保存 {dt.datetime.now():%H:%M}")
        if not change.facts.get("quiet"):
            self.toast.tell(change.said, *(self.desk.steps.offered or ()))
        self._counting.start(COUNT_AFTER_MS * 2 if self._long else 0)

    def _refused(self, problem: Problem) -> None:
        self.strip.tell(problem.text, "red")

    def _started(self, job: Job) -> None:
        if not job.on_page:
            self._progress[job] = ProgressDialog(job, self)

    def _finished(self, job: Job) -> None:
        if job in self._progress:
            self._progress.pop(job).end()

    def _count(self) -> None:
        counted = any(place.count is not None for place in self._places.values())
        self._long = any(line.rows > LONG_ROWS for line in ledgers.all(self.desk.office))
        if counted and self._long:
            self.desk.today_later(self._show_counts)
        elif counted:
            self._show_counts(self.desk.today())
        self.status.backup.setText(self.desk.backup_words())
        dress(self.status.backup, tone="amber" if self.desk.backup_old() else "")

    def _show_counts(self, today: Today) -> None:
        for key, place in self._places.items():
            if place.count is not None:
                self.nav.set_count(key, *place.count(today))

    # coming and going

    def _restore(self) -> None:
        state = self.desk.state
        geometry = state.value("window/geometry")
        if isinstance(geometry, QByteArray) and state.value("window/room") == self._room():
            self.restoreGeometry(geometry)
        else:  # the first time, or on a screen of another size or scale, where the old size would be odd
            self.resize(look.fitting(1366, 728))
        first = str(state.value("window/page") or "")
        self.show_page(first if first in self._places else next(iter(self._places)))
        for warning in self.desk.office.warnings:
            self.strip.tell(warning, "amber")
        self.tour.resume()
        self._counting.start(COUNT_AFTER_MS)

    def _room(self) -> str:
        """The screen in logical pixels, and its scale."""
        screen = super().screen()  # `self.screen` is the page
        return f"{screen.size().width()}x{screen.size().height()}@{screen.devicePixelRatio():g}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self.toast, self.toast.place)
        self.nav.fit(self.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nothing on the page took leads back to where the clerk came from; on a cell, as in Excel, nowhere."""
        on_cell = isinstance(QApplication.focusWidget(), CursorPane)
        if event.key() != Qt.Key.Key_Escape or on_cell or not self.way.back():
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        writing = self.desk.writing()
        stays = writing and not writing_box.leaves(writing, self)
        if stays or not (self.seat.keeps() or self.may_leave()):
            event.ignore()
            return
        if not self.may_close():
            event.ignore()
            return
        self.desk.state.setValue("window/geometry", self.saveGeometry())
        self.desk.state.setValue("window/room", self._room())
        self.desk.state.setValue("window/page", self.key())
        self.desk.close()
        super().closeEvent(event)

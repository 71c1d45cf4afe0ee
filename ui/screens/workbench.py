"""One ledger at work: its grid, and the form of the current row at its side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.change import Change
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Query
from app.problem import Problem
from app.removal.undone import Undone
from ui import look
from ui.desk import Desk
from ui.dialogs import more_menu
from ui.forms.drafts import Draft
from ui.forms.record_panel import RecordPanel
from ui.screens import bench_deeds
from ui.screens.staying import Staying
from ui.tables import came_back
from ui.tables.ledger_table import LedgerTable

OPEN_KEY = "ledger/panel"
AT_ONCE_ROWS, PAUSE_MS, FOLLOW_MS = 5_000, 350, 120  # a longer ledger is counted anew when the hand rests


class Workbench(QWidget):
    """`queried` when what is shown changed; `left_over(n)` rows that no longer fit; `outdated` when to build anew."""

    queried = Signal()
    left_over = Signal(int)
    outdated = Signal()
    fault_shown = Signal(str)
    summed = Signal(str)
    formed = Signal()  # the form was opened or put away
    back_wished = Signal(object)  # the place of a draft that the clerk wants to mend
    away_wished = Signal(object)  # the place of a row of another ledger

    def __init__(self, desk: Desk, line: LedgerLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.line = desk, line
        self.table = LedgerTable(desk, line, self)
        self._panel: RecordPanel | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.table, 1)
        self._staying = Staying(self.table.ledger_model, self.table.rows)
        self._fresh, self._following = QTimer(self, singleShot=True), QTimer(self, singleShot=True)
        self._wire()

    def _wire(self) -> None:
        table = self.table
        table.picked.connect(lambda _index: self._follow_soon())
        table.opened.connect(lambda _index: self.open_panel())
        table.queried.connect(self.queried)
        table.summed.connect(self.summed)
        table.problem_shown.connect(self.fault_shown)
        table.columns_wished.connect(lambda: bench_deeds.arrange(self))
        table.delete_wished.connect(lambda ids: bench_deeds.delete(self, ids))
        table.menu_made.connect(
            lambda menu, ids: more_menu.fill_for(menu, self.desk, self.line, ids, self, self.saved)
        )
        self._fresh.timeout.connect(self.reread)
        self._following.timeout.connect(self.follow)
        self.desk.steps.came_back.connect(self._came_back)

    # what is shown

    @property
    def query(self) -> Query:
        return self.table.ledger_model.query

    def load(self, query: Query) -> None:
        self.table.load(query)
        self.follow()

    def load_kept(self) -> None:
        """Show what the clerk last looked at; everything where that can no longer be asked."""
        try:
            self.load(self.table.kept.query())
        except Problem:
            self.load(Query())

    def empty(self) -> bool:
        """No row at all, and nothing filtered away."""
        return self.table.ledger_model.rowCount() == 0 and self.query == Query(sort=self.query.sort)

    def heed(self, change: Change) -> None:
        """Rows stay where they are; a new one comes at the end; nothing is filtered again by itself."""
        if change.ledgers and self.line.id not in change.ledgers:
            return
        self._staying.heed(change)
        if not self.isVisible():
            return  # read when it is shown again
        if change.facts.get("gone") or change.facts.get("back"):
            came_back.reload(self.table)
        many = self.table.ledger_model.rowCount() > AT_ONCE_ROWS
        self._fresh.start(PAUSE_MS if many else 0)

    def reread(self) -> None:
        """Read what is shown again without moving a row."""
        now = next((k for k in ledgers.all(self.desk.office) if k.id == self.line.id), None)
        if now is None or (now.state, now.loaded.digest) != (self.line.state, self.line.loaded.digest):
            self.outdated.emit()
            return
        self.line = now
        left = self._staying.left_over(now.rows)
        if left < 0:
            self.table.load(self.query)
        else:
            self.table.ledger_model.reread()
            self.left_over.emit(left)
        self.queried.emit()
        if self.panel_shown() and self.table.current_id():
            self.panel.show_entry(self.table.current_id())

    def _came_back(self, undone: Undone) -> None:
        self._fresh.stop()
        bench_deeds.show_back(self, undone)

    # the form

    @property
    def panel(self) -> RecordPanel:
        """The form at the side, made when it is first shown."""
        if self._panel is None:
            made = self._panel = RecordPanel(self.desk, self.line, self)
            made.hide()
            made.clear()
            made.moved.connect(lambda step: self.table.step(step, 0))
            made.shut.connect(self.close_panel)
            made.drafts.locked.connect(self.table.ledger_model.lock)
            made.back_wished.connect(self.arrive)
            made.away_wished.connect(self.away_wished)
        return self._panel

    def panel_shown(self) -> bool:
        """Whether the form stands beside the grid or over it."""
        return self._panel is not None and self._panel.isVisibleTo(self)

    def saved(self) -> bool:
        return self._panel is None or self._panel.save()

    def docked(self) -> bool:
        return self.window().width() >= look.DOCK_FROM

    def _place(self, shown: bool) -> None:
        if shown:
            self._fill()
        if self.docked():
            self._row.addWidget(self.panel)
        else:
            self._row.removeWidget(self.panel)
            wide = self.panel.width()
            self.panel.setGeometry(self.width() - wide, 0, wide, self.height())
            self.panel.raise_()
        changed = self.panel.isHidden() == shown
        self.panel.setVisible(shown)
        if changed:
            self.formed.emit()  # the page may give it more room, which comes with a resize

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._replace()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._replace)

    def _replace(self) -> None:
        shown = self.panel_shown()
        beside = self._panel is not None and self._row.indexOf(self._panel) >= 0
        if beside and not self.docked():
            shown = False  # it would cover the grid without having been asked for
        elif not beside and self.docked():
            shown = shown or self.desk.state.value(OPEN_KEY, "true") != "false"
        if shown or self._panel is not None:
            self._place(shown)

    def open_panel(self, field: str = "", item: str = "") -> None:
        """F4 or a double click: the form of the current row, at a field of it or of a matter."""
        self._place(True)
        if self.docked():
            self.desk.state.setValue(OPEN_KEY, "true")
        self.panel.go(field, item)

    def turn_panel(self) -> None:
        """The button 表单: open the form as F4 does, or put it away."""
        self.close_panel() if self.panel_shown() else self.open_panel()

    def close_panel(self) -> None:
        self.panel.hide()
        self.formed.emit()
        if self.docked():
            self.desk.state.setValue(OPEN_KEY, "false")
        self.table.setFocus()

    def _follow_soon(self) -> None:
        """Paging through a long ledger fills no form on the way: it waits until the hand rests."""
        self._following.start(FOLLOW_MS) if self.table.ledger_model.rowCount() > AT_ONCE_ROWS else self.follow()

    def follow(self) -> None:
        """The form shows the current row."""
        if self.panel_shown():
            self._fill()

    def _fill(self) -> None:
        entry = self.table.current_id()
        if not entry:
            self.panel.clear()
        elif self.panel.line is None or self.panel.line.id != entry:
            self.panel.show_entry(entry, self.table.ledger_model.line_at(self.table.currentIndex().row()))

    # deeds

    def add(self) -> None:
        """新增项目, then its form."""
        from ui.dialogs.following import adding  # noqa: PLC0415 - with the first dialog

        dialog = adding.dialog(self.desk, self.line, self.window())
        if dialog.exec():
            self.reread()
            self.table.ledger_model.append([dialog.added])
            self.table.show_entry(dialog.added, "name")
            self.open_panel()

    def arrive(self, place: Mapping[str, Any]) -> None:
        """Go to an entry, a field of it or of one of its matters, whatever is filtered now."""
        entry, field = str(place["entry"]), str(place.get("field", ""))
        if not self.table.show_entry(entry, field):
            self.load(Query())
            self.table.show_entry(entry, field)
        if place.get("item") or place.get("form"):
            self.open_panel(field, str(place.get("item", "")))
        else:
            self.table.setFocus()

    def may_leave(self) -> bool:
        """Save what can be saved; what is refused is named and given up only when the clerk says so."""
        drafts = self.drafts()
        if not drafts:
            return True
        from ui.dialogs import unsaved_box  # noqa: PLC0415 - only where something is left

        answer = unsaved_box.ask(drafts, self.window())
        if answer == unsaved_box.DROP:
            self.panel.drafts.drop_all()
        elif answer == unsaved_box.SAVE:
            self.panel.drafts.save_all()
        self.panel.show_again()
        left = self.panel.drafts.besides()
        if left:
            self.back_wished.emit(left[0].place())
        return not left

    def drafts(self) -> list[Draft]:
        """What was typed and is refused, after another try with the row now shown."""
        self.table.settle()
        if self._panel is None:
            return []
        self._panel.settle()
        return self._panel.drafts.besides()

    def take_drafts(self, drafts: Sequence[Draft]) -> None:
        """Go on with the drafts of a workbench before this one, and with those that a killed window left."""
        bench_deeds.take_drafts(self, drafts)

    def regions(self) -> list[QWidget]:
        return [self.table, *([self.panel.tabs] if self.panel_shown() else [])]

    def next_problem(self, step: int) -> bool:
        """F8: the next field refused in the form, else the next red cell."""
        if self.panel_shown() and self.panel.wrong.go(step):
            return True
        return self.table.next_fault(step)

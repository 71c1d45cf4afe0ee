"""One ledger at work: its grid, and the form of the current row at its side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.change import Change
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Query
from ui import look
from ui.desk import Desk
from ui.dialogs import more_menu
from ui.forms.drafts import Draft
from ui.forms.record_panel import RecordPanel
from ui.tables.ledger_table import LedgerTable

OPEN_KEY = "ledger/panel"


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
        self._fresh = QTimer(self)
        self._fresh.setSingleShot(True)
        self._wire()

    def _wire(self) -> None:
        table = self.table
        table.picked.connect(lambda _index: self.follow())
        table.opened.connect(lambda _index: self.open_panel())
        table.queried.connect(self.queried)
        table.summed.connect(self.summed)
        table.problem_shown.connect(self.fault_shown)
        table.columns_wished.connect(self.arrange)
        table.menu_made.connect(
            lambda menu, ids: more_menu.fill_for(menu, self.desk, self.line, ids, self, self._saved)
        )
        self._fresh.timeout.connect(self.reread)

    # what is shown

    @property
    def query(self) -> Query:
        return self.table.ledger_model.query

    def load(self, query: Query) -> None:
        self.table.load(query)
        self.follow()

    def empty(self) -> bool:
        """No row at all, and nothing filtered away."""
        return self.table.ledger_model.rowCount() == 0 and self.query == Query()

    def heed(self, change: Change) -> None:
        """Rows stay where they are; a new one comes at the end; nothing is filtered again by itself."""
        if change.ledgers and self.line.id not in change.ledgers:
            return
        if change.subject and change.facts.get("no") is not None:
            self.table.ledger_model.append([change.subject])
        self._fresh.start(0)

    def reread(self) -> None:
        """Read what is shown again without moving a row."""
        now = next((k for k in ledgers.all(self.desk.office) if k.id == self.line.id), None)
        if now is None or (now.state, now.loaded.digest) != (self.line.state, self.line.loaded.digest):
            self.outdated.emit()
            return
        model = self.table.ledger_model
        whole = replace(self.query, sort=()) == Query() and now.rows == model.rowCount()
        fits = list(model.ids) if whole else self.table.rows.ids(self.query)
        self.line = now
        if abs(len(set(fits) - set(model.ids))) > 1 or model.rowCount() == 0:
            self.table.load(self.query)
        else:
            model.reread()
            self.left_over.emit(len(set(model.ids) - set(fits)))
        self.queried.emit()
        if self.panel_shown() and self.table.current_id():
            self.panel.show_entry(self.table.current_id())

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

    def _saved(self) -> bool:
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

    def arrange(self) -> None:
        """列设置."""
        from ui.dialogs.columns_dialog import ColumnsDialog  # noqa: PLC0415 - with the first dialog

        table = self.table
        dialog = ColumnsDialog(
            table.ledger_model.columns, table.shown_keys(), table.frozen_wish(), self.window()
        )
        if dialog.exec():
            table.arrange(dialog.order(), dialog.shown(), dialog.frozen())

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
        """Go on with the drafts of a workbench before this one."""
        for draft in drafts:
            self.panel.drafts.put(draft)
        if drafts:
            self.panel.show_again()

    def regions(self) -> list[QWidget]:
        return [self.table, *([self.panel.tabs] if self.panel_shown() else [])]

    def next_problem(self, step: int) -> bool:
        """F8: the first field refused in the form, else the next red cell."""
        if self.panel_shown() and self.panel.wrong.go():
            return True
        return self.table.next_fault(step)

"""One ledger at work: its grid, and the form of the current row at its side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QWidget

from app import ledgers
from app.change import Change
from app.ledgers import LedgerLine
from app.lists import Query
from ui import look
from ui.desk import Desk
from ui.dialogs import deeds_menu
from ui.dialogs.columns_dialog import ColumnsDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
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

    def __init__(self, desk: Desk, line: LedgerLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.line = desk, line
        self.table = LedgerTable(desk, line, self)
        self.panel = RecordPanel(desk, line, self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.table, 1)
        self._fresh = QTimer(self)
        self._fresh.setSingleShot(True)
        self._wire()
        self.panel.clear()
        self.panel.hide()

    def _wire(self) -> None:
        table, panel = self.table, self.panel
        table.picked.connect(lambda _index: self.follow())
        table.opened.connect(lambda _index: self.open_panel())
        table.queried.connect(self.queried)
        table.summed.connect(self.summed)
        table.problem_shown.connect(self.fault_shown)
        table.columns_wished.connect(self.arrange)
        table.menu_made.connect(
            lambda menu, ids: deeds_menu.fill_for(menu, self.desk, self.line, ids, self, panel.save)
        )
        panel.moved.connect(lambda step: table.step(step, 0))
        panel.shut.connect(self.close_panel)
        panel.locked.connect(self._lock)
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
        if now is None or now.state != self.line.state:
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
        if self.panel.isVisibleTo(self) and self.table.current_id():
            self.panel.show_entry(self.table.current_id())

    # the form

    def docked(self) -> bool:
        return self.window().width() >= look.DOCK_FROM

    def _place(self, shown: bool) -> None:
        if self.docked():
            self._row.addWidget(self.panel)
        else:
            self._row.removeWidget(self.panel)
            wide = self.panel.width()
            self.panel.setGeometry(self.width() - wide, 0, wide, self.height())
            self.panel.raise_()
        self.panel.setVisible(shown)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._replace()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._replace)

    def _replace(self) -> None:
        shown = self.panel.isVisibleTo(self)
        if self._row.indexOf(self.panel) >= 0 and not self.docked():
            shown = False  # it would cover the grid without having been asked for
        elif self._row.indexOf(self.panel) < 0 and self.docked():
            shown = shown or self.desk.state.value(OPEN_KEY, "true") != "false"
        self._place(shown)
        self.follow()

    def open_panel(self, field: str = "", item: str = "") -> None:
        """F4 or a double click: the form of the current row, at a field of it or of a matter."""
        self._place(True)
        if self.docked():
            self.desk.state.setValue(OPEN_KEY, "true")
        self.follow()
        self.panel.go(field, item)

    def close_panel(self) -> None:
        self.panel.hide()
        if self.docked():
            self.desk.state.setValue(OPEN_KEY, "false")
        self.table.setFocus()

    def follow(self) -> None:
        """The form shows the current row."""
        if not self.panel.isVisibleTo(self):
            return
        entry = self.table.current_id()
        if not entry:
            self.panel.clear()
        elif self.panel.line is None or self.panel.line.id != entry:
            self.panel.show_entry(entry)

    def _lock(self, entry: str, locked: bool) -> None:
        held = self.table.ledger_model.locked
        held.add(entry) if locked else held.discard(entry)

    # deeds

    def add(self) -> None:
        """新增项目, then its form."""
        dialog = NewEntryDialog(self.desk, self.line, self.window())
        if dialog.exec():
            self.reread()
            self.table.ledger_model.append([dialog.added])
            self.table.show_entry(dialog.added, "name")
            self.open_panel()

    def arrange(self) -> None:
        """列设置."""
        table = self.table
        dialog = ColumnsDialog(table.ledger_model.columns, table.shown_keys(), table.frozen_wish(), self.window())
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
        """Save what can be saved; ask before anything refused is given up."""
        saved = self.panel.save()
        waiting = len(self.panel.drafts.keys() - {self.panel.line.id if self.panel.line else ""}) + (not saved)
        if not waiting:
            return True
        box = QMessageBox(QMessageBox.Icon.Warning, "还没有保存", "", parent=self.window())
        box.setText(f"有 {waiting} 行填的内容没有保存（有错或没有存）。回去改好，还是放弃这些内容？")
        back = box.addButton("回去改", QMessageBox.ButtonRole.RejectRole)
        drop = box.addButton("放弃并关闭", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(back)
        box.exec()
        return box.clickedButton() is drop

    def regions(self) -> list[QWidget]:
        return [self.table, *([self.panel.tabs] if self.panel.isVisibleTo(self) else [])]

    def next_problem(self, step: int) -> bool:
        """F8: the first field refused in the form, else the next red cell."""
        if self.panel.form.fault_keys():
            self.panel.form.go(self.panel.form.fault_keys()[0])
            return True
        return self.table.next_fault(step)

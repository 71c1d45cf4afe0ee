"""项目台账: chips, filters, the grid, and the form of the row at its side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QWidget

from app import ledgers, template_reading
from app.change import Change
from app.ledgers import LedgerLine
from app.lists import Query
from ui import look
from ui.desk import Desk
from ui.dialogs.columns_dialog import ColumnsDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.forms.record_panel import RecordPanel
from ui.tables.ledger_table import LedgerTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.empty import EmptyState
from ui.widgets.screen import Screen
from ui.widgets.tags import TagRow

CHIPS = (
    ("all", "全部"), ("red", "逾期"), ("yellow", "临期"), ("green", "正常"), ("stopped", "已停"), ("unknown", "待定"),
    ("待批", "待批"), ("已立项未开工", "未开工"),
)  # fmt: skip
ALWAYS = ("all", "red", "yellow", "待批")


class LedgerScreen(Screen):
    """One ledger at a time. A place is {"entry", "field", "item", "lights", "ledger"}, each optional."""

    title = "项目台账"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.ledger: LedgerLine | None = None
        self.table: LedgerTable | None = None
        self.panel: RecordPanel | None = None
        self._wanted: dict[str, Any] = {}
        self._fresh = QTimer(self)
        self._fresh.setSingleShot(True)
        self._fresh.timeout.connect(self._reread)
        self._build_head()
        self.body.addWidget(self.second)
        self.tags = TagRow()
        self.tags.removed.connect(self._without)
        self.tags.cleared.connect(self._without_all)
        self.body.addWidget(self.tags)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.stack = QStackedWidget()
        self.none = EmptyState(
            "还没有台账", "打开一本台账，就可以把盟里下达的项目清单导进来。", tuple(self._openers())
        )
        self.blank = EmptyState("台账里还没有项目", "把上级下达的清单导进来，或者一项一项新增。", self._fillers())
        self.work = QWidget()
        self.beside = QHBoxLayout(self.work)
        self.beside.setContentsMargins(0, 0, 0, 0)
        self.beside.setSpacing(8)
        for page in (self.none, self.blank, self.work):
            self.stack.addWidget(page)
        self.body.addWidget(self.stack, 1)

    def _build_head(self) -> None:
        self.first = self.head()
        self.which = QComboBox()
        self.which.setAccessibleName("台账")
        self.which.activated.connect(lambda _at: self.open_ledger(str(self.which.currentData())))
        self.chips = ChipRow("按灯号筛选")
        self.chips.picked.connect(self._chip)
        self.first.addWidget(self.which)
        self.first.addWidget(self.chips)
        self.first.addStretch(1)
        self.second = QWidget()
        self.second_row = QHBoxLayout(self.second)
        self.second_row.setContentsMargins(0, 0, 0, 0)
        self.second.hide()
        for made in self._fillers(new_last=True):
            self.first.addWidget(made)

    def _fillers(self, new_last: bool = False) -> tuple[Any, ...]:
        made = []
        if self.desk.has_page("import"):
            kind = "" if new_last else "primary"
            made.append(button("导入 Excel", lambda: self._wish("import"), sign="import", kind=kind))
        if new_last and self.desk.has_page("sign"):
            made.append(button("打印", lambda: self._wish("sign"), sign="print"))
        made.append(button("新增项目", self.add, sign="add", kind="primary" if new_last else ""))
        return tuple(made)

    def _openers(self) -> list[Any]:
        return [
            button(f"打开《{t.t.title}》", lambda i=t.t.id: self._open_template(i), kind="primary", sign="ledger")
            for t in template_reading.builtins()
        ]

    def _wish(self, page: str) -> None:
        self.wished.emit(page, {"ledger": self.ledger.id if self.ledger else ""})

    # which ledger

    def _open_template(self, template_id: str) -> None:
        self.desk.do(ledgers.open_template, template_id)

    def refresh(self) -> None:
        """F5: read everything again; filters and order apply anew."""
        self._choose_ledger()
        if self.table is not None:
            self.strip.hide()
            self.table.load(self.table.ledger_model.query)
            self._show_state()
            self._follow()
        self._arrive()

    def _choose_ledger(self) -> None:
        known = ledgers.all(self.desk.office)
        self.which.clear()
        for line in known:
            self.which.addItem(line.title if line.own else f"{line.title}（{line.origin}）", line.id)
        self.which.setVisible(len(known) > 1)
        wanted = self._wanted.get("ledger") or (self.ledger.id if self.ledger else "")
        found = next((k for k in known if k.id == wanted), known[0] if known else None)
        if found is None:
            self._shut()
        elif self.ledger is None or (found.id, found.state) != (self.ledger.id, self.ledger.state):
            self._open(found)
        else:
            self.ledger = found
        if found is not None:
            self.which.setCurrentIndex(self.which.findData(found.id))

    def open_ledger(self, ledger_id: str) -> None:
        """Show another ledger of this office."""
        self._wanted["ledger"] = ledger_id
        self.refresh()

    def _shut(self) -> None:
        for made in (self.table, self.panel):
            if made is not None:
                made.deleteLater()
        self.table = self.panel = self.ledger = None
        self._show_state()

    def _open(self, line: LedgerLine) -> None:
        query = self.table.ledger_model.query if self.table and self.ledger and self.ledger.id == line.id else Query()
        self._shut()
        self.ledger = line
        table, panel = LedgerTable(self.desk, line), RecordPanel(self.desk, line, self.work)
        self.table, self.panel = table, panel
        table.ledger_model.query = query
        table.picked.connect(lambda _index: self._follow())
        table.opened.connect(lambda _index: self.open_panel())
        table.queried.connect(self._show_state)
        table.summed.connect(self.summed)
        table.problem_shown.connect(self._tell_fault)
        table.columns_wished.connect(self._arrange)
        panel.moved.connect(lambda step: table.step(step, 0))
        panel.shut.connect(self.close_panel)
        panel.locked.connect(self._lock)
        self.beside.addWidget(table, 1)
        self._place_panel(bool(self.desk.state.value("ledger/panel", "true") != "false"))

    # what is shown

    def told_status(self) -> None:
        self._show_state()

    def _show_state(self) -> None:
        table, query = self.table, self._query()
        empty = table is None or (table.ledger_model.rowCount() == 0 and query == Query())
        self.stack.setCurrentWidget(self.none if table is None else self.blank if empty else self.work)
        self.chips.setVisible(not empty)
        if table is None or self.ledger is None:
            self.counted.emit("")
            self.tags.set([])
            return
        counts = table.rows.tabs(replace(query, lights=(), sublist="", sort=()))
        self.chips.set([(k, w, counts.get(k, 0)) for k, w in CHIPS if k in ALWAYS or counts.get(k, 0)])
        self.chips.choose(query.lights[0] if len(query.lights) == 1 else query.sublist or "all")
        self._show_tags(query)
        shown, total = table.ledger_model.rowCount(), self.ledger.rows
        self.counted.emit(f"共 {total:,} 条" if shown == total else f"共 {total:,} 条 · 已筛 {shown:,} 条")
        if self.panel is not None and not shown:
            self.panel.clear()

    def _show_tags(self, query: Query) -> None:
        tags = [("text", f"查找“{query.text}”")] if query.text else []
        titles = {c.key: c.title for c in self.table.ledger_model.columns} if self.table else {}
        for key, wanted in query.where:
            words = [look.LIGHTS[w].word if w in look.LIGHTS else w for w in wanted]
            more = f"等 {len(words)} 个值" if len(words) > 3 else ""
            tags.append((key, f"{titles.get(key, key)} = {'、'.join(words[:3])}{more}"))
        if query.holder:
            tags.append(("holder", f"卡在{query.holder}"))
        self.tags.set(tags)

    def _query(self) -> Query:
        return self.table.ledger_model.query if self.table is not None else Query()

    def _apply(self, query: Query) -> None:
        if self.table is not None:
            self.strip.hide()
            self.table.load(query)
            self._show_state()

    def _chip(self, key: str) -> None:
        plain = replace(self._query(), lights=(), sublist="")
        if key in look.LIGHTS:
            plain = replace(plain, lights=(key,))
        elif key != "all":
            plain = replace(plain, sublist=key)
        self._apply(plain)

    def _without(self, key: str) -> None:
        query = self._query()
        where = tuple(w for w in query.where if w[0] != key)
        text = "" if key == "text" else query.text
        self._apply(replace(query, where=where, text=text, holder="" if key == "holder" else query.holder))

    def _without_all(self) -> None:
        self._apply(Query(sort=self._query().sort))

    def search(self, text: str) -> bool:
        if self.ledger is None:
            self.refresh()
        self._apply(replace(self._query(), text=text))
        if self.table is not None and self.table.ledger_model.rowCount():
            self.table.setFocus()
        return True

    # the form beside the grid

    def docked(self) -> bool:
        return self.window().width() >= look.DOCK_FROM

    def _place_panel(self, shown: bool) -> None:
        if self.panel is None:
            return
        if self.docked():
            self.beside.addWidget(self.panel)
        else:
            self.beside.removeWidget(self.panel)
            self.panel.setGeometry(self.work.width() - look.PANEL, 0, look.PANEL, self.work.height())
            self.panel.raise_()
        self.panel.setVisible(shown)

    def open_panel(self) -> None:
        """F4 or a double click: the form of the current row."""
        self._place_panel(True)
        self.desk.state.setValue("ledger/panel", "true")
        self._follow()
        if self.panel is not None:
            self.panel.go()

    def close_panel(self) -> None:
        if self.panel is not None and self.table is not None:
            self.panel.hide()
            self.desk.state.setValue("ledger/panel", "false")
            self.table.setFocus()

    def _follow(self) -> None:
        if self.table is None or self.panel is None or not self.panel.isVisibleTo(self):
            return
        entry = self.table.current_id()
        if entry:
            if self.panel.line is None or self.panel.line.id != entry:
                self.panel.show_entry(entry)
        else:
            self.panel.clear()

    def _lock(self, entry: str, locked: bool) -> None:
        if self.table is not None:
            held = self.table.ledger_model.locked
            held.add(entry) if locked else held.discard(entry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.docked()
        if self.second.isVisibleTo(self) == wide:
            row, other = (self.first, self.second_row) if wide else (self.second_row, self.first)
            other.removeWidget(self.chips)
            row.insertWidget(2 if wide else 0, self.chips)
            if not wide and row.count() == 1:
                row.addStretch(1)
            self.second.setVisible(not wide)
        if self.panel is not None:
            QTimer.singleShot(0, self, self._replace_panel)

    def _replace_panel(self) -> None:
        if self.panel is not None:
            self._place_panel(self.panel.isVisibleTo(self) and (self.docked() or self.panel.isAncestorOf(self.focusWidget() or self)))

    # changes

    def heed(self, change: Change) -> None:
        """Rows stay where they are; new ones come at the end; the filter is not applied again by itself."""
        if not self.isVisible() or self.table is None or self.ledger is None:
            super().heed(change)
        elif not change.ledgers or self.ledger.id in change.ledgers:
            if change.subject and change.facts.get("no") is not None:
                self.table.ledger_model.append([change.subject])
            self._fresh.start(0)

    def _reread(self) -> None:
        table = self.table
        if table is None or self.ledger is None:
            return
        now = next((k for k in ledgers.all(self.desk.office) if k.id == self.ledger.id), None)
        if now is None or now.state != self.ledger.state:
            self.refresh()
            return
        fits = table.rows.ids(table.ledger_model.query)
        grown = now.rows != self.ledger.rows and abs(len(fits) - table.ledger_model.rowCount()) > 1
        self.ledger = now
        if grown:
            table.load(table.ledger_model.query)
        else:
            table.ledger_model.reread()
            gone = len(set(table.ledger_model.ids) - set(fits))
            if gone:
                self.strip.tell(f"{gone} 行已不符合筛选", "amber", "重新应用", self.refresh)
        self._show_state()
        if self.panel is not None and self.panel.isVisibleTo(self) and table.current_id():
            self.panel.show_entry(table.current_id())

    def _tell_fault(self, text: str) -> None:
        if text:
            self.strip.tell(text, "red")
        elif self.strip.property("tone") == "red":
            self.strip.hide()

    # deeds

    def add(self) -> None:
        """新增项目, then its form."""
        if self.ledger is None:
            return
        dialog = NewEntryDialog(self.desk, self.ledger, self.window())
        if dialog.exec() and self.table is not None:
            self._reread()
            self.table.ledger_model.append([dialog.added])
            self._show_state()
            self.table.show_entry(dialog.added, "name")
            self.open_panel()

    def _arrange(self) -> None:
        if self.table is None:
            return
        table = self.table
        dialog = ColumnsDialog(table.ledger_model.columns, table.shown_keys(), table.frozen_wish(), self.window())
        if dialog.exec():
            table.arrange(dialog.order(), dialog.shown(), dialog.frozen())

    def go(self, place: Any) -> None:
        """Open at an entry, a field of it or of one of its matters, or under a filter."""
        self._wanted = dict(place or {})
        self._choose_ledger()
        self._arrive()

    def _arrive(self) -> None:
        wanted, self._wanted = self._wanted, {}
        if self.table is None or not wanted:
            return
        if "lights" in wanted or "where" in wanted:
            self._apply(Query(lights=tuple(wanted.get("lights", ())), where=tuple(wanted.get("where", ()))))
        entry = wanted.get("entry")
        if not entry:
            return
        if not self.table.ledger_model.rowCount() or not self.table.show_entry(entry, wanted.get("field", "")):
            self._apply(Query())
            self.table.show_entry(entry, wanted.get("field", ""))
        if wanted.get("item") or wanted.get("form"):
            self.open_panel()
            if self.panel is not None:
                self.panel.go(wanted.get("field", ""), wanted.get("item", ""))
        else:
            self.table.setFocus()

    def regions(self) -> list[QWidget]:
        parts: list[QWidget | None] = [self.chips.first(), self.table]
        if self.panel is not None and self.panel.isVisibleTo(self):
            parts.append(self.panel.tabs)
        return [part for part in parts if part is not None]

    def take_focus(self) -> None:
        if self.table is not None:
            self.table.setFocus()

    def next_problem(self, step: int) -> None:
        if self.panel is not None and self.panel.form.fault_keys():
            self.panel.form.go(self.panel.form.fault_keys()[0])
        elif self.table is None or not self.table.next_fault(step):
            self.desk.said.emit("没有标红的格")

    def may_leave(self) -> bool:
        return self.panel is None or self.panel.save()



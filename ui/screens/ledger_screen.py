"""项目台账: which ledger, chips, filters in force, and the workbench."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from app.change import Change
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import counts
from app.listing.lists import Query
from ui.desk import Desk
from ui.screens import chip_counts, ledger_chips, ledger_ways, ledger_words
from ui.screens.form_room import FormRoom
from ui.screens.holder_menu import concerns, holder_button
from ui.screens.ledger_chips import Chip
from ui.screens.ledger_head import LedgerHead
from ui.screens.workbench import Workbench
from ui.tables import filtering
from ui.widgets.bars import Strip
from ui.widgets.buttons import allow
from ui.widgets.empty import EmptyState
from ui.widgets.labels import label
from ui.widgets.screen import Screen
from ui.widgets.tags import TagRow


class LedgerScreen(Screen):
    """One ledger at a time. A place is {"ledger", "entry", "field", "item", "form", "lights", "where", "add"}, each
    optional. A ledger of another `nature` is shown by the page `PAGES` names for it."""

    title = "项目台账"
    nature = "campaign"
    page = "ledger"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.bench: Workbench | None = None
        self._wanted = ""
        self.adders: list[QPushButton] = []
        self.top = LedgerHead(self.head(), self.tools())
        self.top.ledger_picked.connect(lambda ledger: self.go({"ledger": ledger}))
        self.top.another_wished.connect(lambda: ledger_ways.open_another(self))
        self.chips = self.top.chips
        self.chips.picked.connect(self._chip)
        self.holders = holder_button(self, self._apply)
        self.top.put_beside(self.holders)
        self.tags = TagRow()
        self.room = FormRoom(self, self.top, [self.tags])
        self.tags.removed.connect(self._without)
        self.tags.cleared.connect(self._clear)
        self.strip = Strip()
        self.foreign = label("", "muted", wrap=True)
        self.foreign.hide()
        self.stack = QStackedWidget()
        self.none: EmptyState | None = None
        self.blank, self.missed = ledger_words.empty_states(self, self._clear)
        self.stack.addWidget(self.blank)
        self.stack.addWidget(self.missed)
        for part in (self.top, self.foreign, self.tags, self.stack, self.strip):
            self.body.addWidget(part)
        self.body.setStretchFactor(self.stack, 1)

    def tools(self, big: bool = False) -> tuple[QPushButton, ...]:
        """The deeds at the right of the head; `big`, those of a ledger without rows."""
        return ledger_ways.fillers(self, big)

    def shows(self, line: LedgerLine) -> bool:
        """Whether this page is for such a ledger."""
        return line.loaded.t.nature == self.nature

    def _nothing(self) -> EmptyState:
        if self.none is None:
            self.none = ledger_words.without_ledger(self)
            self.stack.addWidget(self.none)
        return self.none

    def turn_form(self) -> None:
        if self.bench is not None:
            self.bench.turn_panel()

    def wish(self, page: str) -> None:
        self.wished.emit(page, {"ledger": self.bench.line.id if self.bench else ""})

    def refresh(self) -> None:
        """F5: read everything again; filters and order apply anew."""
        before = self.bench
        self._choose_ledger()
        self.strip.hide()
        if self.bench is not None and self.bench is before:
            self.bench.load(self.bench.query)
        self._show_state()

    def open_ledger(self, ledger_id: str) -> None:
        """Show another ledger of this office."""
        self._wanted = ledger_id
        self.refresh()

    def _choose_ledger(self) -> None:
        known = ledgers.all(self.desk.office)
        mine = [k for k in known if self.shows(k)]
        wanted = self._wanted or (self.bench.line.id if self.bench else "")
        found = next((k for k in mine if k.id == wanted), mine[0] if mine else None)
        if found is None:
            self._shut()
            self.top.show_ledgers(known, "")
            self.heading.show()
            return
        if self.bench is not None and found.id != self.bench.line.id and not self.bench.may_leave():
            found = self.bench.line
        if self.bench is None or _shape(found) != _shape(self.bench.line):
            self._open(found)
        self.top.show_ledgers(known, found.id)
        self.heading.hide()  # the drop-down names the page
        ledger_words.call(self, found)
        _show_owner(self, found)

    def pick_ledger(self) -> bool:
        """Ctrl+L: the list of ledgers, ready to choose from."""
        if not self.top.which.isHidden():
            self.top.which.setFocus()
            self.top.which.showPopup()
        return True

    def _shut(self) -> None:
        if self.bench is not None:
            self.stack.removeWidget(self.bench)
            self.bench.deleteLater()
            self.bench = None

    def _open(self, line: LedgerLine) -> None:
        same = self.bench is not None and self.bench.line.id == line.id
        query = self._query() if same else None
        drafts = self.bench.drafts() if same and self.bench is not None else []
        self._shut()
        bench = self.bench = Workbench(self.desk, line)
        self.stack.addWidget(bench)
        bench.queried.connect(self._show_state)
        ledger_words.hear(self, bench)
        bench.load_kept() if query is None else bench.load(query)
        bench.take_drafts(drafts)

    # what is shown

    def told_status(self) -> None:
        self.counted.emit(_status(self.desk, self.bench) if self.bench is not None else "")
        self.sought.emit(self._query().text)

    def _show_state(self) -> None:
        bench = self.bench
        page: QWidget = self._nothing() if bench is None else self.blank if bench.empty() else bench
        filled = bench is not None and page is bench
        if bench is not None and filled and bench.table.ledger_model.rowCount() == 0:
            page = self.missed
        self.stack.setCurrentWidget(page)
        self.top.show_tools(filled)
        self.told_status()
        if bench is None:
            self.tags.set([])
            return
        query = bench.query
        self.top.want_beside(filled and concerns(bench.line.loaded))
        chip_counts.ask(self.desk, bench.line.id, bench.line.loaded, query, bench.line.rows, self._show_chips)
        self.tags.set(filtering.tags(query, bench.line.loaded, bench.table.ledger_model.columns))
        bench.follow()

    def _show_chips(self, shown: Sequence[Chip]) -> None:
        self.chips.set([(c.key, c.words, c.count) for c in shown], {c.key: c.hint for c in shown})
        self.room.make(self.bench)
        QTimer.singleShot(0, self, self.top.arrange)  # a page just shown has its width only then
        if self.bench is not None:
            self.chips.choose(ledger_chips.on_now(self.bench.line.loaded, self._query()))

    def _query(self) -> Query:
        return self.bench.query if self.bench is not None else Query()

    def _apply(self, query: Query) -> None:
        if self.bench is not None:
            self.strip.hide()
            self.bench.load(query)
            self._show_state()

    def _chip(self, key: str) -> None:
        if self.bench is not None:
            self._apply(ledger_chips.picked(self.bench.line.loaded, self._query(), key))

    def _without(self, key: str) -> None:
        self._apply(ledger_chips.without(self._query(), key))
        self.take_focus()  # the tag that was pressed is gone

    def _clear(self) -> None:
        """清除筛选, 看全部: every row, in the order there is; the work goes on in the grid."""
        self._apply(Query(sort=self._query().sort))
        self.take_focus()

    def narrow(self, text: str) -> None:
        if text != self._query().text:
            self._apply(replace(self._query(), text=text))

    def search(self, text: str) -> bool:
        if self.bench is None:
            self.refresh()
        self.narrow(text)
        if text and self.bench is not None and self.bench.table.ledger_model.rowCount():
            self.bench.table.setFocus()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room.make(self.bench)

    def heed(self, change: Change) -> None:
        if self.bench is not None:
            self.bench.heed(change)
        if self.bench is None or not self.isVisible() or self.stack.currentWidget() is self.blank:
            super().heed(change)

    def catch_up(self) -> None:
        """What was done elsewhere moves no row either."""
        bench = self.bench
        self._choose_ledger()
        if bench is not None and self.bench is bench:
            bench.reread()
        else:
            self._show_state()

    def add(self) -> None:
        """新增项目."""
        if self.bench is not None:
            self.bench.add()
            self._show_state()

    def go(self, place: Any) -> None:
        wanted = dict(place or {})
        ledger = str(wanted.get("ledger") or "")
        elsewhere = wanted.get("page") or ledger_ways.page_elsewhere(self, ledger)
        if elsewhere:
            self.top.show_ledgers(ledgers.all(self.desk.office), self.bench.line.id if self.bench else "")
            self.wished.emit(elsewhere, wanted)
            return
        self._wanted = ledger
        self._choose_ledger()
        if self.bench is not None and ("lights" in wanted or "where" in wanted):
            self._apply(Query(lights=tuple(wanted.get("lights", ())), where=tuple(wanted.get("where", ()))))
        self._show_state()
        if self.bench is None:
            return
        if wanted.get("entry"):
            self.bench.arrive(wanted)
            self._show_state()
        if wanted.get("add"):
            self.add()

    def regions(self) -> list[QWidget]:
        first = self.chips.first()
        if self.bench is None or self.stack.currentWidget() is not self.bench:
            return list(self.stack.currentWidget().findChildren(QPushButton)[:1])
        return [*([first] if first else []), *self.bench.regions()]

    def take_focus(self) -> None:
        if self.bench is not None and self.stack.currentWidget() is self.bench:
            self.bench.table.setFocus()
        else:
            super().take_focus()

    def find(self, replacing: bool) -> bool:
        if shown := self.bench is not None and self.stack.currentWidget() is self.bench:
            self.bench.table.find(replacing)
        return shown

    def next_problem(self, step: int) -> None:
        if self.bench is None or not self.bench.next_problem(step):
            self.desk.said.emit("没有标红的格")

    def may_leave(self) -> bool:
        return self.bench is None or self.bench.may_leave()


def _status(desk: Desk, bench: Workbench) -> str:
    """How many rows there are and are shown; of a sealed ledger also what it has come to."""
    line = ledgers.get(desk.office, bench.line.id)
    shown = bench.table.ledger_model.rowCount()
    said = f"共 {line.rows:,} 条" if shown == line.rows else f"共 {line.rows:,} 条 · 已筛 {shown:,} 条"
    if not line.sealed:
        return said
    return f"{said}  |  {counts.moved(counts.now(desk.office, line.id)['project'], line.loaded.t.words)}"


def _shape(line: LedgerLine) -> tuple[str, str, str]:
    """What the page of a ledger is built from: another state or template makes another page."""
    return line.id, line.state, line.loaded.digest


def _show_owner(screen: LedgerScreen, line: LedgerLine) -> None:
    """Rows have one writer: another office's ledger says so, and nothing can be added to it."""
    why = "" if line.own else f"这本台账由{line.origin}报来，只能查看；要改请对方改好再报"
    screen.foreign.setText(why)
    screen.foreign.setVisible(bool(why))
    for made in screen.findChildren(QPushButton):
        if made.property("writes"):
            allow(made, made.property("writes"), "" if line.own else "只能查看")

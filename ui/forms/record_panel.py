"""The panel of one entry: 基本情况, 审批事项, 附件, 记录, 相关; drafts kept until saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabBar, QWidget

from app.engine.storing import UNIT_FIELDS
from app.ledger.following_people import row_seat
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import ItemLine, Line
from app.problem import Problem
from app.values import kinds, masking
from app.words.templates import Field
from ui import look
from ui.desk import Desk
from ui.dialogs.more_menu import MoreButton
from ui.forms.caret import caret_kept
from ui.forms.contest_button import ContestButton
from ui.forms.drafts import Draft, Drafts, unsaved, write
from ui.forms.field_form import FieldForm
from ui.forms.panel_frame import TABS
from ui.forms.panel_pages import BASIC, FILES, LATER, LOG, MATTERS, RELATED, PanelPages
from ui.forms.proposing import Proposing
from ui.forms.row_input import row_inputs
from ui.forms.scrolling import scrolling
from ui.widgets.labels import dress

TAB_KEY = "panel/tab"


class RecordPanel(PanelPages):
    """`moved(step)` asks for the next or previous entry, `shut` closes.

    Showing another entry saves what was typed; refused, it waits in `drafts` and `back_wished(place)` leads to it.
    """

    moved = Signal(int)
    back_wished = Signal(object)
    shut = Signal()

    def __init__(self, desk: Desk, ledger: LedgerLine, parent: QWidget | None = None) -> None:
        self.form = FieldForm(
            ledger.loaded, shown_fields(ledger), at_once=look.rows_of_screen(), rows=row_inputs(desk.office)
        )
        self._basic = scrolling(self.form)
        super().__init__(desk, ledger, self._basic, parent)
        self.drafts = Drafts(desk, ledger.id, self)
        self.more = MoreButton(desk, ledger, lambda: self.line, self.save, self)
        self.contest = ContestButton(ledger, lambda: self.go(self.contest.key, self.matters.code), self)
        self.beneath.addWidget(self.contest)
        self.beneath.addWidget(self.more)
        QWidget.setTabOrder(self.away, self.contest)  # they are made last and stand on top
        QWidget.setTabOrder(self.contest, self.more)
        self._wire()

    def _wire(self) -> None:
        self.back.clicked.connect(lambda: self.move_on(-1))
        self.forth.clicked.connect(lambda: self.move_on(1))
        self.away.clicked.connect(self.shut)
        self.undo.clicked.connect(self.revert)
        self.keep.clicked.connect(self.save)
        self.tabs.currentChanged.connect(self._turn)
        self.tabs.tabBarClicked.connect(lambda at: self.desk.state.setValue(TAB_KEY, TABS[at]))
        if str(self.desk.state.value(TAB_KEY) or "") == TABS[MATTERS] and self.tabs.isTabVisible(MATTERS):
            self.tabs.setCurrentIndex(MATTERS)  # as it was left: 办结 is two presses away
        self.form.touched.connect(self._touched)
        Proposing(self.form, self.desk, row_seat(self.ledger.loaded))
        self.wrong.watch(self.form, lambda: self.tabs.setCurrentIndex(BASIC))
        self.bind("Ctrl+S", self.save)
        self.bind("Ctrl+Down", lambda: self.move_on(1))
        self.bind("Ctrl+Up", lambda: self.move_on(-1))

    # showing

    def show_entry(self, entry_id: str, known: Line | None = None) -> None:
        """Show an entry, read anew unless just `known`; what was typed for the one before is saved, or stays as its draft."""
        if self.line is not None and self.line.id != entry_id:
            self.settle()
        try:
            line = known or lists.line(self.desk.office, entry_id)
        except Problem:  # gone meanwhile, and its draft with it
            self.drafts.put(Draft(entry_id, ""))
            self.line = None
            self.clear()
            return
        same = self.line is not None and self.line.id == entry_id
        if same:
            self.drafts.put(self._typed())
        self.line = line
        self._show(line, same)
        self.show_filled(True)
        self._tell_waiting()

    def _show(self, line: Line, same: bool) -> None:
        self.call(line.name)
        if not same:
            self.said.clear()
        self._tell_under()
        foreign = not self.ledger.own
        if not same:
            self.form.close_up()
        self.form.fill(texts_of(self.ledger, line), frozen_fields(self.ledger))
        for key in masking.hidden(self.ledger.loaded):  # one that was said is masked, and changed where it is looked at
            self.form.inputs[key].lock(bool(line.cells.get(key)))
        self.form.setEnabled(not foreign)
        draft = self.drafts.of(line.id)
        self.form.put(draft.texts)
        if draft.problem is not None and not draft.item:
            self.form.mark_problem(draft.problem)
        if (self._matters is not None or draft.items) and not (same and self.matters.changed()):
            self.matters.show_line(line, foreign)
            self.matters.put(draft.items, draft.problem if draft.item else None)
        self.title(MATTERS, line.n_items)
        self.tabs.setTabToolTip(MATTERS, _matters_in_words(line))
        self.title(FILES, line.files)
        self.title(RELATED, 0)  # counted when it is turned to: it is looked for in every ledger
        self._turn(self.tabs.currentIndex())
        self._told()

    def _tell_under(self) -> None:
        """Below the name: code and unit, or which matter the form is about."""
        at_matters = self.tabs.currentIndex() == MATTERS and self._matters is not None
        item = self._matters.item() if at_matters and self._matters else None
        self.under.setText(_under(self.ledger, self.line, item) if self.line else "")
        self.contest.follow(item, self.line is not None and bool(self.line.items))

    def clear(self) -> None:
        """Nothing is chosen: a sentence, and no trace of the entry before but its draft."""
        self.settle()
        self.line = None
        self.contest.hide()
        self.call(f"没有选中{self.ledger.loaded.t.words.row}")
        self.show_filled(False)
        self._tell_waiting()

    def show_filled(self, filled: bool) -> None:
        super().show_filled(filled)
        self.more.setVisible(filled)

    def go(self, key: str = "", item: str = "") -> None:
        """Open at a field of the entry, or of one of its matters."""
        if self.line is None:
            return
        if item:
            self.tabs.setCurrentIndex(MATTERS)
            self.matters.go(item, key)
        else:
            self.tabs.setCurrentIndex(BASIC)
            self.form.go(key) if key else self.form.next_field()

    def _page(self, page: int) -> QWidget:
        made: QWidget = getattr(self, LATER[page]) if page in LATER else self._basic
        return made

    def _turn(self, page: int) -> None:
        self.pages.setCurrentWidget(self._page(page))
        self._tell_under()
        if self.line is None:
            return
        if page == FILES:
            self.files.show_entry(self.line.id, not self.ledger.own)
        elif page == LOG:
            self.log.show_entry(self.line.id)
        elif page == RELATED:
            self.related.show_entry(self.line.id)

    # drafts and saving

    def dirty(self) -> bool:
        if self.line is None:
            return False
        return bool(self.form.changed_texts()) or (self._matters is not None and self._matters.changed())

    def _touched(self) -> None:
        self._told()
        if self.line is not None:
            self.drafts.locked.emit(self.line.id, self.dirty())
            self.drafts.typing(lambda: self._typed() if self.line is not None else Draft("", ""))

    def _told(self) -> None:
        dirty = self.dirty()
        if dirty or not self.said.text().startswith("已保存"):  # the re-reading after a save leaves that word
            self.said.setText("有改动，还没保存" if dirty else "")
        dress(self.said, tone="amber" if dirty else "")
        if not dirty and (self.undo.hasFocus() or self.keep.hasFocus()):
            stay(self.tabs, {BASIC: self.form, MATTERS: self._matters.form if self._matters else None})
        self.undo.setEnabled(dirty)
        self.keep.setEnabled(dirty)

    def _typed(self) -> Draft:
        assert self.line is not None
        items = self._matters.changed_items() if self._matters is not None else {}
        kept = self.drafts.of(self.line.id)
        return replace(kept, name=self.line.name, texts=self.form.changed_texts(), items=items)

    def settle(self) -> Draft:
        """Save what was typed without moving the focus; what is refused of it, kept as the draft of its entry."""
        if self.line is None or not self.dirty():
            return Draft("", "")
        with caret_kept():
            left = write(self.desk, self._typed())
            self.drafts.put(left)
            self.show_again()
        return left

    def show_again(self) -> None:
        """Show what is stored, with the draft there is."""
        if self.line is not None:
            entry, self.line = self.line.id, None
            self.show_entry(entry)

    def _tell_waiting(self) -> None:
        """What of other entries waits unsaved, and the way there."""
        waiting = self.drafts.besides(self.line.id if self.line else "")
        if not waiting:
            self.strip.hide()
            return
        there = waiting[0].place()
        self.strip.tell(unsaved(waiting), "amber", "回去改", lambda: self.back_wished.emit(there))

    def save(self) -> bool:
        """Write what was changed; a refused field is marked and its page shown. False when refused."""
        if self.line is None or not self.dirty():
            return True
        left = self.settle()
        if not left:
            self.said.setText(f"已保存 {dt.datetime.now():%H:%M}")
            self.form.close_up()
            return True
        place, problem = left.place(), left.problem
        self.go(str(place["field"]), left.item)
        form = self.matters.form if left.item else self.form
        if problem is not None and problem.field not in form.inputs:
            self.desk.refused.emit(problem)
        return False

    def revert(self) -> None:
        """Back to what is stored."""
        if self.line is not None:
            self.drafts.put(Draft(self.line.id, ""))
            self.form.revert()
            if self._matters is not None:
                self._matters.revert()
            self._touched()

    def move_on(self, step: int) -> None:
        """Save the draft and ask for the next entry; a refused draft is kept with its entry."""
        self.settle()
        self.moved.emit(step)


def stay(tabs: QTabBar, forms: Mapping[int, FieldForm | None]) -> None:
    """Put the focus back on the page shown: a button that is switched off hands it to the navigation."""
    form = forms.get(tabs.currentIndex())
    if form is not None:
        form.stay()
    else:
        tabs.setFocus()


def _under(ledger: LedgerLine, line: Line, item: ItemLine | None) -> str:
    if item is not None:
        return f"{item.title} · {item.dept or '审批部门未填'}"
    code = str(line.cells.get("project_code") or line.no)
    where = "" if line.standing in ("在账", "") else f"{lists.standing_shown(line)} · "
    told = next((str(line.cells[key]) for key in UNIT_FIELDS if line.cells.get(key)), "")
    unit = told or ("责任单位未填" if "resp_unit" in ledger.loaded.fields else "")
    return f"{where}{code} · {unit}" if unit else f"{where}{code}"


def _matters_in_words(line: Line) -> str:
    """Why the tab counts fewer matters than its page lists."""
    spared, done = len(line.items) - line.n_items, line.n_items - line.n_open
    return f"共列 {len(line.items):,} 个事项：{line.n_items} 个要办（已办完 {done} 个，还有 {line.n_open} 个），{spared} 个不需办"


def shown_fields(ledger: LedgerLine) -> list[Field]:
    """The fields of the form by the order of their groups: all but what the program numbers and computes."""
    order = {group.id: at for at, group in enumerate(ledger.loaded.t.groups)}
    fields = [f for f in ledger.loaded.t.fields if f.need != "auto"]
    return sorted(fields, key=lambda f: order.get(f.group, len(order)))


def frozen_fields(ledger: LedgerLine) -> frozenset[str]:
    """Fields of a sealed ledger that only a correction changes."""
    return frozenset(f.id for f in ledger.loaded.t.fields if f.frozen) if ledger.sealed else frozenset()


def texts_of(ledger: LedgerLine, line: Line) -> dict[str, str]:
    """The texts of an entry's fields as they read back."""
    fields, hidden = ledger.loaded.fields, masking.hidden(ledger.loaded)
    texts = {k: kinds.to_text(fields[k], v) for k, v in line.cells.items() if k in fields and v is not None}
    return {k: masking.veiled(fields[k], text) if k in hidden else text for k, text in texts.items()}

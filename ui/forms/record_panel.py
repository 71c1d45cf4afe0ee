"""The panel of one entry: 基本情况, 审批事项, 附件, 记录; drafts kept until saved."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app import entries, kinds, lists
from app.ledgers import LedgerLine
from app.lists import Line
from app.problem import Problem
from app.templates import Field
from ui.desk import Desk
from ui.dialogs.deeds_menu import more_button
from ui.forms.field_form import FieldForm
from ui.forms.files_page import FilesPage
from ui.forms.log_page import LogPage
from ui.forms.matters_page import MattersPage
from ui.forms.panel_frame import PanelFrame
from ui.forms.scrolling import scrolling
from ui.widgets.labels import dress

BASIC, MATTERS, FILES, LOG = range(4)


class RecordPanel(PanelFrame):
    """`moved(step)` asks for the next or previous entry, `locked(id, bool)` guards the grid's row, `shut` closes."""

    moved = Signal(int)
    locked = Signal(str, bool)
    shut = Signal()

    def __init__(self, desk: Desk, ledger: LedgerLine, parent: QWidget | None = None) -> None:
        self.form = FieldForm(ledger.loaded, shown_fields(ledger))
        self.matters = MattersPage(desk, ledger.loaded)
        self.files = FilesPage(desk)
        self.log = LogPage(desk)
        super().__init__([scrolling(self.form), self.matters, self.files, self.log], parent)
        self.desk, self.ledger = desk, ledger
        self.line: Line | None = None
        self.drafts: dict[str, dict[str, str]] = {}
        self.more = more_button(desk, ledger, lambda: self.line, self.save, self)
        self.beneath.addWidget(self.more)
        self._wire()
        self._keys()

    def _wire(self) -> None:
        self.back.clicked.connect(lambda: self.move_on(-1))
        self.forth.clicked.connect(lambda: self.move_on(1))
        self.away.clicked.connect(self.shut)
        self.undo.clicked.connect(self.revert)
        self.keep.clicked.connect(self.save)
        self.tabs.currentChanged.connect(self._turn)
        self.form.touched.connect(self._touched)
        self.matters.touched.connect(self._touched)
        self.matters.chosen.connect(lambda _words: self._tell_under())
        self.files.counted.connect(lambda n: self.title(FILES, n))

    def _keys(self) -> None:
        for keys, done in (
            ("Ctrl+S", self.save),
            ("Ctrl+Down", lambda: self.move_on(1)),
            ("Ctrl+Up", lambda: self.move_on(-1)),
        ):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, done=done: done())
            self.addAction(action)

    # showing

    def show_entry(self, entry_id: str) -> None:
        """Show an entry; what was typed for the one before stays as its draft."""
        if self.line is not None and self.line.id != entry_id:
            self._keep_draft()
        try:
            line = lists.line(self.desk.office, entry_id)
        except Problem:
            self.clear()
            return
        same = self.line is not None and self.line.id == entry_id
        if same:
            self._keep_draft()
        self.line = line
        self.setEnabled(True)
        self._show(line, same)

    def _show(self, line: Line, same: bool) -> None:
        self.name.setText(line.name)
        self._tell_under()
        foreign = not self.ledger.own
        self.form.fill(texts_of(self.ledger, line), self._frozen())
        self.form.setEnabled(not foreign)
        self.form.put(self.drafts.get(line.id, {}))
        if not (same and self.matters.changed()):
            self.matters.show_line(line, foreign)
        self.title(MATTERS, line.n_items)
        self.title(FILES, line.files)
        self._turn(self.tabs.currentIndex())
        self._told()

    def _tell_under(self) -> None:
        """Below the name: code and unit, or which matter the form is about."""
        line, item = self.line, self.matters.item()
        if line is None:
            self.under.setText("")
        elif self.tabs.currentIndex() == MATTERS and item is not None:
            self.under.setText(f"{item.title} · {item.dept or '审批部门未填'}")
        else:
            code = str(line.cells.get("project_code") or line.no)
            where = "" if line.standing in ("在账", "") else f"{line.standing} · "
            self.under.setText(f"{where}{code} · {line.cells.get('resp_unit') or '责任单位未填'}")

    def _frozen(self) -> frozenset[str]:
        if not self.ledger.sealed:
            return frozenset()
        return frozenset(f.id for f in self.ledger.loaded.t.fields if f.frozen)

    def clear(self) -> None:
        """Nothing is chosen."""
        self.line = None
        self.name.setText("没有选中项目")
        self.under.setText("")
        self.setEnabled(False)

    def go(self, key: str = "", item: str = "") -> None:
        """Open at a field of the entry, or of one of its matters."""
        if item:
            self.tabs.setCurrentIndex(MATTERS)
            self.matters.go(item, key)
        else:
            self.tabs.setCurrentIndex(BASIC)
            self.form.go(key) if key else self.form.next_field()

    def _turn(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        self._tell_under()
        if self.line is None:
            return
        if page == FILES:
            self.files.show_entry(self.line.id, not self.ledger.own)
        elif page == LOG:
            self.log.show_entry(self.line.id)

    # drafts and saving

    def dirty(self) -> bool:
        return self.line is not None and bool(self.form.changed_texts() or self.matters.changed())

    def _touched(self) -> None:
        self._told()
        if self.line is not None:
            self.locked.emit(self.line.id, self.dirty())

    def _told(self) -> None:
        dirty = self.dirty()
        self.said.setText("有改动，还没保存" if dirty else "")
        dress(self.said, tone="amber" if dirty else "")
        self.undo.setEnabled(dirty)
        self.keep.setEnabled(dirty)

    def _keep_draft(self) -> None:
        if self.line is None:
            return
        texts = self.form.changed_texts()
        if texts:
            self.drafts[self.line.id] = texts
        else:
            self.drafts.pop(self.line.id, None)

    def save(self) -> bool:
        """Write what was changed; a refused field is marked and its page shown. False when refused."""
        if self.line is None or not self.dirty():
            return True
        entry = self.line.id
        texts = self.form.changed_texts()
        if texts:
            done = self.desk.do(entries.amend, entry, texts, refused=self._refused)
            if done is None:
                return False
            self.drafts.pop(entry, None)
            self.form.clear_faults()
        if self.matters.changed() and not self.matters.save():
            self.tabs.setCurrentIndex(MATTERS)
            return False
        self.locked.emit(entry, False)
        self.line = None
        self.show_entry(entry)
        self.said.setText(f"已保存 {dt.datetime.now():%H:%M}")
        return True

    def _refused(self, problem: Problem) -> None:
        self.tabs.setCurrentIndex(BASIC)
        if not self.form.show_problem(problem):
            self.desk.refused.emit(problem)

    def revert(self) -> None:
        """Back to what is stored."""
        if self.line is not None:
            self.drafts.pop(self.line.id, None)
            self.form.revert()
            self.matters.revert()
            self._touched()

    def move_on(self, step: int) -> None:
        """Save the draft and ask for the next entry; a refused draft is kept with its entry."""
        self.save()
        self.moved.emit(step)


def shown_fields(ledger: LedgerLine) -> list[Field]:
    """The fields of the form by the order of their groups: all but what the program numbers and computes."""
    order = {group.id: at for at, group in enumerate(ledger.loaded.t.groups)}
    fields = [f for f in ledger.loaded.t.fields if f.need != "auto"]
    return sorted(fields, key=lambda f: order.get(f.group, len(order)))


def texts_of(ledger: LedgerLine, line: Line) -> dict[str, str]:
    """The texts of an entry's fields as they read back."""
    fields = ledger.loaded.fields
    return {k: kinds.to_text(fields[k], v) for k, v in line.cells.items() if k in fields and v is not None}

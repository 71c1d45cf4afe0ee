"""审批事项 of one entry: every matter with its light, and the form of the one chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ledger import entries, ledgers
from app.ledger.following_people import item_seat
from app.listing import explain
from app.listing.lists import ItemLine, Line
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded
from ui import look
from ui.desk import Desk
from ui.dialogs.batch_closing_dialog import BUSY, BatchClosingDialog
from ui.dialogs.closing_dialog import ClosingDialog, ReasonDialog
from ui.forms.field_form import FieldForm
from ui.forms.proposing import Proposing
from ui.forms.scrolling import scrolling
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

HEADS = ("灯号", "事项", "办理", "剩余")
OPEN = ("在办", "未办", "待核")
MOST_ROWS, LEAST_ROWS, LOW_ROWS = 8, 3, 2
LOW = 300  # a page lower than this shows a line or two of the list, without its heads, and scrolls as one
BENEATH = 170  # what is seen below the list: its deeds and the first fields of the form
GOES_WITH = re.compile(r"has\((\w+)\)")


class MattersPage(QWidget):
    """`touched` when the form differs from what is stored; `save()` writes it."""

    touched = Signal()
    chosen = Signal(str)  # the title of the matter now shown

    def __init__(self, desk: Desk, loaded: Loaded, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._loaded = loaded
        self._line: Line | None = None
        self._code = ""
        self.locked = False
        self.model = PlainModel(HEADS)
        self.table = PlainTable("审批事项", self.model, (72, 100, 72, 90), stretch=1)
        self.table.setSelectionMode(PlainTable.SelectionMode.ExtendedSelection)
        self.form = FieldForm(loaded, shown_fields(loaded))
        Proposing(self.form, desk, item_seat(loaded))
        self.why = label("", "small", wrap=True)
        self.why.setContentsMargins(14, 4, 14, 0)
        self.close_it = button("办结…", self.close_matter, kind="primary", sign="done")
        self.pause_it = button("停表…", self.pause_matter)
        self.close_many = button("几项一起办…", self.close_several, why="一个文号办结这个项目的几个事项；先按住 Ctrl 选上要办的")
        if loaded.closings("entry", "approved", "kept"):
            self.close_many.hide()  # there the row closes, not its matters
        deeds = QHBoxLayout()
        deeds.setContentsMargins(14, 6, 14, 6)
        deeds.setSpacing(8)
        deeds.addWidget(self.close_it)
        deeds.addWidget(self.pause_it)
        deeds.addWidget(self.close_many)
        deeds.addStretch(1)
        inner = QFrame()
        inner.setProperty("role", "fill")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addLayout(deeds)
        column.addWidget(self.why)
        column.addWidget(self.form)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(inner))
        self.table.picked.connect(self._turn)
        self.table.opened.connect(lambda _row: self.form.next_field())
        self.form.touched.connect(self._hint)
        self.form.touched.connect(self.touched)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """As many matters as there are, but the form below begins in the first view of a low screen too."""
        size = look.sizes()
        low = self.height() < size.grown(LOW)
        self.table.horizontalHeader().setHidden(low)
        self.why.setHidden(low or not self.why.text())
        if low:
            self.table.setFixedHeight(size.row * max(1, min(self.model.rowCount(), LOW_ROWS)) + 4)
            return
        room = (self.height() - size.header - size.grown(BENEATH)) // size.row
        shown = min(self.model.rowCount(), MOST_ROWS, max(LEAST_ROWS, room))
        self.table.setFixedHeight(size.row * max(1, shown) + size.header + 4)

    # showing

    def show_line(self, line: Line, locked: bool = False) -> None:
        """Show the matters of an entry; the matter chosen stays chosen."""
        was = self._code if self._line and self._line.id == line.id else ""
        self._line, self.locked = line, locked
        with QSignalBlocker(self.table):
            self.model.set_rows([_row(item) for item in line.items.values()])
            self._make_room()
            self.table.choose(max(0, self.model.find(was or self._first_wanting(line))))
        self._pick(self.table.currentIndex().row())

    def go(self, code: str, key: str = "") -> None:
        """Open at a matter, and at one of its fields."""
        self.table.choose(self.model.find(code))
        if key:
            self.form.go(key)

    def _first_wanting(self, line: Line) -> str:
        """The matter a clerk most likely comes for: one that is late or soon due, else the first that is open."""
        wanting = [i for i in line.items.values() if i.light in ("red", "yellow")]
        ready = [i.code for i in line.items.values() if i.state in OPEN and i.standing == "在账"]
        return min(wanting, key=lambda i: not i.due).code if wanting else (ready or [""])[0]

    @property
    def code(self) -> str:
        """Which matter the form is about, '' for none."""
        return self._code

    def item(self) -> ItemLine | None:
        return self._line.items.get(self._code) if self._line else None

    def put(self, items: Mapping[str, Mapping[str, str]], problem: Problem | None = None) -> None:
        """Set what was typed for a matter over what is stored, with the Problem it met."""
        for code, texts in items.items():
            self.go(code)
            self.form.put(texts)
            self._hint()
            if problem is not None:
                self.form.mark_problem(problem)

    def _turn(self, row: int) -> None:
        """Another matter was clicked: what was typed is saved; refused, the matter before stays."""
        chosen = self.model.row(row)
        if chosen is not None and chosen.key == self._code:
            return
        if self.changed() and not self.save():
            stay = self._code
            QTimer.singleShot(0, self, lambda: self.table.choose(self.model.find(stay)))
            return
        self._pick(row)

    def _pick(self, row: int) -> None:
        chosen = self.model.row(row)
        if (chosen.key if chosen else "") != self._code:
            self.form.close_up()
        self._code = chosen.key if chosen else ""
        item = self.item()
        self.chosen.emit(item.title if item else "")
        self.form.setEnabled(item is not None and not self.locked)
        if any(made.hasFocus() for made in (self.close_it, self.pause_it, self.close_many)):
            self.table.setFocus()  # disabled, they would hand the focus on and the page would scroll after it
        can = item is not None and item.state in OPEN and item.standing == "在账" and not self.locked
        self.close_it.setEnabled(can)
        self.pause_it.setEnabled(can)
        self.close_many.setEnabled(not self.locked and len(self._open_codes()) > 1)
        if item is None:
            self._explain("")
            return
        paused = any("to" not in p for p in item.cells.get("pauses", []))
        self.pause_it.setText("恢复计时…" if paused else "停表…")
        self.pause_it.setAccessibleName(self.pause_it.text())
        self.form.show_field("matter_name", self._loaded.preset_of(item.code).named)
        self.form.fill(item_texts(self._loaded, item))
        self._hint()
        self._explain(self._sentence(item))

    def _explain(self, words: str) -> None:
        self.why.setText(words)
        self.why.setVisible(bool(words) and self.height() >= look.sizes().grown(LOW))

    def _sentence(self, item: ItemLine) -> str:
        if self._line is None or not (item.due or item.cause):
            return f"{item.holder}手里，{item.stage}" if item.holder else ""
        told = explain.entry(self._desk.office, self._line.id, item.code)
        said = [self._without_ids(each) for each in told[0].sentences] if told else []
        self.why.setToolTip("\n".join(said))
        return "\n".join(said[:2])

    def _without_ids(self, sentence: str) -> str:
        """A clerk knows a limit by its name, not as K1."""
        for clock in self._loaded.t.clocks:
            sentence = sentence.replace(f"{clock.id} {clock.title}", clock.title)
        return sentence

    def _hint(self) -> None:
        """A field that goes with another one now filled: 初审日期 without 初审结论 leaves the matter in 待初审."""
        texts = self.form.texts()
        for field in shown_fields(self._loaded):
            with_it = GOES_WITH.fullmatch(field.when or "")
            wants = with_it is not None and bool(texts.get(with_it[1])) and not texts.get(field.id)
            self.form.show_hint(field.id, f"还差{field.title}" if wants else "")

    # deeds

    def changed(self) -> bool:
        return bool(self._code) and bool(self.form.changed_texts())

    def changed_items(self) -> dict[str, dict[str, str]]:
        """{code: texts} of what was typed."""
        return {self._code: self.form.changed_texts()} if self.changed() else {}

    def revert(self) -> None:
        self.form.revert()

    def save(self) -> bool:
        """Write what was changed. False when it was refused."""
        texts = self.form.changed_texts()
        if not texts or self._line is None:
            return True
        change = self._desk.do(
            entries.amend, self._line.id, {}, items={self._code: texts}, refused=self._refused
        )
        return change is not None

    def _refused(self, problem: Problem) -> None:
        if not self.form.show_problem(problem):
            self._desk.refused.emit(problem)

    def close_matter(self) -> None:
        """办结 with its basis, number or scan, and date."""
        item = self.item()
        if item is not None and self._line is not None and self._saved_first():
            dialog = ClosingDialog(self._desk, self._loaded, self._line, item, self.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def close_several(self) -> None:
        """批量办结 of this row: the matters chosen in the list, of one alone all that are 在办; the others are left out."""
        if self._line is None or not self._saved_first():
            return
        line, ready = self._line, self._open_codes()
        picked = {row.key for index in self.table.selectionModel().selectedRows() if (row := self.model.row(index.row()))}
        codes = [code for code in ready if code in picked]
        if len(codes) < 2:
            codes = [code for code in ready if line.items[code].state == BUSY] or ready
        ledger = ledgers.get(self._desk.office, line.ledger_id)
        dialog = BatchClosingDialog(self._desk, ledger, [line], self.window(), codes)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _open_codes(self) -> list[str]:
        return [c for c, item in self._line.items.items() if item.state in OPEN and item.standing == "在账"] if self._line else []

    def pause_matter(self) -> None:
        item = self.item()
        if item is not None and self._line is not None and self._saved_first():
            ReasonDialog(self._desk, self._loaded, self._line, item, self.window()).exec()

    def _saved_first(self) -> bool:
        return not self.changed() or self.save()


def _row(item: ItemLine) -> PlainRow:
    tone = {"red": "red", "yellow": "amber"}.get(item.light, "")
    texts = (
        "" if item.light else "—",
        item.title,
        item.state_text or item.state,
        item.light_text if item.light else "",
    )
    tones = {3: tone} if tone else {}
    if item.state not in OPEN:
        tones |= {1: "muted", 2: "muted"}
    return PlainRow(
        texts,
        item.code,
        {0: item.light} if item.light else {},
        tones,
        {1: item.title, 3: item.cause or item.due},
    )


def shown_fields(loaded: Loaded) -> list[Field]:
    """What a clerk fills in: rounds and pauses are made by their own deeds."""
    return [f for f in loaded.item_fields.values() if f.need != "auto" and f.kind not in ("rounds", "pauses")]


def item_texts(loaded: Loaded, item: ItemLine) -> dict[str, str]:
    """The texts of a matter's fields as they read back."""
    fields = loaded.item_fields
    return {k: kinds.to_text(fields[k], v) for k, v in item.cells.items() if k in fields and v is not None}

"""A form made from the fields of a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QWidget,
)

from app.problem import Problem
from app.words.templates import Field, Loaded
from ui import look
from ui.forms.inputs import Input, RowInputs, input_for, mark, stops_of
from ui.forms.scrolling import reveal
from ui.forms.sentence import Sentence
from ui.plain_words import plainly
from ui.tables.columns import title_of
from ui.widgets.labels import label

LABEL_WIDTH = 94
REST_MS = 300
YES_NO = (("是", "是"), ("否", "否"))


def choices_for(loaded: Loaded, field: Field) -> list[tuple[str, str]]:
    """(code, words) of a field, [] where anything may be written."""
    if field.kind == "bool":
        return list(YES_NO)
    if field.choices in loaded.codes:
        return [(code.code, code.label) for code in loaded.codes[field.choices].codes]
    return []


class FieldForm(QWidget):
    """Label, input and a place for the fault of each field. Enter goes to the next field.

    `fill(texts)` sets what is stored; `changed_texts()` is what the clerk made different. Of a long form the first
    `at_once` fields, more than are seen, are made at once, the rest a moment after it is shown or when first asked for.
    `rows` makes the inputs of cells that name rows of other ledgers.
    """

    touched = Signal()
    faulted = Signal()  # other fields are marked than before

    def __init__(
        self,
        loaded: Loaded,
        fields: Sequence[Field],
        *,
        label_width: int = LABEL_WIDTH,
        at_once: int = 0,
        rows: RowInputs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label_width = look.sizes().grown(label_width)
        self.setProperty("role", "fill")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._loaded, self._rows = loaded, rows
        self._keys = [field.id for field in fields]
        self._inputs: dict[str, Input] = {}
        self._faults: dict[str, Sentence] = {}
        self._wrong: set[str] = set()
        self.written = ""  # the field last written in
        self._hints: dict[str, Sentence] = {}
        self._labels: dict[str, QLabel] = {}
        self._stored: dict[str, str] = {}
        self._locked: frozenset[str] = frozenset()
        self._group = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 10, 14, 14)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, self._label_width)
        self._grid.setColumnStretch(1, 1)
        self._rest = list(fields[at_once or len(fields) :])
        self._build(fields[: at_once or len(fields)])
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._build_rest)

    @property
    def inputs(self) -> dict[str, Input]:
        """All inputs by the key of their field."""
        self._build_rest()
        return self._inputs

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._rest:
            self._soon.start(REST_MS)

    def _build(self, fields: Sequence[Field]) -> None:
        groups = {g.id: g.title for g in self._loaded.t.groups}
        for field in fields:
            if field.group != self._group and field.group in groups:
                self._head(groups[field.group], first=not self._group)
                self._group = field.group
            self._add(self._loaded, field)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _build_rest(self) -> None:
        """Make what is still missing, as filled as the others; Tab meets it in its place."""
        if not self._rest:
            return
        rest, self._rest = self._rest, []
        chain = stops_of(list(self._inputs.values())[-1])[-1:]
        self._grid.setRowStretch(self._grid.rowCount() - 1, 0)
        self._build(rest)
        for field in rest:
            made = self._inputs[field.id]
            made.set_text(self._stored.get(field.id, ""))
            if field.id in self._locked:
                made.lock(True)
            chain += stops_of(made)
            made.setVisible(not self.isHidden())  # now, so that it can take the focus; a layout would wait
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _head(self, title: str, first: bool) -> None:
        if first:
            return
        made = label(title, "h2")
        made.setContentsMargins(0, 10, 0, 2)
        self._grid.addWidget(made, self._grid.rowCount(), 0, 1, 2)

    def _add(self, loaded: Loaded, field: Field) -> None:
        required = field.need in ("create", "submit")
        title = title_of(field)
        name = f"{title}，必填" if required else title
        made = input_for(field, choices_for(loaded, field), name, self._rows)
        made.lock(field.need == "auto" or field.kind in ("rounds", "pauses"))
        made.touched.connect(lambda: self._touched(field.id))
        words = label(title, wrap=True)
        if required:
            words.setTextFormat(Qt.TextFormat.RichText)
            words.setText(f'{title}<span style="color:{look.RED}">&nbsp;*</span>')
        words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        words.setFixedWidth(self._label_width)
        words.setContentsMargins(0, 6, 0, 0)
        words.setBuddy(made)
        row = self._grid.rowCount()
        self._grid.addWidget(words, row, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(made, row, 1)
        self._inputs[field.id] = made
        self._labels[field.id] = words

    def show_field(self, key: str, shown: bool) -> None:
        """Show or hide a field that does not concern every row."""
        if key in self.inputs:
            self.inputs[key].setVisible(shown)
            self._labels[key].setVisible(shown)

    # texts

    def fill(self, texts: Mapping[str, str], locked: frozenset[str] = frozenset()) -> None:
        """Show what is stored. Fields named in `locked` cannot be changed now."""
        self._stored, self._locked = {key: texts.get(key, "") for key in self._keys}, locked
        for key, made in self._inputs.items():
            made.set_text(self._stored[key])
            if key in locked:
                made.lock(True)
        self.clear_faults()

    def put(self, texts: Mapping[str, str]) -> None:
        """Set some fields over what is stored: a draft."""
        for key, text in texts.items():
            if key in self.inputs:
                self.inputs[key].set_text(text)

    def texts(self) -> dict[str, str]:
        return {key: made.text_now() for key, made in self.inputs.items()}

    def changed_texts(self) -> dict[str, str]:
        now = {key: made.text_now() for key, made in self._inputs.items()}
        return {key: text for key, text in now.items() if text != self._stored.get(key, "").strip()}

    def revert(self) -> None:
        for key, made in self._inputs.items():
            made.set_text(self._stored.get(key, ""))
        self.clear_faults()

    def _touched(self, key: str) -> None:
        self.written = key
        self.show_fault(key, "")
        self.touched.emit()

    # faults

    def show_problem(self, problem: Problem) -> bool:
        """Mark every field a Problem names and go to the first. False when it names none of this form's."""
        found = [key for key in self.mark_problem(problem) if key in self.inputs]
        if found:
            self.go(found[0])
        return bool(found)

    def mark_problem(self, problem: Problem) -> list[str]:
        """Mark every field a Problem names; which, in the order of the form."""
        told = {str(each["field"]): str(each["text"]) for each in problem.facts.get("all", [])}
        text, clause = plainly(problem)
        told[str(problem.field)] = text
        for key, said in told.items():
            self.show_fault(key, said)
        if str(problem.field) in self._faults:
            self._faults[str(problem.field)].setToolTip(clause)
        return [key for key in self._keys if key in told]

    def show_fault(self, key: str, text: str) -> None:
        if key not in self.inputs or not (text or key in self._faults):
            return
        if key not in self._faults:
            row = self._grid.getItemPosition(self._grid.indexOf(self.inputs[key]))[0]  # type: ignore[index]
            self._faults[key] = Sentence(role="error")
            self._grid.addWidget(self._faults[key], row + 1, 1)
        self._faults[key].say(text)
        if text and key in self._hints:
            self._hints[key].hide()
        mark(self.inputs[key], bool(text))
        was = key in self._wrong
        (self._wrong.add if text else self._wrong.discard)(key)
        if was != bool(text):
            self.faulted.emit()

    def close_up(self) -> None:
        """Give back the room of sentences that are gone."""
        for shown in (*self._faults.values(), *self._hints.values()):
            shown.close_up()

    def show_hint(self, key: str, text: str) -> None:
        """What a field still wants, below it; a fault stands before it."""
        if key not in self.inputs or not (text or key in self._hints):
            return
        if key not in self._hints:
            row = self._grid.getItemPosition(self._grid.indexOf(self.inputs[key]))[0]  # type: ignore[index]
            self._hints[key] = Sentence(tone="amber")
            self._grid.addWidget(self._hints[key], row + 1, 1)
        seen = key not in self._wrong and not self.inputs[key].isHidden()
        self._hints[key].say(text if seen else "")

    def clear_faults(self) -> None:
        for key in list(self._faults):
            self.show_fault(key, "")

    def fault_keys(self) -> list[str]:
        return [key for key in self._keys if key in self._wrong]

    def go(self, key: str) -> None:
        """Put the focus into a field and scroll to it."""
        made = self.inputs.get(key)
        if made is None:
            return
        made.setFocus(Qt.FocusReason.OtherFocusReason)
        reveal(made)

    def stay(self) -> None:
        """Put the focus back where the clerk last wrote."""
        if self.written in self._inputs and self._inputs[self.written].isEnabled():
            self.go(self.written)
        else:
            self.next_field()

    # Enter

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """An input of one line leaves Enter to its form."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.next_field()
        else:
            super().keyPressEvent(event)

    def next_field(self) -> None:
        """Focus the next input that can be written in."""
        focused = QApplication.focusWidget()
        made = list(self.inputs.values())
        here = [
            i for i, m in enumerate(made) if focused is not None and (m is focused or m.isAncestorOf(focused))
        ]
        start = here[0] + 1 if here else 0
        for key, each in list(self.inputs.items())[start:]:
            if each.isEnabled() and not each.isHidden():
                self.go(key)
                return

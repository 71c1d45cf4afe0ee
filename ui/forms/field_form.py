"""A form made from the fields of a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.problem import Problem
from app.templates import Field, Loaded
from ui import look
from ui.forms.inputs import Input, input_for, mark
from ui.tables.columns import title_of
from ui.widgets.labels import label

LABEL_WIDTH = 94
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

    `fill(texts)` sets what is stored; `changed_texts()` is what the clerk made different.
    """

    touched = Signal()

    def __init__(
        self, loaded: Loaded, fields: Sequence[Field], *, label_width: int = LABEL_WIDTH, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._label_width = look.sizes().grown(label_width)
        self.setProperty("role", "fill")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.inputs: dict[str, Input] = {}
        self._faults: dict[str, QLabel] = {}
        self._labels: dict[str, QLabel] = {}
        self._stored: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 10, 14, 14)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, self._label_width)
        self._grid.setColumnStretch(1, 1)
        group = ""
        groups = {g.id: g.title for g in loaded.t.groups}
        for field in fields:
            if field.group != group and field.group in groups:
                self._head(groups[field.group], first=not group)
                group = field.group
            self._add(loaded, field)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _head(self, title: str, first: bool) -> None:
        if first:
            return
        made = label(title, "h2")
        made.setContentsMargins(0, 10, 0, 2)
        self._grid.addWidget(made, self._grid.rowCount(), 0, 1, 2)

    def _add(self, loaded: Loaded, field: Field) -> None:
        required = field.need in ("create", "submit")
        title = title_of(field)
        made = input_for(field, choices_for(loaded, field), f"{title}，必填" if required else title)
        made.lock(field.need == "auto" or field.kind in ("rounds", "pauses"))
        made.touched.connect(lambda: self._touched(field.id))
        made.installEventFilter(self)
        words = label(f"{title} *" if required else title, wrap=True)
        if required:
            words.setTextFormat(Qt.TextFormat.RichText)
            words.setText(f'{title}<span style="color:{look.RED}">&nbsp;*</span>')
        words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        words.setFixedWidth(self._label_width)
        words.setContentsMargins(0, 6, 0, 0)
        words.setBuddy(made)
        fault = label("", "error", wrap=True)
        fault.hide()
        row = self._grid.rowCount()
        self._grid.addWidget(words, row, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(made, row, 1)
        self._grid.addWidget(fault, row + 1, 1)
        self.inputs[field.id] = made
        self._faults[field.id] = fault
        self._labels[field.id] = words

    def show_field(self, key: str, shown: bool) -> None:
        """Show or hide a field that does not concern every row."""
        if key in self.inputs:
            self.inputs[key].setVisible(shown)
            self._labels[key].setVisible(shown)

    # texts

    def fill(self, texts: Mapping[str, str], locked: frozenset[str] = frozenset()) -> None:
        """Show what is stored. Fields named in `locked` cannot be changed now."""
        self._stored = {key: texts.get(key, "") for key in self.inputs}
        for key, made in self.inputs.items():
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
        return {key: text for key, text in self.texts().items() if text != self._stored.get(key, "").strip()}

    def revert(self) -> None:
        self.put(self._stored)
        self.clear_faults()

    def _touched(self, key: str) -> None:
        self.show_fault(key, "")
        self.touched.emit()

    # faults

    def show_problem(self, problem: Problem) -> bool:
        """Mark the field a Problem names and go there. False when it is none of this form's."""
        if problem.field not in self.inputs:
            return False
        self.show_fault(str(problem.field), problem.text)
        self.go(str(problem.field))
        return True

    def show_fault(self, key: str, text: str) -> None:
        if key in self._faults:
            self._faults[key].setText(text)
            self._faults[key].setVisible(bool(text))
            mark(self.inputs[key], bool(text))

    def clear_faults(self) -> None:
        for key in self._faults:
            self.show_fault(key, "")

    def fault_keys(self) -> list[str]:
        return [key for key, shown in self._faults.items() if shown.text()]

    def go(self, key: str) -> None:
        """Put the focus into a field and scroll to it."""
        made = self.inputs.get(key)
        if made is None:
            return
        made.setFocus(Qt.FocusReason.OtherFocusReason)
        outer = self.parentWidget()
        while outer is not None and not isinstance(outer, QScrollArea):
            outer = outer.parentWidget()
        if outer is not None:
            outer.ensureWidgetVisible(made, 0, 60)

    # Enter

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and plain and not isinstance(watched, QPlainTextEdit | QPushButton):
                self.next_field()
                return True
        return super().eventFilter(watched, event)

    def next_field(self) -> None:
        """Focus the next input that can be written in."""
        focused = QApplication.focusWidget()
        made = list(self.inputs.values())
        here = [i for i, m in enumerate(made) if focused is not None and (m is focused or m.isAncestorOf(focused))]
        start = here[0] + 1 if here else 0
        for key, each in list(self.inputs.items())[start:]:
            if each.isEnabled() and not each.isHidden():
                self.go(key)
                return

"""手填: a value of one's own where both sides changed a cell."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.engine import wire
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.field_form import choices_for
from ui.forms.inputs import input_for


class ValueDialog(PlainDialog):
    """Accepted with `value`, as it travels; None when it is to be empty."""

    def __init__(
        self, loaded: Loaded, field: Field, row: str, start: str, parent: QWidget | None = None, *, item: bool = True
    ) -> None:
        super().__init__(f"手填：{field.title}", row, parent)
        self._loaded, self._field, self._item = loaded, field, item
        self.value: Any = None
        self.input = input_for(field, choices_for(loaded, field), field.title)
        self.input.set_text(start)
        self.row(field.title, self.input)
        self.deeds("就用这个", self._take)
        self.input.setFocus()

    def _take(self) -> None:
        text, field = self.input.text_now(), self._field
        try:
            read = kinds.parse(field, self._loaded.codes.get(field.choices), text) if text else None
        except Problem as problem:
            self.fault(problem.text)
            return
        stored = {field.id: read.value} if read is not None else {}
        self.value = wire.to_wire(self._loaded, stored, item=self._item).get(field.id)
        self.accept()
